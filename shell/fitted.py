"""Text that is cut to so many lines of a width."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QTextLayout, QTextOption

_CONTROLS = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - {ord("\n")}, " ")
"""Signs without a width of their own, which fonts draw as they like."""


def fitted(text: str, font: QFont, width: int, most: int) -> str:
    """Break a text into lines, and end the last with an ellipsis where there is more than fits.

    Args:
        text: The text, which may have lines of its own.
        font: What it is drawn with.
        width: Pixels that a line may take.
        most: How many lines there may be.
    """
    # After a last line that ends, Qt sees one more, with nothing in it.
    text = text.translate(_CONTROLS).rstrip()
    layout = QTextLayout(text.replace("\n", "\u2028"), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    # Qt counts in UTF-16.
    units = text.encode("utf-16-le", errors="replace")
    lines: list[str] = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        start, end = 2 * line.textStart(), 2 * (line.textStart() + line.textLength())
        if len(lines) == most - 1 and end < len(units):
            rest = " ".join(units[start:].decode("utf-16-le", errors="replace").split())
            # One more than fits, so that there is always something left out.
            lines.append(QFontMetrics(font).elidedText(f"{rest} …", Qt.TextElideMode.ElideRight, width))
            break
        lines.append(units[start:end].decode("utf-16-le", errors="replace").rstrip())
    layout.endLayout()
    return "\n".join(lines)
