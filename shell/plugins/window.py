"""`plugin:window|…`: windows, as the `window` module of `@tauri-apps/api` calls for them.

A command without a label is about the caller's own window. What it may do at all, capabilities say.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from shell.config import ConfigError, Theme, WindowConfig, window_from
from shell.ipc import RefusedError, RegistrationError, Session
from shell.path.lexical import is_absolute, parts
from shell.plugins.image_argument import ImageArgument
from shell.plugins.order import in_order
from shell.plugins.plugin import Plugin
from shell.plugins.refusal import refusing
from shell.plugins.text import LONGEST_TEXT, Text
from shell.plugins.window_arguments import (
    AttentionArgument,
    ConstraintsArgument,
    CountArgument,
    PositionArgument,
    ProgressArgument,
    SizeArgument,
    at_most,
    color_of,
    cursor_of,
    direction_of,
    effects_of,
    icon_of,
    monitor_for_page,
    title_bar_style_of,
)
from shell.window import PhysicalPosition, Window, WindowError
from shell.window import monitor as monitors
from shell.window.largest import largest_for_pages

if TYPE_CHECKING:
    from shell.windows import Windows

_WITHOUT_VALUE = (
    *("scale_factor", "inner_position", "outer_position", "inner_size", "outer_size", "title", "theme"),
    *("is_fullscreen", "is_minimized", "is_maximized", "is_focused", "is_decorated", "is_resizable", "is_maximizable"),
    *("is_minimizable", "is_closable", "is_visible", "is_enabled", "is_always_on_top"),
    *("center", "maximize", "unmaximize", "toggle_maximize", "internal_toggle_maximize", "minimize", "unminimize"),
    *("show", "hide", "close", "destroy", "set_focus", "start_dragging"),
)
_WITH_FLAG = (
    *("set_resizable", "set_maximizable", "set_minimizable", "set_closable", "set_enabled", "set_focusable"),
    *("set_decorations", "set_shadow", "set_always_on_top", "set_always_on_bottom", "set_visible_on_all_workspaces"),
    *("set_content_protected", "set_fullscreen", "set_simple_fullscreen", "set_skip_taskbar", "set_cursor_grab"),
    *("set_cursor_visible", "set_ignore_cursor_events"),
)
_ON_PHONES = {"activity_name": "Android has activities", "scene_identifier": "iOS has scenes"}


def read_options(options: dict[str, Any], session: Session, maker: "Windows") -> WindowConfig:
    """What a page wants a window or a webview to be like.

    Args:
        options: `WindowOptions` or `WebviewOptions` of `@tauri-apps/api`, with the label.
        session: The page's document.
        maker: Who makes it.

    Raises:
        RefusedError: They are wrong, or want one more profile than pages may have made.
    """
    with refusing(ConfigError):
        config = window_from(options, root="options")
    for name, text in (("title", config.title), ("label", config.label), ("userAgent", config.user_agent or "")):
        if len(text) > LONGEST_TEXT:
            raise RefusedError(f"options.{name}: expected at most {LONGEST_TEXT} characters, got {len(text)}")
    directory = config.data_directory
    if directory is not None and (is_absolute(directory) or ".." in parts(directory)):
        # As in Tauri, only the program itself may have its data elsewhere.
        raise RefusedError(f"options.dataDirectory: expected a path inside the program's data, got {directory[:100]!r}")
    most = session.limits.profiles
    if (config.incognito or directory is not None) and maker.profile_count >= most:
        raise RefusedError(
            f"there have been {most} profiles, and pages may open no more windows that are private or have a folder of "
            "their own (App's limits.profiles)"
        )
    return _no_larger_than_pages_get(config)


def _no_larger_than_pages_get(config: WindowConfig) -> WindowConfig:
    # It is made on the primary monitor, and goes to its place from there.
    monitor = monitors.primary_monitor()
    most = largest_for_pages(1 if monitor is None else monitor.scale_factor)
    return attrs.evolve(
        config,
        width=min(config.width, most.width()),
        height=min(config.height, most.height()),
        min_width=at_most(config.min_width, most.width()),
        min_height=at_most(config.min_height, most.height()),
    )


def refuse_one_more(session: Session, maker: "Windows") -> None:
    """Keep a page from opening windows without end.

    Raises:
        RefusedError: There are as many webviews, or windows, as pages may open.
    """
    most = session.limits.webviews
    if maker.count >= most:
        raise RefusedError(
            f"there are {most} windows or webviews already, and pages may open no more (App's limits.webviews)"
        )


def create_from(
    options: dict[str, Any],
    windows: Mapping[str, Window],
    session: Session,
    maker: "Windows",
    *,
    empty: bool = False,
) -> Window:
    """Open a window as a page wants it.

    Args:
        options: `WindowOptions` of `@tauri-apps/api`, with the label.
        windows: The windows that there are, by label.
        session: The page's document.
        maker: Who makes it.
        empty: Whether it begins with no webview.

    Raises:
        RefusedError: The options are wrong, the label is taken, or the parent is not there.
    """
    config = read_options(options, session, maker)
    if config.parent is not None and config.parent not in windows:
        raise RefusedError(f'options.parent: no window has the label "{config.parent[:100]}"')
    with refusing(RegistrationError):
        return maker.create(config, parent=windows.get(config.parent or ""), empty=empty)


def window_plugin(windows: Mapping[str, Window], maker: "Callable[[], Windows]") -> Plugin:
    """The commands of windows.

    Args:
        windows: The windows that there are, by label.
        maker: Who makes them in the running program.
    """
    plugin = Plugin("window")

    def find(window: Window, label: str | None) -> Window:
        if not label:
            return window
        if label not in windows:
            raise RefusedError(f'window not found: no window has the label "{label[:100]}"')
        return windows[label]

    def do[**P](method: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> Any:
        try:
            return method(*args, **kwargs)
        except WindowError as error:
            raise RefusedError(str(error)) from None

    def register_without_value(name: str) -> None:
        async def command(window: Window, label: str | None = None) -> Any:
            return do(getattr(find(window, label), name))

        plugin.command(command, name=name)

    def register_with_flag(name: str) -> None:
        async def command(window: Window, value: bool, label: str | None = None) -> None:
            do(getattr(find(window, label), name), value)

        plugin.command(command, name=name)

    def register_for_phones(name: str, who: str) -> None:
        async def command(window: Window, label: str | None = None) -> None:
            find(window, label)
            raise RefusedError(f"window.{name} does not exist here: only {who}")

        plugin.command(command, name=name)

    for name, who in _ON_PHONES.items():
        register_for_phones(name, who)
    for name in _WITHOUT_VALUE:
        register_without_value(name)
    for name in _WITH_FLAG:
        register_with_flag(name)

    @plugin.command
    async def create(session: Session, options: dict[str, Any]) -> None:
        refuse_one_more(session, maker())
        # A window alone: webviews are added to it, unless the options name a page.
        create_from(options, windows, session, maker(), empty="url" not in options)

    @plugin.command
    async def get_all_windows() -> list[str]:
        return list(windows)

    @plugin.command
    async def current_monitor(window: Window, label: str | None = None) -> Any:
        return monitor_for_page(do(find(window, label).current_monitor))

    @plugin.command
    async def primary_monitor() -> Any:
        return monitor_for_page(monitors.primary_monitor())

    @plugin.command
    async def monitor_from_point(x: float, y: float) -> Any:
        return monitor_for_page(monitors.monitor_from_point(x, y))

    @plugin.command
    async def available_monitors() -> list[Any]:
        return [monitor_for_page(monitor) for monitor in monitors.available_monitors()]

    @plugin.command
    async def cursor_position() -> dict[str, float]:
        x, y = monitors.cursor_position()
        return {"x": x, "y": y}

    @plugin.command
    async def set_title(window: Window, value: Text, label: str | None = None) -> None:
        do(find(window, label).set_title, value)

    @plugin.command
    async def set_size(window: Window, value: SizeArgument, label: str | None = None) -> None:
        target = find(window, label)
        do(target.set_size, value.bounded(do(target.scale_factor)))

    @plugin.command
    async def set_min_size(window: Window, value: SizeArgument | None = None, label: str | None = None) -> None:
        target = find(window, label)
        do(target.set_min_size, None if value is None else value.bounded(do(target.scale_factor)))

    @plugin.command
    async def set_max_size(window: Window, value: SizeArgument | None = None, label: str | None = None) -> None:
        do(find(window, label).set_max_size, None if value is None else value.value())

    @plugin.command
    async def set_size_constraints(window: Window, value: ConstraintsArgument, label: str | None = None) -> None:
        target = find(window, label)
        do(target.set_size_constraints, value.value(do(target.scale_factor)))

    @plugin.command
    async def set_position(window: Window, value: PositionArgument, label: str | None = None) -> None:
        do(find(window, label).set_position, value.value())

    @plugin.command
    async def set_fullscreen_on_monitor(window: Window, value: PhysicalPosition, label: str | None = None) -> None:
        do(find(window, label).set_fullscreen_on_monitor, value)

    @plugin.command
    @in_order
    async def set_icon(session: Session, window: Window, value: ImageArgument, label: Text | None = None) -> None:
        icon = await icon_of(value, session)
        do(find(window, label).set_icon, icon)

    @plugin.command
    @in_order
    async def set_overlay_icon(
        session: Session, window: Window, value: ImageArgument | None = None, label: Text | None = None
    ) -> None:
        icon = None if value is None else await icon_of(value, session)
        do(find(window, label).set_overlay_icon, icon)

    @plugin.command
    async def set_theme(window: Window, value: Theme | None = None, label: str | None = None) -> None:
        do(find(window, label).set_theme, value)

    @plugin.command
    async def set_background_color(window: Window, value: Any = None, label: str | None = None) -> None:
        do(find(window, label).set_background_color, color_of(value))

    @plugin.command
    async def set_effects(window: Window, value: Any = None, label: str | None = None) -> None:
        do(find(window, label).set_effects, effects_of(value))

    @plugin.command
    async def set_title_bar_style(window: Window, value: str, label: str | None = None) -> None:
        do(find(window, label).set_title_bar_style, title_bar_style_of(value))

    @plugin.command
    async def set_cursor_icon(window: Window, value: str, label: str | None = None) -> None:
        do(find(window, label).set_cursor_icon, cursor_of(value))

    @plugin.command
    async def set_cursor_position(window: Window, value: PositionArgument, label: str | None = None) -> None:
        do(find(window, label).set_cursor_position, value.value())

    @plugin.command
    async def start_resize_dragging(window: Window, value: str, label: str | None = None) -> None:
        do(find(window, label).start_resize_dragging, direction_of(value))

    @plugin.command
    async def request_user_attention(
        window: Window, value: AttentionArgument | None = None, label: str | None = None
    ) -> None:
        do(find(window, label).request_user_attention, None if value is None else value.type)

    @plugin.command
    async def set_progress_bar(window: Window, value: ProgressArgument, label: str | None = None) -> None:
        do(find(window, label).set_progress_bar, value.value())

    @plugin.command
    async def set_badge_count(window: Window, value: CountArgument | None = None, label: str | None = None) -> None:
        do(find(window, label).set_badge_count, value)

    @plugin.command
    async def set_badge_label(window: Window, value: str | None = None, label: str | None = None) -> None:
        do(find(window, label).set_badge_label, value)

    return plugin
