"""The pictures of notifications."""

from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QIcon, QImage, QImageWriter

from shell import NotificationError
from shell.notification.picture import picture_of


def png(width: int, height: int) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(data.data())


def test_a_picture_is_read_from_a_file_from_bytes_and_from_a_file_url(tmp_path: Path) -> None:
    file = tmp_path / "red picture.png"
    file.write_bytes(png(4, 3))
    for icon in (file, str(file), f"file://{file}", png(4, 3)):
        image = picture_of(icon, QIcon()).image
        assert image is not None
        assert (image.width(), image.height()) == (4, 3)


@pytest.mark.parametrize("name", ["dialog-information", "org.gnome.Calculator", "a-" * 16 + "a" * 96])
def test_a_name_is_left_to_the_desktop(name: str) -> None:
    assert picture_of(name, QIcon()).name == name


def test_a_large_picture_is_made_smaller() -> None:
    image = picture_of(png(2000, 500), QIcon()).image
    assert image is not None
    assert (image.width(), image.height()) == (256, 64)


@pytest.mark.parametrize(
    ("icon", "message"),
    [
        ("/nowhere/icon.png", "icon: /nowhere/icon.png: No such file or directory"),
        ("icon.png", "icon: icon.png: No such file or directory"),
        ("/tmp", "icon: /tmp: not a picture in a format that is known"),
        ("/dev/zero", "icon: /dev/zero: not a picture in a format that is known"),
        ("/bin/sh", "icon: /bin/sh: not a picture in a format that is known"),
        ("a\0b", r"icon: expected a file, a name or bytes, got 'a\x00b'"),
        ("/a\0b", r"icon: expected a file, a name or bytes, got '/a\x00b'"),
        ("a\ud800b", r"icon: expected a file, a name or bytes, got 'a\ud800b'"),
        ("", "icon: expected a file, a name or bytes, got ''"),
        ("a" * 129, f"icon: expected a name of at most 128 characters and 16 hyphens, got '{'a' * 79}"),
        ("a-" * 17, f"icon: expected a name of at most 128 characters and 16 hyphens, got '{'a-' * 17}'"),
        (b"GIF89a\1\0\1\0 and then nothing", "the bytes of icon: not a picture in a format that is known"),
        (b"", "the bytes of icon: not a picture in a format that is known"),
    ],
)
def test_what_is_no_picture_is_said(icon: str | bytes, message: str) -> None:
    with pytest.raises(NotificationError) as error:
        picture_of(icon, QIcon())
    assert str(error.value) == message
