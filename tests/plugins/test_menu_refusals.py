"""What menus do not do for a page: each call rejects with one line that says what was wrong, and changes nothing."""

import pytest

from shell.menu import Container, Item, Menu, MenuError, MenuItem, Submenu
from shell.plugins.menu_items import check_room
from tests.conftest import Runner
from tests.plugins.conftest import Api, play

BEGIN = """
    const { CheckMenuItem, IconMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu } = api.menu;
    Object.assign(globalThis, { CheckMenuItem, IconMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu });
    globalThis.item = await MenuItem.new({ id: 'item', text: 'item', accelerator: 'F5' });
    globalThis.check = await CheckMenuItem.new({ text: 'check' });
    globalThis.icon = await IconMenuItem.new({ text: 'icon', icon: 'Folder' });
    globalThis.copy = await PredefinedMenuItem.new({ item: 'Copy' });
    globalThis.sub = await Submenu.new({ id: 'sub', text: 'sub', items: [item] });
    globalThis.menu = await Menu.new({ id: 'menu', items: [sub, check] });
    globalThis.stranger = await MenuItem.new({ id: 'stranger', text: 'stranger' });
"""
HELD = 7
"""How many resources the page holds then."""

TWICE = {
    "menu.append(sub)": "the item 'sub' is in this menu already",
    "menu.prepend(sub)": "the item 'sub' is in this menu already",
    "menu.insert(check, 0)": "is in this menu already",
    "menu.append([stranger, stranger])": "the item 'stranger' is in this menu already",
    "menu.append([stranger, sub])": "the item 'sub' is in this menu already",
    "Menu.new({ items: [stranger, stranger] })": "the item 'stranger' is in this menu already",
    "Submenu.new({ text: 'a', items: [stranger, stranger] })": "the item 'stranger' is in this menu already",
    "menu.append({ text: 'a', items: [stranger, stranger] })": "the item 'stranger' is in this menu already",
    "sub.append(sub)": "a menu cannot be put into itself",
    "sub.append({ text: 'a', items: [sub] })": "a menu cannot be put into itself",
    "menu.append(menu)": "is a Menu, which is no item of another; a Submenu is",
    "sub.append(menu)": "is a Menu, which is no item of another; a Submenu is",
}
MISSING = {
    "menu.remove(stranger)": "the item 'stranger' is not in this menu",
    "menu.remove(item)": "the item 'item' is not in this menu",
    "menu.remove(menu)": "is a Menu, which is no item of another",
    "menu.removeAt(2)": "there is no item at position 2 in a menu of 2 items",
    "menu.removeAt(-1)": "there is no item at position -1 in a menu of 2 items",
    "menu.removeAt(0.5)": "position",
    "menu.insert(stranger, 3)": "there is no position 3 in a menu of 2 items",
    "menu.insert(stranger, -1)": "there is no position -1 in a menu of 2 items",
    "menu.insert(stranger, 1e30)": "position",
    "menu.get(3)": "id",
    "menu.popup(undefined, { label: 'none' })": 'no window has the label "none"',
    "menu.setAsWindowMenu({ label: 'none' })": 'no window has the label "none"',
    "menu.popup(new api.dpi.LogicalPosition('a', 1))": "at",
    "menu.popup({ Logical: { x: 1 } })": "a position is given as",
}
WRONG = {
    "PredefinedMenuItem.new({ item: { About: { authors: Array(40).fill('x'.repeat(4096)) } } })": (
        "options.item.About: expected at most 131072 characters in all its texts, got 163840"
    ),
    "PredefinedMenuItem.new({ item: { About: { license: 'a\\n'.repeat(2000), authors: Array(49).fill('a') } } })": (
        "options.item.About: expected at most 2048 lines in all its texts, got 2049"
    ),
    "MenuItem.new({ text: 'a', accelerator: 'Ctrl+Nothing' })": "the accelerator 'Ctrl+Nothing': there is no key",
    "MenuItem.new({ text: 'a', accelerator: '' })": "the accelerator ''",
    "CheckMenuItem.new({ text: 'a', accelerator: 'A+B' })": "the accelerator 'A+B': 'A' is no modifier",
    "IconMenuItem.new({ text: 'a', accelerator: 'Ctrl+' })": "the accelerator 'Ctrl+'",
    "menu.append({ text: 'a', accelerator: 'Ctrl' })": "the accelerator 'Ctrl' has modifiers and no key",
    "Menu.new({ items: [{ text: 'a', items: [{ text: 'b', accelerator: '+' }] }] })": "the accelerator '+'",
    "item.setAccelerator('Ctrl+Ctrl')": "the accelerator 'Ctrl+Ctrl' has modifiers and no key",
    "item.setAccelerator(5)": "accelerator",
    "IconMenuItem.new({ text: 'a', icon: [1, 2, 3] })": "not an image in a format that is known",
    "IconMenuItem.new({ text: 'a', icon: '/none.png' })": "/none.png",
    "IconMenuItem.new({ text: 'a', icon: { rgba: [1, 2], width: 1, height: 1 } })": "has 4 bytes, not 2",
    "menu.append({ text: 'a', icon: new Uint8Array(8) })": "not an image in a format that is known",
    "Submenu.new({ text: 'a', icon: [1], items: [] })": "not an image in a format that is known",
    "icon.setIcon([1, 2, 3])": "not an image in a format that is known",
    "icon.setIcon(new api.image.Image(99))": "the resource id 99 is invalid",
    "sub.setIcon('/none.png')": "/none.png",
    "PredefinedMenuItem.new({ item: { About: { icon: [1] } } })": "not an image in a format that is known",
    "PredefinedMenuItem.new({ item: 'Nothing' })": "Nothing",
    "PredefinedMenuItem.new({})": "options.item: expected one of Separator, Copy",
    "PredefinedMenuItem.new()": "options.item: expected one of Separator, Copy",
    "menu.append({ id: 'x' })": "the item 'x' needs a text",
    "menu.append({ enabled: true })": "an item of a menu needs a text",
    "menu.append({ id: 'x', text: 3 })": "text",
    "api.core.invoke('plugin:menu|append', { rid: menu.rid, kind: 'Menu', items: ['text'] })": "items[0]",
    "api.core.invoke('plugin:menu|append', { rid: menu.rid, kind: 'Menu', items: [null] })": "items[0]",
    "api.core.invoke('plugin:menu|append', { rid: menu.rid, kind: 'Menu' })": "items",
    "api.core.invoke('plugin:menu|append', { rid: menu.rid, kind: 'Menu', items: [{ text: 'a', items: 3 }] })": "items[0].items",
    "MenuItem.new({ text: 3 })": "options.text",
    "MenuItem.new({ text: 'a', enabled: 'yes' })": "options.enabled",
    "CheckMenuItem.new({ text: 'a', checked: 1 })": "options.checked",
    "item.setText(null)": "text",
    "item.setText()": "text",
    "item.setEnabled('no')": "enabled",
    "check.setChecked(null)": "checked",
}
OTHER_KINDS = {
    "api.core.invoke('plugin:menu|append', { rid: item.rid, kind: 'MenuItem', items: [] })": (
        "is a MenuItem, which has no items"
    ),
    "api.core.invoke('plugin:menu|is_enabled', { rid: copy.rid, kind: 'Predefined' })": (
        "is a PredefinedMenuItem, which has no enabled state"
    ),
    "api.core.invoke('plugin:menu|set_accelerator', { rid: sub.rid, kind: 'Submenu', accelerator: 'F1' })": (
        "is a Submenu, which has no accelerator of its own"
    ),
    "api.core.invoke('plugin:menu|text', { rid: menu.rid, kind: 'Menu' })": "is a Menu, which has no text",
    "api.core.invoke('plugin:menu|set_icon', { rid: item.rid, icon: null })": "is a MenuItem, not a IconMenuItem",
    "api.core.invoke('plugin:menu|set_icon', { rid: check.rid, kind: 'Check', icon: null })": "which has no icon",
    "api.core.invoke('plugin:menu|text', { rid: item.rid, kind: 'Submenu' })": "is a MenuItem, not a Submenu",
    "api.core.invoke('plugin:menu|text', { rid: item.rid, kind: 'Nothing' })": "kind",
    "api.core.invoke('plugin:menu|text', { rid: 'a', kind: 'MenuItem' })": "rid",
    "new CheckMenuItem(item.rid, 'item').isChecked()": "is a MenuItem, not a CheckMenuItem",
    "new Menu(item.rid, 'item').items()": "is a MenuItem, not a Menu",
    "new Menu(sub.rid, 'sub').setAsAppMenu()": "is a Submenu, not a Menu",
    "new MenuItem(99, 'none').text()": "the resource id 99 is invalid",
    "new Menu(-1, 'none').items()": "the resource id -1 is invalid",
    "menu.append(new MenuItem(99, 'none'))": "the resource id 99 is invalid",
    "Menu.new({ items: [new MenuItem(99, 'none')] })": "the resource id 99 is invalid",
    "menu.remove(new MenuItem(99, 'none'))": "the resource id 99 is invalid",
}


