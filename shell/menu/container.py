from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QWindow
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from shell.given import expect, expect_each
from shell.ipc.thread import any_thread, loop_only
from shell.menu.errors import MenuError
from shell.menu.item import Host, Item
from shell.menu.lifetime import delete_with

if TYPE_CHECKING:
    from shell.window import Position, Window

MAX_DEPTH = 32
"""How many menus may be inside one another. Qt goes through them by recursion."""

MAX_ITEMS = 1000
"""How many items a menu may have. Qt goes through all of them each time that one is added where it is shown."""


@loop_only
class Container:
    """A list of items that can be shown: as a window's bar, at the mouse, below an item of another menu, in a tray.

    Attributes:
        host: The program that shows it, once one does.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self.host: Host | None = None
        self._items: list[Item] = []
        self._widget: QMenu | None = None
        self._faces: list[QWidget] = []
        # As `insert` does it, and in any thread: nothing shows the menu yet.
        self._insert(0, *expect_each(items, Item, "a menu's items", "a menu item or a Submenu"))

    @property
    @any_thread
    def parents(self) -> tuple["Container", ...]:
        """The menus that it is in."""
        return ()

    # Its items.

    @any_thread
    def items(self) -> tuple[Item, ...]:
        """Return its items in order."""
        return tuple(self._items)

    @any_thread
    def get(self, id: str) -> Item | None:  # noqa: A002  # Tauri's name
        """Return the first of its items that has an id; those of submenus are not looked at."""
        return next((item for item in self._items if item.id == id), None)

    def with_accelerator(self, keys: QKeySequence) -> list[Item]:
        """Return the items that can be chosen by an accelerator, in order; those of submenus are among them."""
        found: dict[Item, None] = {}
        seen: set[Container] = set()

        def look(menu: Container) -> None:
            seen.add(menu)
            for item in menu.items():
                if not item.qaction.isEnabled() or not item.qaction.isVisible():
                    continue
                if isinstance(item, Container):
                    if item not in seen:
                        look(item)
                elif item.qaction.shortcut() == keys:
                    found[item] = None

        look(self)
        return list(found)

    def append(self, *items: Item) -> None:
        """Add items at the end.

        Raises:
            MenuError: One of them is here already, or is this menu or one that it is in. Nothing is added then.
        """
        self.insert(len(self._items), *items)

    def prepend(self, *items: Item) -> None:
        """Add items at the beginning.

        Raises:
            MenuError: As `append`.
        """
        self.insert(0, *items)

    def insert(self, position: int, *items: Item) -> None:
        """Add items before the one at a position, counted from 0.

        Raises:
            MenuError: As `append`, there is no such position, or there would be too many of them.
        """
        self._insert(position, *items)

    def _insert(self, position: int, *items: Item) -> None:
        if not 0 <= position <= len(self._items):
            raise MenuError(f"there is no position {position} in a menu of {len(self._items)} items")
        if (many := len(self._items) + len(items)) > MAX_ITEMS:
            raise MenuError(f"a menu has at most {MAX_ITEMS} items, and this one would have {many}")
        for item in items:
            expect(item, Item, "a menu", "a menu item or a Submenu")
        self._check(items)
        following = self._items[position] if position < len(self._items) else None
        self._items[position:position] = items
        for item in items:
            item.added_to(self)
            for face in self._faces:
                _show(face, item, before=following)

    def remove(self, item: Item) -> None:
        """Take an item out.

        Raises:
            MenuError: It is not here.
        """
        if item not in self._items:
            raise MenuError(f"the item {item.id!r} is not in this menu")
        self.remove_at(self._items.index(item))

    def remove_at(self, position: int) -> Item:
        """Take out the item at a position, counted from 0, and return it.

        Raises:
            MenuError: There is none.
        """
        if not 0 <= position < len(self._items):
            raise MenuError(f"there is no item at position {position} in a menu of {len(self._items)} items")
        item = self._items.pop(position)
        item.removed_from(self)
        for face in self._faces:
            face.removeAction(item.qaction)
        return item

    # What shows it.

    @property
    def widget(self) -> QMenu:
        """The menu as Qt shows it by itself: at the mouse, below an item, in a tray."""
        if self._widget is None:
            self._widget = QMenu()
            delete_with(self, self._widget)
            self.show_in(self._widget)
        return self._widget

    @property
    def in_bar(self) -> bool:
        """Whether a window shows it as its bar."""
        return any(isinstance(face, QMenuBar) for face in self._faces)

    def show_in(self, face: QWidget) -> None:
        """Show the items in a widget that shows actions, such as a menu bar, and keep to it from now on."""
        self._faces.append(face)
        for item in self._items:
            _show(face, item)

    def leave(self, face: QWidget) -> None:
        """Show them there no longer."""
        self._faces.remove(face)
        for item in self._items:
            face.removeAction(item.qaction)

    def close_over(self, window: QWindow) -> None:
        """Close those of its submenus that are open over a window, from the bar there."""
        # The bar is not asked which one that is: PySide 6.12 takes what QMenuBar.activeAction() gives for its child.
        for item in self._items:
            if isinstance(item, Container) and item._widget is not None and item._widget.isVisible():
                handle = item._widget.windowHandle()
                if handle is not None and handle.transientParent() is window:
                    item._widget.close()

    def popup(self, window: "Window", at: "Position | None" = None) -> None:
        """Show the menu over a window, for a person to choose from. Returns at once.

        Args:
            window: The window.
            at: Where, counted from the top-left corner of its page; at the mouse if it is not given.
        """
        window.popup_menu(self, at)

    # What may be in it.

    def _check(self, items: tuple[Item, ...]) -> None:
        here = set(self._items)
        above: set[Container] = set()
        height = 0
        depths: dict[Container, int] = {}
        for item in items:
            if item in here:
                raise MenuError(f"the item {item.id!r} is in this menu already")
            here.add(item)
            if isinstance(item, Container):
                if not height:
                    above, height = _above(self), _height(self, {})
                if item is self or item in above:
                    raise MenuError("a menu cannot be put into itself")
                if height + _depth(item, depths) > MAX_DEPTH:
                    raise MenuError(f"more than {MAX_DEPTH} menus cannot be inside one another")


def _show(face: QWidget, item: Item, *, before: Item | None = None) -> None:
    if before is None:
        face.addAction(item.qaction)
    else:
        # WORKAROUND: PySide 6.12 takes an action given to insertAction() for a child of the widget, and its Python side
        # for dead when the widget is deleted. One given to insertActions() lives on.
        face.insertActions(before.qaction, [item.qaction])


def _above(menu: Container) -> set[Container]:
    found: set[Container] = set()
    rest = [*menu.parents]
    while rest:
        higher = rest.pop()
        if higher not in found:
            found.add(higher)
            rest.extend(higher.parents)
    return found


def _height(menu: Container, known: dict[Container, int]) -> int:
    """How many menus are above it, itself with them, on the longest way."""
    if menu not in known:
        known[menu] = 1 + max((_height(higher, known) for higher in menu.parents), default=0)
    return known[menu]


def _depth(menu: Container, known: dict[Container, int]) -> int:
    """How many menus are inside it, itself with them, on the longest way."""
    if menu not in known:
        inner = (item for item in menu.items() if isinstance(item, Container))
        known[menu] = 1 + max((_depth(lower, known) for lower in inner), default=0)
    return known[menu]
