"""Messages that are none, made from those that are kept: `python -m tests.attack.mutation` sends the core a million."""

import asyncio
import json
import logging
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs
import click

from shell import Caller
from shell.ipc import Link, Session
from tests.ipc.page import Core

CORPUS = Path(__file__).parent / "corpus"
_TOKENS: tuple[str, ...] = (
    *'[]{}",:\n\\ \0-+.eE0',
    *("null", "true", "NaN", "Infinity", "-0", "1e999", "1e-400", "9" * 20, "9" * 4301, "0." + "1" * 99, "\\u0000"),
    *("\\ud800", "\\udc00", "\ud800", "\ufeff", "\u2028", '"__proto__"', '"a":1,"a":2', "[" * 2000, '{"a":' * 2000),
    *(
        '"take"',
        '"typed"',
        '"plugin:event|listen"',
        '"plugin:event|emit"',
        '"plugin:resources|close"',
        '"__CHANNEL__:1"',
    ),
)
_LONGEST = 20_000


def corpus() -> tuple[str, ...]:
    """What is kept: posts without their first line, a file each."""
    return tuple(path.read_text(encoding="utf-8", errors="surrogatepass") for path in sorted(CORPUS.glob("*.txt")))


def mutations(seed: int, kept: Sequence[str]) -> Iterator[str]:
    """Posts without end, made from `kept` and from one another; the same for the same seed."""
    chance = random.Random(seed)
    pool = list(kept)
    while True:
        text = chance.choice(pool)
        for _ in range(chance.randint(1, 6)):
            text = _mutated(text, chance, pool)[:_LONGEST]
        if not chance.randrange(50):
            pool.append(text)
            if len(pool) > 500:
                del pool[chance.randrange(len(kept), len(pool))]
        yield text


def _mutated(text: str, chance: random.Random, pool: Sequence[str]) -> str:
    start = chance.randint(0, len(text))
    end = min(len(text), start + chance.choice((0, 1, 1, 2, 5, 20)))
    match chance.randrange(6):
        case 0:
            return text[:start] + text[end:]
        case 1:
            return text[:start] + chance.choice(_TOKENS) + text[end:]
        case 2:
            return text[:end] + text[start:end] * chance.choice((1, 2, 50)) + text[end:]
        case 3:
            other = chance.choice(pool)
            return text[:start] + other[chance.randint(0, len(other)) :]
        case 4:
            return text[:start] + chr(chance.choice((chance.randrange(128), chance.randrange(0x11_0000)))) + text[end:]
        case _:
            return f"{text}\n{chance.choice(pool)}"


@attrs.define
class Outcome:
    """What became of the messages.

    Attributes:
        sent: How many were sent.
        answered: How many times there was an answer, to one or to some of them.
        longest: The longest that one kept the core, in seconds of the processor.
        slowest: That one.
        failed: Those that raised, or made the core log an error.
    """

    sent: int = 0
    answered: int = 0
    longest: float = 0.0
    slowest: str = ""
    failed: list[str] = attrs.field(factory=list)


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1


async def send(many: int, seed: int) -> Outcome:
    """Send a core without Qt so many messages, and see what it makes of them."""
    core = Core(asyncio.get_running_loop())
    # What ends a page for the number of its messages is not what is asked here.
    core.limit(documents=1_000_000_000, posted=1 << 60, strays=1_000_000_000)

    @core.command
    async def take(value: object = None) -> str:
        return "taken"

    @core.command
    async def typed(
        n: int = 0,
        x: float = 0,
        s: str = "",
        many: list[int] | None = None,
        named: dict[str, float] | None = None,
    ) -> str:
        return "taken"

    sender = _Sender(core)
    errors, made = _Errors(), mutations(seed, corpus())
    logging.getLogger("shell").addHandler(errors)
    try:
        for _ in range(many):
            await sender.send(next(made), errors)
    finally:
        logging.getLogger("shell").removeHandler(errors)
        sender.link.end()
        core.close()
    return sender.outcome


class _Sender:
    """A page that posts anything, and tells the core that it has processed what was delivered."""

    def __init__(self, core: Core) -> None:
        self.outcome = Outcome()
        self.link = Link("main", core.router, self._identify, lambda _: True, self._deliver, lambda: None)
        self._received = 0
        self.link.on_session.append(self._begin)

    def _begin(self, _: Session) -> None:
        self._received = 0

    @staticmethod
    def _identify(document: int) -> Caller:
        return Caller("main", "main", "tauri://localhost/", "tauri://localhost", document, local=True)

    def _deliver(self, text: str) -> None:
        self.outcome.answered += 1
        self._received = json.loads(text)[1]

    async def send(self, text: str, errors: _Errors) -> None:
        """Send a message, one in eight without a first line that fits."""
        outcome = self.outcome
        if self.link.find("main") is None:
            self.link.receive('["main",-1]')
        whole = f'["main",{self._received}]\n{text}' if outcome.sent & 7 else text
        before, begun = errors.count, time.thread_time()
        try:
            answer = self.link.receive(whole)
        except Exception:
            logging.getLogger("shell").exception("a message raised")
            answer = ""
        if answer:
            self._deliver(answer)
        # What of it has to wait has its turn.
        await asyncio.sleep(0)
        took = time.thread_time() - begun
        outcome.sent += 1
        if errors.count > before:
            outcome.failed.append(whole)
        if took > outcome.longest:
            outcome.longest, outcome.slowest = took, whole


@click.command()
@click.option("--messages", default=1_000_000, show_default=True, help="How many.")
@click.option("--seed", type=int, help="What they are made from besides the corpus; another one each time.")
def main(messages: int, seed: int | None) -> None:
    """Send the core malformed messages, and keep in the corpus those that it does not take well."""
    seed = random.SystemRandom().randrange(2**32) if seed is None else seed
    begun = time.monotonic()
    outcome = asyncio.run(send(messages, seed))
    took = time.monotonic() - begun
    click.echo(f"seed {seed}: {outcome.sent} messages in {took:.0f} s, {len(outcome.failed)} not taken well")
    click.echo(f"longest {outcome.longest * 1000:.1f} ms: {outcome.slowest[:100]!r}")
    for text in outcome.failed:
        path = CORPUS / f"found-{abs(hash(text)):x}.txt"
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
        click.echo(f"kept as {path.name}")
    raise SystemExit(bool(outcome.failed))


if __name__ == "__main__":
    main()
