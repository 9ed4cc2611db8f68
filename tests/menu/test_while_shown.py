"""What becomes of menus while a person looks at them."""

from pathlib import Path

import pytest

from tests.desktop import until
from tests.menu.person import MENU, Person, item
from tests.tray.test_tray import picture

MAIN, OTHER = "app.windows['main']", "app.windows['other']"
OTHER_MENU = (
    """Menu([Submenu("&Other", [MenuItem("&New", id="new", action=lambda event: tell("chosen", event.id))])])"""
)


def new_bar_works(person: Person) -> None:
    """Choose from that menu, which is in the bar now."""
    person.press("alt+o")
    person.press("Return")
    assert person.run.event("chosen") == "new"


def test_a_picture_changes_while_its_menu_is_open(person: Person, tmp_path: Path) -> None:
    for colour in ("red", "blue"):
        picture(tmp_path, colour)
    person.show(f"Menu([Submenu('&File', [IconMenuItem('a', id='a', icon='{tmp_path}/red.png')], id='file')])")
    person.press("alt+f")
    person.wait_for("file")
    colours = f"""(lambda image: list({{image.pixelColor(x, image.height() // 2).name() for x in range(image.width())}}))(
        {item("file")}.widget.grab().toImage())"""
    until(lambda: "#ff0000" in person.run(colours))
    person.run(f"{item('file', 'a')}.set_icon('{tmp_path}/blue.png')")
    until(lambda: "#0000ff" in person.run(colours) and "#ff0000" not in person.run(colours))
    person.run(f"{item('file', 'a')}.set_icon(None)")
    until(lambda: "#0000ff" not in person.run(colours))


def test_items_change_while_their_menu_is_open(person: Person) -> None:
    person.show(MENU)
    person.press("alt+f")
    person.wait_for("file")
    file, open_ = item("file"), item("file", "open")
    width, height = person.run(f"{file}.widget.size().toTuple()")
    person.run(f"{open_}.set_text('A text that is much longer than the one before')")
    person.run(f"{file}.append(MenuItem('Last', id='last', action=lambda event: tell('chosen', event.id)))")
    until(lambda: person.run(f"{file}.widget.width()") > width + 100)
    until(lambda: person.run(f"{file}.widget.height()") > height)
    person.run(f"{open_}.set_enabled(False)")
    person.choose_in_open("file", "open")
    assert person.open("file")
    person.run(f"{open_}.set_enabled(True)")
    person.run(f"{item('file', 'quiet')}.set_checked(True)")
    assert person.run(f"{item('file', 'quiet')}.qaction.isChecked()")
    person.run(f"{open_}.set_accelerator('F8')")
    person.choose_in_open("file", "open")
    assert person.run.event("chosen") == "open"
    person.wait_until_closed("file")
    person.press("ctrl+o", "F8")
    assert person.run.event("chosen") == "open"
    assert person.run.events_so_far() == []
    person.choose("file", "last")
    assert person.run.event("chosen") == "last"


def test_an_item_is_taken_out_while_its_menu_is_open(person: Person) -> None:
    person.show(MENU)
    person.press("alt+f")
    person.wait_for("file")
    person.run(f"{item('file')}.remove({item('file', 'open')})")
    # It was the one that the keyboard was at.
    person.press("Return", "Return")
    assert person.run.event("chosen") == ["quiet", True]


@pytest.mark.parametrize("how", ["app.set_menu({})", f"{MAIN}.set_menu({{}})"])
def test_a_menu_is_replaced_while_it_is_open(person: Person, how: str) -> None:
    person.show(MENU, f"({how.format("made['menu']")}, 1)")
    person.press("alt+f")
    person.wait_for("file")
    person.run(f"({how.format(OTHER_MENU)}, 1) and None")
    person.wait_until_closed("file")
    new_bar_works(person)


def test_a_menu_is_taken_away_while_it_is_open(person: Person) -> None:
    person.show(MENU)
    person.press("alt+f")
    person.wait_for("file")
    person.run("app.remove_menu() and None")
    person.wait_until_closed("file")
    person.press("ctrl+End")
    person.write("x")
    person.wait_for_value("some textx")


