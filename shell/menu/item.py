import weakref
from abc import ABC, abstractmethod
from collections.abc import Iterator
from types import NoneType
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from PySide6.QtGui import QAction, QKeySequence

from shell.given import expect
from shell.ipc.thread import any_thread, loop_only
from shell.menu.action import Action
from shell.menu.event import MenuEvent
from shell.menu.lifetime import delete_with

if TYPE_CHECKING:
    from shell.menu.container import Container
    from shell.menu.predefined import PredefinedMenuItem


class Host(Protocol):
    """The program that shows a menu."""

    def chosen(self, event: MenuEvent) -> None:
        """Hear that an item was chosen."""

    def perform(self, item: "PredefinedMenuItem") -> None:
        """Do what a predefined item stands for."""

    def first_with(self, keys: QKeySequence) -> "Item | None":
        """Say which item acts of those in the bar of the window in use that have an accelerator; none may have it."""


@loop_only
class Item(ABC):
    """What stands in a menu. One item can stand in several menus, and is the same in all of them.

    Qt's side of it is made when it is first shown: items can be made before the program runs. Then all its methods are
    for the thread of the event loop.
    """

    def __init__(self, id: str | None) -> None:  # noqa: A002  # Tauri's name
        self._expect(id, (str, NoneType), "id", "a name")
        self._id = uuid4().hex if id is None else id
        self._qaction: QAction | None = None
        self._parents: weakref.WeakSet[Container] = weakref.WeakSet()

    def _expect(self, value: object, kind: type | tuple[type, ...], name: str, what: str) -> None:
        """See that it is made with something of a type."""
        expect(value, kind, f"{type(self).__name__}: {name}", what)

    @property
    @any_thread
    def id(self) -> str:
        """The item's name for the program. Several items may share one."""
        return self._id

    @property
    def qaction(self) -> QAction:
        """Qt's side of the item."""
        if self._qaction is None:
            self._qaction = self._make_qaction()
        return self._qaction

    @property
    @any_thread
    def parents(self) -> tuple["Container", ...]:
        """The menus that it is in."""
        return tuple(self._parents)

    def hosts(self) -> Iterator[Host]:
        """The programs that show it: one, or none yet."""
        seen: set[Host] = set()
        above, menus = list(self.parents), set(self.parents)
        while above:
            menu = above.pop()
            if menu.host is not None and menu.host not in seen:
                seen.add(menu.host)
                yield menu.host
            for higher in menu.parents:
                if higher not in menus:
                    menus.add(higher)
                    above.append(higher)

    @any_thread
    def added_to(self, menu: "Container") -> None:
        """Hear that it is in a menu now; for the menu alone."""
        self._parents.add(menu)

    def removed_from(self, menu: "Container") -> None:
        """Hear that it is in a menu no longer; for the menu alone."""
        self._parents.discard(menu)

    @abstractmethod
    def _fill(self, qaction: QAction) -> None:
        """Give Qt's side what it shows."""

    @abstractmethod
    def chosen(self) -> None:
        """Do what happens when a person chooses the item; for Qt's side of it alone."""

    def _make_qaction(self) -> QAction:
        qaction = Action(self)
        delete_with(self, qaction)
        self._fill(qaction)
        return qaction

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._id}>"
