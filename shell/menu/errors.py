class MenuError(Exception):
    """A menu cannot do what was asked of it; the text says why, in a line."""


class AcceleratorError(MenuError):
    """A text is no accelerator; it says which part is none."""
