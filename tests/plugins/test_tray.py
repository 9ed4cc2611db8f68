"""The `tray` module of the package, function by function. What panels show of it is in `tests/tray`."""

import asyncio
import gc
import weakref
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColor, QImage, QImageWriter
from PySide6.QtWidgets import QToolBar

from shell import Limits, MouseButton, MouseButtonState, TrayIcon, TrayIconEventType
from shell.tray.host import TrayHost
from shell.tray.native import Gesture
from tests.conftest import Runner, next_load
from tests.plugins.conftest import Api, play

NEW = "globalThis.icon = await api.tray.TrayIcon.new({})"


def png(colour: str) -> bytes:
    image = QImage(4, 4, QImage.Format.Format_ARGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, b"PNG").write(image)
    return bytes(buffer.data().data())


def numbers(colour: str) -> str:
    """The bytes of a picture, as an array of JavaScript."""
    return str(list(png(colour)))


def colour(icon: TrayIcon) -> str:
    """The colour of its picture's first pixel, with its opacity."""
    return icon.icon.pixmap(4, 4).toImage().pixelColor(0, 0).name(QColor.NameFormat.HexArgb)


async def new(api: Api, options: str = "{}") -> TrayIcon:
    """Make an icon in the page, `icon` there; returns it."""
    icon = api.app.tray(await api(f"{NEW.format(options)}; return icon.id"))
    assert icon is not None
    return icon


