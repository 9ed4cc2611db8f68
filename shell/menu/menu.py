from collections.abc import Iterable
from types import NoneType
from uuid import uuid4

from shell.given import expect
from shell.ipc.thread import any_thread, loop_only
from shell.menu.container import Container
from shell.menu.item import Item


@loop_only
class Menu(Container):
    """A menu: a window's or the whole program's bar, one at the mouse, or a tray icon's."""

    def __init__(
        self,
        items: Iterable[Item] = (),
        *,
        id: str | None = None,  # noqa: A002  # Tauri's name
    ) -> None:
        """Make a menu. It can be made before the program runs.

        Args:
            items: What is in it, in order; for a bar submenus.
            id: Its name for the program.

        Raises:
            MenuError: An item is given twice.
        """
        expect(id, (str, NoneType), "Menu: id", "a name")
        super().__init__(items)
        self._id = uuid4().hex if id is None else id

    @property
    @any_thread
    def id(self) -> str:
        """The menu's name for the program."""
        return self._id

    def __repr__(self) -> str:
        return f"<Menu {self._id}>"
