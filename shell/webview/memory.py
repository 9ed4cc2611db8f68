"""For whose pages the core grows without end: those are ended."""

import ctypes
import logging
import math
import random
import threading
import time
from collections.abc import Callable, Collection, Iterable

from shell.webview.holding import Holding
from shell.webview.left_out import FAR_TOO_MUCH, TOO_MUCH, LeftOut, Steps
from shell.webview.processes import Release
from shell.webview.resort import Growth, Resort
from shell.webview.silence import Echo
from shell.webview.suspects import RUN, Allowance, Suspects, Turn, pids_of
from shell.webview.usage import Load, Memory, Work, background_work

log = logging.getLogger(__name__)

_PAUSE = 0.1
"""Seconds between two looks, as long as the core has not grown too much."""
_GLANCE, _GLANCES = 0.02, 5
"""Seconds between two looks at what Chromium does, and how many show that what they asked for is done."""
_QUIETLY = 0.1
"""The part of a processor that is next to nothing for Chromium."""
_LONGEST_WAIT = 2.0
"""Seconds for which it is waited for that at most, while renderers are held that may have done nothing."""
_LONGEST_WAIT_FOR_SOME = 20.0
"""The same while only those are held for whom the core seems to grow."""
_LONGEST_DRAIN = 300.0
"""The same while only those are held that compute."""
_STANDSTILL = 10.0
"""Seconds with less growth than a step, after which Chromium is at something else than what makes the core grow."""
_PATIENCE = 8
"""Rounds without growth after which it is not looked for whom the core grows; twice as many each further time where
absences do not tell either, for a page might rest just then."""
_MOST_PATIENCE = 64
_SOON = 60.0
"""Seconds since it last grew, in which it is to be seen at once where it grows on."""
_FREED_AFTER = 3.0
"""Seconds after the end of a renderer until Chromium frees what it had for it. It keeps databases open for two."""
_LONGEST_FREEING = 10.0
"""Seconds for which it is waited then until Chromium rests."""
_GIVEN_BACK_AFTER = 0.25
"""Seconds after which what was freed is the system's again."""
_LITTLE = 1 << 20
"""Bytes by which the core grows and shrinks anyway."""
_STEP = 1 / 64
"""Of what it may grow by: when it has grown by as much more, it is looked for whom."""
_SIGN = 1 / 512
"""Of what it may grow by: when it has grown by as much in somebody's turns, that is a sign for or against them."""
_BEHIND = 1 / 8
"""Of what it may grow by: when it has grown by as much since it was last seen whether Chromium rests, Chromium may be
behind. It takes twice as much each further time that nothing came of waiting for that."""