def test_an_icon_has_all_that_it_is_made_with(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        icon = await new(
            api,
            """{
                id: "mail", tooltip: "Three new", title: "3", tempDirPath: "/tmp", iconAsTemplate: true,
                showMenuOnLeftClick: false, icon: RED,
                menu: await api.menu.Menu.new({ items: [{ text: "Open" }] }),
            }""".replace("RED", numbers("red")),
        )
        assert (icon.id, icon.tooltip, icon.title, colour(icon)) == ("mail", "Three new", "3", "#ffff0000")
        assert icon.visible
        assert icon.menu is not None
        assert [action.text() for action in icon.menu.widget.actions()] == ["Open"]
        assert await api("icon instanceof api.tray.TrayIcon && [icon.id, icon.rid > 0]") == ["mail", True]

    play(page, scenario)


def test_without_options_it_has_an_id_of_its_own_and_the_programs_picture(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        ids = await api("Promise.all([1, 2].map(() => api.tray.TrayIcon.new().then(({ id }) => id)))")
        assert len(set(ids)) == 2
        for icon in map(api.app.tray, ids):
            assert icon is not None
            assert icon.icon.pixmap(16, 16).toImage() == api.app.core.icon.pixmap(16, 16).toImage()
            assert (icon.tooltip, icon.title, icon.menu) == (None, None, None)

    play(page, scenario)


def test_an_icon_is_found_by_its_id_whoever_made_it(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        made = api.app.create_tray("made in Python")
        assert await api("api.tray.TrayIcon.getById('none')") is None
        text = await api("""
            const icon = await api.tray.TrayIcon.getById("made in Python");
            await icon.setTooltip("from the page");
            return [icon instanceof api.tray.TrayIcon, icon.id];""")
        assert text == [True, "made in Python"]
        assert made.tooltip == "from the page"

    play(page, scenario)


def test_an_icon_is_removed_by_its_id(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        icon = await new(api, '{ id: "gone" }')
        await api("api.tray.TrayIcon.removeById('gone')")
        assert icon.closed
        assert api.app.tray("gone") is None
        assert await api("api.tray.TrayIcon.getById('gone')") is None

    play(page, scenario)


SOURCES = (
    "BYTES",
    "new Uint8Array(BYTES)",
    "new Uint8Array(BYTES).buffer",
    "FILE",
    "await api.image.Image.fromBytes(BYTES)",
    "await api.image.Image.new([0, 0, 255, 255], 1, 1)",
    "{ rgba: [0, 0, 255, 255], width: 1, height: 1 }",
    "await api.image.Image.fromPath(FILE)",
)


def test_its_picture_comes_from_whatever_an_image_is(page: Runner, tmp_path: Path) -> None:
    file = tmp_path / "blue.png"
    file.write_bytes(png("blue"))

    async def scenario(api: Api) -> None:
        icon = await new(api)
        for source in SOURCES:
            blue = source.replace("BYTES", numbers("blue")).replace("FILE", f'"{file}"')
            for call in ("setIcon({})", "setIconWithAsTemplate({}, true)"):
                await api(f"await icon.{call.format(blue)}")
                assert colour(icon) == "#ff0000ff", source
                await api(f"await icon.{call.format('null')}")
                assert colour(icon) == "#00000000"

    play(page, scenario)


def test_each_function_changes_what_it_names(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        icon = await new(api)
        before = colour(icon)
        for call, name, value in (
            ("setTooltip('a text')", "tooltip", "a text"),
            ("setTooltip(null)", "tooltip", None),
            ("setTitle('42')", "title", "42"),
            ("setTitle(null)", "title", None),
            ("setVisible(false)", "visible", False),
            ("setVisible(true)", "visible", True),
            ("setTempDirPath('/tmp')", "closed", False),
            ("setTempDirPath(null)", "closed", False),
            ("setIconAsTemplate(true)", "closed", False),
        ):
            assert await api(f"return (await icon.{call}) ?? null") is None
            assert getattr(icon, name) == value, call
        assert colour(icon) == before

    play(page, scenario)


@pytest.mark.parametrize("kind", ["Menu", "Submenu"])
def test_it_gets_another_menu_and_none(page: Runner, kind: str) -> None:
    async def scenario(api: Api) -> None:
        icon = await new(api)
        await api(f"""
            globalThis.menu = await api.menu.{kind}.new({{ text: "Sub", items: [{{ text: "Open" }}] }});
            await icon.setMenu(menu);""")
        assert icon.menu is not None
        assert [action.text() for action in icon.menu.widget.actions()] == ["Open"]
        await api("menu.append({ text: 'Close' })")
        assert [action.text() for action in icon.menu.widget.actions()] == ["Open", "Close"]
        await api("icon.setMenu(null)")
        assert icon.menu is None

    play(page, scenario)


LEFT_CLICK = Gesture(TrayIconEventType.CLICK, MouseButton.LEFT, MouseButtonState.UP)


def opened_by_left_click(icon: TrayIcon) -> bool:
    assert icon.menu is not None
    icon.used(LEFT_CLICK)
    shown = icon.menu.widget.isVisible()
    icon.menu.widget.hide()
    return shown


def test_a_left_click_opens_the_menu_unless_the_page_says_no(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await api("globalThis.menu = await api.menu.Menu.new({ items: [{ text: 'Open' }] })")
        for options, opens in (
            ("", True),
            ("menuOnLeftClick: true", True),
            ("menuOnLeftClick: false", False),
            ("showMenuOnLeftClick: false", False),
            ("showMenuOnLeftClick: false, menuOnLeftClick: true", False),
            ("showMenuOnLeftClick: true, menuOnLeftClick: false", True),
        ):
            icon = await new(api, f"{{ menu, {options} }}")
            assert opened_by_left_click(icon) is opens, options
        for name in ("setMenuOnLeftClick", "setShowMenuOnLeftClick"):
            for on in (False, True):
                await api(f"icon.{name}({str(on).lower()})")
                assert opened_by_left_click(icon) is on, name

    play(page, scenario)


HEARD = """(event) => {
    const { position, rect, ...rest } = event;
    (globalThis.heard ??= []).push([
        rest,
        position instanceof api.dpi.PhysicalPosition,
        rect.position instanceof api.dpi.PhysicalPosition,
        rect.size instanceof api.dpi.PhysicalSize,
        [position.x, position.y, rect.position.x, rect.position.y, rect.size.width, rect.size.height].every(Number.isInteger),
    ]);
    if (heard.length === 5) heardAll(heard);
}"""
GESTURES = {
    "Click": Gesture(TrayIconEventType.CLICK, MouseButton.RIGHT, MouseButtonState.DOWN),
    "DoubleClick": Gesture(TrayIconEventType.DOUBLE_CLICK, MouseButton.LEFT),
    "Enter": Gesture(TrayIconEventType.ENTER),
    "Move": Gesture(TrayIconEventType.MOVE),
    "Leave": Gesture(TrayIconEventType.LEAVE),
}


def test_an_action_hears_of_all_that_the_platform_reports(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        icon = await new(api, "{ id: 'heard', action: HEARD }".replace("HEARD", HEARD))
        await api("void (globalThis.all = new Promise((done) => { globalThis.heardAll = done; }))")
        for gesture in GESTURES.values():
            icon.used(gesture)
        told: dict[str, dict[str, Any]] = {
            "Click": {"button": "Right", "buttonState": "Down"},
            "DoubleClick": {"button": "Left"},
        }
        assert await api("all") == [
            [{"type": name, "id": "heard", **told.get(name, {})}, True, True, True, True] for name in GESTURES
        ]

    play(page, scenario)


def test_a_page_that_closes_an_icon_has_none_any_more(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        icon = await new(api)
        await api("icon.close()")
        assert icon.closed
        message = await api.refused("icon.setTooltip('a')")
        assert "is invalid: it was closed, or belongs to another page" in message

    play(page, scenario)


def test_icons_go_with_the_page_that_made_them_and_no_others_do(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        made = api.app.create_tray("python")
        icon = await new(api, "{ menu: await api.menu.Menu.new(), action: () => {} }")
        await api("api.tray.TrayIcon.getById('python')")
        reloaded = next_load(api.window)
        await api("void setTimeout(() => location.reload())")
        await reloaded
        assert icon.closed
        assert not made.closed
        assert [one.id for one in api.app.core.trays] == ["python"]

    play(page, scenario)


@pytest.mark.parametrize("others", [0, 1])
def test_what_stands_in_for_an_icon_outlives_its_window_or_goes_with_it(
    page: Runner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, others: int
) -> None:
    monkeypatch.setattr(TrayHost, "missed", property(lambda host: True))

    async def scenario(api: Api) -> None:
        first, other = api.window, api.app.create_window("other")
        await other.loaded()
        await new(api)
        for _ in range(others):
            api.app.create_tray()
        assert len(first.frame.findChildren(QToolBar)) == 1
        gone = asyncio.Event()
        first.frame.destroyed.connect(gone.set)
        first.destroy()
        await gone.wait()
        assert len(other.frame.findChildren(QToolBar)) == others
        # Nobody looks for another place who has gone.
        other.hide()
        other.show()
        await asyncio.sleep(0)
        assert len(other.frame.findChildren(QToolBar)) == others

    play(page, scenario)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_page_that_holds_all_that_it_may_takes_no_icon_away_by_asking_for_it(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        made = api.app.create_tray("python")
        find = "api.tray.TrayIcon.getById('python')"
        await api(f"Promise.all([{find}, {find}, {find}])")
        assert await api.refused(find) == (
            "this page holds 3 resources already, and has closed none of them (App's limits.handles)"
        )
        assert not made.closed

    play(page, scenario, limits=Limits(handles=3))


def test_nothing_stays_of_icons_that_pages_made_and_closed(page: Runner) -> None:
    make = "{ menu: await api.menu.Menu.new({ items: [{ text: 'Open' }] }), icon: RED, action: () => {} }"

    async def scenario(api: Api) -> None:
        held = len(api.resources)
        icon = weakref.ref(await new(api, make.replace("RED", numbers("red"))))
        await api("icon.close()")
        gc.collect()
        assert icon() is None
        assert len(api.resources) == held + 1, "the menu, which the page has still"
        for _ in range(50):
            await new(api, "{}")
            await api("icon.close()")
        assert len(api.resources) == held + 1
        assert not list(api.app.core.trays)

    play(page, scenario)


def test_a_page_cannot_make_icons_without_end(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        made = await api("""
            const made = await Promise.allSettled(Array.from({ length: 100 }, () => api.tray.TrayIcon.new()));
            return made.map(({ status, reason }) => reason ?? status);""")
        told = "there are 32 tray icons already, and a program can have no more"
        assert made == ["fulfilled"] * 32 + [told] * 68
        for icon in api.app.core.trays:
            icon.close()
        await new(api)

    play(page, scenario)


REMOVED = """
    const icon = await api.tray.TrayIcon.new({ id: "gone" });
    await api.tray.TrayIcon.removeById("gone");
    return icon."""
AFTER_ITS_END = (
    "setIcon(null)",
    "setMenu(null)",
    "setTooltip('a')",
    "setTitle('a')",
    "setVisible(false)",
    "setTempDirPath('/tmp')",
    "setIconAsTemplate(true)",
    "setIconWithAsTemplate(null, true)",
    "setMenuOnLeftClick(true)",
    "setShowMenuOnLeftClick(true)",
)
WRONG = {
    **{f"{REMOVED}{call}": 'the tray icon "gone" was removed' for call in AFTER_ITS_END},
    "api.tray.TrayIcon.removeById('none')": 'tray icon not found: no tray icon has the id "none"',
    "api.tray.TrayIcon.new({ id: 'taken' })": 'a tray icon with the id "taken" exists already',
    "api.tray.TrayIcon.new({ icon: [1, 2, 3] })": "invalid icon: not an image in a format that is known",
    "api.tray.TrayIcon.new({ icon: '/no/such.png' })": "invalid icon: /no/such.png: No such file or directory",
    "api.tray.TrayIcon.new({ icon: { rgba: [1], width: 2, height: 2 } })": "invalid icon: ",
    "new api.tray.TrayIcon(999, 'x').setTitle('a')": "the resource id 999 is invalid",
    "api.tray.TrayIcon.new({ menu: { rid: 999, kind: 'Menu' } })": "the resource id 999 is invalid",
    "const menu = await api.menu.MenuItem.new({ text: 'a' }); return api.tray.TrayIcon.new({ menu })": (
        "a tray icon's menu is one of Menu, Submenu, not 'MenuItem'"
    ),
    "const { rid } = await api.menu.Menu.new(); return new api.tray.TrayIcon(rid, 'x').setTitle('a')": (
        "is a Menu, not a TrayIconHandle"
    ),
    "api.tray.TrayIcon.new({ tooltip: 5 })": "$.options.tooltip",
    "api.core.invoke('plugin:tray|set_visible', { rid: 1 })": "`visible` for command `plugin:tray|set_visible`",
}


def test_what_is_wrong_is_told_in_a_line(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await new(api, "{ id: 'taken' }")
        for call, message in WRONG.items():
            text = await api.refused(call if "return" in call else f"return {call}")
            assert message in text, call
            assert "\n" not in text
        assert [icon.id for icon in api.app.core.trays] == ["taken"]

    play(page, scenario)
