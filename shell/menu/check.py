from PySide6.QtGui import QAction

from shell.given import expect
from shell.ipc.thread import loop_only
from shell.menu.event import MenuHandler
from shell.menu.normal import MenuItem


@loop_only
class CheckMenuItem(MenuItem):
    """An item that is checked or not, and becomes the other when it is chosen."""

    def __init__(
        self,
        text: str,
        *,
        id: str | None = None,  # noqa: A002  # Tauri's name
        enabled: bool = True,
        checked: bool = False,
        accelerator: str | None = None,
        action: MenuHandler | None = None,
    ) -> None:
        """Make an item, as `MenuItem`.

        Args:
            text: What it says.
            id: Its name for the program.
            enabled: Whether it can be chosen.
            checked: Whether it is checked.
            accelerator: Keys that choose it.
            action: Called with the `MenuEvent` when it is chosen, and is what it has become.

        Raises:
            AcceleratorError: The accelerator is none.
        """
        super().__init__(text, id=id, enabled=enabled, accelerator=accelerator, action=action)
        self._expect(checked, bool, "checked", "True or False")
        self._checked = checked

    def is_checked(self) -> bool:
        """Say whether it is checked."""
        return self._checked if self._qaction is None else self._qaction.isChecked()

    def set_checked(self, checked: bool) -> None:
        """Check it or not. Its action is not called."""
        expect(checked, bool, "set_checked", "True or False")
        self._checked = checked
        if self._qaction is not None:
            self._qaction.setChecked(checked)

    def _fill(self, qaction: QAction) -> None:
        super()._fill(qaction)
        qaction.setCheckable(True)
        qaction.setChecked(self._checked)
