import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from shell.given import expect
from shell.ipc.thread import loop_only
from shell.window.errors import NotSupportedError
from shell.window.frame import Frame
from shell.window.native import NativeWindow

if TYPE_CHECKING:
    from shell.window.launcher import ProgressBarState

_ON_TOP = Qt.WindowType.WindowStaysOnTopHint
_ON_BOTTOM = Qt.WindowType.WindowStaysOnBottomHint
_SKIPS_TASKBAR = frozenset({"_NET_WM_STATE_SKIP_TASKBAR", "_NET_WM_STATE_SKIP_PAGER"})
_STICKY = frozenset({"_NET_WM_STATE_STICKY"})
_DEMANDS_ATTENTION = frozenset({"_NET_WM_STATE_DEMANDS_ATTENTION"})


class UserAttentionType(enum.StrEnum):
    """How much a window wants to be looked at. Linux knows one kind only."""

    CRITICAL = "Critical"
    INFORMATIONAL = "Informational"


@loop_only
class Stacking(NativeWindow):
    """A window among others: above or below, on which workspaces, in the taskbar and the dock."""

    def __init__(self, label: str, frame: Frame) -> None:
        super().__init__(label, frame)
        self._states: frozenset[str] = frozenset()
        self._on_all_workspaces = False
        self._parent: NativeWindow | None = None

    def _stay_above(self, parent: NativeWindow) -> None:
        """Keep the window above another one for as long as both are there."""
        self._parent = parent
        self._handle.setTransientParent(parent.frame.windowHandle())
        self._write_parent()

    def is_always_on_top(self) -> bool:
        """Say whether the window stays above others."""
        return self._has_flag(_ON_TOP)

    def set_always_on_top(self, always_on_top: bool) -> None:
        """Keep the window above others or not; above and below exclude each other, the last one asked for holds."""
        expect(always_on_top, bool, "set_always_on_top", "True or False")
        if always_on_top:
            self._set_flag(_ON_BOTTOM, False)
        self._set_flag(_ON_TOP, always_on_top)

    def is_always_on_bottom(self) -> bool:
        """Say whether the window stays below others."""
        return self._has_flag(_ON_BOTTOM)

    def set_always_on_bottom(self, always_on_bottom: bool) -> None:
        """Keep the window below others or not; above and below exclude each other, the last one asked for holds."""
        expect(always_on_bottom, bool, "set_always_on_bottom", "True or False")
        if always_on_bottom:
            self._set_flag(_ON_TOP, False)
        self._set_flag(_ON_BOTTOM, always_on_bottom)

    def set_visible_on_all_workspaces(self, visible: bool) -> None:
        """Let the window be on every workspace, or on the current one alone. On Linux this needs X11."""
        expect(visible, bool, "set_visible_on_all_workspaces", "True or False")
        self._on_all_workspaces = visible
        self._change_states(_STICKY, visible)
        if self._manager is not None and self._on_screen:
            self._manager.change_on_every_workspace(self.window_id, visible)

    def set_skip_taskbar(self, skip: bool) -> None:
        """Keep the window out of the taskbar and the pager. On Linux this needs X11."""
        expect(skip, bool, "set_skip_taskbar", "True or False")
        self._change_states(_SKIPS_TASKBAR, skip)

    def request_user_attention(self, kind: UserAttentionType | None) -> None:
        """Ask the person to look at the window, or stop asking with ``None``; no effect on a window that is focused."""
        if self._manager is None:
            if kind is not None:
                QApplication.alert(self.frame)
        elif kind is None or not self.frame.isActiveWindow():
            self._manager.change_states(self.window_id, _DEMANDS_ATTENTION, kind is not None)

    def set_progress_bar(self, state: "ProgressBarState") -> None:
        """Show progress on the program's entry in the dock; see ``launcher``."""
        # What the dock is told by is loaded with the first word to it, for most programs have none.
        from shell.window.launcher import set_progress_bar  # noqa: PLC0415

        self._require_open()
        set_progress_bar(state)

    def set_badge_count(self, count: int | None) -> None:
        """Show a number on the program's entry in the dock, or none with ``None``; see ``launcher``."""
        from shell.window.launcher import set_badge_count  # noqa: PLC0415

        self._require_open()
        set_badge_count(count)

    def set_badge_label(self, label: str | None) -> None:
        """Show a text on the program's icon.

        Raises:
            NotSupportedError: Always on Linux: only macOS has it. Tauri rejects the call there, too.
        """
        raise NotSupportedError("a badge with text exists only on macOS; set_badge_count shows a number")

    def set_overlay_icon(self, icon: QIcon | None) -> None:
        """Lay a small icon over the program's in the taskbar.

        Raises:
            NotSupportedError: Always on Linux: only Windows has it. Tauri rejects the call there, too.
        """
        raise NotSupportedError("an overlay icon exists only in the taskbar of Windows; set_badge_count shows a number")

    def _change_states(self, states: frozenset[str], on: bool) -> None:
        self._states = self._states | states if on else self._states - states
        if self._manager is not None and self._on_screen:
            self._manager.change_states(self.window_id, states, on)

    def _restore_states(self) -> None:
        """Say again, of a window that was just shown, what the window manager forgets of one that is hidden."""
        if self._manager is None:
            return
        self._manager.change_states(self.window_id, self._states, True)
        self._write_parent()
        if self._on_all_workspaces:
            self._manager.change_on_every_workspace(self.window_id, True)

    def _write_parent(self) -> None:
        if self._manager is not None and self._parent is not None and not self._parent.closed:
            self._manager.set_transient_for(self.window_id, self._parent.window_id)
