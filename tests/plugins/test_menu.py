"""The `menu` module of the package, function by function, and what Qt has of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import SIGNAL, QPoint, Qt
from PySide6.QtGui import QAction, QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QMenuBar

from shell import MenuEvent, Window
from shell.config import WindowConfig
from shell.menu import CheckMenuItem, IconMenuItem, Item, Menu, MenuItem, Predefined, PredefinedMenuItem, Submenu
from shell.menu.about import AboutDialog
from tests.conftest import Runner
from tests.plugins.conftest import Api, play

HEARD = """
    globalThis.heard = [];
    globalThis.hear = (id) => { heard.push(id); };
    globalThis.heardNext = () => new Promise((done) => {
        globalThis.hear = (id) => { heard.push(id); done(id); };
    });
"""
"""What an `action` of a page does: it writes down what it is told; `(id) => hear(id)` hears as of that time."""

MENUS = """
    const { CheckMenuItem, IconMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu } = api.menu;
    Object.assign(globalThis, { CheckMenuItem, IconMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu });
"""

PIXEL = "{ rgba: [30, 144, 255, 255], width: 1, height: 1 }"
BLUE = QColor(30, 144, 255)


def colour(action: QAction) -> QColor:
    """The colour of an action's icon."""
    return action.icon().pixmap(1).toImage().pixelColor(0, 0)


def texts(shown: QMenu | QMenuBar) -> list[str]:
    return [action.text() for action in shown.actions()]


def bar_of(window: Window) -> QMenuBar:
    bar = window.frame.menuWidget()
    assert isinstance(bar, QMenuBar)
    return bar


async def begin(api: Api) -> None:
    await api(HEARD + MENUS)


async def choose(api: Api, item: Item) -> Any:
    """Choose an item as a person does; what the page's action hears."""
    heard = asyncio.ensure_future(api("heardNext()"))
    await api("0")
    item.qaction.trigger()
    return await heard


# What there is to make.


