import sys
from types import NoneType

from PySide6.QtGui import QAction, QKeySequence

from shell.config import Predefined
from shell.given import expect
from shell.ipc.thread import any_thread, loop_only
from shell.menu.about import AboutMetadata
from shell.menu.errors import MenuError
from shell.menu.item import Item
from shell.menu.normal import qt_keys

_MAC, _WINDOWS = sys.platform == "darwin", sys.platform == "win32"


OF_MACOS = frozenset({Predefined.HIDE_OTHERS, Predefined.SHOW_ALL, Predefined.SERVICES, Predefined.BRING_ALL_TO_FRONT})
"""What only macOS knows, and Qt has there in its own menu of the program. Such an item is made, and never seen."""


@loop_only
class PredefinedMenuItem(Item):
    """An item whose text, accelerator and effect are given: it acts on the window in use, its page, or the program.

    All but those that only macOS knows work here. (Tauri has on Linux the separator, `About` and the clipboard's.)
    """

    def __init__(
        self,
        item: Predefined | str,
        *,
        text: str | None = None,
        about: AboutMetadata | None = None,
    ) -> None:
        """Make an item.

        Args:
            item: What it stands for, such as `"Copy"`.
            text: What it says, if not what is usual.
            about: For `"About"`, what the dialog says; what the configuration says if it is not given.

        Raises:
            MenuError: There is no such item.
        """
        super().__init__(None)
        self._expect(text, (str, NoneType), "text", "a text")
        self._expect(about, (AboutMetadata, NoneType), "about", "an AboutMetadata")
        try:
            self._item = Predefined(item)
        except ValueError:
            raise MenuError(f'there is no predefined item "{item}"; there are {", ".join(Predefined)}') from None
        self._text = _TEXTS[self._item] if text is None else text
        self._about = about

    @property
    @any_thread
    def item(self) -> Predefined:
        """What it stands for."""
        return self._item

    @property
    @any_thread
    def about(self) -> AboutMetadata | None:
        """What the dialog of `"About"` says, if that is not what the configuration says."""
        return self._about

    @any_thread
    def text(self) -> str:
        """Return what it says."""
        return self._text

    def set_text(self, text: str) -> None:
        """Let it say something else."""
        expect(text, str, "set_text", "a text")
        self._text = text
        if self._qaction is not None and self._item is not Predefined.SEPARATOR:
            self._qaction.setText(text)

    def _fill(self, qaction: QAction) -> None:
        if self._item is Predefined.SEPARATOR:
            qaction.setSeparator(True)
            return
        qaction.setText(self._text)
        qaction.setVisible(self._item not in OF_MACOS)
        qaction.setShortcut(QKeySequence(qt_keys(_ACCELERATORS.get(self._item))))

    def chosen(self) -> None:
        """Let the program that shows it do what it stands for."""
        for host in self.hosts():
            host.perform(self)
            return


_TEXTS = {
    Predefined.SEPARATOR: "",
    Predefined.COPY: "&Copy",
    Predefined.CUT: "Cu&t",
    Predefined.PASTE: "&Paste",
    Predefined.SELECT_ALL: "Select &All",
    Predefined.UNDO: "Undo",
    Predefined.REDO: "Redo",
    Predefined.MINIMIZE: "&Minimize",
    Predefined.MAXIMIZE: "Zoom" if _MAC else "Ma&ximize",
    Predefined.FULLSCREEN: "Toggle Full Screen",
    Predefined.HIDE: "&Hide",
    Predefined.HIDE_OTHERS: "Hide Others",
    Predefined.SHOW_ALL: "Show All",
    Predefined.CLOSE_WINDOW: "Close" if _WINDOWS else "C&lose Window",
    Predefined.QUIT: "&Exit" if _WINDOWS else "&Quit",
    Predefined.SERVICES: "Services",
    Predefined.BRING_ALL_TO_FRONT: "Bring All to Front",
    Predefined.ABOUT: "&About",
}

_ACCELERATORS = {
    Predefined.COPY: "CmdOrCtrl+C",
    Predefined.CUT: "CmdOrCtrl+X",
    Predefined.PASTE: "CmdOrCtrl+V",
    Predefined.SELECT_ALL: "CmdOrCtrl+A",
    Predefined.UNDO: "CmdOrCtrl+Z",
    Predefined.REDO: "Cmd+Shift+Z" if _MAC else "Ctrl+Y",
    Predefined.MINIMIZE: "CmdOrCtrl+M",
    Predefined.HIDE: "CmdOrCtrl+H",
    Predefined.CLOSE_WINDOW: "Cmd+W" if _MAC else "Alt+F4",
    **({Predefined.FULLSCREEN: "Cmd+Ctrl+F", Predefined.QUIT: "Cmd+Q"} if _MAC else {}),
}
"""Those of crate muda, `PredefinedMenuItemType::accelerator`."""
