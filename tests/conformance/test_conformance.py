"""Every function of the package, called from a real page on a real desktop."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.known import MODULES, OTHER_MODULES, PAGE, proof_of, registry, table
from tests.conformance.registry import Check, Entry
from tests.conformance.stage import RejectedError, Stage, run_program
from tests.desktop import Desktop
from tests.npm import PACKAGES

HERE = Path(__file__).parent
ENTRIES = registry().entries
CHECKS = {proof_of(entry): entry.proof for entry in ENTRIES if not isinstance(entry.proof, str)}
PACKAGE = PACKAGES / "@tauri-apps/api"
COMMANDS = HERE.parent / "acl/api_commands.txt"
# What the package makes of a plugin's name, and what stands behind `print()`, a key, and a drag region.
NOT_NAMED = {
    *("app|register_listener", "app|remove_listener", "webview|print", "webview|internal_toggle_devtools"),
    "window|internal_toggle_maximize",
}
# Besides, what `listen` gives back is a function of its own.
WITHOUT_FUNCTION = {*NOT_NAMED, "event|unlisten"}
# A class that counts events as exports of its own.
EVENTS = "event.TauriEvent"


@pytest.fixture(scope="module")
def stage(desk: Desktop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with run_program(desk, tmp_path_factory.mktemp("web")) as running:
        yield running


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS.keys())
def test_it_does_what_it_is_for(stage: Stage, check: Check) -> None:
    try:
        check(stage)
    except BaseException:
        stage.forget_subject()
        raise


def test_every_export_of_the_package_is_known(stage: Stage) -> None:
    # `dpi` first: `window` names some of its classes again.
    order = ("dpi", *(module for module in MODULES if module != "dpi"))
    modules = ", ".join(f"[{module!r}, api.{module}]" for module in order)
    exports = stage.page(f"({(HERE / 'exports.js').read_text()})([{modules}], ['{EVENTS}'])")
    known = [entry.name for entry in ENTRIES]
    assert len(known) == len(set(known)), "something is known twice"
    assert set(exports) - {EVENTS} == {name for name in known if not name.startswith(f"{PAGE}.")}


def test_every_module_of_the_package_is_known() -> None:
    assert {file.stem for file in PACKAGE.glob("*.js")} == {*MODULES, *OTHER_MODULES}


def test_every_command_that_the_package_names_is_there_and_has_a_function(stage: Stage) -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in PACKAGE.rglob("*.js"))
    named = set(re.findall(r"plugin:([a-z]+\|\w+)", text))
    assert {f"plugin:{one}" for one in named} == set(COMMANDS.read_text(encoding="utf-8").split())
    known = {entry.command for entry in ENTRIES if entry.command is not None and entry.command[:6] != "probe|"}
    assert known | WITHOUT_FUNCTION == named | NOT_NAMED
    for one in sorted(named | NOT_NAMED):
        # One that is not there is not found, whether it is allowed or not.
        with pytest.raises(RejectedError, match=re.escape(one.replace("|", "."))):
            stage.page(f"api.core.invoke('plugin:{one}')", "plain")


def refusable() -> list[Entry]:
    return [entry for entry in ENTRIES if entry.command is not None]


def test_each_function_is_refused_without_its_permission(stage: Stage) -> None:
    wrong = []
    for entry in refusable():
        assert entry.call is not None
        assert entry.command is not None
        try:
            value = stage.page(entry.refused or entry.call, "plain")
        except RejectedError as error:
            message = str(error)
        else:
            message = f"it gave {value!r}"
        if not message.startswith(f"{entry.command.replace('|', '.')} not allowed") or (
            entry.permission not in re.split(r"[ ,]+", message)
        ):
            wrong.append(f"{entry.name}: {message}")
    assert not wrong


def test_functions_that_need_no_permission_have_none_to_need(stage: Stage) -> None:
    for entry in ENTRIES:
        if entry.command is None and entry.call is not None:
            stage.page(f"void ({entry.call})", "plain")


def test_each_test_elsewhere_that_shows_something_exists() -> None:
    for entry in ENTRIES:
        if isinstance(entry.proof, str):
            file, _, name = entry.proof.partition("::")
            tree = ast.parse((HERE.parents[1] / file).read_text(encoding="utf-8"))
            assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, entry.name


def test_the_table_says_what_is_known() -> None:
    said = (HERE / "TABLE.md").read_text(encoding="utf-8")
    assert said == table(ENTRIES), "python -m tests.conformance writes it anew"