@pytest.mark.parametrize("wrong", [TWICE, MISSING, WRONG, OTHER_KINDS], ids=["twice", "missing", "wrong", "kinds"])
def test_what_cannot_be_done_is_refused(page: Runner, wrong: dict[str, str]) -> None:
    async def scenario(api: Api) -> None:
        await api(BEGIN)
        menu, item = await api.held("menu", Menu), await api.held("item", MenuItem)
        inside = menu.items()
        for call, expected in wrong.items():
            message = await api.refused(call)
            assert expected in message, (call, message)
            assert "\n" not in message
            assert len(message) < 500, (call, message)
        assert menu.items() == inside
        assert (item.text(), item.is_enabled(), item.qaction.shortcut().toString()) == ("item", True, "F5")
        assert len(api.resources) == HELD

    play(page, scenario)


def test_an_item_is_not_used_after_it_was_closed(page: Runner) -> None:
    calls = {
        "item": (*("text()", "setText('a')", "isEnabled()", "setEnabled(true)", "setAccelerator(null)", "close()"),),
        "check": ("isChecked()", "setChecked(true)"),
        "icon": ("setIcon(null)",),
        "sub": ("text()", "items()", "append(stranger)", "popup()", "setIcon(null)"),
        "menu": (
            *("append(stranger)", "prepend(stranger)", "insert(stranger, 0)", "remove(stranger)", "removeAt(0)"),
            *("items()", "get('a')", "popup()", "setAsAppMenu()", "setAsWindowMenu()", "close()"),
        ),
    }

    async def scenario(api: Api) -> None:
        await api(BEGIN)
        numbers = {name: await api(f"{name}.rid") for name in calls}
        await api(f"await Promise.all([{', '.join(calls)}].map((one) => one.close()))")
        for name, methods in calls.items():
            for method in methods:
                expected = f"the resource id {numbers[name]} is invalid: it was closed, or belongs to another page"
                assert await api.refused(f"{name}.{method}") == expected
        for call in ("Menu.new({ items: [item] })", "Submenu.new({ text: 'a', items: [item] })"):
            assert "it was closed" in await api.refused(call)

    play(page, scenario)


