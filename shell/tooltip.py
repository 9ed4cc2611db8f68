"""Tooltips, which Qt takes for HTML where they look like it, and draws whatever picture is in that."""

_NOTHING = "\u200b"
"""A space of no width."""


def plain_tooltip(text: str) -> str:
    """A text that Qt shows as it stands. A page may have written it.

    Args:
        text: The text. It is not marked as plain to Qt, nor escaped: a host of the tray is handed the same.
    """
    return text.replace("<", f"<{_NOTHING}").replace("&lt;", f"&{_NOTHING}lt;")
