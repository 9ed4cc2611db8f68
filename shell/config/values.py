"""Values that have a form of their own: labels, identifiers, colours, lengths."""

import re
from typing import Annotated, Any

from shell.config.errors import JsonPath, expected
from shell.config.readers import Reader, by_kind, integer, list_of, matching, number, path
from shell.value import frozen

_COLOR = re.compile(r"#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE | re.ASCII)
_COLOR_FORMS = 'a colour such as "#1e90ff", "#1e90ff80" or [30, 144, 255]'
_CHANNEL = integer(0, 255)
_SEMVER = (
    r"(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}"
    r"(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
    r"(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?"
)
SEMVER = re.compile(_SEMVER, re.ASCII)


@frozen
class Color:
    """A colour.

    Attributes:
        red: 0 to 255.
        green: 0 to 255.
        blue: 0 to 255.
        alpha: 0, not there, to 255, opaque.
    """

    red: int
    green: int
    blue: int
    alpha: int = 255

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}{self.alpha:02x}"


def is_label(label: str) -> bool:
    """Tell whether text may be a label: letters, digits, `-`, `/`, `:` and `_`, as in Tauri, at least one."""
    return bool(label) and all(c.isalnum() or c in "-/:_" for c in label)


def label(value: Any, at: JsonPath) -> str:
    """Read the label of a window or webview."""
    if isinstance(value, str) and is_label(value):
        return str(value)
    raise expected('a label of letters, digits, "-", "/", ":" and "_"', value, at)


def color(value: Any, at: JsonPath) -> Color:
    """Read a colour in any of the four forms that Tauri takes."""
    return value if isinstance(value, Color) else _color(value, at)


def _color_text(value: str, at: JsonPath) -> Color:
    match = _COLOR.fullmatch(value)
    if match is None:
        raise expected(_COLOR_FORMS, value, at)
    digits = match[1] if len(match[1]) >= 6 else "".join(2 * c for c in match[1])
    return Color(*bytes.fromhex(digits))


def _color_list(value: list[Any], at: JsonPath) -> Color:
    if len(value) not in {3, 4}:
        raise expected(_COLOR_FORMS, value, at)
    return Color(*list_of(_CHANNEL)(value, at))


def _color_object(value: dict[str, Any], at: JsonPath) -> Color:
    if not {"red", "green", "blue"} <= value.keys() <= {"red", "green", "blue", "alpha"}:
        raise expected("a colour with red, green, blue and perhaps alpha", value, at)
    return Color(**{name: _CHANNEL(part, (*at, name)) for name, part in value.items()})


_color: Reader[Color] = by_kind(_COLOR_FORMS, {str: _color_text, list: _color_list, dict: _color_object})

AnyColor = Annotated[Color, color]
Label = Annotated[str, label]
FilePath = Annotated[str, path]
Identifier = Annotated[
    str,
    matching(
        r"(?=.{1,255}$)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*",
        'an identifier such as "com.example.notes", of letters A-Z, digits, "-" and "."',
    ),
]
FileName = Annotated[str, matching(r'[^/\\:*?"<>|\x00-\x1f]+', 'a name without / \\ : * ? " < > |')]
# The largest extent of a Qt widget.
Length = Annotated[float, number(0, 16_777_215)]
Coordinate = Annotated[float, number(-(2**31), 2**31 - 1)]
Pixels = Annotated[int, integer(0, 2**32 - 1)]
