"""What a window manager on X11 can be told and Qt has no word for: "skip the taskbar", "on every workspace".

Extended Window Manager Hints (specifications.freedesktop.org/wm-spec), sent through libxcb, which Qt's own xcb
platform has loaded already. They travel on Qt's connection: on one of our own they could overtake the request
that shows the window, and a window manager does not listen to what it hears of a window that it does not manage yet.
"""

import ctypes
from ctypes import POINTER, Structure, c_char_p, c_int, c_int16, c_uint8, c_uint16, c_uint32, c_void_p
from functools import cache
from typing import Self

from PySide6.QtGui import QGuiApplication, QNativeInterface

_CONFIGURE_NOTIFY, _CLIENT_MESSAGE = 22, 33
_STRUCTURE_NOTIFY = 1 << 17
_FORMAT_32 = 32
_PROP_MODE_REPLACE = 0
_CW_BACK_PIXEL = 1 << 1
_ATOM_CARDINAL, _ATOM_WINDOW, _ATOM_WM_TRANSIENT_FOR = 6, 33, 68
_TO_WINDOW_MANAGER = 1 << 19 | 1 << 20  # SubstructureNotify | SubstructureRedirect
_FROM_APPLICATION = 1  # the source indication of wm-spec
_REMOVE, _ADD = 0, 1
_ALL_DESKTOPS = 0xFFFFFFFF


class _Cookie(Structure):
    _fields_ = (("sequence", c_uint32),)


class _ScreenIterator(Structure):
    _fields_ = (("data", POINTER(c_uint32)), ("rem", c_int), ("index", c_int))


class _AtomReply(Structure):
    _fields_ = (
        ("response_type", c_uint8),
        ("pad0", c_uint8),
        ("sequence", c_uint16),
        ("length", c_uint32),
        ("atom", c_uint32),
    )


class _OwnerReply(Structure):
    _fields_ = (
        ("response_type", c_uint8),
        ("pad0", c_uint8),
        ("sequence", c_uint16),
        ("length", c_uint32),
        ("owner", c_uint32),
    )


class _GeometryReply(Structure):
    _fields_ = (
        ("response_type", c_uint8),
        ("depth", c_uint8),
        ("sequence", c_uint16),
        ("length", c_uint32),
        ("root", c_uint32),
        ("x", c_int16),
        ("y", c_int16),
        ("width", c_uint16),
        ("height", c_uint16),
        ("border_width", c_uint16),
    )


class _CoordinatesReply(Structure):
    _fields_ = (
        ("response_type", c_uint8),
        ("same_screen", c_uint8),
        ("sequence", c_uint16),
        ("length", c_uint32),
        ("child", c_uint32),
        ("x", c_int16),
        ("y", c_int16),
    )


class _PropertyReply(Structure):
    _fields_ = (
        ("response_type", c_uint8),
        ("format", c_uint8),
        ("sequence", c_uint16),
        ("length", c_uint32),
        ("type", c_uint32),
        ("bytes_after", c_uint32),
        ("value_len", c_uint32),
    )


class _ClientMessage(Structure):
    _fields_ = (
        ("response_type", c_uint8),
        ("format", c_uint8),
        ("sequence", c_uint16),
        ("window", c_uint32),
        ("type", c_uint32),
        ("data", c_uint32 * 5),
    )


class _ConfigureNotify(Structure):
    _fields_ = (
        ("response_type", c_uint8),
        ("pad0", c_uint8),
        ("sequence", c_uint16),
        ("event", c_uint32),
        ("window", c_uint32),
        ("above_sibling", c_uint32),
        ("x", c_int16),
        ("y", c_int16),
        ("width", c_uint16),
        ("height", c_uint16),
        ("border_width", c_uint16),
        ("override_redirect", c_uint8),
        ("pad1", c_uint8 * 5),
    )


