from collections.abc import Callable, Iterator

import attrs
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from shell.config import Config
from shell.image import image_from
from shell.long_text import beginning
from shell.tooltip import plain_tooltip
from shell.value import frozen
from shell.window_title import plain_title

_ICON_SIZE = 96
_WIDTH = 320
_LONG = 240  # characters of a text that gets a room with a scroll bar
_LINE = 512  # characters; to find where a longer one breaks takes a second for 65,536 of them


@frozen(kw_only=True)
class AboutMetadata:
    """What the dialog about a program says.

    Attributes:
        name: What the program is called.
        version: Its version.
        short_version: Another, which stands behind it in parentheses.
        authors: Who wrote it.
        comments: What it is.
        copyright: Whose it is.
        license: Its licence: the name, or all of it.
        website: Address of its page on the web.
        website_label: What stands there for the address.
        credits: Further thanks. Only macOS shows them.
        icon: Its picture: an image, or the path or the bytes of an image file; the program's own if it is not given.
        open_website: Called with the website's address when a person presses it; the person's browser opens it if it is
            not given.
    """

    name: str | None = None
    version: str | None = None
    short_version: str | None = None
    authors: tuple[str, ...] = ()
    comments: str | None = None
    copyright: str | None = None
    license: str | None = None
    website: str | None = None
    website_label: str | None = None
    credits: str | None = None
    icon: QImage | None = attrs.field(default=None, converter=attrs.converters.optional(image_from))
    open_website: Callable[[str], object] | None = attrs.field(default=None, eq=False, repr=False)

    def full_version(self) -> str | None:
        """The version with the short one behind it."""
        if self.version is None or self.short_version is None:
            return self.version
        return f"{self.version} ({self.short_version})"


def about_program(config: Config, title: str) -> AboutMetadata:
    """What a program's configuration says about it.

    Args:
        config: The configuration.
        title: What people call the program.
    """
    bundle = config.bundle
    return AboutMetadata(
        name=title,
        version=config.version,
        authors=(bundle.publisher,) if bundle.publisher else (),
        comments=bundle.short_description,
        copyright=bundle.copyright,
        license=bundle.license,
        website=bundle.homepage,
    )


class AboutDialog(QDialog):
    """The dialog about a program. It is gone when it is closed."""

    def __init__(self, metadata: AboutMetadata, parent: QWidget | None = None) -> None:
        """Make the dialog.

        Args:
            metadata: What it says.
            parent: The window that it stays above, goes with, and keeps waiting.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(plain_title(f"About {metadata.name[:_LONG]}") if metadata.name else "About")
        self._layout = QVBoxLayout(self)
        self._layout.setSpacing(8)
        self.setMinimumWidth(_WIDTH)
        self._add_icon(metadata.icon)
        name = self._add_text(metadata.name)
        if name is not None:
            font = name.font()
            font.setBold(True)
            font.setPointSizeF(font.pointSizeF() * 1.4)
            name.setFont(font)
        self._add_text(metadata.full_version())
        self._add_text(metadata.comments)
        self._add_link(metadata)
        self._add_text("\n".join(metadata.authors))
        self._add_text(metadata.copyright)
        self._add_text(metadata.license)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self._layout.addWidget(buttons)

    def _add_icon(self, icon: QImage | None) -> None:
        label = QLabel()
        if icon is None:
            label.setPixmap(QGuiApplication.windowIcon().pixmap(_ICON_SIZE))
        elif max(icon.width(), icon.height()) <= _ICON_SIZE:
            label.setPixmap(QPixmap.fromImage(icon))
        else:
            smaller = icon.scaled(
                _ICON_SIZE,
                _ICON_SIZE,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            label.setPixmap(QPixmap.fromImage(smaller))
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._layout.addWidget(label)

    def _add_text(self, text: str | None) -> QLabel | None:
        if not text:
            return None
        if len(text) > _LONG:
            # Of this Qt lays out no more lines than are seen, however many there are.
            room = QPlainTextEdit(_in_lines(text))
            room.setReadOnly(True)
            self._layout.addWidget(room)
            return None
        label = QLabel(text)
        # A page may have written it: whatever looks like HTML is shown as it stands.
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setWordWrap(True)
        self._layout.addWidget(label)
        return label

    def _add_link(self, metadata: AboutMetadata) -> None:
        website = metadata.website or ""
        if not website.startswith(("https://", "http://")):
            self._add_text(metadata.website_label or website)
            return
        shown = beginning(metadata.website_label or website, _LONG)
        label = QLabel(f'<a href="{_escaped(website)}">{_escaped(shown)}</a>')
        label.setTextFormat(Qt.TextFormat.RichText)
        if metadata.open_website is None:
            label.setOpenExternalLinks(True)
        else:
            label.linkActivated.connect(metadata.open_website)
        label.setToolTip(plain_tooltip(website))
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._layout.addWidget(label)


def _in_lines(text: str) -> str:
    return "\n".join(part for line in text.splitlines() for part in _parts(line))


def _parts(line: str) -> Iterator[str]:
    """A line, broken between words where it is long, or within one that is as long itself."""
    at = 0
    while len(line) - at > _LINE:
        end = line.rfind(" ", at, at + _LINE) + 1 or at + _LINE
        yield line[at:end]
        at = end
    yield line[at:]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
