"""`plugin:webview|…`: webviews, as the `webview` and `webviewWindow` modules of `@tauri-apps/api` call for them.

A command without a label is about the caller's own webview (crate tauri, `webview/plugin.rs`). Several webviews in a
window are as in Tauri with its feature `unstable`.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from shell.ipc import RefusedError, RegistrationError, Session
from shell.plugins.plugin import Plugin
from shell.plugins.refusal import refusing
from shell.plugins.window import create_from, read_options, refuse_one_more
from shell.plugins.window_arguments import PositionArgument, SizeArgument, color_of
from shell.webview.browsing_data import clear_browsing_data
from shell.webview.evaluation import JavaScriptError, PageGoneError
from shell.webview.printing import PrintError
from shell.webview.webview import Webview
from shell.window import LogicalPosition, LogicalSize, PhysicalPosition, PhysicalSize, Window

if TYPE_CHECKING:
    from shell.webviews import Webviews
    from shell.windows import Windows


def webview_plugin(
    windows: Mapping[str, Window], maker: "Callable[[], Windows]", webviews: "Callable[[], Webviews]"
) -> Plugin:
    """The commands of webviews.

    Args:
        windows: The windows that there are, by label.
        maker: Who makes windows in the running program.
        webviews: The webviews of the running program.
    """
    plugin = Plugin("webview")

    def find(session: Session, label: str | None) -> Webview:
        wanted = label or session.caller.webview
        webview = webviews().get(wanted)
        if webview is None:
            raise RefusedError(f'webview not found: no webview has the label "{wanted[:100]}"')
        return webview

    def place_of(webview: Webview) -> tuple[QRectF, float]:
        window = windows[webview.window]
        return window.panes.place(webview.widget), window.scale_factor()

    def put(webview: Webview, place: QRectF) -> None:
        windows[webview.window].panes.set_place(webview.widget, place)

    @plugin.command
    async def create_webview_window(session: Session, options: dict[str, Any]) -> None:
        refuse_one_more(session, maker())
        label = options.get("label", "main")
        # What is no text, the reader of the options refuses.
        if isinstance(label, str) and label in webviews():
            raise RefusedError(f"a webview with label `{label}` already exists")
        create_from(options, windows, session, maker())

    async def create_in(session: Session, window_label: str, options: dict[str, Any]) -> None:
        refuse_one_more(session, maker())
        if window_label not in windows:
            raise RefusedError(f'window not found: no window has the label "{window_label[:100]}"')
        for name in ("label", "x", "y", "width", "height"):
            if name not in options:
                raise RefusedError(f"options.{name} is missing")
        with refusing(RegistrationError):
            maker().add_webview(windows[window_label], read_options(options, session, maker()))

    plugin.command(create_in, name="create_webview")

    @plugin.command
    async def get_all_webviews() -> list[dict[str, str]]:
        return [{"windowLabel": webview.window, "label": webview.label} for webview in webviews().values()]

    @plugin.command
    async def webview_close(session: Session, label: str | None = None) -> None:
        webviews().close(find(session, label).label)

    @plugin.command
    async def webview_position(session: Session, label: str | None = None) -> PhysicalPosition:
        place, scale = place_of(find(session, label))
        return LogicalPosition(place.x(), place.y()).to_physical(scale)

    @plugin.command
    async def webview_size(session: Session, label: str | None = None) -> PhysicalSize:
        place, scale = place_of(find(session, label))
        return LogicalSize(place.width(), place.height()).to_physical(scale)

    @plugin.command
    async def set_webview_position(session: Session, value: PositionArgument, label: str | None = None) -> None:
        webview = find(session, label)
        place, scale = place_of(webview)
        position = value.value().to_logical(scale)
        place.moveTo(position.x, position.y)
        put(webview, place)

    @plugin.command
    async def set_webview_size(session: Session, value: SizeArgument, label: str | None = None) -> None:
        webview = find(session, label)
        place, scale = place_of(webview)
        size = value.bounded(scale)
        put(webview, QRectF(place.x(), place.y(), size.width, size.height))

    @plugin.command
    async def set_webview_auto_resize(session: Session, value: bool, label: str | None = None) -> None:
        webview = find(session, label)
        windows[webview.window].panes.set_auto_resize(webview.widget, value)

    @plugin.command
    async def set_webview_focus(session: Session, label: str | None = None) -> None:
        find(session, label).set_focus()

    @plugin.command
    async def webview_show(session: Session, label: str | None = None) -> None:
        find(session, label).show()

    @plugin.command
    async def webview_hide(session: Session, label: str | None = None) -> None:
        find(session, label).hide()

    @plugin.command
    async def set_webview_zoom(session: Session, value: float, label: str | None = None) -> None:
        with refusing(ValueError):
            find(session, label).set_zoom(value)

    @plugin.command
    async def set_webview_background_color(session: Session, value: Any = None, label: str | None = None) -> None:
        color = color_of(value)
        find(session, label).set_background(
            None if color is None else QColor(color.red, color.green, color.blue, color.alpha)
        )

    @plugin.command
    async def reparent(session: Session, window: str, label: str | None = None) -> None:
        webview = find(session, label)
        # A window that is not there changes nothing, in Tauri too.
        if window in windows and window != webview.window:
            if windows[webview.window].webview is webview:
                raise RefusedError("cannot reparent when using a WebviewWindow")
            maker().reparent(webview, windows[window])

    @plugin.command
    async def clear_all_browsing_data(session: Session, label: str | None = None) -> None:
        profile = find(session, label).page.profile()
        pages = [one for one in webviews().values() if one.page.profile() is profile and one.session is not None]
        with refusing(JavaScriptError, PageGoneError, TimeoutError):
            await clear_browsing_data(profile, pages)

    async def show_print_dialog(session: Session, label: str | None = None) -> None:
        with refusing(PrintError):
            find(session, label).print()

    plugin.command(show_print_dialog, name="print")

    @plugin.command
    async def internal_toggle_devtools(session: Session, label: str | None = None) -> None:
        devtools = find(session, label).devtools
        if not devtools.allowed:
            raise RefusedError("the developer tools are off; `devtools` in the window's configuration turns them on")
        devtools.toggle()

    return plugin
