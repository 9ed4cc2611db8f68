import weakref
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction, QShortcutEvent

if TYPE_CHECKING:
    from shell.menu.item import Item


class Action(QAction):
    """Qt's side of an item. Of several items with the same accelerator, it lets the first act.

    Qt by itself would let none act, and say so on standard error.
    """

    def __init__(self, item: "Item") -> None:
        """Make an action.

        Args:
            item: What it is a side of; told when a person chooses it.
        """
        super().__init__()
        self._item = weakref.ref(item)
        # Otherwise macOS moves what is called "Quit" or "Settings" elsewhere.
        self.setMenuRole(QAction.MenuRole.NoRole)
        this = self._item

        def triggered(_checked: bool = False) -> None:
            item = this()
            if item is not None:
                item.chosen()

        self.triggered.connect(triggered)

    def event(self, event: QEvent) -> bool:
        """Find out which item acts, where an accelerator is that of several."""
        item = self._item()
        if item is None or not isinstance(event, QShortcutEvent) or not event.isAmbiguous():
            return super().event(event)
        first = next((found for host in item.hosts() if (found := host.first_with(event.key())) is not None), item)
        first.qaction.trigger()
        return True
