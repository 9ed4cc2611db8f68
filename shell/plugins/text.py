"""Texts of a page that are shown outside of it."""

from typing import Annotated

import msgspec

LONGEST_TEXT = 4096
"""Characters. Laying out a million of them keeps the program for seconds, and the desktop for minutes."""

type Text = Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]
"""A title, the text of a menu's item, a tooltip and the like."""
