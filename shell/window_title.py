"""Titles of windows, in which Qt takes `[*]` for the place of a sign that something is not saved."""

_PLACE = "[*]"


def plain_title(text: str) -> str:
    """What has Qt show a text in a title bar as it stands. A page may have written it."""
    return text.replace(_PLACE, 2 * _PLACE)


def shown_title(title: str) -> str:
    """The text that `plain_title` was given."""
    return title.replace(2 * _PLACE, _PLACE)