def test_a_menu_item(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await begin(api)
        await api(
            "globalThis.item = await MenuItem.new("
            "{ id: 'open', text: '&Open', enabled: false, accelerator: 'CmdOrCtrl+O', action: (id) => hear(id) })"
        )
        item = await api.held("item", MenuItem)
        action = item.qaction
        assert await api("[item instanceof MenuItem, item.id, item.kind]") == [True, "open", "MenuItem"]
        assert (action.text(), action.isEnabled(), action.shortcut().toString()) == ("&Open", False, "Ctrl+O")
        assert await api("Promise.all([item.text(), item.isEnabled()])") == ["&Open", False]
        assert await api("item.setText('Open &again')") is None
        assert await api("item.setEnabled(true)") is None
        assert await api("item.setAccelerator('Alt+Shift+F5')") is None
        assert (action.text(), action.isEnabled()) == ("Open &again", True)
        assert action.shortcut().toString() == "Alt+Shift+F5"
        assert await api("Promise.all([item.text(), item.isEnabled()])") == ["Open &again", True]
        await api("item.setAccelerator(null)")
        assert action.shortcut().isEmpty()
        assert await choose(api, item) == "open"

    play(page, scenario)


def test_a_check_item(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await begin(api)
        await api(
            "globalThis.item = await CheckMenuItem.new("
            "{ text: 'Quiet', checked: true, action: (id) => item.isChecked().then((on) => hear([id, on])) })"
        )
        item = await api.held("item", CheckMenuItem)
        action = item.qaction
        assert await api("[item instanceof CheckMenuItem, item.kind]") == [True, "Check"]
        assert (action.isCheckable(), action.isChecked(), action.isEnabled()) == (True, True, True)
        assert await api("item.isChecked()") is True
        assert await choose(api, item) == [item.id, False]
        assert not action.isChecked()
        assert await api("item.setChecked(true)") is None
        assert action.isChecked()
        await api("item.setText('Very quiet'); item.setEnabled(false); await item.setAccelerator('Ctrl+Q')")
        assert (action.text(), action.isEnabled(), action.shortcut().toString()) == ("Very quiet", False, "Ctrl+Q")
        assert await api("Promise.all([item.text(), item.isEnabled(), item.isChecked()])") == [
            "Very quiet",
            False,
            True,
        ]
        # What the page sets tells nobody.
        assert await api("heard.length") == 1
        await api("globalThis.off = await CheckMenuItem.new({ text: 'off' })")
        assert await api("off.isChecked()") is False

    play(page, scenario)


def test_an_icon_item(page: Runner, tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    image = QImage(1, 1, QImage.Format.Format_ARGB32)
    image.fill(BLUE)
    assert image.save(str(file))
    data = ",".join(map(str, file.read_bytes()))

    async def scenario(api: Api) -> None:
        await begin(api)
        await api(
            f"globalThis.item = await IconMenuItem.new("
            f"{{ text: 'Folder', icon: {PIXEL}, accelerator: 'F5', action: (id) => hear(id) }})"
        )
        item = await api.held("item", IconMenuItem)
        action = item.qaction
        assert await api("[item instanceof IconMenuItem, item.kind]") == [True, "Icon"]
        assert (action.text(), action.shortcut().toString(), colour(action)) == ("Folder", "F5", BLUE)
        assert action.isIconVisibleInMenu()
        await api("globalThis.image = await api.image.Image.new([30, 144, 255, 255], 1, 1)")
        for icon in (repr(str(file)), f"[{data}]", f"new Uint8Array([{data}])", "image", PIXEL):
            assert await api("item.setIcon(null)") is None
            assert action.icon().isNull()
            assert await api(f"item.setIcon({icon})") is None
            assert colour(action) == BLUE, icon
        # A picture of macOS's own is none on other systems.
        await api("item.setIcon(api.menu.NativeIcon.Folder)")
        assert action.icon().isNull()
        await api("item.setText('Files'); item.setEnabled(false); await item.setAccelerator(null)")
        assert (action.text(), action.isEnabled(), action.shortcut().isEmpty()) == ("Files", False, True)
        assert await api("Promise.all([item.text(), item.isEnabled()])") == ["Files", False]
        await api("item.setEnabled(true)")
        assert await choose(api, item) == item.id
        await api("globalThis.native = await IconMenuItem.new({ text: 'User', icon: api.menu.NativeIcon.User })")
        assert (await api.held("native", IconMenuItem)).qaction.icon().isNull()

    play(page, scenario)


@pytest.mark.parametrize("name", [name for name in Predefined if name is not Predefined.BRING_ALL_TO_FRONT])
def test_a_predefined_item(page: Runner, name: Predefined) -> None:
    async def scenario(api: Api) -> None:
        await begin(api)
        what = "{ About: null }" if name is Predefined.ABOUT else f"'{name}'"
        await api(f"globalThis.item = await PredefinedMenuItem.new({{ item: {what} }})")
        item = await api.held("item", PredefinedMenuItem)
        assert await api("[item instanceof PredefinedMenuItem, item.id, item.kind]") == [True, item.id, "Predefined"]
        assert item.item is name
        assert await api("item.text()") == item.text()
        assert item.qaction.isSeparator() == (name is Predefined.SEPARATOR)
        await api("item.setText('&Other')")
        assert await api("item.text()") == "&Other"
        assert item.qaction.text() == ("" if name is Predefined.SEPARATOR else "&Other")
        await api(f"globalThis.other = await PredefinedMenuItem.new({{ item: {what}, text: 'Own' }})")
        assert await api("other.text()") == "Own"

    play(page, scenario)


LINKS = {
    "plugins": {"qtshell": {"openLinks": ["https://example.com/*"]}},
    "bundle": {"homepage": "https://notes.example"},
}


async def about_dialog(api: Api, about: str) -> AboutDialog:
    """The dialog about the program, as the page wants it."""
    await api(f"globalThis.item = await PredefinedMenuItem.new({{ item: {{ About: {about} }} }})")
    await api("globalThis.menu = await Menu.new({ items: [item] })")
    await api("menu.setAsAppMenu()")
    (await api.held("item", PredefinedMenuItem)).qaction.trigger()
    (dialog,) = api.window.frame.findChildren(AboutDialog)
    return dialog


def press_links(dialog: AboutDialog) -> None:
    """Press on all that a dialog says."""
    for label in dialog.findChildren(QLabel):
        QTest.mouseClick(label, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, label.rect().center())


def test_the_dialog_about_the_program_says_what_the_page_wants(page: Runner, opened_outside: list[str]) -> None:
    about = f"""{{
        name: 'Notes', version: '1.2', shortVersion: 'b', authors: ['Ada', 'Bob'], comments: 'Keeps notes',
        copyright: '© Ada', license: 'MIT', website: 'https://example.com', websiteLabel: 'Our page',
        credits: 'Thanks', icon: {PIXEL},
    }}"""

    async def scenario(api: Api) -> None:
        await begin(api)
        dialog = await about_dialog(api, about)
        labels = dialog.findChildren(QLabel)
        assert [label.text() for label in labels if label.text()] == [
            *("Notes", "1.2 (b)", "Keeps notes", '<a href="https://example.com">Our page</a>'),
            *("Ada\nBob", "© Ada", "MIT"),
        ]
        assert labels[0].pixmap().toImage().pixelColor(0, 0) == BLUE
        press_links(dialog)
        assert opened_outside == ["https://example.com/"]
        dialog.close()

    play(page, scenario, config=LINKS)


@pytest.mark.parametrize("listed", [True, False])
def test_the_website_of_a_pages_dialog_is_a_link_where_the_configuration_has_it(
    page: Runner, opened_outside: list[str], listed: bool
) -> None:
    website = "https://notes.example" if listed else "https://notes.example.evil.example/?token"

    async def scenario(api: Api) -> None:
        await begin(api)
        dialog = await about_dialog(api, f"{{ website: '{website}', websiteLabel: 'Close' }}")
        shown = [label.text() for label in dialog.findChildren(QLabel) if label.text()]
        # Where it leads to nothing the address itself is what people need.
        assert shown == ([f'<a href="{website}">Close</a>'] if listed else [f"Close\n{website}"])
        press_links(dialog)
        assert opened_outside == (["https://notes.example/"] if listed else [])
        dialog.close()

    play(page, scenario, config=LINKS)


def test_links_in_dialogs_of_a_page_count_among_those_that_it_opens(
    page: Runner, opened_outside: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # However long the machine takes for all of them.
    monkeypatch.setattr("shell.webview.page._OPENED_TIME", 1e6)

    async def scenario(api: Api) -> None:
        await begin(api)
        dialog = await about_dialog(api, "{ website: 'https://example.com/a' }")
        for _ in range(7):
            press_links(dialog)
        assert opened_outside == ["https://example.com/a"] * 5
        dialog.close()

    play(page, scenario, config=LINKS)


def test_a_submenu(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await begin(api)
        await api(
            f"globalThis.sub = await Submenu.new("
            f"{{ id: 'file', text: '&File', enabled: false, icon: {PIXEL}, items: [{{ text: 'a' }}, {{ text: 'b' }}] }})"
        )
        submenu = await api.held("sub", Submenu)
        action = submenu.qaction
        assert await api("[sub instanceof Submenu, sub.id, sub.kind]") == [True, "file", "Submenu"]
        assert (action.text(), action.isEnabled(), colour(action)) == ("&File", False, BLUE)
        assert texts(submenu.widget) == ["a", "b"]
        assert action.menu() is submenu.widget
        assert await api("Promise.all([sub.text(), sub.isEnabled()])") == ["&File", False]
        await api("await sub.setText('&Files'); await sub.setEnabled(true); await sub.setIcon(null)")
        assert (action.text(), action.isEnabled(), action.icon().isNull()) == ("&Files", True, True)
        await api(f"sub.setIcon({PIXEL})")
        assert colour(action) == BLUE
        assert await api("sub.setAsWindowsMenuForNSApp()") is None
        assert await api("sub.setAsHelpMenuForNSApp()") is None

    play(page, scenario)


def test_a_menu_with_all_that_there_is_made_at_once(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await begin(api)
        await api(
            f"""globalThis.item = await MenuItem.new({{ text: 'held' }});
            globalThis.menu = await Menu.new({{ id: 'all', items: [
                {{ id: 'plain', text: 'Plain', accelerator: 'F2', action: (id) => hear(id) }},
                {{ id: 'check', text: 'Check', checked: true, action: (id) => hear(id) }},
                {{ id: 'icon', text: 'Icon', icon: {PIXEL}, action: (id) => hear(id) }},
                {{ item: 'Separator' }},
                {{ item: {{ About: null }}, text: 'About us' }},
                {{ id: 'sub', text: 'Sub', items: [
                    {{ id: 'deep', text: 'Deep', action: (id) => hear(id) }},
                    {{ id: 'deeper', text: 'Deeper', items: [{{ id: 'deepest', text: 'x', action: (id) => hear(id) }}] }},
                ] }},
                item,
            ] }})"""
        )
        menu = await api.held("menu", Menu)
        assert await api("[menu instanceof Menu, menu.id, menu.kind]") == [True, "all", "Menu"]
        assert texts(menu.widget) == ["Plain", "Check", "Icon", "", "About us", "Sub", "held"]
        kinds = [MenuItem, CheckMenuItem, IconMenuItem, PredefinedMenuItem, PredefinedMenuItem, Submenu, MenuItem]
        assert [type(item) for item in menu.items()] == kinds
        plain, check, icon, _, _, sub, _ = menu.items()
        assert plain.qaction.shortcut().toString() == "F2"
        assert isinstance(check, CheckMenuItem)
        assert check.is_checked()
        assert colour(icon.qaction) == BLUE
        assert isinstance(sub, Submenu)
        deep, deeper = sub.items()
        assert isinstance(deeper, Submenu)
        for item in (plain, check, icon, deep, *deeper.items()):
            assert await choose(api, item) == item.id

    play(page, scenario)


def test_ids_that_the_page_does_not_give_are_given(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await begin(api)
        ids = await api(
            "(await Promise.all([Menu.new(), Menu.new(), MenuItem.new({ text: 'a' }), Submenu.new({ text: 'b' })]))"
            ".map(({ id }) => id)"
        )
        assert all(isinstance(one, str) and one for one in ids)
        assert len(set(ids)) == 4

    play(page, scenario)


def test_the_menu_that_programs_have_which_make_none(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await begin(api)
        await api("globalThis.menu = await Menu.default()")
        assert await api("menu instanceof Menu") is True
        assert texts((await api.held("menu", Menu)).widget) == ["Edit", "Window", "Help"]
        assert await api(
            "const [edit] = await menu.items(); return Promise.all((await edit.items()).map((item) => item.text()))"
        ) == ["Undo", "Redo", "", "Cu&t", "&Copy", "&Paste", "Select &All"]

    play(page, scenario)


# What is in a menu.


@pytest.mark.parametrize("kind", ["Menu", "Submenu"])
def test_what_is_in_a_menu_changes(page: Runner, kind: str) -> None:
    async def scenario(api: Api) -> None:
        await begin(api)
        await api(
            f"""globalThis.menu = await {kind}.new({{ text: 'menu' }});
            const made = (id) => MenuItem.new({{ id, text: id }});
            globalThis.items = await Promise.all(['a', 'b', 'c', 'd'].map(made));"""
        )
        shown = (await api.held("menu", Menu if kind == "Menu" else Submenu)).widget
        assert await api("menu.append(items[0])") is None
        await api("menu.append([items[1], { id: 'e', text: 'e', checked: false }])")
        assert texts(shown) == ["a", "b", "e"]
        assert await api("menu.prepend(items[2])") is None
        assert texts(shown) == ["c", "a", "b", "e"]
        assert await api("menu.insert([items[3], { text: 'f' }], 1)") is None
        assert texts(shown) == ["c", "d", "f", "a", "b", "e"]
        # As Tauri does, one after another.
        await api("menu.prepend([{ text: 'g' }, { text: 'h' }])")
        assert texts(shown) == ["h", "g", "c", "d", "f", "a", "b", "e"]
        assert await api("menu.remove(items[0])") is None
        assert texts(shown) == ["h", "g", "c", "d", "f", "b", "e"]
        assert await api("const item = await menu.removeAt(6); return [item instanceof CheckMenuItem, item.id]") == [
            True,
            "e",
        ]
        assert texts(shown) == ["h", "g", "c", "d", "f", "b"]
        assert await api("menu.items().then((items) => Promise.all(items.map((item) => item.text())))") == texts(shown)
        # What was taken out can be put back.
        await api("menu.insert(items[0], 6)")
        assert texts(shown)[6] == "a"

    play(page, scenario)


@pytest.mark.parametrize("kind", ["Menu", "Submenu"])
def test_items_are_found_and_are_of_their_class(page: Runner, kind: str) -> None:
    classes = {
        "{ text: 'a', id: 'x' }": "MenuItem",
        "{ text: 'a', id: 'x', checked: false }": "CheckMenuItem",
        f"{{ text: 'a', id: 'x', icon: {PIXEL} }}": "IconMenuItem",
        "{ text: 'a', id: 'x', items: [] }": "Submenu",
    }

    async def scenario(api: Api) -> None:
        await begin(api)
        for made, name in classes.items():
            await api(f"globalThis.menu = await {kind}.new({{ text: 'menu', items: [{made}, {{ item: 'Copy' }}] }})")
            assert await api(f"menu.get('x').then((item) => [item instanceof {name}, item.id])") == [True, "x"]
            assert await api(f"menu.items().then(([item]) => item instanceof {name})") is True
            assert await api("menu.items().then(([_, item]) => item instanceof PredefinedMenuItem)") is True
            assert await api("menu.get('y')") is None

    play(page, scenario)


def test_an_item_that_was_found_is_the_one_that_was_made(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await begin(api)
        await api("globalThis.menu = await Menu.new({ items: [{ id: 'a', text: 'a', action: (id) => hear(id) }] })")
        await api("globalThis.found = await menu.get('a')")
        (item,) = (await api.held("menu", Menu)).items()
        assert await api.held("found", MenuItem) is item
        await api("found.setText('b')")
        assert item.qaction.text() == "b"
        # Its action is that of whoever made it, and goes on when what was found is let go of.
        await api("found.close()")
        assert await choose(api, item) == "a"

    play(page, scenario)


# Where a menu is shown.


def test_a_menu_as_the_programs(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await begin(api)
        await api("globalThis.first = await Menu.new({ id: 'first', items: [{ text: 'File', items: [] }] })")
        await api("globalThis.second = await Menu.new({ id: 'second', items: [{ text: 'Edit', items: [] }] })")
        assert await api("first.setAsAppMenu()") is None
        assert texts(bar_of(api.window)) == ["File"]
        assert api.app.menu() is await api.held("first", Menu)
        await api("globalThis.before = await second.setAsAppMenu()")
        assert await api("[before instanceof Menu, before.id]") == [True, "first"]
        assert await api.held("before", Menu) is await api.held("first", Menu)
        assert texts(bar_of(api.window)) == ["Edit"]
        other = api.app.create_window("other", url="about:blank")
        assert texts(bar_of(other)) == ["Edit"]

    play(page, scenario)


def test_the_programs_menu_comes_to_a_window_in_each_turn(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await begin(api)
        labels = ["main", *"abcdef"]
        for label in labels[1:]:
            api.app.core.windows.create(WindowConfig(label=label), empty=True)
        windows = [api.app.windows[label] for label in labels]
        before, menu, own = Menu([Submenu("Before")]), Menu([Submenu("File")]), Menu([Submenu("Own")])
        api.app.set_menu(before)
        menus, had = api.app.core.menus, []
        # Each turn: of those that are left one gets it, and those that need none any more are passed over.
        assert menus.set_app_menu_in_turns(menu) is before
        assert [window.menu() for window in windows] == [menu, *[before] * 6]
        windows[1].set_menu(own)
        windows[2].destroy()
        windows[3].remove_menu()
        new = api.app.core.windows.create(WindowConfig(label="new"), empty=True)
        while windows[6].menu() is not menu:
            had.append([window.menu() for window in windows[4:]])
            await asyncio.sleep(0)
        assert had == [[before] * 3, [menu, before, before], [menu, menu, before]]
        assert [windows[1].menu(), windows[3].menu(), new.menu()] == [own, None, menu]
        assert (texts(bar_of(windows[6])), windows[3].frame.menuWidget()) == (["File"], None)
        # Who gives the program another menu meanwhile, or takes it away, has the last word.
        menus.set_app_menu_in_turns(before)
        assert api.app.remove_menu() is before
        for _ in labels:
            await asyncio.sleep(0)
        assert [window.menu() for window in api.app.windows.values()] == [None, own, *[None] * 5]

    play(page, scenario)


def test_a_menu_as_a_windows(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await begin(api)
        other = api.app.create_window("other", url="about:blank")
        await api("globalThis.menu = await Menu.new({ id: 'one', items: [{ text: 'File', items: [] }] })")
        assert await api("menu.setAsWindowMenu()") is None
        assert texts(bar_of(api.window)) == ["File"]
        assert other.menu() is None
        assert await api("menu.setAsWindowMenu(await api.window.Window.getByLabel('other'))") is None
        assert texts(bar_of(other)) == ["File"]
        assert await api("Menu.new().then((menu) => menu.setAsWindowMenu()).then((menu) => menu.id)") == "one"
        assert texts(bar_of(api.window)) == []
        assert texts(bar_of(other)) == ["File"]

    play(page, scenario)


@asynccontextmanager
async def popped_up(api: Api, call: str) -> AsyncIterator[QMenu]:
    """The menu that a call pops up, for as long as the block lasts."""
    assert await api(call) is None
    shown = QApplication.activePopupWidget()
    assert isinstance(shown, QMenu)
    yield shown
    shown.close()


@pytest.mark.parametrize("kind", ["Menu", "Submenu"])
def test_a_menu_at_a_position(page: Runner, kind: str) -> None:
    positions = {
        "new api.dpi.LogicalPosition(100, 50)": QPoint(100, 50),
        "new api.dpi.PhysicalPosition(60, 70)": QPoint(60, 70),
        "new api.dpi.Position(new api.dpi.LogicalPosition(10, 20))": QPoint(10, 20),
    }

    async def scenario(api: Api) -> None:
        await begin(api)
        await api(f"globalThis.menu = await {kind}.new({{ text: 'menu', items: [{{ id: 'a', text: 'a' }}] }})")
        corner = api.window.panes.mapToGlobal(QPoint(0, 0))
        for given, expected in positions.items():
            async with popped_up(api, f"menu.popup({given})") as shown:
                assert texts(shown) == ["a"]
                assert shown.pos() - corner == expected

    play(page, scenario)


def test_a_menu_at_the_mouse_and_over_another_window(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await begin(api)
        other = api.app.create_window("other", url="about:blank")
        await api("globalThis.menu = await Menu.new({ items: [{ text: 'a' }] })")
        async with popped_up(api, "menu.popup()") as shown:
            assert shown.windowHandle().transientParent() is api.window.frame.windowHandle()
        call = "menu.popup(null, await api.window.Window.getByLabel('other'))"
        async with popped_up(api, call) as shown:
            assert shown.windowHandle().transientParent() is other.frame.windowHandle()

    play(page, scenario)


def test_however_often_menus_are_popped_up_one_is_open_and_heard(page: Runner) -> None:
    seen, hides = SIGNAL("visibleChanged(bool)"), SIGNAL("aboutToHide()")

    async def scenario(api: Api) -> None:
        await begin(api)
        windows = [api.window, api.app.create_window("other", url="about:blank")]
        handles = [window.frame.windowHandle() for window in windows]
        heard = [handle.receivers(seen) for handle in handles]
        await api("""
            globalThis.one = await Menu.new({ items: [{ text: 'one' }] });
            globalThis.two = await Menu.new({ items: [{ text: 'two' }] });
            const empty = await Menu.new();
            const other = await api.window.Window.getByLabel('other');
            for (let i = 0; i < 9; i++) {
                await empty.popup();
                await one.popup();
                await two.popup();
                await two.popup(null, other);
                await (await Menu.new({ items: [{ text: 'lost' }] })).popup().then(() => one.popup());
            }
        """)
        one, two = [(await api.held(name, Menu)).widget for name in ("one", "two")]
        assert (one.isVisible(), two.isVisible()) == (True, False)
        assert [handle.receivers(seen) for handle in handles] == [heard[0] + 1, heard[1]]
        kept = one.receivers(hides), two.receivers(hides)
        await api("for (let i = 0; i < 9; i++) await one.popup()")
        assert (one.receivers(hides), two.receivers(hides)) == kept
        one.close()
        assert [handle.receivers(seen) for handle in handles] == heard

    play(page, scenario)


def test_a_predefined_item_acts_on_the_webview_that_is_used(page: Runner) -> None:
    (page.folder / "side.html").write_text("<!doctype html><textarea>the side</textarea>", encoding="utf-8")
    selected = "while (getSelection().toString() !== '{}') await new Promise((done) => requestAnimationFrame(done));"

    async def scenario(api: Api) -> None:
        await begin(api)
        await api(
            """document.body.innerHTML = "<textarea>the main</textarea>";
            const place = { url: "side.html", x: 20, y: 10, width: 200, height: 100 };
            globalThis.side = new api.webview.Webview(api.window.getCurrentWindow(), "side", place);
            await new Promise((done) => side.once("tauri://created", done));
            globalThis.item = await PredefinedMenuItem.new({ item: "SelectAll" });
            await (await Menu.new({ items: [{ text: "Edit", items: [item] }] })).setAsAppMenu();"""
        )
        item, side = await api.held("item", PredefinedMenuItem), api.app.core.webviews["side"]
        await side.loaded()
        api.window.set_focus()
        for own, used in ((side, "side"), (api.window.webview, "main"), (side, "side")):
            await own.eval("document.querySelector('textarea').focus(); getSelection().removeAllRanges()")
            await api(f"(await api.webview.Webview.getByLabel('{used}')).setFocus()")
            item.qaction.trigger()
            await own.eval(selected.format(f"the {used}"))

    play(page, scenario)


# Who is told.


def test_python_is_told_too(page: Runner) -> None:
    heard: list[tuple[str, str]] = []

    async def scenario(api: Api) -> None:
        await begin(api)

        @api.app.on_menu_event
        def hear(event: MenuEvent) -> None:
            heard.append((event.id, type(event.item).__name__))

        await api("globalThis.item = await MenuItem.new({ id: 'a', text: 'a', action: (id) => hear(id) })")
        await api("globalThis.menu = await Menu.new({ items: [{ text: 'File', items: [item] }] })")
        await api("menu.setAsAppMenu()")
        assert await choose(api, await api.held("item", MenuItem)) == "a"
        assert heard == [("a", "MenuItem")]

    play(page, scenario)


def test_an_action_that_fails_is_heard_again(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await begin(api)
        await api(
            "addEventListener('error', (event) => event.preventDefault());"
            "globalThis.item = await MenuItem.new("
            "{ text: 'a', action: (id) => { hear(id); throw new Error('on purpose'); } })"
        )
        item = await api.held("item", MenuItem)
        for _ in range(2):
            assert await choose(api, item) == item.id
        assert await api("heard.length") == 2

    play(page, scenario)


def test_the_page_lets_go_of_the_callbacks_of_what_is_gone(page: Runner) -> None:
    count = "__TAURI_INTERNALS__.callbacks.size"

    async def scenario(api: Api) -> None:
        await begin(api)
        before, held = await api(count), len(api.resources)
        await api(
            """const action = (id) => hear(id);
            globalThis.menus = await Promise.all(Array.from({ length: 20 }, () => Menu.new({ items: [
                { text: 'a', action }, { text: 'b', checked: true, action }, { text: 'c', items: [{ text: 'd', action }] },
            ] })));
            globalThis.items = await Promise.all(Array.from({ length: 20 }, () => MenuItem.new({ text: 'e', action })));
            await menus[0].append(items[0]);"""
        )
        assert await api(count) >= before + 80
        # What is in a menu stays with it.
        await api("Promise.all([...items, ...menus.slice(1)].map((one) => one.close()))")
        await api(
            f"while ({count} !== {before + 4}) await new Promise((done) => requestAnimationFrame(done));"
            "await menus[0].close();"
            f"while ({count} !== {before}) await new Promise((done) => requestAnimationFrame(done));"
        )
        assert len(api.resources) == held

    play(page, scenario)
