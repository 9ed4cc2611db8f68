"""Frozen attrs classes that cost less to import."""

import reprlib
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    # All that a type checker is to know; it understands no wrapper.
    from attrs import frozen
else:

    def frozen(cls=None, /, *, eq=True, **options):
        """`attrs.frozen`, with methods for equality, hash and repr that look the fields up when they are called.

        Those of attrs are written for each class, and compiled whenever it is imported: a quarter of a millisecond,
        and the classes of a start are a hundred. What is compared for each message is better off with `attrs.frozen`.
        """

        def build(cls):
            own = vars(cls)
            built = attrs.frozen(cls, eq=False, repr=False, **options)
            if "__repr__" not in own:
                built.__repr__ = _repr
            if eq and "__eq__" not in own:
                built.__eq__, built.__hash__ = _eq, _hash
            return built

        return build if cls is None else build(cls)


def _eq(self: Any, other: object) -> bool:
    return _compared(self) == _compared(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash((type(self), *_compared(self)))


@reprlib.recursive_repr()
def _repr(self: Any) -> str:
    fields = ", ".join(
        f"{field.name}={(field.repr if callable(field.repr) else repr)(getattr(self, field.name))}"
        for field in attrs.fields(type(self))
        if field.repr
    )
    return f"{type(self).__qualname__.rpartition('>.')[2]}({fields})"


def _compared(value: Any) -> list[Any]:
    return [getattr(value, field.name) for field in attrs.fields(type(value)) if field.eq]


__all__ = ["frozen"]
