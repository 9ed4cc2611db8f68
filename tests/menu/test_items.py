"""Menus and their items by themselves, as a program makes them before it runs."""

from collections.abc import Callable

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from PySide6.QtGui import QColor, QImage

from shell import (
    AcceleratorError,
    CheckMenuItem,
    IconMenuItem,
    Menu,
    MenuError,
    MenuItem,
    PredefinedMenuItem,
    Submenu,
)
from shell.image import ImageError
from shell.menu import Container, Item
from shell.menu.container import MAX_DEPTH


def ids(menu: Container) -> list[str]:
    return [item.id for item in menu.items()]


def items(text: str) -> list[MenuItem]:
    return [MenuItem(letter, id=letter) for letter in text]


def test_items_stand_in_the_order_in_which_they_are_given() -> None:
    menu = Menu(items("ab"))
    menu.append(*items("cd"))
    menu.prepend(*items("xy"))
    menu.insert(1, *items("12"))
    assert ids(menu) == list("x12yabcd")


def test_an_item_is_found_by_its_id_in_the_menu_itself() -> None:
    inner = Submenu("More", items("c"), id="more")
    menu = Menu([*items("ab"), inner])
    assert menu.get("a") is menu.items()[0]
    assert menu.get("more") is inner
    assert menu.get("c") is None
    assert inner.get("c") is inner.items()[0]


def test_ids_that_are_not_given_are_all_different() -> None:
    made: list[Menu | Item] = [Menu(), Submenu("a"), MenuItem("a"), CheckMenuItem("a"), IconMenuItem("a")]
    made.append(PredefinedMenuItem("Copy"))
    assert len({one.id for one in made}) == len(made)


def test_an_item_is_taken_out_by_itself_or_by_its_place() -> None:
    a, b, c = items("abc")
    menu = Menu([a, b, c])
    menu.remove(b)
    assert menu.items() == (a, c)
    assert menu.remove_at(1) is c
    assert menu.items() == (a,)
    menu.append(b)
    assert menu.items() == (a, b)


def test_what_is_not_in_the_menu_is_not_taken_out() -> None:
    menu = Menu(items("ab"))
    with pytest.raises(MenuError, match="the item 'c' is not in this menu"):
        menu.remove(MenuItem("c", id="c"))
    for position in (-1, 2):
        with pytest.raises(MenuError, match=f"no item at position {position} in a menu of 2 items"):
            menu.remove_at(position)


@pytest.mark.parametrize("position", [-1, 3])
def test_items_are_added_only_where_a_position_is(position: int) -> None:
    menu = Menu(items("ab"))
    with pytest.raises(MenuError, match=f"no position {position} in a menu of 2 items"):
        menu.insert(position, MenuItem("c"))


def test_an_item_given_twice_is_refused_and_nothing_is_added() -> None:
    a, b = items("ab")
    menu = Menu([a])
    for given_ in ((b, a), (b, b)):
        with pytest.raises(MenuError, match="is in this menu already"):
            menu.append(*given_)
        assert menu.items() == (a,)
    with pytest.raises(MenuError, match="is in this menu already"):
        Menu([a, a])


def test_an_item_can_stand_in_several_menus() -> None:
    (shared,) = items("a")
    first, second = Menu([shared]), Menu([shared])
    shared.set_text("b")
    assert first.items() == second.items() == (shared,)
    first.remove(shared)
    assert second.items() == (shared,)


def test_a_menu_put_into_itself_is_refused() -> None:
    outer, middle, inner = Submenu("outer"), Submenu("middle"), Submenu("inner")
    outer.append(middle)
    middle.append(inner)
    for menu in (outer, middle, inner):
        with pytest.raises(MenuError, match="a menu cannot be put into itself"):
            inner.append(menu)
    assert inner.items() == ()


def test_menus_are_not_put_into_one_another_without_end() -> None:
    menu: Container = Menu()
    outermost = menu
    for depth in range(1, MAX_DEPTH):
        menu.append(inner := Submenu(str(depth)))
        menu = inner
    with pytest.raises(MenuError, match=f"more than {MAX_DEPTH} menus"):
        menu.append(Submenu("too deep"))
    menu.append(MenuItem("an item is no menu"))
    with pytest.raises(MenuError, match=f"more than {MAX_DEPTH} menus"):
        Submenu(
            "above all", [Submenu("and above that", [item for item in outermost.items() if isinstance(item, Submenu)])]
        )


