"""Windows: what may be said of each, in a configuration, from Python and from JavaScript."""

import enum
from collections.abc import Mapping
from typing import Annotated, Any

from shell.config.errors import ConfigError, Gathered, JsonPath, Mistakes, path_text
from shell.config.readers import Reader, boolean, by_kind, header_text, integer, list_of
from shell.config.record import read_fields, record
from shell.config.tree import plain
from shell.config.urls import PageUrl, ProxyUrl, is_remote
from shell.config.values import AnyColor, Coordinate, FilePath, Label, Length, Pixels
from shell.value import frozen


class Theme(enum.StrEnum):
    """Whether a window is light or dark; None leaves it to the system."""

    LIGHT = "light"
    DARK = "dark"


class TitleBarStyle(enum.StrEnum):
    """How the title bar is drawn on macOS."""

    VISIBLE = "Visible"
    TRANSPARENT = "Transparent"
    OVERLAY = "Overlay"


class WindowEffect(enum.StrEnum):
    """A material that Windows or macOS draws behind a transparent window."""

    APPEARANCE_BASED = "appearanceBased"
    LIGHT = "light"
    DARK = "dark"
    MEDIUM_LIGHT = "mediumLight"
    ULTRA_DARK = "ultraDark"
    TITLEBAR = "titlebar"
    SELECTION = "selection"
    MENU = "menu"
    POPOVER = "popover"
    SIDEBAR = "sidebar"
    HEADER_VIEW = "headerView"
    SHEET = "sheet"
    WINDOW_BACKGROUND = "windowBackground"
    HUD_WINDOW = "hudWindow"
    FULL_SCREEN_UI = "fullScreenUI"
    TOOLTIP = "tooltip"
    CONTENT_BACKGROUND = "contentBackground"
    UNDER_WINDOW_BACKGROUND = "underWindowBackground"
    UNDER_PAGE_BACKGROUND = "underPageBackground"
    LIQUID_GLASS_REGULAR = "liquidGlassRegular"
    LIQUID_GLASS_CLEAR = "liquidGlassClear"
    MICA = "mica"
    MICA_DARK = "micaDark"
    MICA_LIGHT = "micaLight"
    TABBED = "tabbed"
    TABBED_DARK = "tabbedDark"
    TABBED_LIGHT = "tabbedLight"
    BLUR = "blur"
    ACRYLIC = "acrylic"


class WindowEffectState(enum.StrEnum):
    """When macOS draws a window's effect as that of the active window."""

    FOLLOWS_WINDOW_ACTIVE_STATE = "followsWindowActiveState"
    ACTIVE = "active"
    INACTIVE = "inactive"


class BackgroundThrottling(enum.StrEnum):
    """What becomes of the timers of a page that is not seen."""

    DISABLED = "disabled"
    SUSPEND = "suspend"
    THROTTLE = "throttle"


class ScrollBarStyle(enum.StrEnum):
    """Which scroll bars WebView2 draws on Windows."""

    DEFAULT = "default"
    FLUENT_OVERLAY = "fluentOverlay"


@frozen
class PreventOverflowMargin:
    """How far a window keeps from the edges of the work area, in physical pixels."""

    width: Pixels
    height: Pixels


@frozen
class LogicalPosition:
    """A place in logical pixels."""

    x: Coordinate
    y: Coordinate


@frozen
class WindowEffects:
    """The effects of a window: the first that the system has is drawn."""

    effects: tuple[WindowEffect, ...]
    state: WindowEffectState | None = None
    radius: Length | None = None
    color: AnyColor | None = None
    interactive: bool = False


_BYTE = integer(0, 255)
_overflow: Reader[bool | PreventOverflowMargin] = by_kind(
    "true, false or an object with width and height",
    {bool: boolean, dict: record(PreventOverflowMargin), PreventOverflowMargin: record(PreventOverflowMargin)},
)


def _data_store(value: Any, at: JsonPath) -> tuple[int, ...]:
    numbers = list_of(_BYTE, "a list of 16 numbers")(value, at)
    if len(numbers) != 16:
        raise Mistakes.one(at, f"expected a list of 16 numbers, got one of {len(numbers)}")
    return numbers


