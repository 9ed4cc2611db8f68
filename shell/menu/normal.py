import logging
import sys
from types import NoneType

from PySide6.QtGui import QAction, QKeySequence

from shell.background import Background
from shell.given import expect, expect_function
from shell.ipc.thread import any_thread, loop_only
from shell.menu.accelerator import parse_accelerator
from shell.menu.event import MenuEvent, MenuHandler
from shell.menu.item import Item

log = logging.getLogger(__name__)

_KEYS = 'keys such as "CmdOrCtrl+K"'
_MAC = sys.platform == "darwin"


@loop_only
class MenuItem(Item):
    """An item with a text that does something when it is chosen.

    An `&` in the text marks the letter that chooses it from the keyboard; `&&` is an `&`.
    """

    def __init__(
        self,
        text: str,
        *,
        id: str | None = None,  # noqa: A002  # Tauri's name
        enabled: bool = True,
        accelerator: str | None = None,
        action: MenuHandler | None = None,
    ) -> None:
        """Make an item.

        Args:
            text: What it says.
            id: Its name for the program, if not one that nothing else has.
            enabled: Whether it can be chosen.
            accelerator: Keys that choose it while its menu is a window's bar, such as `CmdOrCtrl+Shift+K`. Of several
                items with the same, the first in the bar that can be chosen acts. Keys that write or edit stay those
                of a text field while that has the keyboard.
            action: Called with the `MenuEvent` when it is chosen; it may be a coroutine function.

        Raises:
            AcceleratorError: The accelerator is none.
        """
        super().__init__(id)
        self._expect(text, str, "text", "a text")
        self._expect(enabled, bool, "enabled", "True or False")
        self._expect(accelerator, (str, NoneType), "accelerator", _KEYS)
        if action is not None:
            expect_function(action, f"{type(self).__name__}: action")
        self._text = text
        self._enabled = enabled
        self._keys = qt_keys(accelerator)
        self._action = action
        self._background = Background()

    @any_thread
    def text(self) -> str:
        """Return what it says."""
        return self._text

    def set_text(self, text: str) -> None:
        """Let it say something else."""
        expect(text, str, "set_text", "a text")
        self._text = text
        if self._qaction is not None:
            self._qaction.setText(text)

    @any_thread
    def is_enabled(self) -> bool:
        """Say whether it can be chosen."""
        return self._enabled

    def set_enabled(self, enabled: bool) -> None:
        """Let it be chosen or not."""
        expect(enabled, bool, "set_enabled", "True or False")
        self._enabled = enabled
        if self._qaction is not None:
            self._qaction.setEnabled(enabled)

    def set_accelerator(self, accelerator: str | None) -> None:
        """Give it other keys, or none.

        Raises:
            AcceleratorError: The accelerator is none. The item keeps the one that it has.
        """
        expect(accelerator, (str, NoneType), "set_accelerator", _KEYS)
        self._keys = qt_keys(accelerator)
        if self._qaction is not None:
            self._qaction.setShortcut(QKeySequence(self._keys))

    def _fill(self, qaction: QAction) -> None:
        qaction.setText(self._text)
        qaction.setEnabled(self._enabled)
        qaction.setShortcut(QKeySequence(self._keys))

    def chosen(self) -> None:
        """Tell its action, and the programs that show it."""
        event = MenuEvent(self._id, self)
        if self._action is not None:
            self._background.call(self._action, event, log=log, name=f"a handler of the menu item {event.id}")
        for host in self.hosts():
            host.chosen(event)


def qt_keys(accelerator: str | None) -> str:
    """An accelerator as `QKeySequence` reads it on this system; nothing for none.

    Raises:
        AcceleratorError: It is no accelerator.
    """
    return "" if accelerator is None else parse_accelerator(accelerator, mac=_MAC).qt_keys(mac=_MAC)