@cache
def _libxcb() -> ctypes.CDLL:
    xcb = ctypes.CDLL("libxcb.so.1")
    signatures: dict[str, tuple[type | None, tuple[type, ...]]] = {
        "xcb_get_setup": (c_void_p, (c_void_p,)),
        "xcb_setup_roots_iterator": (_ScreenIterator, (c_void_p,)),
        "xcb_intern_atom": (_Cookie, (c_void_p, c_uint8, c_uint16, c_char_p)),
        "xcb_intern_atom_reply": (POINTER(_AtomReply), (c_void_p, _Cookie, c_void_p)),
        "xcb_send_event": (_Cookie, (c_void_p, c_uint8, c_uint32, c_uint32, c_void_p)),
        "xcb_get_geometry": (_Cookie, (c_void_p, c_uint32)),
        "xcb_get_geometry_reply": (POINTER(_GeometryReply), (c_void_p, _Cookie, c_void_p)),
        "xcb_translate_coordinates": (_Cookie, (c_void_p, c_uint32, c_uint32, c_int16, c_int16)),
        "xcb_translate_coordinates_reply": (POINTER(_CoordinatesReply), (c_void_p, _Cookie, c_void_p)),
        "xcb_change_window_attributes": (_Cookie, (c_void_p, c_uint32, c_uint32, c_void_p)),
        "xcb_change_property": (
            _Cookie,
            (c_void_p, c_uint8, c_uint32, c_uint32, c_uint32, c_uint8, c_uint32, c_void_p),
        ),
        "xcb_get_property": (
            _Cookie,
            (c_void_p, c_uint8, c_uint32, c_uint32, c_uint32, c_uint32, c_uint32),
        ),
        "xcb_get_property_reply": (POINTER(_PropertyReply), (c_void_p, _Cookie, c_void_p)),
        "xcb_get_property_value": (c_void_p, (POINTER(_PropertyReply),)),
        "xcb_get_selection_owner": (_Cookie, (c_void_p, c_uint32)),
        "xcb_get_selection_owner_reply": (POINTER(_OwnerReply), (c_void_p, _Cookie, c_void_p)),
        "xcb_flush": (c_int, (c_void_p,)),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(xcb, name)
        function.restype, function.argtypes = result, arguments
    return xcb


@cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None)
    libc.free.restype, libc.free.argtypes = None, (c_void_p,)
    return libc


