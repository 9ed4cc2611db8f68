"""Menus in a configuration."""

from pathlib import Path
from typing import Any

import pytest

from shell.config import ConfigError, MenuItemConfig, Predefined, config_from, load, unused

SHELL_TOML = """
identifier = "com.example.menus"
build.frontendDist = "."

[[plugins.qtshell.menu]]
text = "&File"
items = [
    { id = "open", text = "&Open…", accelerator = "CmdOrCtrl+O", icon = "open.png", enabled = false },
    { id = "quiet", text = "Quiet", checked = true },
    { item = "Separator" },
    { item = "quit", text = "Leave" },
]

[[plugins.qtshell.menu]]
text = "Empty"
items = []

[[plugins.qtshell.tray-menu]]
text = "Show"
"""


def test_a_menu_is_a_list_of_items(tmp_path: Path) -> None:
    (tmp_path / "shell.toml").write_text(SHELL_TOML, encoding="utf-8")
    (tmp_path / "index.html").touch()
    own = load(tmp_path).shell
    assert own.menu == (
        MenuItemConfig(
            text="&File",
            items=(
                MenuItemConfig(id="open", text="&Open…", accelerator="CmdOrCtrl+O", icon="open.png", enabled=False),
                MenuItemConfig(id="quiet", text="Quiet", checked=True),
                MenuItemConfig(item=Predefined.SEPARATOR),
                MenuItemConfig(item=Predefined.QUIT, text="Leave"),
            ),
        ),
        MenuItemConfig(text="Empty", items=()),
    )
    assert own.tray_menu == (MenuItemConfig(text="Show"),)


def test_without_one_there_is_none() -> None:
    own = config_from({"identifier": "com.example.menus"}).shell
    assert own.menu is None
    assert own.tray_menu is None


@pytest.mark.parametrize(
    ("menu", "line"),
    [
        ({"text": "a"}, '$.plugins.qtshell.menu: expected a list of menu items, got {"text": "a"}'),
        (["a"], '$.plugins.qtshell.menu[0]: expected an object, got "a"'),
        ([{}], "$.plugins.qtshell.menu[0].text: this key is required"),
        ([{"text": "a", "items": [{"id": "b"}]}], "$.plugins.qtshell.menu[0].items[0].text: this key is required"),
        ([{"text": 3}], "$.plugins.qtshell.menu[0].text: expected text, got 3"),
        ([{"item": "Nothing"}], "$.plugins.qtshell.menu[0].item: expected "),
        ([{"text": "a", "checkd": True}], '$.plugins.qtshell.menu[0].checkd: unknown key; did you mean "checked"?'),
        ([{"text": "a", "icon": ""}], '$.plugins.qtshell.menu[0].icon: expected a path, got ""'),
        (
            [{"item": "Copy", "accelerator": "Ctrl+C"}],
            '$.plugins.qtshell.menu[0].accelerator: a predefined item, which "item" makes it, has no "accelerator"',
        ),
        (
            [{"text": "a", "items": [], "checked": False}],
            '$.plugins.qtshell.menu[0].checked: a submenu, which "items" makes it, has no "checked"',
        ),
        (
            [{"text": "a", "icon": "a.png", "checked": False}],
            '$.plugins.qtshell.menu[0].icon: an item with a check mark, which "checked" makes it, has no "icon"',
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(menu: Any, line: str) -> None:
    with pytest.raises(ConfigError) as error:
        config_from({"identifier": "com.example.menus", "plugins": {"qtshell": {"menu": menu}}}, "shell.toml")
    (told,) = error.value.lines
    assert told.startswith(f"shell.toml: {line}")


def test_all_mistakes_are_told_at_once() -> None:
    menu = [{"item": "Copy", "id": "a", "checked": True}, {"items": [{"text": 1}, {"text": 2}]}]
    with pytest.raises(ConfigError) as error:
        config_from({"identifier": "com.example.menus", "plugins": {"qtshell": {"menu": menu}}})
    assert len(error.value.lines) == 4


def test_a_tray_menu_without_a_tray_icon_is_in_vain() -> None:
    config = {"identifier": "com.example.menus", "plugins": {"qtshell": {"trayMenu": [{"text": "a"}]}}}
    (said,) = unused(config_from(config), ())
    assert said == "plugins.qtshell.trayMenu: there is no app.trayIcon that could open it"
    assert list(unused(config_from({**config, "app": {"trayIcon": {"iconPath": "a.png"}}}), ())) == []