def give_back() -> None:
    """Give the system what this process has freed, in a thread of its own. Nothing is done where not glibc keeps it."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is None:
        return
    try:
        threading.Thread(target=trim, args=(0,), name="malloc_trim", daemon=True).start()
    except RuntimeError:
        log.debug("no thread is left to give back in what was freed")


class MemoryGuard:
    """Sees for whose pages the core grows, once it has grown too much, and ends them; holds who computes before that.

    Chromium keeps much of a page in the core, without a bound: the names of its locks, caches and databases, its object
    URLs, and all that waits to be done for it. Nobody tells whose it is. So when the core has grown by a bound, and
    grows on, its renderers run in turns: some run while the others are held; then none, until what those had asked for
    is done; then none for as long again. If the core grows in the first time and not in the second, and that again and
    again, it grows for them. What the program itself makes of its memory shows as often in the second: then the bound
    counts from there anew.

    A page notices when it is held, and may rest then until it has been left alone for a while: nothing shows in turns.
    So where the core grows whenever nobody looks, each renderer is held alone for a moment (`LeftOut`). The core does
    not grow then if that is the one for which it does. Pages can work together; so when the core has grown by far too
    much, and never does while all are held, the likeliest is ended.

    A page can ask in a moment for what takes Chromium minutes, as for databases. Nothing shows meanwhile, so it is
    waited until that is done, and who computes is held. What was asked for is done whatever becomes of the page, and
    the core grows by all of it: so that is waited for long before the core has grown too much. Where that takes minutes
    in all, and the core has grown by the bound once more, who was held longest is ended.

    Args:
        most: Bytes that the core may grow by before it is looked for whom it grows.
        echo: Says when all has been heard that pages had sent to the core before.
        renderers: The processes of all renderers.
        hold: Stops a renderer.
        end: Ends one.
        name: What to call a process in the log.
        in_dialog: Whether a dialog is open: no echo comes then.
        used: Bytes that the core has; those of this process where nothing else is given.
        computed: Seconds of a processor that a renderer has had.
        background: Seconds of a processor that other threads of Chromium's have had in it.
        give_back: Gives the system what the core has freed.
        clock: The time.
        chance: What no page foresees.
    """

    def __init__(
        self,
        most: int,
        echo: Echo,
        *,
        renderers: Callable[[], Iterable[int]],
        hold: Callable[[int], Release | None],
        end: Callable[[int], None],
        name: Callable[[int], str],
        in_dialog: Callable[[], bool],
        computed: Callable[[int], float],
        used: Callable[[], int] | None = None,
        background: Callable[[], Work] = background_work,
        give_back: Callable[[], None] = give_back,
        clock: Callable[[], float] = time.monotonic,
        chance: random.Random | None = None,
    ) -> None:
        self._most = most
        self._sign = max(_LITTLE, _SIGN * most)
        self._echo = echo
        self._renderers = renderers
        self._holding = Holding(hold)
        self._end = end
        self._name = name
        self._in_dialog = in_dialog
        self._computed = computed
        self._used = used or Memory().used
        self._background = background
        self._give_back = give_back
        self._clock = clock
        self._chance = chance or random.SystemRandom()
        self._suspects = Suspects()
        self._left_out = self._new_left_out()
        self._resort = Resort(most, _STEP * most, self._used, clock)
        self._at_rest = self._weighs = False
        self._grew = -math.inf
        self._next = 0.0
        self._least = self._used()
        self._steps = self._watch()

    @property
    def weighs(self) -> bool:
        """Whether it is looked for whom the core grows, or waited until Chromium rests: renderers may be held."""
        return self._weighs or self._left_out.looks_often

    @property
    def alarmed(self) -> bool:
        """Whether the core has grown too much, and of late, so that it is to be looked soon whether it grows on."""
        return self._clock() - max(self._grew, self._left_out.grew) < _SOON

    def look(self) -> None:
        """Go on where it is time to. To be called 100 times a second while it weighs, and otherwise when it suits."""
        now = self._clock()
        if now < self._next:
            return
        try:
            if self._grew > -math.inf:
                self._left_out.look()
            self._next = now + next(self._steps)
        except Exception:
            log.exception("it could not be seen for whom the program grows")
            self.release()
            self._next = now + _PAUSE

    def release(self) -> None:
        """Let all go on that are held."""
        self._steps.close()
        self._steps = self._watch()

    def _watch(self) -> Steps[None]:
        marked, behind = self._used(), _BEHIND
        while True:
            used = self._used()
            self._least = min(self._least, used)
            marked = min(marked, used)
            if used - self._least > self._most:
                try:
                    yield from self._see_to_growth()
                finally:
                    self._grew, self._left_out = -math.inf, self._new_left_out()
                marked = self._used()
            elif used - marked > behind * self._most and any(self._renderers()):
                behind = _BEHIND if (yield from self._catch_up()) else min(2 * behind, 1.0)
                marked = self._used()
            else:
                yield _PAUSE

    def _catch_up(self) -> Steps[bool]:
        """Have nobody ask for more until Chromium rests, unless it is at something else.

        Returns:
            Whether it does.
        """
        self._weighs = True
        self._resort.begin()
        try:
            return (yield from self._drain(has_growth_to_last=True))
        finally:
            self._weighs = False
            self._holding.let_go()

    def _see_to_growth(self) -> Steps[None]:
        """Look for whom the core grows, whenever it does, until it has no longer too much."""
        self._suspects, self._left_out = Suspects(), self._new_left_out()
        self._resort.begin()
        patience, weighed, is_clear = _PATIENCE, False, True
        self._grew = self._clock()
        lowest = marked = self._used()
        far_too_much = FAR_TOO_MUCH * self._most
        while (used := self._used()) - self._least > self._most:
            lowest, marked = min(lowest, used), min(marked, used)
            self._resort.freed(used - self._least)
            enough = marked + (_STEP if is_clear else TOO_MUCH) * self._most
            if used < enough:
                if is_clear or not self._left_out.tells:
                    yield RUN
                else:
                    is_clear = yield from self._leave_out(enough)
                continue
            likeliest = None
            if not is_clear and used - self._least > far_too_much:
                likeliest = self._left_out.likeliest()
            self._weighs = True
            try:
                if likeliest is not None:
                    yield from self._end_guilty(likeliest, "seems to make")
                    far_too_much = max(far_too_much, self._used() - self._least + TOO_MUCH * self._most)
                elif not weighed or not (yield from self._was_freed(enough)):
                    is_clear = yield from self._weigh(lowest, patience)
                    weighed = True
                    if is_clear or not self._left_out.tells:
                        self._left_out.forget()
                        patience = _PATIENCE if is_clear else min(2 * patience, _MOST_PATIENCE)
            finally:
                self._weighs = False
                self._holding.let_go()
            marked = self._used()
            self._grew = self._clock()

    def _leave_out(self, enough: float) -> Steps[bool]:
        """Leave out one after the other, where nothing shows in turns; returns whether it got clear."""
        guilty = yield from self._left_out.find(enough, self._least)
        if guilty is None:
            return False
        self._weighs = True
        try:
            yield from self._end_guilty(guilty, "seems to make")
        finally:
            self._weighs = False
        return True

    def _was_freed(self, enough: float) -> Steps[bool]:
        """Have what was freed given back, while nobody runs.

        Args:
            enough: What the core may have then.

        Returns:
            Whether it has no more.
        """
        self._note_renderers()
        self._holding.hold(pids_of(self._suspects.all))
        self._give_back()
        yield _GIVEN_BACK_AFTER
        return self._used() < enough

    def _weigh(self, lowest: int, patience: int) -> Steps[bool]:
        """Have renderers take turns until it is clear for whom the core grows, or it has not grown for a while.

        Args:
            lowest: The least that the core has had since it has had too much.
            patience: Rounds in which it may not grow.

        Returns:
            Whether it is clear.
        """
        idle, before = 0, self._used()
        self._at_rest = False
        while idle < patience:
            self._note_renderers()
            suspected = self._suspects.first()
            for turn in suspected:
                if not self._at_rest:
                    yield from self._come_to_rest(suspected)
                    if not self._at_rest and (held := self._last_resort()) is not None:
                        yield from self._end_guilty(held, "seems to make")
                        self._resort.ended(held, self._used() - self._least)
                        return True
                    if not self._at_rest:
                        # Nobody can be held for ever for that.
                        return False
                yield from self._run(turn, suspected)
            used = self._used()
            idle += 1
            if used - before >= _LITTLE:
                idle, before = 0, used
            lowest, before = min(lowest, used), min(before, used)
            if not suspected or self._suspects.are_innocent():
                log.info("the program has grown by %d MiB of itself", (used - self._least) >> 20)
                self._least = used
                self._resort.forget()
                return True
            if used - lowest < TOO_MUCH * self._most:
                continue
            # Some may have gone meanwhile.
            self._note_renderers()
            guilty = self._suspects.take_guilty()
            if guilty is not None:
                yield from self._end_guilty(guilty)
                return True
        return False

    def _end_guilty(self, pid: int, makes: str = "makes") -> Steps[None]:
        """End a renderer, and see that what the core had for it is given back."""
        self._holding.let_go()
        log.error(
            "%s %s the program grow, which has grown by %d MiB; from %d on pages may not (App's limits.memory)",
            self._name(pid),
            makes,
            (self._used() - self._least) >> 20,
            self._most >> 20,
        )
        self._end(pid)
        yield from self._wait_until_done(_LONGEST_FREEING, least=_FREED_AFTER, enough=self._used() + _STEP * self._most)
        self._give_back()
        yield _GIVEN_BACK_AFTER

    def _new_left_out(self) -> LeftOut:
        return LeftOut(
            self._most,
            self._sign,
            used=self._used,
            renderers=self._renderers,
            computed=self._computed,
            holding=self._holding,
            echo=self._echo,
            in_dialog=self._in_dialog,
            clock=self._clock,
            chance=self._chance,
        )

    def _note_renderers(self) -> None:
        """Have those take turns that there are now."""
        if self._suspects.note(self._renderers()):
            # They ran, and may have asked for much.
            self._at_rest = False

    def _last_resort(self) -> int | None:
        return self._resort.first(self._renderers(), self._used() - self._least)

    def _come_to_rest(self, suspected: Collection[Turn]) -> Steps[None]:
        """Wait until Chromium has done what was asked for before: it may be for anybody, and take minutes."""
        self._holding.hold(pids_of(suspected))
        self._at_rest, worked_on = yield from self._wait_until_done(_LONGEST_WAIT)
        if not self._at_rest:
            self._holding.hold(())
            self._at_rest = yield from self._drain()
        if self._at_rest and worked_on:
            # What it has freed would hide what it keeps from now on.
            self._give_back()
            yield _GIVEN_BACK_AFTER

    def _drain(self, *, has_growth_to_last: bool = False) -> Steps[bool]:
        """Wait until Chromium has done what was asked for, and hold who computes meanwhile.

        Args:
            has_growth_to_last: Whether it is waited no longer where the core does not grow: Chromium is at something
                else then.

        Returns:
            Whether it has. It has not either where somebody is to be ended before.
        """
        # Who does next to nothing has hardly asked for that.
        allowance = Allowance(self._clock, self._computed)
        growth = Growth(self._used, _STEP * self._most, self._clock)

        def hold(grew_for: float = 0.0) -> bool:
            self._resort.blame(self._holding.pids, grew_for)
            for pid in allowance.exceeded(self._renderers(), self._resort.part):
                self._holding.hold({*self._holding.pids, pid})
            lasts = growth.lasts(_STANDSTILL)
            return (lasts or not has_growth_to_last) and self._last_resort() is None

        allowance.exceeded(self._renderers())
        load = Load(self._clock, self._background)
        for _ in range(_GLANCES):
            yield _GLANCE
            if load.take() >= _QUIETLY:
                hold()
        is_done, _ = yield from self._wait_until_done(_LONGEST_DRAIN, hold)
        return is_done

    def _run(self, turn: Turn, suspected: Collection[Turn]) -> Steps[None]:
        """Let some of the suspected run alone, and see whether the core grows for them."""
        begun, before = self._clock(), self._used()
        pids = pids_of(suspected)
        allowance = Allowance(self._clock, self._computed)
        allowance.exceeded(set(self._renderers()) - pids)
        self._holding.hold(pids - turn.pids)
        yield turn.run
        self._holding.hold(pids)
        are_some = suspected is not self._suspects.all
        self._at_rest, worked_on = yield from self._wait_until_done(
            _LONGEST_WAIT_FOR_SOME if are_some else _LONGEST_WAIT, enough=before + TOO_MUCH * self._most
        )
        took, done = self._clock() - begun, self._used()
        turn.works += worked_on
        if not self._at_rest:
            # Nothing shows what it grows by without them; and it may be for one of those that run.
            turn.shorten()
            self._suspects.others_run &= not allowance.exceeded(set(self._renderers()) - pids)
            return
        yield took
        held = self._used() - done
        if held >= _LITTLE and are_some:
            # It may be for one of those that run.
            self._suspects.others_run = self._at_rest = False
            return
        turn.add(done - before, held, self._sign)

    def _wait_until_done(
        self,
        longest: float,
        go_on: Callable[[float], bool] = lambda grew_for: True,
        *,
        least: float = 0.0,
        enough: float = math.inf,
    ) -> Steps[tuple[bool, bool]]:
        """Wait until all is done that renderers had asked for: by the thread that hears them, and then by others.

        Args:
            longest: Seconds for which it is waited at most.
            go_on: Asked ten times a second, as long as it is not done, whether to wait on. It is given the seconds in
                which the core has grown by a step, where it just has.
            least: Seconds for which it is waited at least, unless there is enough.
            enough: What the core may have; with more it is waited no longer.

        Returns:
            Whether it is, and whether others worked on for it.
        """
        heard: list[bool] = []
        self._echo(lambda: heard.append(True))
        begun = self._clock()
        worked_on = False
        load = Load(self._clock, self._background)
        while self._clock() < begun + longest and self._used() < enough:
            for _ in range(_GLANCES):
                load.look()
                yield _GLANCE
            part = load.take()
            is_quiet = part < _QUIETLY
            if is_quiet and (heard or self._in_dialog()) and self._clock() >= begun + least:
                return True, worked_on
            worked_on |= not is_quiet
            if not go_on(self._resort.note(part)):
                break
        return False, worked_on
