"""`qtshell doctor`: what it says of machines that have all, and of those that lack something."""

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.cli.doctor import libraries, machine
from shell.cli.doctor.finding import Finding, State
from tests.cli.conftest import HANGS, ROOT, Command, environment
from tests.desktop import desktop, missing_programs

LOADER = """#!/bin/sh
for file; do
    printf '%s:\\n\\tlibz.so.1 => /lib/libz.so.1 (0x1)\\n' "$file"
    case $file in *{where}*) printf '\\tlibgone.so.4 => not found\\n\\tliboff.so.0 => not found\\n' ;; esac
done
exit 1
"""
QUERY = """#!/bin/sh
shift 2
if [ "$1" = dpkg ]; then printf '{version}'; exit; fi
for package; do
    case $package in
        libnss3 | libasound2*) ;;
        *) printf 'installed %s\\n' "$package" ;;
    esac
done
exit 1
"""
COMPARE = """#!/bin/sh
[ "$2" = 1.21.22 ]
"""


def states(output: str) -> dict[str, str]:
    """The sign of each subject."""
    return {found[2]: found[1] for found in re.finditer(r"^  ([✓!✗]) (\S+(?: \S+)?)  ", output, re.MULTILINE)}


def test_what_the_encoding_has_not_is_said_in_other_characters(qtshell: Command) -> None:
    done = qtshell("doctor", env=environment(PYTHONIOENCODING="ascii"))
    assert (done.code, done.errors) == (0, "")
    assert re.search(r"^  \+ Python  ", done.output, re.MULTILINE)
    assert "?" not in done.output


@pytest.mark.parametrize("command", ["doctor", "--version"])
def test_output_that_cannot_be_written_is_told_in_a_line(qtshell: Command, command: str) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" > /dev/full', "sh", sys.executable, "-m", "shell.cli", command],
        cwd=qtshell.folder,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        timeout=HANGS,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "qtshell: standard output cannot be written: No space left on device\n"


def test_a_machine_without_display_and_bus_runs_programs_and_lacks_what_is_marked(qtshell: Command) -> None:
    done = qtshell("doctor")
    assert (done.code, done.errors) == (0, "")
    found = states(done.output)
    assert found.pop("sandbox") == ("!" if os.geteuid() == 0 else "✓")
    assert found == {
        "Python": "✓",
        "Qt": "✓",
        "libraries": "✓",
        "display": "!",
        "fonts": "✓",
        "a page": "✓",
        "D-Bus": "!",
        "tray": "!",
        "notifications": "!",
    }
    assert "neither DISPLAY nor WAYLAND_DISPLAY" in " ".join(done.output.split())
    assert done.output.endswith("\nPrograms run here, without what is marked !.\n")
    assert max(map(len, done.output.splitlines())) <= 80
    assert "\x1b" not in done.output


def test_a_whole_desktop_has_display_bus_tray_and_notifications(qtshell: Command) -> None:
    if missing := missing_programs("xfce4-panel", "dunst"):
        pytest.fail(f"this test needs programs that are not installed: {', '.join(missing)}", pytrace=False)
    with desktop(panel=True, notifications=True) as desk:
        done = qtshell("doctor", env={**desk.env, "PYTHONPATH": str(ROOT)})
    assert done.code == 0
    found = states(done.output)
    assert {name: found[name] for name in ("display", "D-Bus", "tray", "notifications")} == dict.fromkeys(
        ("display", "D-Bus", "tray", "notifications"), "✓"
    )
    assert "xcb; 1280 × 800, scale 1" in done.output
    assert re.search(r"notifications +dunst \d", done.output)


@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_a_display_that_does_not_answer_is_broken(qtshell: Command, locale: str) -> None:
    done = qtshell("doctor", env=environment(DISPLAY=":4711", LC_ALL=locale))
    assert done.code == 1
    assert states(done.output)["display"] == "✗"
    assert "Qt cannot use it: could not connect to display :4711" in " ".join(done.output.split())
    assert done.output.endswith("Programs cannot run here until what is marked ✗ is put right.\n")


@pytest.fixture
def qtshell_without_egl(qtshell: Command) -> Command:
    """PySide6 as it is where one of the system's libraries is missing."""
    package = qtshell.folder / "broken" / "PySide6"
    package.mkdir(parents=True)
    lines = "raise ImportError('libEGL.so.1: cannot open shared object file: No such file or directory')"
    for name in ("QtCore", "QtGui", "QtWidgets", "QtWebEngineCore", "QtWebEngineWidgets"):
        (package / f"{name}.py").write_text(lines)
    (package / "__init__.py").touch()
    return qtshell


