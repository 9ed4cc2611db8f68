"""What is published of the measurements: RESULTS.md, the README's table and the picture, each written anew from a record."""

import collections
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import attrs

from tests.bench.outcome import Outcome
from tests.bench.plot import plot
from tests.bench.program import ROOT
from tests.bench.record import Record
from tests.bench.table import ABSENT, lines, number, ratio_text, table
from tests.bench.work import Work

RESULTS = "tests/bench/RESULTS.md"
README = "README.md"
PICTURE = "packaging/pictures/bench.svg"


@attrs.frozen
class Row:
    """A line of the README's table.

    Attributes:
        title: What it is called.
        figures: The figures that it has, by work and key.
    """

    title: str
    figures: tuple[tuple[str, str], ...]


ROWS = (
    Row(
        "one call after another, no arguments; 64 KiB of JSON",
        (("sequential", "nothing"), ("sequential", "more")),
    ),
    Row("20,000 calls at once", (("at-once", "rate"),)),
    Row("events, heard in one window; in 10", (("events", "rate"), ("events-10", "rate"))),
    Row("small messages of a channel", (("channels", "small"),)),
    Row("100 MiB of bytes up; down", (("bytes", "up-100"), ("bytes", "down-100"))),
    Row("10 MiB of JSON up; down", (("json", "up-10"), ("json", "down-10"))),
    Row("start to first call answered, warm", (("start", "answered"),)),
    Row("memory of one window; a further one", (("memory", "windows-1"), ("memory", "further"))),
    Row("processor while idle, one window; 5 windows", (("idle", "windows-1"), ("idle", "windows-5"))),
    Row("another window's calls while one floods the core (99 of 100)", (("flood", "calls"),)),
)


def publish(record: Record, works: Sequence[Work], root: Path = ROOT) -> None:
    """Write all of it anew.

    Args:
        record: What was measured.
        works: The works, in the order of the table.
        root: The top of the checkout.
    """
    outcomes = record.outcomes(works)
    _replace(root / RESULTS, "measured", results(record, works))
    _replace(root / README, "speed", readme(outcomes))
    (root / PICTURE).write_text(plot(outcomes.values(), record.about), encoding="utf-8")


def results(record: Record, works: Sequence[Work]) -> str:
    """What RESULTS.md says of the machine and the runs, and its table."""
    about = "\n".join(f"- {line}" for line in record.about.splitlines())
    left_out = "".join(
        f"\n- Left out of “{work.title}”: {program}, {reason}"
        for work in works
        for program, reason in record.left_out.get(work.name, {}).items()
    )
    return f"{about}{left_out}\n\n{_runs(record, works)}\n\n{table(record.outcomes(works).values())}"


def _runs(record: Record, works: Iterable[Work]) -> str:
    times = {work.title: max(map(len, record.runs[work.name].values())) for work in works if work.name in record.runs}
    usual = collections.Counter(times.values()).most_common(1)[0][0]
    others = "; ".join(f"{count} of “{title}”" for title, count in times.items() if count != usual)
    return f"Medians of {usual} runs{f' ({others})' if others else ''}, with the least and the most."


def readme(outcomes: Mapping[tuple[str, str], Outcome]) -> str:
    """The README's table."""

    def cells(row: Row) -> Iterable[str]:
        all_ = [outcomes[figure] for figure in row.figures]
        yield row.title
        yield "; ".join(f"{number(each.spreads['qtshell'].middle)} {each.figure.unit}" for each in all_)
        for beside in ("tauri", "floor"):
            there = any(each.ratio(beside) is not None for each in all_)
            yield "; ".join(ratio_text(each, beside) for each in all_) if there else ABSENT

    rows = [list(cells(row)) for row in ROWS if all(figure in outcomes for figure in row.figures)]
    return "\n".join(lines(["", "qtshell", "beside Tauri", "beside bare"], rows))


def _replace(file: Path, mark: str, text: str) -> None:
    """Put a text between a file's marks of a name."""
    before = file.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- {mark} -->\n).*?(\n<!-- /{mark} -->)", re.DOTALL)
    after, found = pattern.subn(lambda match: f"{match[1]}\n{text}\n{match[2]}", before)
    if found != 1:
        raise ValueError(f"{file} has no place for what is {mark}")
    file.write_text(after, encoding="utf-8")
