"""A window of our own that shows one notification, where the desktop shows none."""

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QEnterEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from shell.notification.notification import Notification, Urgency
from shell.notification.picture import Picture

_WIDTH = 360
_ICON = 40
_RADIUS = 8.0
_TIMES = {Urgency.LOW: 5_000, Urgency.NORMAL: 8_000, Urgency.CRITICAL: 0}
"""Milliseconds that it is shown, where the notification does not say; 0 is until it is closed."""
_CRITICAL = QColor("#d64545")
_STYLE = """
QLabel {{ color: {text}; background: transparent; }}
QLabel#body {{ color: {dim}; }}
QPushButton {{
    color: {text}; background: {button}; border: 1px solid {line}; border-radius: 5px; padding: 5px 12px;
}}
QPushButton:hover, QPushButton:focus {{ background: {hover}; }}
QPushButton:pressed {{ background: {line}; }}
QToolButton {{ color: {dim}; background: transparent; border: none; border-radius: 4px; font-size: 15px; }}
QToolButton:hover {{ color: {text}; background: {hover}; }}
"""


class Toast(QWidget):
    """One notification, as a small window that takes no keyboard away.

    Its time does not run while the pointer is on it.
    """

    clicked = Signal()
    """The person pressed it, beside its buttons."""
    acted = Signal(str)
    """The person pressed a button; its id."""
    dismissed = Signal()
    """The person put it away."""
    expired = Signal()
    """Its time is over."""

    def __init__(self, notification: Notification, picture: Picture, parent: QWidget | None) -> None:
        # A tool tip is not managed: it stays where it is put, above all else, and without the keyboard.
        super().__init__(parent, Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self._critical = notification.urgency is Urgency.CRITICAL
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setFixedWidth(_WIDTH)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(notification.title)
        self.setAccessibleDescription(notification.body)
        self._fill(notification, picture)
        self._colour()
        time = _TIMES[notification.urgency] if notification.timeout is None else round(notification.timeout * 1000)
        self._timer = QTimer(self, singleShot=True, interval=time)
        self._timer.timeout.connect(self.expired)
        self._ends = time > 0 or bool(notification.timeout)
        if self._ends:
            self._timer.start()

    def _fill(self, notification: Notification, picture: Picture) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(14, 12, 10, 12)
        grid.setHorizontalSpacing(12)
        pixmap = picture.pixmap(_ICON)
        if not pixmap.isNull():
            icon = QLabel()
            icon.setPixmap(pixmap)
            icon.setAlignment(Qt.AlignmentFlag.AlignTop)
            grid.addWidget(icon, 0, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        text = QVBoxLayout()
        text.setSpacing(3)
        title = _label(notification.title, "title")
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        text.addWidget(title)
        if notification.body:
            text.addWidget(_label(notification.body, "body"))
        text.addStretch()
        grid.addLayout(text, 0, 1)
        grid.setColumnStretch(1, 1)
        close = QToolButton()
        close.setText("×")
        close.setAccessibleName("Close")
        close.setFixedSize(24, 24)
        close.setCursor(Qt.CursorShape.ArrowCursor)
        close.clicked.connect(self.dismissed)
        grid.addWidget(close, 0, 2, Qt.AlignmentFlag.AlignTop)
        if notification.actions:
            row = QHBoxLayout()
            row.setContentsMargins(0, 6, 0, 0)
            row.addStretch()
            for action in notification.actions:
                row.addWidget(self._button(action.id, action.title))
            grid.addLayout(row, 2, 0, 1, 3)

    def _button(self, name: str, title: str) -> QPushButton:
        # An ampersand would mark the next letter as a key.
        button = QPushButton(title.replace("&", "&&"))
        button.setObjectName(name)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.clicked.connect(lambda: self.acted.emit(name))
        return button

    def _colour(self) -> None:
        palette = self.palette()
        text, base = palette.color(QPalette.ColorRole.WindowText), palette.color(QPalette.ColorRole.Window)
        self._base, self._line = base, _mixed(base, text, 0.22)
        self.setStyleSheet(
            _STYLE.format(
                text=text.name(),
                dim=_mixed(base, text, 0.78).name(),
                button=_mixed(base, text, 0.06).name(),
                hover=_mixed(base, text, 0.14).name(),
                line=self._line.name(),
            )
        )

    # What Qt calls, by its names.

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the card that the rest lies on."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(_CRITICAL if self._critical else self._line, 2 if self._critical else 1))
        painter.setBrush(self._base)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the desktop from light to dark and back."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ThemeChange or event.type() == QEvent.Type.ApplicationPaletteChange:
            self._colour()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take a press on the card for an answer."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """Stop the time while it is looked at."""
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Let the time run again."""
        if self._ends:
            self._timer.start()
        super().leaveEvent(event)


def _label(text: str, name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    # Otherwise Qt guesses, and takes some for markup.
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setWordWrap(True)
    label.setMaximumHeight(label.fontMetrics().lineSpacing() * 6)
    return label


def _mixed(one: QColor, other: QColor, share: float) -> QColor:
    def between(a: float, b: float) -> float:
        return a + (b - a) * share

    return QColor.fromRgbF(
        between(one.redF(), other.redF()),
        between(one.greenF(), other.greenF()),
        between(one.blueF(), other.blueF()),
    )