def test_menus_in_many_menus_are_checked_in_good_time() -> None:
    menu = Submenu("deepest")
    for _ in range(MAX_DEPTH // 2 - 1):
        menu = Submenu("both", [Submenu("left", [menu]), Submenu("right", [menu])])
    with pytest.raises(MenuError, match="cannot be put into itself"):
        menu.append(menu)


def test_what_items_say_can_be_changed() -> None:
    item: MenuItem
    for item in (MenuItem("a"), CheckMenuItem("a"), IconMenuItem("a")):
        assert (item.text(), item.is_enabled()) == ("a", True)
        item.set_text("b")
        item.set_enabled(False)
        item.set_accelerator("CmdOrCtrl+K")
        assert (item.text(), item.is_enabled()) == ("b", False)
    check = CheckMenuItem("a", checked=True, enabled=False)
    assert (check.is_checked(), check.is_enabled()) == (True, False)
    check.set_checked(False)
    assert not check.is_checked()
    submenu = Submenu("a", enabled=False)
    submenu.set_text("b")
    submenu.set_enabled(True)
    assert (submenu.text(), submenu.is_enabled()) == ("b", True)
    copy = PredefinedMenuItem("Copy")
    assert copy.text() == "&Copy"
    copy.set_text("Kopieren")
    assert copy.text() == "Kopieren"
    assert PredefinedMenuItem("Copy", text="Copier").text() == "Copier"


@pytest.mark.parametrize("make", [MenuItem, CheckMenuItem, IconMenuItem])
def test_an_accelerator_that_is_none_is_refused(make: Callable[..., MenuItem]) -> None:
    with pytest.raises(AcceleratorError):
        make("a", accelerator="Ctrl+Banana")
    with pytest.raises(AcceleratorError):
        make("a").set_accelerator("Ctrl+Banana")


def test_a_picture_that_is_none_is_refused() -> None:
    picture = QImage(4, 4, QImage.Format.Format_RGBA8888)
    picture.fill(QColor("#1e90ff"))
    for item in (IconMenuItem("a", icon=picture), Submenu("a", icon=picture)):
        with pytest.raises(ImageError, match="not an image"):
            item.set_icon(b"no picture")
        with pytest.raises(ImageError, match=r"/nowhere\.png: No such file"):
            item.set_icon("/nowhere.png")
        item.set_icon(None)
    with pytest.raises(ImageError):
        IconMenuItem("a", icon=b"")


def test_a_predefined_item_that_there_is_not_is_refused() -> None:
    with pytest.raises(MenuError, match='no predefined item "Explode"; there are Separator, Copy, '):
        PredefinedMenuItem("Explode")


class AnyMenu(RuleBasedStateMachine):
    """A menu does with its items what a list does."""

    def __init__(self) -> None:
        super().__init__()
        self.menu = Menu()
        self.expected: list[Item] = []
        self.taken: list[Item] = []

    @rule(position=st.integers(-1, 6), count=st.integers(0, 3))
    def insert(self, position: int, count: int) -> None:
        new = [*self.taken[:1], *(MenuItem(str(number)) for number in range(count))]
        if 0 <= position <= len(self.expected):
            self.menu.insert(position, *new)
            self.expected[position:position] = new
            del self.taken[:1]
        else:
            with pytest.raises(MenuError):
                self.menu.insert(position, *new)

    @rule(position=st.integers(-1, 6))
    def remove_at(self, position: int) -> None:
        if 0 <= position < len(self.expected):
            item = self.menu.remove_at(position)
            assert item is self.expected.pop(position)
            self.taken.append(item)
        else:
            with pytest.raises(MenuError):
                self.menu.remove_at(position)

    @rule(data=st.data())
    def give_twice(self, data: st.DataObject) -> None:
        if self.expected:
            with pytest.raises(MenuError):
                self.menu.append(MenuItem("new"), data.draw(st.sampled_from(self.expected)))

    @invariant()
    def has_what_a_list_has(self) -> None:
        assert list(self.menu.items()) == self.expected
        assert all(item.parents == (self.menu,) for item in self.expected)
        assert all(item.parents == () for item in self.taken)


TestAnyMenu = AnyMenu.TestCase