@frozen(kw_only=True)
class WindowConfig:
    """All that can be said of a window when it is made, with Tauri's names and defaults.

    Lengths and places are in logical pixels. None leaves the choice to the system. What is given is read as in a
    configuration: `theme="dark"`, `background_color="#102030"`.

    Attributes:
        label: Its name in the program; no two windows share one.
        create: Whether it is made at the start, rather than by the program later.
        url: Its page: a path in the frontend, or an http or https address.
        parent: Label of the window that it stays above.
        title: Text of the title bar.
        x: Distance of its left edge from the screen's; `y` that of its top edge.
        width: Width of the page; `height`, and `min_…` and `max_…`, likewise.
        prevent_overflow: Whether it is made smaller than the work area, or by which margin.
        focus: Whether it gets the keyboard when it is made; `focusable`, whether it ever does.
        theme: Light, dark, or as the system is.
        background_color: What is seen until the page has drawn.
        user_agent: What the page's requests and `navigator.userAgent` say.
        incognito: Whether it keeps nothing once it is closed.
        zoom_hotkeys_enabled: Whether Ctrl with +, - and 0, or with the mouse's wheel, zooms the page.
        devtools: Whether the developer tools may be opened; None: in development only.
        drag_drop_enabled: Whether files dropped on it become events, rather than going to the page.

    Raises:
        ConfigError: A wrong value.
    """

    label: Label = "main"
    create: bool = True
    url: PageUrl = "index.html"
    user_agent: Annotated[str, header_text] | None = None
    drag_drop_enabled: bool = True
    center: bool = False
    x: Coordinate | None = None
    y: Coordinate | None = None
    width: Length = 800.0
    height: Length = 600.0
    min_width: Length | None = None
    min_height: Length | None = None
    max_width: Length | None = None
    max_height: Length | None = None
    prevent_overflow: Annotated[bool | PreventOverflowMargin, _overflow] | None = None
    resizable: bool = True
    maximizable: bool = True
    minimizable: bool = True
    closable: bool = True
    title: str = "Tauri App"
    fullscreen: bool = False
    focus: bool = True
    focusable: bool = True
    transparent: bool = False
    maximized: bool = False
    visible: bool = True
    decorations: bool = True
    always_on_bottom: bool = False
    always_on_top: bool = False
    visible_on_all_workspaces: bool = False
    content_protected: bool = False
    skip_taskbar: bool = False
    window_classname: str | None = None
    no_redirection_bitmap: bool = False
    theme: Theme | None = None
    title_bar_style: TitleBarStyle = TitleBarStyle.VISIBLE
    traffic_light_position: LogicalPosition | None = None
    hidden_title: bool = False
    accept_first_mouse: bool = False
    tabbing_identifier: str | None = None
    additional_browser_args: str | None = None
    shadow: bool = True
    window_effects: WindowEffects | None = None
    incognito: bool = False
    parent: Label | None = None
    proxy_url: ProxyUrl | None = None
    zoom_hotkeys_enabled: bool = False
    browser_extensions_enabled: bool = False
    use_https_scheme: bool = False
    devtools: bool | None = None
    background_color: AnyColor | None = None
    background_throttling: BackgroundThrottling | None = None
    javascript_disabled: bool = False
    allow_link_preview: bool = True
    disable_input_accessory_view: bool = False
    data_directory: FilePath | None = None
    data_store_identifier: Annotated[tuple[int, ...], _data_store] | None = None
    scroll_bar_style: ScrollBarStyle = ScrollBarStyle.DEFAULT
    limit_navigations_to_app_bound_domains: bool = False
    activity_name: str | None = None
    created_by_activity_name: str | None = None
    requested_by_scene_identifier: str | None = None
    general_autofill_enabled: bool = True

    def __attrs_post_init__(self) -> None:
        try:
            read_fields(self)
        except Mistakes as mistakes:
            raise _error(mistakes, "WindowConfig") from None

    @property
    def remote(self) -> bool:
        """Whether its page is not the app's own."""
        return is_remote(self.url)


def window_from(options: Mapping[str, Any], *, root: str = "$", pythonic: bool = False) -> WindowConfig:
    """Read the options of one window, as `create_webview_window` or Python code gives them.

    Args:
        options: The options.
        root: What messages call them.
        pythonic: Whether their names are those of `WindowConfig`'s fields, rather than the keys of JSON.

    Raises:
        ConfigError: An unknown option or a wrong value.
    """
    try:
        read = record(WindowConfig)
        return (read.in_python if pythonic else read)(plain(options), ())
    except Mistakes as mistakes:
        raise _error(mistakes, root) from None


def _error(mistakes: Mistakes, root: str) -> ConfigError:
    return ConfigError(*(f"{path_text(mistake.at, root)}: {mistake.text}" for mistake in mistakes.found))


def read_windows(value: Any, at: JsonPath) -> tuple[WindowConfig, ...]:
    """Read the windows of a configuration: labels are told apart, and a parent comes before its children."""
    result = list_of(record(WindowConfig), "a list of windows")(value, at)
    gathered = Gathered()
    places: dict[str, JsonPath] = {}
    for index, window in enumerate(result):
        place = (*at, index)
        with gathered:
            if window.parent is not None and window.parent not in places:
                raise Mistakes.one((*place, "parent"), f'no window before this one has the label "{window.parent}"')
        with gathered:
            if window.label in places:
                first = path_text(places[window.label])
                raise Mistakes.one((*place, "label"), f'"{window.label}" is the label of {first} already')
            places[window.label] = place
    gathered.check()
    return result