def test_menus_are_not_put_into_one_another_without_end(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await api(BEGIN)
        nested = "let one = {{ text: 'a' }}; for (let i = 0; i < {}; i++) one = {{ text: 'a', items: [one] }}; return "
        assert "more than 32 menus cannot be inside one another" in await api.refused(
            nested.format(40) + "menu.append(one)"
        )
        assert "\n" not in await api.refused(nested.format(5000) + "menu.append(one)")
        await api(nested.format(31) + "menu.append(one)")

    play(page, scenario)


def test_an_item_is_not_put_into_menus_without_end(page: Runner) -> None:
    full = "an item of a page is in at most 32 menus, with those that these are in, and the item 'inner' would be in 33"
    put = """
        globalThis.all = [];
        globalThis.put = async (item) => {
            while (all.length < 50) all.push(await Menu.new({ items: [item] }));
        };
    """

    async def scenario(api: Api) -> None:
        await api(BEGIN + put)
        await api("globalThis.inner = await MenuItem.new({ id: 'inner', text: 'inner' })")
        assert await api.refused("put(inner)") == full
        assert await api.refused("menu.append(inner)") == full
        assert await api.refused("menu.append({ text: 'a', items: [inner] })") == full
        assert await api("all.length") == 32
        # Those that are closed count no longer.
        await api("all.pop().close()")
        await api("menu.removeAt(0)")
        await api("menu.append(inner)")
        await api("Promise.all(all.splice(0).map((one) => one.close()))")
        # Menus inside count what is above those that they are in.
        await api("globalThis.inner = await Submenu.new({ id: 'inner', text: 'inner', items: [item] })")
        await api("globalThis.outer = await Submenu.new({ id: 'outer', text: 'outer', items: [inner] })")
        assert await api.refused("put(outer)") == full
        assert await api("all.length") == 31

    play(page, scenario)


def test_the_menu_of_the_program_is_a_bar_though_no_window_shows_it(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await api(BEGIN)
        await api("(await Menu.new({ items: [{ text: 'own' }] })).setAsWindowMenu()")
        await api("globalThis.programs = await Menu.new()")
        await api("programs.setAsAppMenu()")
        await api("programs.append(Array.from({ length: 32 }, () => ({ text: 'a' })))")
        full = "the bar of a page has at most 32 items, and this one would have 33"
        assert await api.refused("programs.append({ text: 'a' })") == full

    play(page, scenario)


def test_menus_are_not_gone_through_any_more_once_they_are_too_many() -> None:
    looks = 0

    class Watched(Submenu):
        @property
        def parents(self) -> tuple[Container, ...]:
            nonlocal looks
            looks += 1
            return super().parents

        def items(self) -> tuple[Item, ...]:
            nonlocal looks
            looks += 1
            return super().items()

    menus = [Watched("outer", [Watched("inner") for _ in range(120)]) for _ in range(50)]
    looks = 0
    with pytest.raises(MenuError, match="at most 300 items with those of its submenus"):
        check_room(None, menus)
    assert looks < 300
