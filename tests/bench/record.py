"""What was measured, kept in a file as it comes: a run that was interrupted goes on where it was."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs
import msgspec

from tests.bench.outcome import Outcome, Spread
from tests.bench.program import ROOT, ProgramError
from tests.bench.work import Figures, Work

_MEASURED = ("shell", "resources", "tests/bench/programs", "tests/bench/pages")


def fingerprint(root: Path) -> str:
    """Tell one state of all that is measured from another."""
    digest = hashlib.sha256()
    for folder in _MEASURED:
        for file in sorted((root / folder).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(root)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


@attrs.define
class Record:
    """All runs of all works.

    Attributes:
        about: The machine and the versions.
        source: What qtshell and the measuring programs were then.
        runs: The figures of each run, by work and program.
        left_out: Why a program was left out of a work, by work and program.
    """

    about: str
    source: str = attrs.field(factory=lambda: fingerprint(ROOT))
    runs: dict[str, dict[str, list[Figures]]] = attrs.field(factory=dict)
    left_out: dict[str, dict[str, str]] = attrs.field(factory=dict)

    @classmethod
    def read(cls, path: Path, about: str) -> "Record":
        """Go on with what a file has, or begin.

        Raises:
            ProgramError: What it has was measured somewhere else, or with other versions.
        """
        if not path.exists():
            return cls(about)
        try:
            record = msgspec.json.decode(path.read_bytes(), type=cls)
        except msgspec.DecodeError as error:
            raise ProgramError(f"{path} has no measurements: {error}") from None
        if record.source != fingerprint(ROOT):
            raise ProgramError(f"{path} has measurements of other sources than these")
        if record.about != about:
            raise ProgramError(f"{path} has measurements of something else; it was\n{record.about}\nand is\n{about}")
        record.left_out.clear()
        return record

    def write(self, path: Path) -> None:
        """Keep it. Whoever interrupts this finds what was there before."""
        new = path.with_name(f"{path.name}.new")
        new.write_bytes(msgspec.json.format(msgspec.json.encode(self)))
        new.replace(path)

    def add(self, work: str, program: str, figures: Figures) -> None:
        self.runs.setdefault(work, {}).setdefault(program, []).append(figures)

    def leave_out(self, work: str, program: str, reason: str) -> None:
        self.left_out.setdefault(work, {})[program] = reason

    def count(self, work: str, program: str) -> int:
        """How often a program has done a work."""
        return len(self.runs.get(work, {}).get(program, ()))

    def outcomes(self, works: Iterable[Work]) -> Mapping[tuple[str, str], Outcome]:
        """The figures of those works that were measured, by work and key."""
        return {
            (work.name, figure.key): Outcome(
                figure,
                {
                    name: Spread.of([run[figure.key] for run in runs])
                    for name, runs in self.runs[work.name].items()
                    if figure.key in runs[0]
                },
            )
            for work in works
            if work.name in self.runs
            for figure in work.figures
        }
