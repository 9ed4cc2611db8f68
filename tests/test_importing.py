"""What happens, and does not, while our modules are imported."""

import builtins
import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shell.importing import undisturbed


def test_no_garbage_is_looked_for_while_modules_are_imported() -> None:
    with undisturbed():
        assert not gc.isenabled()
        with undisturbed():
            pass
        assert not gc.isenabled(), "the outer block is not over"
    assert gc.isenabled()


def test_who_looks_for_no_garbage_is_left_alone() -> None:
    gc.disable()
    try:
        with undisturbed():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_garbage_is_looked_for_again_after_an_import_that_fails() -> None:
    with pytest.raises(ImportError), undisturbed():
        raise ImportError
    assert gc.isenabled()


def test_what_the_shell_imports_is_searched_no_more() -> None:
    program = "import gc\nfrom shell import App\nprint(gc.isenabled(), gc.get_freeze_count())"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert told[0] == "True"
    assert int(told[1]) > 10_000


def printed(program: str, *folders: Path) -> str:
    """What a program prints that Python runs in a process of its own."""
    path = os.pathsep.join(map(str, (*folders, *filter(None, [os.environ.get("PYTHONPATH")]))))
    told = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    assert not told.returncode, told.stderr
    return told.stdout.strip()


def test_a_program_that_only_defines_commands_loads_no_qt() -> None:
    """As processes of a pool import it."""
    assert (
        printed("import sys\nfrom shell import App\nprint([name for name in sys.modules if 'PySide' in name])") == "[]"
    )


def test_the_sources_of_our_modules_are_not_read() -> None:
    program = """
import linecache
import PySide6.QtCore
from shell.importing import undisturbed
with undisturbed():
    import shell.core
print([name for name in linecache.cache if "/shell/webview/" in name])
"""
    assert printed(program) == "[]"


@pytest.mark.parametrize("first", ["import snake", ""], ids=["before us", "after us"])
def test_a_program_can_use_a_feature_of_pyside(tmp_path: Path, first: str) -> None:
    (tmp_path / "snake.py").write_text(
        "from PySide6.QtCore import QObject\n"
        "from __feature__ import snake_case\n"
        "thing = QObject()\n"
        "def name(): thing.set_object_name('seen'); return thing.object_name()\n"
    )
    (tmp_path / "index.html").write_text("<!doctype html><script>shell.invoke('done')</script>")
    program = f"""
import os
from shell import App, Options
{first}
app = App("com.example.snake", frontend={str(tmp_path)!r})
@app.command
async def done() -> None:
    import snake
    app.windows["main"].set_title(snake.name())
    print(app.windows["main"].title(), snake.name())
    app.exit()
print(app.run(Options(headless=True, no_sandbox=os.geteuid() == 0)))
"""
    assert printed(program, tmp_path).split() == ["seen", "seen", "0"]


def test_the_way_to_import_is_as_it_was_after_an_import_that_fails() -> None:
    before = builtins.__import__
    with pytest.raises(ImportError), undisturbed():
        raise ImportError
    assert builtins.__import__ is before
