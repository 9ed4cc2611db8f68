from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop import Desktop, desktop, missing_programs
from tests.tray.driver import Panel, Program, program


def require(*extra: str) -> None:
    missing = missing_programs(*extra)
    if missing:
        pytest.fail(f"these tests need programs that are not installed: {', '.join(missing)}", pytrace=False)


@pytest.fixture(scope="module")
def desk() -> Iterator[Desktop]:
    """A desktop with a panel that has a tray."""
    require("xfce4-panel")
    with desktop(panel=True) as running:
        yield running


@pytest.fixture(scope="module")
def panel(desk: Desktop) -> Panel:
    return Panel(desk)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A frontend whose page has the package."""
    return tmp_path_factory.mktemp("web")


@pytest.fixture(scope="module")
def run(desk: Desktop, folder: Path) -> Iterator[Program]:
    """A program on that desktop, for all tests of a module."""
    with program(desk, folder) as running:
        yield running


@pytest.fixture
def tray(run: Program, panel: Panel) -> Iterator[Program]:
    """The program, without any icon at first and at last."""
    yield run
    run("[icon.close() for icon in app.core.trays] and None")
    run("made.clear()")
    run.events_so_far()
    panel.wait_for(0)
