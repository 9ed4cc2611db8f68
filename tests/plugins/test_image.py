"""The `image` module of the package, function by function."""

from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColor, QImage, QImageWriter

from tests.conftest import Runner, next_load
from tests.plugins.conftest import Api, play

RED_AND_GREEN = [255, 0, 0, 255, 0, 128, 0, 51]
"""Two pixels: one red, one of a green that lets much through."""


def picture(suffix: str = "PNG") -> bytes:
    """An image file of 3 × 2 pixels."""
    image = QImage(3, 2, QImage.Format.Format_ARGB32)
    image.fill(QColor("#1e90ff"))
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, suffix.encode()).write(image)
    return bytes(buffer.data().data())


@pytest.mark.parametrize("form", ["[{}]", "new Uint8Array([{}])", "new Uint8Array([{}]).buffer"])
def test_an_image_is_made_of_its_pixels(page: Runner, form: str) -> None:
    pixels = form.format(",".join(map(str, RED_AND_GREEN)))

    async def scenario(api: Api) -> None:
        await api(f"globalThis.image = await api.image.Image.new({pixels}, 2, 1)")
        image = await api.held("image", QImage)
        assert (image.width(), image.height()) == (2, 1)
        assert image.pixelColor(0, 0) == QColor(255, 0, 0)
        assert image.pixelColor(1, 0) == QColor(0, 128, 0, 51)
        assert await api("image instanceof api.image.Image") is True
        assert await api("image.size()") == {"width": 2, "height": 1}
        assert await api("image.rgba().then((rgba) => [rgba instanceof Uint8Array, [...rgba]])") == [
            True,
            RED_AND_GREEN,
        ]

    play(page, scenario)


@pytest.mark.parametrize("suffix", ["PNG", "ICO", "BMP"])
@pytest.mark.parametrize("form", ["[{}]", "new Uint8Array([{}])", "new Uint8Array([{}]).buffer"])
def test_an_image_is_read_from_the_bytes_of_a_file(page: Runner, form: str, suffix: str) -> None:
    data = form.format(",".join(map(str, picture(suffix))))

    async def scenario(api: Api) -> None:
        await api(f"globalThis.image = await api.image.Image.fromBytes({data})")
        assert await api("image.size()") == {"width": 3, "height": 2}
        assert (await api.held("image", QImage)).pixelColor(2, 1) == QColor("#1e90ff")

    play(page, scenario)


def test_an_image_is_read_from_a_file(page: Runner, tmp_path: Path) -> None:
    file = tmp_path / "a picture.png"
    file.write_bytes(picture())

    async def scenario(api: Api) -> None:
        await api(f"globalThis.image = await api.image.Image.fromPath({str(file)!r})")
        assert (await api.held("image", QImage)).pixelColor(0, 0) == QColor("#1e90ff")
        assert await api("[...await image.rgba()].slice(-4)") == [0x1E, 0x90, 0xFF, 255]

    play(page, scenario)


def test_an_image_is_given_in_any_form_wherever_one_is_wanted(page: Runner, tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(picture())
    data = ",".join(map(str, picture()))
    forms = {
        "path": repr(str(file)),
        "bytes": f"new Uint8Array([{data}])",
        "buffer": f"new Uint8Array([{data}]).buffer",
        "numbers": f"[{data}]",
        "image": "image",
        "pixels": "{ rgba: [30, 144, 255, 255], width: 1, height: 1 }",
    }

    async def scenario(api: Api) -> None:
        await api(f"globalThis.image = await api.image.Image.fromBytes([{data}])")
        # What the package makes of them for its own calls.
        assert await api("api.image.transformImage(image) === image.rid") is True
        assert await api("[api.image.transformImage(null), api.image.transformImage('a')]") == [None, "a"]
        for form in forms.values():
            api.window.set_icon(api.app.core.icon)
            await api(f"api.window.getCurrentWindow().setIcon({form})")
            assert api.window.frame.windowIcon().pixmap(1).toImage().pixelColor(0, 0) == QColor("#1e90ff"), form

    play(page, scenario)


def test_what_is_no_image_is_refused(page: Runner, tmp_path: Path) -> None:
    broken, folder = tmp_path / "broken.png", tmp_path / "folder"
    broken.write_bytes(picture()[:-20])
    folder.mkdir()
    new, from_bytes, from_path = (f"api.image.Image.{name}" for name in ("new", "fromBytes", "fromPath"))
    wrong = {
        f"{new}([1, 2, 3], 1, 1)": "an image of 1 × 1 pixels has 4 bytes, not 3",
        f"{new}([], 1, 1)": "an image of 1 × 1 pixels has 4 bytes, not 0",
        f"{new}([1, 2, 3, 4], 60000, 60000)": "an image of 60000 × 60000 pixels has 14400000000 bytes, not 4",
        f"{new}([], 0, 0)": "width",
        f"{new}([1, 2, 3, 4], -1, -1)": "width",
        f"{new}([1, 2, 3, 4], 1.5, 1)": "width",
        f"{new}([1, 2, 3, 400], 1, 1)": "rgba",
        f"{new}({{}}, 1, 1)": "rgba",
        f"{from_bytes}([])": "not an image in a format that is known",
        f"{from_bytes}(new Uint8Array(100))": "not an image in a format that is known",
        f"{from_bytes}([{','.join(map(str, picture()[:40]))}])": "not an image in a format that is known",
        f"{from_path}({str(tmp_path / 'none.png')!r})": f"{tmp_path / 'none.png'}: No such file or directory",
        f"{from_path}({str(folder)!r})": f"{folder}: not an image in a format that is known",
        f"{from_path}('/dev/zero')": "/dev/zero: not an image in a format that is known",
        f"{from_path}('a\\0b')": "embedded null",
        f"{from_path}(3)": "path",
        "new api.image.Image(99).rgba()": "the resource id 99 is invalid",
        "new api.image.Image(99).size()": "the resource id 99 is invalid",
    }

    async def scenario(api: Api) -> None:
        for call, expected in wrong.items():
            message = await api.refused(call)
            assert expected in message, call
            assert "\n" not in message
        assert len(api.resources) == 0

    play(page, scenario)


def test_an_image_is_there_until_it_is_closed(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await api("globalThis.image = await api.image.Image.new([0, 0, 0, 0], 1, 1)")
        assert len(api.resources) == 1
        await api("image.close()")
        assert len(api.resources) == 0
        for call in ("image.rgba()", "image.size()", "image.close()", "api.window.getCurrentWindow().setIcon(image)"):
            assert "is invalid: it was closed, or belongs to another page" in await api.refused(call)

    play(page, scenario)


def test_images_go_with_their_document(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await api("globalThis.images = await Promise.all([1, 2, 3].map(() => api.image.Image.new([0, 0, 0, 0], 1, 1)))")
        number, before = await api("images[0].rid"), api.resources
        assert len(before) == 3
        reloaded = next_load(api.window)
        api.window.webview.reload()
        await reloaded
        assert (len(before), len(api.resources)) == (0, 0)
        assert f"the resource id {number} is invalid" in await api.refused(f"new api.image.Image({number}).size()")

    play(page, scenario)


def test_what_is_no_image_is_not_taken_for_one(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await api("globalThis.item = await api.menu.MenuItem.new({ text: 'a' })")
        assert "is a MenuItem, not a QImage" in await api.refused("new api.image.Image(item.rid).size()")

    play(page, scenario)
