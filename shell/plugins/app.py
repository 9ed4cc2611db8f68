"""`plugin:app|…`: the program itself, as the `app` module of `@tauri-apps/api` calls for it.

What only macOS or phones have answers as Tauri does on Linux (crate tauri, `app/plugin.rs`).
"""

import enum
from collections.abc import Callable
from typing import Annotated

import msgspec
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QImage

from shell.config import Theme
from shell.ipc import Channel, RefusedError, Session
from shell.life import RESTART_EXIT_CODE
from shell.plugins.page_image import keep_image
from shell.plugins.plugin import Plugin
from shell.plugins.refusal import refusing
from shell.value import frozen
from shell.window import NotSupportedError, set_theme

TAURI_VERSION = "2.12.5"
"""The version of Tauri whose interface pages have here: that of the `@tauri-apps/api` that the tests run with."""

_ANY_SIZE = QSize(256, 256)

_ExitCode = Annotated[int, msgspec.Meta(ge=-(2**31), lt=2**31)]

_Uuid = Annotated[list[Annotated[int, msgspec.Meta(ge=0, le=255)]], msgspec.Meta(min_length=16, max_length=16)]


class BundleType(enum.StrEnum):
    """What a program was installed from."""

    DEB = "deb"
    RPM = "rpm"
    APP_IMAGE = "appimage"


@frozen
class AppInfo:
    """What a program says of itself.

    Attributes:
        name: What people call it.
        version: Its version.
        identifier: Its name among all others, such as `com.example.notes`.
        bundle: What it was installed from, if from a bundle at all.
    """

    name: str
    version: str
    identifier: str
    bundle: BundleType | None = None


def app_plugin(info: AppInfo, *, icon: Callable[[], QIcon], request_exit: Callable[[int], None]) -> Plugin:
    """The commands of the program.

    Args:
        info: What it says of itself.
        icon: The icon of windows that have none of their own.
        request_exit: Ends it with an exit code, unless somebody prevents that.
    """
    plugin = Plugin("app")

    @plugin.command
    async def name() -> str:
        return info.name

    @plugin.command
    async def version() -> str:
        return info.version

    @plugin.command
    async def identifier() -> str:
        return info.identifier

    @plugin.command
    async def tauri_version() -> str:
        return TAURI_VERSION

    @plugin.command
    async def bundle_type() -> BundleType | None:
        return info.bundle

    @plugin.command
    async def supports_multiple_windows() -> bool:
        return True

    @plugin.command
    async def default_window_icon(session: Session) -> int | None:
        image = _largest(icon())
        return None if image.isNull() else keep_image(session, image)

    @plugin.command
    async def set_app_theme(theme: Theme | None = None) -> None:
        with refusing(NotSupportedError):
            set_theme(theme)

    async def leave(code: _ExitCode = 0) -> None:
        if code == RESTART_EXIT_CODE:
            raise RefusedError(
                f"the exit code {code} stands for a new start, which only the program itself may ask for"
            )
        request_exit(code)

    plugin.command(leave, name="exit")

    @plugin.command
    async def app_show() -> None:
        """Nothing: only macOS shows and hides whole programs."""

    @plugin.command
    async def app_hide() -> None:
        """Nothing, likewise."""

    @plugin.command
    async def set_dock_visibility(visible: bool) -> None:
        """Nothing: only macOS has a dock that programs are in or not."""

    @plugin.command
    async def fetch_data_store_identifiers() -> list[_Uuid]:
        # Only WebKit on Apple's systems has data stores with identifiers.
        return []

    @plugin.command
    async def remove_data_store(uuid: _Uuid) -> None:
        """Nothing: there are none."""

    @plugin.command
    async def register_listener(event: str, handler: Channel[object]) -> None:
        """Nothing: there is no back button. The channel ends with this call, and the page lets go of the handler."""

    @plugin.command
    async def remove_listener(event: str, channel_id: int) -> None:
        """Nothing is left to remove."""

    return plugin


def _largest(icon: QIcon) -> QImage:
    # An icon that is drawn at any size, as an SVG is, has no sizes of its own.
    sizes = icon.availableSizes() or [_ANY_SIZE]
    size = max(sizes, key=lambda one: one.width() * one.height())
    return icon.pixmap(size).toImage().convertToFormat(QImage.Format.Format_RGBA8888)
