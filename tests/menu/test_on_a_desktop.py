"""Menus as a person works them: with the keys of a keyboard and the buttons of a mouse."""

import pytest

from tests.desktop import until
from tests.menu.person import MENU, Person, item, predefined

# The bar.


@pytest.mark.parametrize("how", ["app.set_menu(made['menu'])", "app.windows['main'].set_menu(made['menu'])"])
def test_the_bar_is_worked_with_the_keyboard(person: Person, how: str) -> None:
    person.show(MENU, f"({how}, 1)")
    person.press("alt+f")
    person.wait_for("file")
    person.press("Down", "Return")
    assert person.run.event("chosen") == ["quiet", True]
    person.wait_until_closed("file")
    person.press("alt+f")
    person.wait_for("file")
    # The letter of an item chooses it.
    person.press("o")
    assert person.run.event("chosen") == "open"
    person.press("alt+f")
    person.wait_for("file")
    person.press("m")
    person.wait_for("file", "more")
    person.press("Return")
    assert person.run.event("chosen") == "deep"
    person.press("alt+f")
    person.wait_for("file")
    person.press("Right")
    person.wait_for("view")
    assert not person.open("file")
    person.press("Return")
    assert person.run.event("chosen") == "zoom"


@pytest.mark.parametrize("how", ["app.set_menu(made['menu'])", "app.windows['main'].set_menu(made['menu'])"])
def test_the_bar_is_worked_with_the_mouse(person: Person, how: str) -> None:
    person.show(MENU, f"({how}, 1)")
    person.choose("file", "open")
    assert person.run.event("chosen") == "open"
    person.choose("file", "more", "deep")
    assert person.run.event("chosen") == "deep"
    person.choose("view", "zoom")
    assert person.run.event("chosen") == "zoom"


def test_what_is_not_enabled_cannot_be_chosen(person: Person) -> None:
    person.show(MENU)
    person.choose("file", "never")
    assert person.open("file")
    person.press("Escape")
    person.wait_until_closed("file")
    person.press("F7")
    assert person.run.events_so_far() == []


def test_who_leaves_a_menu_writes_on_in_the_page(person: Person) -> None:
    person.show(MENU)
    person.press("alt+f")
    person.wait_for("file")
    person.press("Escape")
    person.wait_until_closed("file")
    person.press("Escape")
    person.press("ctrl+End")
    person.write("x")
    person.wait_for_value("some textx")
    person.choose("file")
    person.wait_for("file")
    # Beside it, in the page.
    person.click(
        *person.run("app.windows['main'].panes.mapToGlobal(app.windows['main'].panes.rect().center()).toTuple()")
    )
    person.wait_until_closed("file")
    assert person.run.events_so_far() == []


def test_a_check_item_is_the_other_after_each_choice(person: Person) -> None:
    person.show(MENU)
    for checked in (True, False):
        person.choose("file", "quiet")
        assert person.run.event("chosen") == ["quiet", checked]
        person.wait_until_closed("file")
        assert person.run(f"{item('file', 'quiet')}.is_checked()") is checked
    person.press("F6")
    assert person.run.event("chosen") == ["quiet", True]


# A menu by itself.


def test_a_menu_at_the_mouse(person: Person) -> None:
    person.show(f"Menu({MENU}.get('file').items())", "1")
    person.point(500, 300)
    person.run("made['menu'].popup(app.windows['main'])")
    person.wait_for()
    assert person.run("made['menu'].widget.pos().toTuple()") == [500, 300]
    person.choose("open")
    assert person.run.event("chosen") == "open"
    person.wait_until_closed()


def test_a_menu_at_a_position(person: Person) -> None:
    person.show(f"{MENU}.get('file')", "1")
    person.run("made['menu'].popup(app.windows['main'], LogicalPosition(100, 50))")
    person.wait_for()
    corner = person.run("app.windows['main'].panes.mapToGlobal(app.windows['main'].panes.pos()).toTuple()")
    assert person.run("made['menu'].widget.pos().toTuple()") == [corner[0] + 100, corner[1] + 50]
    person.press("Down", "Down", "Return")
    assert person.run.event("chosen") == ["quiet", True]


