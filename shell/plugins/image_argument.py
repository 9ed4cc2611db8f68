"""What `@tauri-apps/api` sends for an image, in its own form, and what becomes of it."""

from pathlib import Path
from typing import Annotated

import msgspec
from PySide6.QtGui import QImage

from shell.image import ImageError, image_from_rgba
from shell.ipc import RefusedError, Session
from shell.plugins.page_image import check_size, most_of_one, read_image, read_image_file


class RgbaArgument(msgspec.Struct, frozen=True):
    """An image as its pixels."""

    rgba: list[Annotated[int, msgspec.Meta(ge=0, le=255)]]
    width: Annotated[int, msgspec.Meta(ge=1, le=4096)]
    height: Annotated[int, msgspec.Meta(ge=1, le=4096)]


type ImageArgument = str | int | list[Annotated[int, msgspec.Meta(ge=0, le=255)]] | RgbaArgument
"""A path, the id of an image resource, the bytes of an image file, or pixels."""


def image_of(image: ImageArgument, session: Session) -> QImage:
    """The image that a page means.

    Raises:
        RefusedError: There is no image in it.
        ResourceError: The page holds no image of this id.
    """
    most = most_of_one(session, at_once=True)
    try:
        match image:
            case str():
                return read_image_file(Path(image), most)
            case int():
                return session.resources.get(image, QImage)
            case RgbaArgument():
                check_size(image.width, image.height, most)
                return image_from_rgba(bytes(image.rgba), image.width, image.height)
            case _:
                return read_image(bytes(image), most)
    except ImageError as error:
        raise RefusedError(f"invalid icon: {error}") from None
