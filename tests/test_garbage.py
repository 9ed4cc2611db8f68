"""When the interpreter looks for garbage."""

import gc
import subprocess
import sys

import pytest

from shell import garbage


def test_no_garbage_is_looked_for_while_modules_are_imported() -> None:
    with garbage.kept():
        assert not gc.isenabled()
        with garbage.kept():
            pass
        assert not gc.isenabled(), "the outer block is not over"
    assert gc.isenabled()


def test_who_looks_for_no_garbage_is_left_alone() -> None:
    gc.disable()
    try:
        with garbage.kept():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_garbage_is_looked_for_again_after_an_import_that_fails() -> None:
    with pytest.raises(ImportError), garbage.kept():
        raise ImportError
    assert gc.isenabled()


def test_what_the_shell_imports_is_searched_no_more() -> None:
    program = "import gc\nfrom shell import App\nprint(gc.isenabled(), gc.get_freeze_count())"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert told[0] == "True"
    assert int(told[1]) > 10_000
