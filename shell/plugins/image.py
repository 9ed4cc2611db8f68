"""`plugin:image|…`: images that a page holds by number, as the `image` module of `@tauri-apps/api` calls for them."""

from pathlib import Path
from typing import Annotated

import msgspec
from PySide6.QtGui import QImage

from shell.image import ImageError, image_from_rgba, rgba_of
from shell.ipc import Session
from shell.plugins.page_image import check_size, in_thread, keep_image, most_of_one, read_image, read_image_file
from shell.plugins.plugin import Plugin
from shell.plugins.refusal import refusing

_Pixels = Annotated[int, msgspec.Meta(ge=1, le=65_535)]


def image_plugin() -> Plugin:
    """The commands of images. An image is a `QImage` among the resources of the page."""
    plugin = Plugin("image")

    @plugin.command
    async def new(session: Session, rgba: bytes, width: _Pixels, height: _Pixels) -> int:
        with refusing(ImageError):
            if len(rgba) == width * height * 4:
                check_size(width, height, most_of_one(session))
            return keep_image(session, image_from_rgba(rgba, width, height))

    # Reading and decoding can take their time, and happen in a thread; a document has one read at a time.

    @plugin.command
    async def from_bytes(session: Session, bytes: bytes) -> int:  # noqa: A002  # Tauri's name
        with refusing(ImageError):
            async with session.reading:
                image = await in_thread(read_image, bytes, most_of_one(session))
            return keep_image(session, image)

    @plugin.command
    async def from_path(session: Session, path: str) -> int:
        with refusing(ImageError):
            async with session.reading:
                image = await in_thread(read_image_file, Path(path), most_of_one(session))
            return keep_image(session, image)

    @plugin.command
    async def rgba(session: Session, rid: int) -> bytes:
        return rgba_of(session.resources.get(rid, QImage))

    @plugin.command
    async def size(session: Session, rid: int) -> dict[str, int]:
        image = session.resources.get(rid, QImage)
        return {"width": image.width(), "height": image.height()}

    return plugin
