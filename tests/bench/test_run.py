"""A run of the measurements: what is kept, gone on with, left out and published."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.bench.program import FLOOR, QTSHELL, ROOT, TAURI, HangError, Program, ProgramError, Stage
from tests.bench.progress import Progress
from tests.bench.published import README, RESULTS, ROWS, publish
from tests.bench.record import Record
from tests.bench.run import measure, plan
from tests.bench.work import Figure, Figures, Measure, Work, one_by_one
from tests.bench.works import WORKS

STAGE = Stage({})
ALL = (QTSHELL, TAURI, FLOOR)


def work(does: Measure) -> Work:
    return Work("some", "some work", ALL, does, (Figure("time", "time", "ms"),))


def fine(_: Stage, program: Program) -> Figures:
    return {"time": float(len(program.name))}


def names(programs: Sequence[Program]) -> list[str]:
    return [program.name for program in programs]


def test_programs_take_turns() -> None:
    order = plan(work(one_by_one(fine)), ALL, Record("here"), 2).order
    assert names(order) == ["qtshell", "tauri", "floor"] * 2
    assert names(plan(work(one_by_one(fine)), [QTSHELL, FLOOR], Record("here"), 1).order) == ["qtshell", "floor"]


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path) -> None:
    file = tmp_path / "runs.json"

    def interrupted(stage: Stage, programs: Sequence[Program]) -> Iterator[tuple[Program, Figures]]:
        for program in programs[:4]:
            yield program, fine(stage, program)
        raise KeyboardInterrupt

    record = Record.read(file, "here")
    with pytest.raises(KeyboardInterrupt):
        measure(STAGE, plan(work(interrupted), ALL, record, 3), record, file, Progress(1))
    record = Record.read(file, "here")
    rest = plan(work(one_by_one(fine)), ALL, record, 3)
    assert names(rest.order) == ["tauri", "floor", "qtshell", "tauri", "floor"]
    measure(STAGE, rest, record, file, Progress(1))
    again = Record.read(file, "here")
    assert [again.count("some", each.name) for each in ALL] == [3, 3, 3]
    assert not plan(work(one_by_one(fine)), ALL, again, 3).order


def test_what_was_measured_elsewhere_is_not_gone_on_with(tmp_path: Path) -> None:
    file = tmp_path / "runs.json"
    Record("there").write(file)
    with pytest.raises(ProgramError, match=r"runs\.json has measurements of something else"):
        Record.read(file, "here")
    Record("here", source="others").write(file)
    with pytest.raises(ProgramError, match=r"runs\.json has measurements of other sources"):
        Record.read(file, "here")
    file.write_text("[]")
    with pytest.raises(ProgramError, match=r"runs\.json has no measurements"):
        Record.read(file, "here")


@pytest.mark.parametrize(("error", "tries"), [(HangError, 2), (ProgramError, 5)])
def test_a_peer_that_fails_tries_again_and_is_left_out_by_name_in_the_end(
    error: type[ProgramError], tries: int, capsys: pytest.CaptureFixture[str]
) -> None:
    begun: list[str] = []

    def failing(stage: Stage, program: Program) -> Figures:
        begun.append(program.name)
        if program is TAURI and begun.count("tauri") > 1:
            raise error("it said nothing\nand more")
        return fine(stage, program)

    record, some = Record("here"), work(one_by_one(failing))
    measure(STAGE, plan(some, ALL, record, 3), record, None, Progress(1))
    assert begun.count("tauri") == 1 + tries
    assert [record.count("some", each.name) for each in ALL] == [3, 1, 3]
    assert record.left_out == {"some": {"tauri": "after 1 runs: it said nothing"}}
    assert "some work: Tauri is left out from now on: it said nothing" in capsys.readouterr().err
    assert set(record.outcomes([some])["some", "time"].spreads) == {"qtshell", "tauri", "floor"}


def test_qtshell_itself_tries_once() -> None:
    begun: list[str] = []

    def failing(stage: Stage, program: Program) -> Figures:
        begun.append(program.name)
        if program is QTSHELL:
            raise ProgramError("it ended")
        return fine(stage, program)

    record = Record("here")
    measure(STAGE, plan(work(one_by_one(failing)), ALL, record, 3), record, None, Progress(1))
    assert begun.count("qtshell") == 1
    assert record.left_out == {"some": {"qtshell": "after 0 runs: it ended"}}


def test_a_record_makes_all_that_is_published(tmp_path: Path) -> None:
    for name in (README, RESULTS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "packaging/pictures").mkdir(parents=True)
    record = Record("a machine\nand versions")
    for each in WORKS:
        for program in each.programs:
            record.add(each.name, program.name, {figure.key: 4321.0 for figure in each.figures})
    record.leave_out("start", "tauri", "after 1 runs: it said nothing")
    publish(record, WORKS, tmp_path)
    results = (tmp_path / RESULTS).read_text()
    assert "- a machine\n- and versions\n- Left out of “start, warm”: tauri, after 1 runs: it said nothing" in results
    for each in WORKS:
        for figure in each.figures:
            assert f"| {figure.title} " in results
    assert "## Where the time goes" in results
    readme = (tmp_path / README).read_text()
    for row in ROWS:
        assert f"| {row.title} " in readme
    assert "## Changing it" in readme
    assert "<svg" in (tmp_path / "packaging/pictures/bench.svg").read_text()
    assert results.count("4,320") > len(WORKS)