def test_a_menu_is_replaced_by_an_item_of_its_own(person: Person) -> None:
    person.show(
        "Menu([Submenu('&File', [MenuItem('&Other', id='other',"
        f" action=lambda event: (app.set_menu({OTHER_MENU}), made.clear(), tell('chosen', event.id)))], id='file')])"
    )
    person.choose("file", "other")
    assert person.run.event("chosen") == "other"
    new_bar_works(person)


def test_a_page_replaces_its_menu_by_an_item_of_its_own(person: Person) -> None:
    person.use("main")
    person.run.page(
        """globalThis.heard = [];
        const { Menu } = api.menu;
        const second = { text: "&Second", items: [{ text: "&Last", id: "last", action: (id) => heard.push(id) }] };
        const replace = async (id) => {
            const before = await (await Menu.new({ items: [second] })).setAsAppMenu();
            await before.close();
            heard.push(id);
        };
        const first = { text: "&First", items: [{ text: "&Replace", id: "replace", action: replace }] };
        await (await Menu.new({ items: [first] })).setAsAppMenu();"""
    )
    person.press("alt+f", "Return")
    until(lambda: person.run.page("heard") == ["replace"])
    person.press("alt+s", "Return")
    until(lambda: person.run.page("heard") == ["replace", "last"])


def test_items_take_themselves_out_when_they_are_chosen(person: Person) -> None:
    person.show(
        "Menu([Submenu('&File', [MenuItem('&Once', id='once',"
        " action=lambda event: (made['menu'].get('file').remove(event.item), tell('chosen', event.id)))], id='file')])"
    )
    person.choose("file", "once")
    assert person.run.event("chosen") == "once"
    assert person.run(f"len({item('file')}.items())") == 0


@pytest.mark.parametrize("how", ["destroy", "close", "hide"])
def test_a_window_goes_while_a_menu_is_open_over_it(person: Person, how: str) -> None:
    person.show(f"Menu({MENU}.get('file').items())", "1", over="other")
    person.run(f"{OTHER}.popup_menu(made['menu'])")
    person.wait_for()
    person.run(f"{OTHER}.{how}()")
    person.wait_until_closed()
    person.use("main")
    person.run("made['menu'].popup(app.windows['main'])")
    person.wait_for()
    person.press("Down", "Return")
    assert person.run.event("chosen") == "open"


@pytest.mark.parametrize("how", ["destroy", "close", "hide"])
def test_a_window_goes_while_a_menu_of_its_bar_is_open(person: Person, how: str) -> None:
    person.show(MENU, f"{OTHER}.set_menu(made['menu'])", over="other")
    person.press("alt+f")
    person.wait_for("file")
    person.run(f"{OTHER}.{how}()")
    person.wait_until_closed("file")
    person.show("made['menu']")
    person.choose("file", "open")
    assert person.run.event("chosen") == "open"


def test_a_window_is_closed_by_the_mouse_from_its_own_bar(person: Person) -> None:
    menu = "Menu([Submenu('&File', [PredefinedMenuItem('CloseWindow'), MenuItem('a', id='a')], id='file')])"
    person.show(menu, f"{OTHER}.set_menu(made['menu'])", over="other")
    person.press("alt+f")
    person.wait_for("file")
    x, y = person.place("file", "a")
    person.click(x, y - person.run(f"{item('file')}.widget.actionGeometry({item('file', 'a')}.qaction).height()"))
    assert person.run.event("window-destroyed") is None
    assert not person.open("file")


def test_a_page_is_loaded_again_while_its_menu_is_open(person: Person) -> None:
    person.use("main")
    person.run("app.on_menu_event(lambda event: tell('menu', event.id)) and None")
    person.run.page(
        "globalThis.menu = await api.menu.Menu.new({ items: [{ text: 'a', id: 'a', action: () => {} }] });"
        "await menu.popup()"
    )
    popup = "__import__('PySide6.QtWidgets').QtWidgets.QApplication.activePopupWidget() is not None"
    until(lambda: bool(person.run(popup)))
    person.run(f"{MAIN}.webview.reload()")
    person.run(f"{MAIN}.loaded()")
    assert person.run(popup)
    person.press("Down", "Return")
    assert person.run.event("menu") == "a"
    until(lambda: not person.run(popup))
