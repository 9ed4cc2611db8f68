from enum import StrEnum


class WindowEvent(StrEnum):
    """What a window tells its listeners, by Tauri's names; the payload stands beside each.

    Sizes and positions are in physical pixels.
    """

    CREATED = "tauri://window-created"  # {"label": str}
    WEBVIEW_CREATED = "tauri://webview-created"  # {"label": str}
    RESIZED = "tauri://resize"  # {"width": int, "height": int}, of the inside
    MOVED = "tauri://move"  # {"x": int, "y": int}, of the outer top-left corner
    CLOSE_REQUESTED = "tauri://close-requested"  # None
    DESTROYED = "tauri://destroyed"  # None
    FOCUSED = "tauri://focus"  # None
    BLURRED = "tauri://blur"  # None
    SCALE_CHANGED = "tauri://scale-change"  # {"scaleFactor": float, "size": {"width": int, "height": int}}
    THEME_CHANGED = "tauri://theme-changed"  # "light" or "dark"
    DRAG_ENTER = "tauri://drag-enter"  # {"paths": [str], "position": {"x": float, "y": float}}, in the webview
    DRAG_OVER = "tauri://drag-over"  # {"position": {"x": float, "y": float}}
    DRAG_DROP = "tauri://drag-drop"  # as drag-enter
    DRAG_LEAVE = "tauri://drag-leave"  # None
