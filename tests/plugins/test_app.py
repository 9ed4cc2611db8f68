"""The `app` module of the package, function by function."""

import asyncio
import json
from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage

from shell import RESTART_EXIT_CODE, LifeEvent
from shell.plugins.app import TAURI_VERSION, AppInfo, BundleType, app_plugin
from shell.restart import Start
from tests.conftest import Runner
from tests.npm import PACKAGES
from tests.plugins.conftest import EVERYTHING, Api, play


def test_what_the_program_says_of_itself(page: Runner) -> None:
    config = {
        "identifier": "org.example.notes",
        "productName": "Notes",
        "version": "1.2.3-beta.1",
        "build": {"frontendDist": str(page.folder)},
    }

    async def scenario(api: Api) -> None:
        assert await api("api.app.getName()") == "Notes"
        assert await api("api.app.getVersion()") == "1.2.3-beta.1"
        assert await api("api.app.getIdentifier()") == "org.example.notes"
        assert await api("api.app.getTauriVersion()") == TAURI_VERSION
        assert await api("api.app.getBundleType()") is None
        assert await api("api.app.supportsMultipleWindows()") is True

    play(page, scenario, config=config)


def test_what_it_says_where_nothing_is_configured(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        assert await api("api.app.getName()") == "test"
        assert await api("api.app.getVersion()") == "0.0.0"

    play(page, scenario)


def test_the_version_of_tauri_is_that_of_the_package() -> None:
    package = json.loads((PACKAGES / "@tauri-apps/api/package.json").read_text(encoding="utf-8"))
    assert package["version"] == TAURI_VERSION


def test_the_bundle_types_of_this_system_are_the_packages_own(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        theirs = await api("Object.values(api.app.BundleType)")
        assert {bundle.value for bundle in BundleType} <= set(theirs)

    play(page, scenario)


def test_a_program_that_was_installed_from_a_bundle_says_so(page: Runner) -> None:
    commands = app_plugin(
        AppInfo("Notes", "1.0.0", "org.example.notes", BundleType.DEB),
        icon=lambda: pytest.fail("nobody asked for it"),
        request_exit=lambda code: pytest.fail("nobody asked for it"),
    ).commands
    command = commands.get("plugin:app|bundle_type")
    assert command is not None
    with pytest.raises(StopIteration) as result:
        command.function().send(None)
    assert result.value.value == "deb"


def test_the_icon_of_windows_is_an_image_that_the_page_holds(page: Runner) -> None:
    icon = page.folder.parent / "icon.png"
    image = QImage(48, 48, QImage.Format.Format_ARGB32)
    image.fill(QColor("#1e90ff"))
    assert image.save(str(icon))
    config = {
        "identifier": "org.example.notes",
        "build": {"frontendDist": str(page.folder)},
        "bundle": {"icon": [str(icon)]},
    }

    async def scenario(api: Api) -> None:
        rid = await api("api.app.defaultWindowIcon().then((icon) => { globalThis.icon = icon; return icon.rid; })")
        session = api.app.core.webviews["main"].session
        assert session is not None
        held = session.resources.get(rid, QImage)
        assert (held.width(), held.height()) == (48, 48)
        assert held.pixelColor(10, 10) == QColor("#1e90ff")
        # It can be the icon of a window again.
        await api("api.window.getCurrentWindow().setIcon(icon)")
        assert api.window.frame.windowIcon().pixmap(48).toImage().pixelColor(10, 10) == QColor("#1e90ff")
        await api("icon.close()")
        assert len(session.resources) == 0

    play(page, scenario, config=config)


def test_exit_ends_the_program_with_a_code(page: Runner) -> None:
    app = page.app(capabilities=[EVERYTHING])

    @app.setup
    async def leave(_: Any) -> None:
        await app.windows["main"].loaded()
        assert await app.windows["main"].eval("api.app.exit(7)") is None

    assert app.run_or_raise(page.options) == 7


def test_an_exit_can_be_prevented(page: Runner) -> None:
    asked: list[int] = []

    async def scenario(api: Api) -> None:
        @api.app.on("exit-requested")
        def refuse(event: LifeEvent) -> None:
            asked.append(event.payload)
            if event.payload == 4:
                event.prevent()

        await api("api.app.exit(4)")
        assert asked == [4]
        assert await api("1 + 1") == 2

    play(page, scenario)


def test_no_page_starts_the_program_again(page: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Start, "again", lambda start: pytest.fail("a page has started the program again"))

    async def scenario(api: Api) -> None:
        assert await api.refused(f"api.app.exit({RESTART_EXIT_CODE})") == (
            "the exit code 2147483647 stands for a new start, which only the program itself may ask for"
        )
        for code in (2**31, -(2**31) - 1, 2**53):
            assert "code" in await api.refused(f"api.app.exit({code})")
        assert not api.app.core.exit.code.done()

    play(page, scenario)


def test_what_nobody_has_decided_yet_a_page_cannot_ask_again(page: Runner) -> None:
    asked: list[int] = []

    async def scenario(api: Api) -> None:
        decided = asyncio.Event()

        @api.app.on("exit-requested")
        async def refuse(event: LifeEvent) -> None:
            asked.append(event.payload)
            await decided.wait()
            if event.payload:
                event.prevent()

        for again in range(2):
            await api("for (let code = 1; code < 100; code++) await api.app.exit(code)")
            assert asked == [1] * (again + 1)
            decided.set()
            await asyncio.sleep(0)
            decided.clear()
        # The program itself may.
        api.app.exit(2)
        api.app.exit(3)
        assert asked == [1, 1, 2, 3]
        decided.set()

    play(page, scenario)


def test_a_theme_is_refused_where_nothing_has_one(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        assert await api.refused("api.app.setTheme('dark')") == (
            'Qt\'s platform "offscreen" has no themes to choose from'
        )
        assert "$.theme" in await api.refused("api.app.setTheme('blue')")

    play(page, scenario)


def test_what_only_macos_and_phones_have_answers_as_in_tauri_on_linux(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        assert await api("api.app.show()") is None
        assert await api("api.app.hide()") is None
        assert api.window.is_visible()
        assert await api("api.app.setDockVisibility(false)") is None
        assert await api("api.app.fetchDataStoreIdentifiers()") == []
        assert await api("api.app.removeDataStore([...Array(16).keys()])") is None
        assert "$.uuid" in await api.refused("api.app.removeDataStore([1, 2])")

    play(page, scenario)


def test_the_back_button_of_phones_can_be_listened_to_and_is_never_pressed(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        before = await api("__TAURI_INTERNALS__.callbacks.size")
        await api("api.app.onBackButtonPress(() => {}).then((listener) => listener.unregister())")
        # Nothing is kept for what never comes.
        assert await api("__TAURI_INTERNALS__.callbacks.size") == before

    play(page, scenario)
