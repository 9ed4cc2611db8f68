class TrayError(Exception):
    """A tray icon cannot do what was asked of it; the text says why, in a line."""


class TrayIconRemovedError(TrayError):
    """The icon was removed; only its id is left."""
