"""What is known of each function of `@tauri-apps/api`: whether it works here, and which test shows that it does."""

import enum
import re
from collections.abc import Callable

import attrs

from tests.conformance.stage import Stage

type Check = Callable[[Stage], None]


class Verdict(enum.StrEnum):
    """What becomes of a call."""

    WORKS = "works"
    AS_ON_LINUX = "as in Tauri on Linux"


@attrs.frozen
class Entry:
    """A function, a class (which stands for its constructor) or a constant of the package.

    Attributes:
        name: Where it is: `window.Window.setTitle`.
        verdict: What becomes of a call.
        proof: What shows it: a function of this folder, or the name of a test elsewhere.
        command: The command behind it, as in `window|set_title`, if there is one.
        call: An expression that calls it.
        refused: An expression that asks for the command, where the function tries another name when it is refused.
        note: What it answers, or what else there is to know.
    """

    name: str
    verdict: Verdict
    proof: Check | str
    command: str | None = None
    call: str | None = None
    refused: str | None = None
    note: str = ""

    @property
    def permission(self) -> str | None:
        """What a page needs to call it."""
        if self.command is None:
            return None
        namespace, _, name = self.command.partition("|")
        core = "" if namespace == "probe" else "core:"
        return f"{core}{namespace}:allow-{name.replace('_', '-')}"


@attrs.define
class Registry:
    """All entries, in the order in which they were written."""

    entries: list[Entry] = attrs.field(factory=list)

    def part(self, place: str, on: str, namespace: str | None = None) -> "Part":
        """Begin with a module or a class.

        Args:
            place: Where its functions are: `window.Window`.
            on: What they are called on in a page.
            namespace: That of their commands, if they have any.
        """
        return Part(self, place, on, namespace)


@attrs.frozen
class Part:
    """The entries of a module or a class.

    A function is written as it is called, without what it is called on: `setTitle('x')`. Its command has the same name
    in the spelling of commands, unless another is given; `None` says that it needs no command.
    """

    registry: Registry
    place: str
    on: str
    namespace: str | None = None

    def works(
        self, *calls: str, command: str | None = "", note: str = "", refused: str | None = None
    ) -> Callable[[Check], Check]:
        """The function below shows that these work."""
        return self._shown_by(Verdict.WORKS, calls, command, note, refused)

    def as_on_linux(self, *calls: str, answer: str, command: str | None = "") -> Callable[[Check], Check]:
        """The function below shows that these answer what they answer in Tauri on Linux."""
        return self._shown_by(Verdict.AS_ON_LINUX, calls, command, answer)

    def proved(
        self,
        test: str,
        *calls: str,
        command: str | None = "",
        answer: str | None = None,
        refused: str | None = None,
    ) -> None:
        """A test elsewhere shows it."""
        verdict = Verdict.WORKS if answer is None else Verdict.AS_ON_LINUX
        self._add(verdict, calls, command, answer or "", test, refused)

    def _shown_by(
        self, verdict: Verdict, calls: tuple[str, ...], command: str | None, note: str, refused: str | None = None
    ) -> Callable[[Check], Check]:
        def register(check: Check) -> Check:
            self._add(verdict, calls, command, note, check, refused)
            return check

        return register

    def _add(
        self,
        verdict: Verdict,
        calls: tuple[str, ...],
        command: str | None,
        note: str,
        proof: Check | str,
        refused: str | None = None,
    ) -> None:
        for call in calls:
            name = re.match(r"\w+|\[[\w.]+\]", call)
            assert name is not None, f"{call!r} calls nothing"
            accessor = call if call.startswith("[") else f".{call}"
            self.registry.entries.append(
                Entry(
                    name=f"{self.place}.{name[0]}",
                    verdict=verdict,
                    proof=proof,
                    command=self._command(name[0]) if command == "" else command,
                    call=f"{self.on}{accessor}",
                    refused=refused,
                    note=note,
                )
            )

    def _command(self, name: str) -> str | None:
        if self.namespace is None:
            return None
        return f"{self.namespace}|{re.sub('[A-Z]', lambda letter: f'_{letter[0].lower()}', name)}"

    def constructor(
        self, check: Check | str, call: str | None = None, *, command: str | None = None, note: str = ""
    ) -> None:
        """How the class itself is made."""
        self.registry.entries.append(Entry(self.place, Verdict.WORKS, check, command, call, note=note))
