"""What `@tauri-apps/api` sends for an image, in its own form, and what becomes of it."""

from pathlib import Path
from typing import Annotated

import msgspec
from PySide6.QtGui import QImage

from shell.image import ImageError, image_from_rgba, not_of_size, within
from shell.ipc import RefusedError, Session
from shell.plugins.page_image import check_size, in_thread, most_of_one, read_image, read_image_file


class RgbaArgument(msgspec.Struct, frozen=True):
    """An image as its pixels."""

    rgba: list[Annotated[int, msgspec.Meta(ge=0, le=255)]]
    width: Annotated[int, msgspec.Meta(ge=1, le=4096)]
    height: Annotated[int, msgspec.Meta(ge=1, le=4096)]


type ImageArgument = str | int | list[Annotated[int, msgspec.Meta(ge=0, le=255)]] | RgbaArgument
"""A path, the id of an image resource, the bytes of an image file, or pixels."""


_ICON = 256
"""Pixels of the side of an icon of a window or in a tray: what is larger is made smaller."""

_AT_ONCE = 65_536
"""Numbers that become bytes."""


async def image_of(image: ImageArgument, session: Session, side: int = _ICON) -> QImage:
    """The image that a page means, no larger than what shows it needs. Files are read in a thread.

    Args:
        image: What it gives for one.
        session: Its document.
        side: Pixels of a square that the image becomes no larger than.

    Raises:
        RefusedError: There is no image in it.
        ResourceError: The page holds no image of this id.
    """
    most = most_of_one(session)
    try:
        match image:
            case str():
                async with session.reading:
                    return await in_thread(read_image_file, Path(image), most, side)
            case int():
                return within(session.resources.get(image, QImage), side)
            case RgbaArgument():
                check_size(image.width, image.height, most)
                if len(image.rgba) != image.width * image.height * 4:
                    raise not_of_size(len(image.rgba), image.width, image.height)
                async with session.reading:
                    return await in_thread(_from_pixels, image, side)
            case _:
                async with session.reading:
                    return await in_thread(_from_numbers, image, most, side)
    except ImageError as error:
        raise RefusedError(f"invalid icon: {error}") from None


def _from_pixels(image: RgbaArgument, side: int) -> QImage:
    return within(image_from_rgba(_bytes(image.rgba), image.width, image.height), side)


def _from_numbers(numbers: list[int], most: int, side: int) -> QImage:
    return read_image(_bytes(numbers), most, side)


def _bytes(numbers: list[int]) -> bytes:
    # Millions take longer at once than the loop may be kept, and no other thread of Python runs meanwhile.
    return b"".join(bytes(numbers[at : at + _AT_ONCE]) for at in range(0, len(numbers), _AT_ONCE))
