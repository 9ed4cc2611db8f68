import enum

from PySide6.QtCore import Qt

_Shape = Qt.CursorShape


class CursorIcon(enum.StrEnum):
    """The mouse cursors that Tauri names, after those of CSS. ``DEFAULT`` leaves the choice to the page."""

    DEFAULT = "default"
    CROSSHAIR = "crosshair"
    HAND = "hand"
    ARROW = "arrow"
    MOVE = "move"
    TEXT = "text"
    WAIT = "wait"
    HELP = "help"
    PROGRESS = "progress"
    NOT_ALLOWED = "notAllowed"
    CONTEXT_MENU = "contextMenu"
    CELL = "cell"
    VERTICAL_TEXT = "verticalText"
    ALIAS = "alias"
    COPY = "copy"
    NO_DROP = "noDrop"
    GRAB = "grab"
    GRABBING = "grabbing"
    ALL_SCROLL = "allScroll"
    ZOOM_IN = "zoomIn"
    ZOOM_OUT = "zoomOut"
    E_RESIZE = "eResize"
    N_RESIZE = "nResize"
    NE_RESIZE = "neResize"
    NW_RESIZE = "nwResize"
    S_RESIZE = "sResize"
    SE_RESIZE = "seResize"
    SW_RESIZE = "swResize"
    W_RESIZE = "wResize"
    EW_RESIZE = "ewResize"
    NS_RESIZE = "nsResize"
    NESW_RESIZE = "neswResize"
    NWSE_RESIZE = "nwseResize"
    COL_RESIZE = "colResize"
    ROW_RESIZE = "rowResize"


_SHAPES = {
    CursorIcon.CROSSHAIR: _Shape.CrossCursor,
    CursorIcon.HAND: _Shape.PointingHandCursor,
    CursorIcon.MOVE: _Shape.SizeAllCursor,
    CursorIcon.TEXT: _Shape.IBeamCursor,
    CursorIcon.WAIT: _Shape.WaitCursor,
    CursorIcon.HELP: _Shape.WhatsThisCursor,
    CursorIcon.PROGRESS: _Shape.BusyCursor,
    CursorIcon.NOT_ALLOWED: _Shape.ForbiddenCursor,
    CursorIcon.CELL: _Shape.CrossCursor,
    CursorIcon.VERTICAL_TEXT: _Shape.IBeamCursor,
    CursorIcon.ALIAS: _Shape.DragLinkCursor,
    CursorIcon.COPY: _Shape.DragCopyCursor,
    CursorIcon.NO_DROP: _Shape.ForbiddenCursor,
    CursorIcon.GRAB: _Shape.OpenHandCursor,
    CursorIcon.GRABBING: _Shape.ClosedHandCursor,
    CursorIcon.ALL_SCROLL: _Shape.SizeAllCursor,
    CursorIcon.E_RESIZE: _Shape.SizeHorCursor,
    CursorIcon.N_RESIZE: _Shape.SizeVerCursor,
    CursorIcon.NE_RESIZE: _Shape.SizeBDiagCursor,
    CursorIcon.NW_RESIZE: _Shape.SizeFDiagCursor,
    CursorIcon.S_RESIZE: _Shape.SizeVerCursor,
    CursorIcon.SE_RESIZE: _Shape.SizeFDiagCursor,
    CursorIcon.SW_RESIZE: _Shape.SizeBDiagCursor,
    CursorIcon.W_RESIZE: _Shape.SizeHorCursor,
    CursorIcon.EW_RESIZE: _Shape.SizeHorCursor,
    CursorIcon.NS_RESIZE: _Shape.SizeVerCursor,
    CursorIcon.NESW_RESIZE: _Shape.SizeBDiagCursor,
    CursorIcon.NWSE_RESIZE: _Shape.SizeFDiagCursor,
    CursorIcon.COL_RESIZE: _Shape.SplitHCursor,
    CursorIcon.ROW_RESIZE: _Shape.SplitVCursor,
}


def shape_of(icon: CursorIcon) -> Qt.CursorShape | None:
    """Return Qt's cursor for a name, the plain arrow where Qt has none like it, ``None`` for the page's choice."""
    return None if icon is CursorIcon.DEFAULT else _SHAPES.get(icon, _Shape.ArrowCursor)
