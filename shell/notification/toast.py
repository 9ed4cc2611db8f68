"""A window of our own that shows one notification, where the desktop shows none."""

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFont,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from shell.fitted import fitted
from shell.long_text import beginning
from shell.notification.notification import Action, Notification, Urgency
from shell.notification.picture import Picture

_WIDTH = 360
_PADDING = (14, 12, 10, 12)
_INNER = _WIDTH - _PADDING[0] - _PADDING[2]
_GAP = 12
_BETWEEN = 8
_ICON = 40
_CLOSE = 24
_TITLE_LINES = 2
_BODY_LINES = 6
_LONGEST_TITLE = 256
"""Characters of a title, and of a button's; there is room for fewer."""
_LONGEST_BODY = 1024
"""Likewise."""
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
        card = QVBoxLayout(self)
        card.setContentsMargins(*_PADDING)
        card.setSpacing(_GAP)
        head = QHBoxLayout()
        head.setSpacing(_GAP)
        width = _INNER - _GAP - _CLOSE
        pixmap = picture.pixmap(_ICON)
        if not pixmap.isNull():
            icon = QLabel()
            icon.setPixmap(pixmap)
            head.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
            width -= _ICON + _GAP
        text = QVBoxLayout()
        text.setSpacing(3)
        bold = self.font()
        bold.setBold(True)
        text.addWidget(_label(beginning(notification.title, _LONGEST_TITLE), "title", bold, width, _TITLE_LINES))
        if notification.body:
            body = beginning(notification.body, _LONGEST_BODY)
            text.addWidget(_label(body, "body", self.font(), width, _BODY_LINES))
            text.addStretch()
        head.addLayout(text, 1)
        close = QToolButton()
        close.setText("×")
        close.setAccessibleName("Close")
        close.setFixedSize(_CLOSE, _CLOSE)
        close.setCursor(Qt.CursorShape.ArrowCursor)
        close.clicked.connect(self.dismissed)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        card.addLayout(head)
        self._add_buttons(card, notification.actions)

    def _add_buttons(self, card: QVBoxLayout, actions: tuple[Action, ...]) -> None:
        left = 0
        row = QHBoxLayout()
        for action in actions:
            button = self._button(action)
            width = button.sizeHint().width()
            if left < width:
                left = _INNER
                row = QHBoxLayout()
                row.setSpacing(_BETWEEN)
                row.addStretch()
                card.addLayout(row)
            left -= width + _BETWEEN
            row.addWidget(button)

    def _button(self, action: Action) -> QPushButton:
        button = QPushButton()
        title = beginning(action.title, _LONGEST_TITLE)
        title = button.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, _INNER - 40)
        # An ampersand would mark the next letter as a key.
        button.setText(title.replace("&", "&&"))
        button.setAccessibleName(action.title)
        button.setObjectName(action.id)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.clicked.connect(lambda: self.acted.emit(action.id))
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

    def _outline(self) -> QPainterPath:
        path = QPainterPath()
        path.addRoundedRect(self.rect().toRectF().adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
        return path

    # What Qt calls, by its names.

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the card that the rest lies on."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # Half of the line is outside, and cut off.
        painter.setPen(QPen(_CRITICAL, 4) if self._critical else QPen(self._line, 2))
        painter.setBrush(self._base)
        painter.drawPath(self._outline())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Cut off the corners, which would be black where the desktop blends no windows."""
        super().resizeEvent(event)
        self.setMask(QRegion(self._outline().toFillPolygon().toPolygon()))

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


def _label(text: str, name: str, font: QFont, width: int, lines: int) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    # Otherwise Qt guesses, and takes some for markup.
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setFont(font)
    label.setText(fitted(text, font, width, lines))
    return label


def _mixed(one: QColor, other: QColor, share: float) -> QColor:
    def between(a: float, b: float) -> float:
        return a + (b - a) * share

    return QColor.fromRgbF(
        between(one.redF(), other.redF()),
        between(one.greenF(), other.greenF()),
        between(one.blueF(), other.blueF()),
    )
