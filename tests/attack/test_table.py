"""The table of what pages may do is what pages may do."""

from pathlib import Path

from tests.attack.table import TABLE, ask, rendered
from tests.conftest import Runner


def test_pages_may_do_what_the_table_says_and_nothing_that_was_not_granted(shell: Runner, tmp_path: Path) -> None:
    answers = ask(shell, tmp_path)
    for window in ("bare", "opened", "remote-bare"):
        for place, roads in answers[window].items():
            assert not roads.get("bridge"), (window, place)
            assert not roads.get("ipc"), (window, place)
    for window in ("remote-granted", "remote-bare"):
        for place, roads in answers[window].items():
            assert not any(roads.get(name) for name in ("ipc", "frontend", "asset")), (window, place)
    assert not any(roads.get("unlisted") for places in answers.values() for roads in places.values())
    assert rendered(answers) == TABLE.read_text(encoding="utf-8"), "python -m tests.attack.table writes it again"
