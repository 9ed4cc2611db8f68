"""Matching text against wildcards in time that grows with the text and never explodes."""

from collections.abc import Callable, Iterable

from shell.acl.errors import AclError
from shell.value import frozen

_OPTIONS = 64
_KEPT = 256
"""Rounds that an automaton remembers, and characters; patterns that people write have some dozens."""
_SETTLED = -1
"""Stands for the states from which whatever follows is taken."""

type Test = Callable[[str], bool]


@frozen
class One:
    """Takes exactly one character: a certain one, one that passes a test, or any where it has neither."""

    char: str | None = None
    test: Test | None = None


@frozen
class Many:
    """Takes any number of characters that pass the test; of all where it has none."""

    test: Test | None = None


@frozen
class Option:
    """Takes its steps, or nothing."""

    steps: "tuple[Step, ...]"


type Step = One | Many | Option


class Automaton:
    """A row of steps that a whole text is held against.

    Every way through the steps is followed at once, as bits of one number, so that a text of n characters
    costs n rounds whatever the pattern is, and a round goes once through what may be passed over. There is nothing to
    backtrack. Most rounds of a long text are one that was made before, and are remembered.

    Safe to use from any thread.

    Args:
        steps: What the text must be made of, from its start to its end.

    Raises:
        AclError: More than 64 of the steps are optional, which would take long.
    """

    __slots__ = ("_accepting", "_any", "_chars", "_final", "_loops", "_rest", "_rounds", "_skips", "_start", "_tests")

    def __init__(self, steps: Iterable[Step]) -> None:
        self._chars: dict[str, int] = {}
        self._tests: dict[Test, int] = {}
        self._any = 0
        self._loops = 0
        self._skips: list[tuple[int, int]] = []
        end = self._add(steps, 0)
        self._final = 1 << end
        # A last star that takes all characters, where the steps have one.
        self._rest = self._final >> 1 & self._loops & self._any
        if len(self._skips) > 2 * _OPTIONS:
            raise AclError(f'a pattern has at most {_OPTIONS} "**/" or groups that may be missing')
        # Loops are left all at once, but for those that lead to what is left without a character itself.
        left = self._loops
        for before, _ in self._skips:
            left |= before
        chained = self._loops & left >> 1
        loops = ((1 << at, 1 << at + 1) for at in range(chained.bit_length()) if chained >> at & 1)
        # In the order of the states: all that leads to one comes before what leads on from it.
        self._skips = sorted((*self._skips, *loops))
        self._accepting: dict[str, int] = {}
        self._rounds: dict[tuple[int, int], int] = {}
        self._start = self._closed(1)

    def _add(self, steps: Iterable[Step], state: int) -> int:
        for step in steps:
            if isinstance(step, Option):
                # A state of its own to enter by: one that the first step loops in would leave again by the skip.
                entry, state = 1 << state, self._add(step.steps, state + 1)
                self._skips += (entry, entry << 1), (entry, 1 << state)
                continue
            bit = 1 << state
            if isinstance(step, Many):
                self._loops |= bit
            if isinstance(step, One) and step.char is not None:
                self._chars[step.char] = self._chars.get(step.char, 0) | bit
            elif step.test is not None:
                self._tests[step.test] = self._tests.get(step.test, 0) | bit
            else:
                self._any |= bit
            state += 1
        return state

    def _closed(self, states: int) -> int:
        """Add every state that is reached without taking a character."""
        for before, after in self._skips:
            if states & before:
                states |= after
        return states | (states & self._loops) << 1

    def matches(self, text: str) -> bool:
        """Whether the steps take the whole text."""
        states = self._start
        for char in text:
            if (accepting := self._accepting.get(char)) is None:
                accepting = self._accepting_of(char)
            if (reached := self._rounds.get((states, accepting))) is None:
                reached = self._round(states, accepting)
            if reached <= 0:
                return reached == _SETTLED
            states = reached
        return bool(states & self._final)

    def _accepting_of(self, char: str) -> int:
        """The states that take a character."""
        accepting = self._any | self._chars.get(char, 0)
        for test, bits in self._tests.items():
            if test(char):
                accepting |= bits
        if len(self._accepting) >= _KEPT:
            self._accepting.clear()
        self._accepting[char] = accepting
        return accepting

    def _round(self, states: int, accepting: int) -> int:
        """The states that are reached from some by a character that these others take."""
        taken = states & accepting
        reached = self._closed((taken & ~self._loops) << 1 | taken & self._loops)
        if reached & self._rest:
            reached = _SETTLED
        if len(self._rounds) >= _KEPT:
            self._rounds.clear()
        self._rounds[states, accepting] = reached
        return reached