class WindowManager:
    """The window manager of the X display that Qt is connected to."""

    def __init__(self, connection: int) -> None:
        """Take Qt's ``xcb_connection_t *``, which stays Qt's."""
        self._connection = c_void_p(connection)
        self._xcb = _libxcb()
        screens = self._xcb.xcb_setup_roots_iterator(self._xcb.xcb_get_setup(self._connection))
        self._root: int = screens.data[0]
        self._atoms: dict[str, int] = {}

    @classmethod
    def of_application(cls) -> Self | None:
        """Return the window manager, or ``None`` where Qt does not run on X11."""
        application = QGuiApplication.instance()
        # The offscreen platform claims the interface too, on a Qt that was built with X11, and has no connection.
        if not isinstance(application, QGuiApplication) or application.platformName() != "xcb":
            return None
        native = application.nativeInterface()
        return cls(native.connection()) if isinstance(native, QNativeInterface.QX11Application) else None

    def change_states(self, window: int, states: frozenset[str], on: bool) -> None:
        """Ask for states of a window on the screen to be added or removed."""
        for state in sorted(states):
            self._tell(window, "_NET_WM_STATE", _ADD if on else _REMOVE, self._atom(state), 0, _FROM_APPLICATION)

    def change_on_every_workspace(self, window: int, on: bool) -> None:
        """Ask for a window on the screen to be on every workspace, or on the current one alone."""
        desktop = _ALL_DESKTOPS if on else self._current_desktop()
        self._tell(window, "_NET_WM_DESKTOP", desktop, _FROM_APPLICATION)

    def set_transient_for(self, window: int, parent: int) -> None:
        """Keep a window above another one (ICCCM 4.1.2.6). Qt writes this property for dialogs alone."""
        value = c_uint32(parent)
        self._xcb.xcb_change_property(
            self._connection,
            _PROP_MODE_REPLACE,
            window,
            _ATOM_WM_TRANSIENT_FOR,
            _ATOM_WINDOW,
            _FORMAT_32,
            1,
            ctypes.byref(value),
        )

    def set_background(self, window: int, red: int, green: int, blue: int) -> None:
        """Let the X server fill a window until the program draws it; otherwise what was there before shines through.

        Only for windows that are not transparent. Each part of the colour goes from 0 to 255.
        """
        pixel = c_uint32(red << 16 | green << 8 | blue)
        self._xcb.xcb_change_window_attributes(self._connection, window, _CW_BACK_PIXEL, ctypes.byref(pixel))

    def request_frame_extents(self, window: int) -> None:
        """Ask how wide the frame of a window will be; the answer reaches Qt as ``QWindow.frameMargins``."""
        self._tell(window, "_NET_REQUEST_FRAME_EXTENTS")

    def has_owner(self, selection: str) -> bool:
        """Say whether somebody owns a selection (ICCCM 2.1), as the manager of something on the screen does."""
        cookie = self._xcb.xcb_get_selection_owner(self._connection, self._atom(selection))
        reply = self._xcb.xcb_get_selection_owner_reply(self._connection, cookie, None)
        owned = bool(reply) and reply.contents.owner != 0
        _libc().free(reply)
        return owned

    def repeat_geometry(self, window: int) -> None:
        """Let Qt hear once more where a window on the screen is.

        WORKAROUND: Qt asks where the window is when it hears that it was configured. On openbox (3.6) that may be while
        its frame is still being put together at 0,0; where the content then comes to lie exactly where the program
        wanted it, as without a title bar, no other message follows, and Qt 6.12 takes 0,0 for its place.
        """
        place = self._xcb.xcb_translate_coordinates_reply(
            self._connection, self._xcb.xcb_translate_coordinates(self._connection, window, self._root, 0, 0), None
        )
        size = self._xcb.xcb_get_geometry_reply(
            self._connection, self._xcb.xcb_get_geometry(self._connection, window), None
        )
        if place and size:
            at, of = place.contents, size.contents
            event = _ConfigureNotify(_CONFIGURE_NOTIFY, 0, 0, window, window, 0, at.x, at.y, of.width, of.height)
            self._xcb.xcb_send_event(self._connection, False, window, _STRUCTURE_NOTIFY, ctypes.byref(event))
            self._xcb.xcb_flush(self._connection)
        _libc().free(place)
        _libc().free(size)

    def _tell(self, window: int, message: str, *data: int) -> None:
        event = _ClientMessage(_CLIENT_MESSAGE, _FORMAT_32, 0, window, self._atom(message), (c_uint32 * 5)(*data))
        self._xcb.xcb_send_event(self._connection, False, self._root, _TO_WINDOW_MANAGER, ctypes.byref(event))
        self._xcb.xcb_flush(self._connection)

    def _current_desktop(self) -> int:
        cookie = self._xcb.xcb_get_property(
            self._connection, False, self._root, self._atom("_NET_CURRENT_DESKTOP"), _ATOM_CARDINAL, 0, 1
        )
        reply = self._xcb.xcb_get_property_reply(self._connection, cookie, None)
        if not reply:
            raise ConnectionError("the X server did not say which workspace is the current one")
        try:
            if reply.contents.value_len == 0:
                return 0
            value: int = ctypes.cast(self._xcb.xcb_get_property_value(reply), POINTER(c_uint32))[0]
            return value
        finally:
            _libc().free(reply)

    def _atom(self, name: str) -> int:
        if name not in self._atoms:
            raw = name.encode()
            cookie = self._xcb.xcb_intern_atom(self._connection, False, len(raw), raw)
            reply = self._xcb.xcb_intern_atom_reply(self._connection, cookie, None)
            if not reply:
                raise ConnectionError(f"the X server did not answer when asked for the atom {name}")
            self._atoms[name] = reply.contents.atom
            _libc().free(reply)
        return self._atoms[name]
