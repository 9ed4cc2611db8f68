class WindowError(Exception):
    """A window could not do what it was asked to."""


class WindowClosedError(WindowError):
    """The window is gone; only its label is left."""


class NotSupportedError(WindowError):
    """The desktop or the platform has no such thing."""
