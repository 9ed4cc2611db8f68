from PySide6.QtGui import QIcon, QImage, QPixmap


def icon_from_image(image: QImage) -> QIcon:
    """Make an icon from an image."""
    return QIcon(QPixmap.fromImage(image))