def test_a_page_opens_its_own_menu_at_the_right_button(person: Person) -> None:
    person.use("main")
    person.run.page(
        """globalThis.heard = [];
        globalThis.menu = await api.menu.Menu.new({ items: [
            { id: "a", text: "A" }, { id: "b", text: "B", action: (id) => heard.push(id) },
        ] });
        addEventListener("contextmenu", (event) => { event.preventDefault(); void menu.popup(); }, { once: true });"""
    )
    x, y = person.run("app.windows['main'].panes.mapToGlobal(app.windows['main'].panes.rect().center()).toTuple()")
    person.click(x, y, 3)
    until(lambda: person.run("__import__('PySide6.QtWidgets').QtWidgets.QApplication.activePopupWidget() is not None"))
    person.press("Down", "Down", "Return")
    until(lambda: person.run.page("heard") == ["b"])


# Accelerators.


def test_accelerators_act_while_the_page_has_the_keyboard(person: Person) -> None:
    person.show(MENU)
    person.press("ctrl+o")
    assert person.run.event("chosen") == "open"
    person.press("F6")
    assert person.run.event("chosen") == ["quiet", True]
    assert person.value() == "some text"
    # Those of what was taken out do no longer.
    person.run(f"{item('file')}.remove({item('file', 'open')})")
    person.press("ctrl+o", "F6")
    assert person.run.event("chosen") == ["quiet", False]


def test_keys_that_write_in_a_field_are_the_fields(person: Person) -> None:
    items = "MenuItem(key, id=key, accelerator=key, action=lambda event: tell('chosen', event.id))"
    person.show(f"Menu([Submenu('&Keys', [{items} for key in ('K', 'Delete', 'Ctrl+A', 'F5')])])")
    person.press("ctrl+a", "Delete", "k", "F5")
    assert person.run.event("chosen") == "F5"
    assert person.value() == "k"
    # Elsewhere in the page they are the menu's.
    person.run.page("document.activeElement.blur()")
    person.wait_for_keyboard()
    person.press("k", "ctrl+a", "Delete")
    assert [person.run.event("chosen") for _ in range(3)] == ["K", "Ctrl+A", "Delete"]


def test_the_clipboards_keys_act_in_the_field_of_the_page(person: Person) -> None:
    person.show(predefined("Undo", "Redo", "Cut", "Copy", "Paste", "SelectAll"))
    person.press("ctrl+a", "ctrl+x")
    person.wait_for_value("")
    person.press("ctrl+v", "ctrl+v")
    person.wait_for_value("some textsome text")
    person.press("ctrl+z")
    person.wait_for_value("some text")
    person.press("ctrl+y")
    person.wait_for_value("some textsome text")
    person.press("ctrl+a", "ctrl+c", "Delete", "ctrl+v")
    person.wait_for_value("some textsome text")


def test_the_clipboards_items_act_in_the_field_of_the_page(person: Person) -> None:
    person.show(predefined("Undo", "Redo", "Cut", "Copy", "Paste", "SelectAll"))
    for number, value in ((5, "some text"), (2, ""), (4, "some text"), (0, ""), (1, "some text")):
        person.choose_numbered("edit", number)
        person.wait_for_value(value)
    person.choose_numbered("edit", 5)
    person.choose_numbered("edit", 3)
    person.press("Right")
    person.choose_numbered("edit", 4)
    person.wait_for_value("some textsome text")


# The look.


def test_in_dark_a_menu_is_told_from_what_is_below_it(person: Person) -> None:
    colours = """(lambda image, base: (image.pixelColor(0, image.height() // 2).lightness(), base.lightness()))(
        made['menu'].get('file').widget.grab().toImage(), made['menu'].get('file').widget.palette().base().color()
    )"""
    set_theme = "__import__('shell.window').window.set_theme(__import__('shell.config').config.Theme.{})"
    person.show(MENU)
    frame, menu = person.run(colours)
    assert frame < menu == 255
    person.run(set_theme.format("DARK"))
    until(lambda: person.run(colours)[1] < 100)
    window = person.run("app.windows['main'].frame.palette().window().color().lightness()")
    until(lambda: person.run(colours)[0] > person.run(colours)[1] > window)
    person.run(set_theme.format("LIGHT"))
    until(lambda: person.run(colours) == [frame, menu])
