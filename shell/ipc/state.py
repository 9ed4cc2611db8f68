"""Managed state: one object of a type, given to every command that asks for that type."""

from typing import Annotated, Any, TypeVar

from shell.ipc.errors import RefusedError, RegistrationError

T = TypeVar("T")


class MissingStateError(RefusedError):
    """A command asks for state that is not managed."""


class Managed:
    """Marks a parameter that is filled from managed state; see `State`."""


State = Annotated[T, Managed]
"""The annotation of a command's parameter that receives managed state: `session: State[Session]`."""


class States:
    """The objects that an application manages, one of each type."""

    def __init__(self) -> None:
        self._values: dict[type, Any] = {}

    def manage(self, value: Any) -> None:
        """Hand an object to every command that has a parameter `State[type(value)]`.

        Raises:
            RegistrationError: Another object of this type is managed already.
        """
        kind = type(value)
        if kind in self._values:
            raise RegistrationError(f"state of type {kind.__name__} is managed already; each type can be managed once")
        self._values[kind] = value

    def get(self, kind: type[T]) -> T:
        """The managed object of this type, or else the one managed object of a subclass of it.

        Raises:
            MissingStateError: None is managed, or several subclasses are.
        """
        if kind in self._values:
            found: T = self._values[kind]
            return found
        matches = [value for value in self._values.values() if isinstance(value, kind)]
        if len(matches) == 1:
            return matches[0]
        how = "several managed objects are" if matches else "no managed object is"
        raise MissingStateError(
            f"{how} of type {kind.__name__}; give it to the app with app.manage({kind.__name__}(…))"
        )
