"""Menus that stand in the configuration of a program."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage

from shell import App, ConfigError, Menu, MenuItem, Submenu, Window
from shell.menu import Container
from tests.conftest import Runner
from tests.menu.test_in_a_program import bar_of, play, texts

MENU = [
    {
        "text": "&File",
        "id": "file",
        "items": [
            {"id": "open", "text": "&Open", "accelerator": "CmdOrCtrl+O", "icon": "blue.png"},
            {"id": "quiet", "text": "Quiet", "checked": True},
            {"item": "Separator"},
            {"id": "never", "text": "Never", "enabled": False},
            {"text": "More", "items": [{"id": "deep", "text": "Deep"}], "icon": "blue.png"},
            {"item": "Quit", "text": "Leave"},
        ],
    },
    {"text": "Help", "items": [{"item": "About"}]},
]
LISTENS = "<script>window.shell.listen('menu', (event) => heard.push(event.payload)); window.heard = []</script>"


def configured(shell: Runner, **own: Any) -> dict[str, Any]:
    """A configuration with what is qtshell's own."""
    image = QImage(4, 4, QImage.Format.Format_ARGB32)
    image.fill(QColor("blue"))
    assert image.save(str(shell.folder / "blue.png"))
    return {
        "identifier": "com.example.test",
        "build": {"frontendDist": str(shell.folder)},
        "plugins": {"qtshell": own},
    }


def with_icons(menu: list[Any], folder: Path) -> list[Any]:
    """A menu whose pictures are in a folder."""
    return [
        {
            **item,
            **({"icon": str(folder / item["icon"])} if "icon" in item else {}),
            **({"items": with_icons(item["items"], folder)} if "items" in item else {}),
        }
        for item in menu
    ]


def item(menu: Container | None, *way: str) -> Any:
    """An item by the ids or texts on the way to it."""
    found: Any = menu
    for name in way:
        found = next(one for one in found.items() if name in {one.id, one.text()})
    return found


def test_a_configured_menu_is_the_programs(shell: Runner) -> None:
    async def scenario(app: App, window: Window) -> None:
        menu = app.menu()
        assert texts(bar_of(window)) == ["&File", "Help"]
        file = item(menu, "file")
        assert [action.text() for action in file.widget.actions()] == ["&Open", "Quiet", "", "Never", "More", "Leave"]
        open_ = item(menu, "file", "open").qaction
        assert open_.shortcut().toString() == "Ctrl+O"
        assert open_.icon().pixmap(4).toImage().pixelColor(0, 0) == QColor("blue")
        assert item(menu, "file", "quiet").is_checked()
        assert not item(menu, "file", "never").qaction.isEnabled()
        assert not item(menu, "file", "More").qaction.icon().isNull()
        assert item(menu, "file", "More", "deep").qaction.isEnabled()

    play(shell, scenario, config=configured(shell, menu=with_icons(MENU, shell.folder)))


def test_what_is_chosen_from_it_is_told_to_python_and_to_pages(shell: Runner) -> None:
    shell.write(index=f"<!doctype html><title>page</title>{LISTENS}")
    told: list[str] = []

    async def scenario(app: App, window: Window) -> None:
        app.on_menu_event(lambda event: told.append(event.id))
        for way in (("file", "open"), ("file", "quiet"), ("file", "quiet"), ("file", "More", "deep")):
            item(app.menu(), *way).qaction.trigger()
        assert told == ["open", "quiet", "quiet", "deep"]
        assert await window.eval("heard") == [
            {"id": "open"},
            {"id": "quiet", "checked": False},
            {"id": "quiet", "checked": True},
            {"id": "deep"},
        ]

    capability = {"identifier": "events", "windows": ["*"], "permissions": ["core:event:default"]}
    config = configured(shell, menu=with_icons(MENU, shell.folder))
    play(shell, scenario, config=config, capabilities=[capability])


def test_a_menu_in_code_goes_before_it(shell: Runner) -> None:
    menu = Menu([Submenu("Own", [MenuItem("a")])])

    async def scenario(app: App, window: Window) -> None:
        assert app.menu() is menu

    play(shell, scenario, config=configured(shell, menu=[{"text": "Other", "items": []}]), menu=menu)


def test_a_tray_menu_is_that_of_the_configured_icon(shell: Runner) -> None:
    config = configured(shell, trayMenu=[{"text": "Show", "id": "show"}, {"item": "Quit"}])
    config["app"] = {"trayIcon": {"iconPath": str(shell.folder / "blue.png")}}

    async def scenario(app: App, window: Window) -> None:
        told = asyncio.Event()
        app.listen("menu", lambda event: told.set())
        icon = app.tray("main")
        assert icon is not None
        menu = icon.menu
        assert isinstance(menu, Menu)
        assert [one.qaction.text() for one in menu.items()] == ["Show", "&Quit"]
        item(menu, "show").qaction.trigger()
        await told.wait()

    play(shell, scenario, config=config)


def nested(depth: int) -> list[Any]:
    return [{"text": "a", "items": nested(depth - 1)}] if depth else []


@pytest.mark.parametrize(
    ("menu", "line"),
    [
        (
            [{"text": "a", "items": [{"text": "b"}, {"text": "c", "accelerator": "Ctrl+Nothing"}]}],
            "[0].items[1]: the accelerator 'Ctrl+Nothing': there is no key 'Nothing'",
        ),
        ([{"text": "a", "icon": "/none.png"}], "[0]: /none.png: No such file or directory"),
    ],
)
def test_what_cannot_be_made_is_told_with_its_place(shell: Runner, menu: Any, line: str) -> None:
    app = shell.app(config=configured(shell, menu=menu))
    with pytest.raises(ConfigError) as error:
        app.run_or_raise(shell.options)
    assert error.value.lines == (f"App: $.plugins.qtshell.menu{line}",)


def test_menus_are_not_put_into_one_another_without_end(shell: Runner) -> None:
    app = shell.app(config=configured(shell, menu=nested(33)))
    with pytest.raises(ConfigError, match="nested more than 64 levels deep"):
        app.run_or_raise(shell.options)
