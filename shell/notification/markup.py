"""Text for daemons that read markup in a notification's body."""

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def escaped(text: str) -> str:
    """The text as markup that shows it as it is."""
    return text.translate(_ENTITIES)
