"""Menus that pages make, for as long as the page is there, and after."""

import asyncio
import os
import signal
import weakref

from shell import Limits, Window
from shell.menu import Menu, MenuItem, Submenu
from tests.conftest import Runner, next_load
from tests.menu.test_in_a_program import qt_objects
from tests.plugins.conftest import Api, play

HEARS = "globalThis.heard = []; globalThis.hear = (id) => heard.push(id);"
MAKES_ITS_MENU = f"""
    {HEARS}
    globalThis.menu = await api.menu.Menu.new({{ items: [
        {{ id: 'file', text: 'File', items: [{{ id: 'open', text: 'Open', action: (id) => hear(id) }}] }},
    ] }});
    await menu.setAsAppMenu();
"""


async def reload(window: Window) -> None:
    """Load the page again, and wait until it is there."""
    reloaded = next_load(window)
    window.webview.reload()
    await reloaded


def open_item(menu: Menu | None) -> MenuItem:
    """The item in the menu that pages make here."""
    assert menu is not None
    submenu = menu.get("file")
    assert isinstance(submenu, Submenu)
    item = submenu.get("open")
    assert isinstance(item, MenuItem)
    return item


async def heard(api: Api) -> list[str]:
    """What the page's actions have heard by now: the answer comes after all that was sent before."""
    ids: list[str] = await api("heard")
    return ids


def test_an_action_goes_with_its_document_and_python_hears_on(page: Runner) -> None:
    told: list[str] = []

    async def scenario(api: Api) -> None:
        api.app.on_menu_event(lambda event: told.append(event.id))
        await api(MAKES_ITS_MENU)
        item = open_item(api.app.menu())
        item.qaction.trigger()
        assert (await heard(api), told) == (["open"], ["open"])
        await reload(api.window)
        # Everything that a new document might be called back by is there.
        await api(HEARS + "for (let i = 0; i < 100; i++) __TAURI_INTERNALS__.transformCallback(() => hear('stranger'))")
        # The menu stays, as it does in Tauri: it is the program's now.
        assert open_item(api.app.menu()) is item
        item.qaction.trigger()
        assert (await heard(api), told) == ([], ["open", "open"])

    play(page, scenario)


def test_a_document_that_makes_its_menu_again_hears_of_its_own_alone(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await api(MAKES_ITS_MENU)
        first = open_item(api.app.menu())
        await reload(api.window)
        await api(MAKES_ITS_MENU)
        second = open_item(api.app.menu())
        assert second is not first
        first.qaction.trigger()
        second.qaction.trigger()
        assert await heard(api) == ["open"]

    play(page, scenario)


def test_an_action_goes_with_a_renderer_that_dies(page: Runner) -> None:
    told: list[str] = []

    async def scenario(api: Api) -> None:
        api.app.on_menu_event(lambda event: told.append(event.id))
        await api(MAKES_ITS_MENU)
        gone = asyncio.Event()
        api.app.on("renderer-gone")(lambda event: gone.set())
        reloaded = next_load(api.window)
        pid = api.window.renderer_pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await gone.wait()
        open_item(api.app.menu()).qaction.trigger()
        assert told == ["open"]
        await reloaded
        await api(HEARS)
        open_item(api.app.menu()).qaction.trigger()
        assert (await heard(api), told) == ([], ["open", "open"])

    play(page, scenario)


def test_an_action_goes_with_its_window(page: Runner) -> None:
    told: list[str] = []

    async def scenario(api: Api) -> None:
        api.app.on_menu_event(lambda event: told.append(event.id))
        window = api.app.create_window("other")
        await window.loaded()
        await Api(api.app, window)(MAKES_ITS_MENU)
        await api(HEARS)
        window.destroy()
        open_item(api.app.menu()).qaction.trigger()
        assert (await heard(api), told) == ([], ["open"])

    play(page, scenario)


def test_an_item_that_another_window_shows_tells_the_document_that_made_it(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        window = api.app.create_window("other")
        await window.loaded()
        other = Api(api.app, window)
        await other(HEARS)
        await api(MAKES_ITS_MENU)
        assert window.menu() is api.app.menu()
        open_item(window.menu()).qaction.trigger()
        assert (await heard(api), await heard(other)) == (["open"], [])

    play(page, scenario)


def test_what_a_page_holds_goes_with_it(page: Runner) -> None:
    make = """
        const made = await Promise.all(Array.from({ length: 50 }, async (_, i) => {
            const action = () => {};
            const item = await api.menu.MenuItem.new({ text: 'a', action });
            const sub = await api.menu.Submenu.new({ text: 'b', items: [item, { text: 'c', action }] });
            return api.menu.Menu.new({ items: [sub, { item: 'Copy' }] });
        }));
        await made[0].setAsWindowMenu();
        return made[1].popup();
    """

    async def scenario(api: Api) -> None:
        async def round_() -> tuple[int, int]:
            await api(make)
            session = api.resources
            assert len(session) == 150
            await reload(api.window)
            assert len(session) == 0
            api.window.remove_menu()
            await asyncio.sleep(0)
            return len(api.resources), qt_objects()

        await round_()
        first = await round_()
        assert await round_() <= first
        assert first[0] == 0

    play(page, scenario)


def test_a_page_may_let_go_of_a_menu_that_is_shown(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await api(MAKES_ITS_MENU)
        await api("menu.close()")
        item = open_item(api.app.menu())
        item.qaction.trigger()
        assert await heard(api) == ["open"]
        gone = weakref.ref(item)
        del item
        api.app.remove_menu()
        await api("0")
        assert gone() is None

    play(page, scenario)


def test_a_page_that_never_lets_go_is_stopped_at_its_bound(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        many = "for (let i = 0; i < 60; i++) await api.menu.MenuItem.new({ text: 'a' })"
        assert "this page holds 50 resources already" in await api.refused(many)
        assert len(api.resources) == 50

    play(page, scenario, limits=Limits(handles=50))