def test_where_qt_cannot_be_loaded_the_rest_is_looked_at_all_the_same(qtshell_without_egl: Command) -> None:
    path = f"{qtshell_without_egl.folder / 'broken'}{os.pathsep}{ROOT}"
    done = qtshell_without_egl("doctor", env=environment(PYTHONPATH=path))
    assert (done.code, done.errors) == (1, "")
    assert states(done.output)["Qt"] == "✗"
    assert states(done.output)["Python"] == "✓"
    assert "libEGL.so.1: cannot open shared object file" in " ".join(done.output.split())


def test_where_qt_cannot_be_loaded_no_program_runs_and_one_line_says_so(qtshell_without_egl: Command) -> None:
    path = f"{qtshell_without_egl.folder / 'broken'}{os.pathsep}{ROOT}"
    done = qtshell_without_egl("run", "web", "--headless", env=environment(PYTHONPATH=path))
    assert (done.code, done.output) == (1, "")
    assert done.errors == (
        "qtshell: Qt cannot be loaded: libEGL.so.1: cannot open shared object file: No such file or directory; "
        "qtshell doctor says what to do\n"
    )


def test_where_pyside_is_not_installed_the_line_to_install_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    found = machine.qt()
    assert (found.state, found.command) == (State.BROKEN, "pip install 'PySide6-WebEngine>=6.12'")


@pytest.fixture
def lacking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Makes a machine whose files of some name lack libraries, and that has a dpkg of some version."""

    def make(where: str, version: str = "") -> None:
        scripts = {"ldd": LOADER.replace("{where}", where)}
        if version:
            scripts |= {"dpkg-query": QUERY.replace("{version}", version), "dpkg": COMPARE, "apt-get": "#!/bin/sh\n"}
        for name, text in scripts.items():
            (tmp_path / name).write_text(text)
            (tmp_path / name).chmod(0o755)
        (tmp_path / "sh").symlink_to("/bin/sh")
        monkeypatch.setenv("PATH", str(tmp_path))

    return make


@pytest.mark.parametrize(("version", "suffix"), [("1.21.22", ""), ("1.22.21", "t64")])
def test_missing_libraries_come_with_the_line_that_installs_the_missing_packages(
    version: str, suffix: str, lacking: Callable[[str, str], None]
) -> None:
    lacking("WebEngineCore", version)
    (found,) = libraries.libraries({"DISPLAY": ":0"})
    assert found.state is State.BROKEN
    assert found.text == "Qt WebEngine lacks libgone.so.4, liboff.so.0"
    assert found.command == f"sudo apt-get install --no-install-recommends libasound2{suffix} libnss3"


@pytest.mark.parametrize(
    ("file", "variables", "state"),
    [
        ("xcb", {"DISPLAY": ":0"}, State.BROKEN),
        ("xcb", {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, State.LACKING),
        ("xcb", {}, State.LACKING),
        ("qwayland", {"WAYLAND_DISPLAY": "wayland-0"}, State.BROKEN),
    ],
)
def test_libraries_for_windows_matter_where_windows_need_them(
    file: str, variables: dict[str, str], state: State, lacking: Callable[..., None]
) -> None:
    lacking(file)
    (found,) = libraries.libraries(variables)
    assert (found.state, found.command) == (state, "")
    assert found.text.endswith("lack libgone.so.4, liboff.so.0")


def test_the_packages_are_those_that_the_set_up_installs() -> None:
    assert (ROOT / "resources/apt/run.txt").samefile(ROOT / "packaging/apt/run.txt")


words = st.lists(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20))


@given(words, words, st.sampled_from(State))
def test_a_finding_keeps_to_80_columns_and_its_command_to_one_line(
    text: list[str], advice: list[str], state: State
) -> None:
    finding = Finding("subject", state, " ".join(text), " ".join(advice), "type " + "this " * 30)
    *lines, command = finding.lines(colour=False).split("\n")
    assert command.strip() == finding.command.strip()
    assert max(map(len, lines)) <= 80
    written = " ".join(" ".join(lines).split())
    assert written.split() == [state.value, "subject", *text, *(["→", *advice] if advice else [])]
    bare = attrs.evolve(finding, command="").lines(colour=True)
    assert re.sub(r"\x1b\[\d+m", "", bare) == "\n".join(lines)
