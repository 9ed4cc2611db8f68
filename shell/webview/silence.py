"""Which of the pages that have not answered in time hang, and which have only not been heard."""

from collections.abc import Callable, Iterable, Mapping

from shell.webview.pulse import Pulse, Question

type Echo = Callable[[Callable[[], None]], None]
"""Calls back when all has been heard that pages had sent to the core before."""

_LONGER = 4 / 3
"""The part of its time to answer after which a page that computes is waited for no more, if there is no echo yet; for
each further one it is twice as long: all of them may have been kept waiting by the first."""


class Silence:
    """Judges pages whose time to answer is over.

    What pages send waits for its turn in one queue of the core's, and who floods it keeps the answers of all others
    waiting there. So an echo is asked for, which comes behind all answers that are in that queue: whose answer has not
    come by then hangs. While a flood goes on the echo may never come; then the page is ended that computes most.

    Args:
        echo: Where the echo comes from.
    """

    def __init__(self, echo: Echo) -> None:
        self._echo = echo
        self._listening = False
        self._longer = _LONGER

    def look(self, pulses: Iterable[Pulse], now: float) -> None:
        """See who has not answered, after each of them has been looked at.

        Args:
            pulses: The pages.
            now: The time, as `time.monotonic` has it.
        """
        owing = {pulse: question for pulse in pulses if (question := pulse.owes(now)) is not None}
        if not owing:
            return
        if not self._listening:
            self._listening = True
            self._longer = _LONGER
            self._echo(lambda: self._heard(owing))
            return
        busiest = max(owing, key=lambda pulse: pulse.computed)
        if busiest.computes and busiest.owes(now, self._longer) is not None:
            self._longer *= 2
            busiest.blame(owing[busiest])

    def _heard(self, owing: Mapping[Pulse, Question]) -> None:
        self._listening = False
        for pulse, question in owing.items():
            pulse.blame(question)
