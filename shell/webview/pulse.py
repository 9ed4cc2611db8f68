"""Whether a page is alive: it is asked where something makes that doubtful, and left alone where nothing does."""

from collections.abc import Callable

import attrs

from shell.ipc import Link, Session
from shell.value import frozen
from shell.webview.usage import usage_of

_BUSY = 0.05
"""The part of a processor from which on a renderer may be one that computes without end: on a machine that has many of
them, each gets little."""

_EARLY = 0.95
"""Qt's coarse timers come up to a twentieth too early, and the next look is far away."""


def processor_time(pid: int) -> float | None:
    """Seconds of a processor that a process has had; `None` where the system does not say."""
    usage = usage_of(pid)
    return None if usage is None else usage.total


@frozen
class Question:
    """What a page was asked, to show that it lives.

    Attributes:
        session: The document that was asked.
        number: The delivery that it has to acknowledge.
        since: When, as `time.monotonic` has it.
        spent: Seconds of a processor that its renderer had had by then.
    """

    session: Session
    number: int
    since: float
    spent: float


class Pulse:
    """One page's signs of life.

    A ping runs JavaScript in the page, so that only a page gets one of which it is not known that it lives: one that
    has been sent something since it last answered, that computes, or that a person has just turned to. Where the
    system does not say whether it computes, it is asked each time.

    Args:
        link: The page's end of the wire.
        pid: The page's renderer at this moment; 0 where it has none.
        waits: Whether it waits for a person, who may take their time.
        hang_after: Seconds without an answer after which it hangs; 0 where it never does.
        hangs: Called with the time of the question that it has not answered.
        spent: Seconds of a processor that a process has had.

    Attributes:
        computes: Whether it computed so much before the last look that it may do so without end.
    """

    def __init__(
        self,
        link: Link,
        *,
        pid: Callable[[], int],
        waits: Callable[[], bool],
        hang_after: float,
        hangs: Callable[[float], None],
        spent: Callable[[int], float | None] = processor_time,
    ) -> None:
        self.link = link
        self._pid = pid
        self._waits = waits
        self._hang_after = hang_after
        self._hangs = hangs
        self._spent = spent
        self._asked: Question | None = None
        self._doubtful = False
        self._seen: tuple[Session | None, int] = (None, 0)
        self._had: tuple[int, float | None, float] = (0, None, 0.0)
        self.computes = False

    @property
    def computed(self) -> float:
        """Seconds of a processor that it has had since it was asked what it has not answered yet."""
        _, spent, _ = self._had
        return 0.0 if self._asked is None or spent is None else spent - self._asked.spent

    def doubt(self) -> None:
        """Have the page asked at the next look, whatever it does."""
        self._doubtful = True

    def look(self, now: float) -> bool:
        """See to the page.

        Args:
            now: The time, as `time.monotonic` has it.

        Returns:
            Whether anything has happened in it since the last look, or it still has to answer.
        """
        session = self.link.session
        computed, busy = self._look_at_processor(now)
        self.computes = bool(busy)
        answered = False
        if not self._hang_after:
            return computed
        if session is None or self._waits():
            self._asked = None
            return False
        if self._asked is not None:
            if self._is_open(self._asked):
                return True
            self._seen = (session, self._asked.number)
            self._asked = None
            answered = True
        sent = session.sent
        moved = self._seen != (session, sent)
        self._seen = (session, sent)
        unknown = busy is None and not answered
        if busy or unknown or self._doubtful or session.acknowledged < sent:
            self._doubtful = False
            _, spent, _ = self._had
            self._asked = Question(session, session.ping(), now, spent or 0.0)
            return True
        return moved or computed

    def postpone(self, seconds: float) -> None:
        """Give the page so many seconds more to answer what it was asked; who has waited for that blames nobody."""
        if self._asked is not None:
            self._asked = attrs.evolve(self._asked, since=self._asked.since + seconds)

    def owes(self, now: float, times: float = 1.0) -> Question | None:
        """What it should have answered by now.

        Args:
            now: The time, as `time.monotonic` has it.
            times: How many times as long it may take as pages may.
        """
        asked = self._asked
        if asked is None or not self._is_open(asked) or now - asked.since < self._hang_after * times * _EARLY:
            return None
        return asked

    def blame(self, question: Question) -> None:
        """It hangs, unless it has answered this after all."""
        if self._asked is question and self._is_open(question) and not self._waits():
            self._asked = None
            self._hangs(question.since)

    def _is_open(self, question: Question) -> bool:
        return question.session is self.link.session and question.session.acknowledged < question.number

    def _look_at_processor(self, now: float) -> tuple[bool, bool | None]:
        """Whether the renderer has computed since the last look; and whether so much that it may do so without end."""
        pid, before, since = self._had
        current = self._pid()
        after = self._spent(current)
        self._had = (current, after, now)
        if after is None:
            return False, None
        if current != pid or before is None:
            return True, False
        return after > before, after - before >= _BUSY * (now - since)
