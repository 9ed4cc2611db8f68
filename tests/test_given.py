"""What somebody is told who gives the wrong thing to a function in Python: at once, and by its name."""

import functools
import importlib
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import pytest

from shell import App, ConfigError, MenuItem, Notification, Plugin, WindowConfig
from shell.acl import AclError
from shell.config import Color, Theme
from tests.conftest import Runner

anything: Any = importlib.import_module("shell")
"""Our names, and nobody who checks what they are given."""

LIST = "expected a list, each item"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"identifier": 5}, 'identifier: expected an identifier such as "com.example.notes", got 5'),
        ({"frontend": 5}, "frontend: expected a folder with an index.html, or a dev server's URL, got 5"),
        ({"config": []}, "config: expected a file, a folder, a mapping with Tauri's keys, or a Config, got []"),
        ({"capabilities": "main"}, f"capabilities: {LIST} a Capability or a mapping, got 'main'"),
        ({"capabilities": {"windows": []}}, f"capabilities: {LIST} a Capability or a mapping, got {{'windows': []}}"),
        ({"capabilities": [{}, 5]}, "capabilities[1]: expected a Capability or a mapping, got 5"),
        ({"plugins": Plugin("notes")}, f"plugins: {LIST} a Plugin, got a value of type Plugin"),
        ({"plugins": [Plugin]}, "plugins[0]: expected a Plugin, got the class Plugin"),
        ({"limits": {"handles": 3}}, "limits: expected a Limits, got {'handles': 3}"),
        ({"recovery": 3}, "recovery: expected a RecoveryPolicy, got 3"),
        ({"menu": [MenuItem("Open")]}, "menu: expected a Menu, got "),
        ({"stay_in_tray": "no"}, "stay_in_tray: expected True or False, got 'no'"),
        ({"single_instance": 0}, "single_instance: expected True, False or None, got 0"),
        ({"grace_period": "3"}, "grace_period: expected seconds, 0 or more, got '3'"),
        ({"grace_period": True}, "grace_period: expected seconds, 0 or more, got True"),
    ],
)
def test_an_app_says_which_of_its_arguments_is_of_a_wrong_type(given: dict[str, Any], told: str) -> None:
    with pytest.raises(TypeError, match=f"^App: {re.escape(told)}"):
        App(**{"identifier": "com.example.given", **given})


@pytest.mark.parametrize("seconds", [-1, -0.001, float("nan")])
def test_a_program_cannot_end_before_it_ends(seconds: float) -> None:
    with pytest.raises(ValueError, match="App: grace_period: expected seconds, 0 or more, got"):
        App("com.example.given", grace_period=seconds)


def test_a_long_value_is_told_in_short() -> None:
    with pytest.raises(TypeError) as raised:
        anything.App("com.example.given", plugins="x" * 10_000)
    assert len(str(raised.value)) < 100


WRONG: list[tuple[Callable[[Any], object], type[Exception], str]] = [
    (lambda app: app.command(5), TypeError, "command: expected a function, got 5"),
    (
        lambda app: app.command("greet"),
        TypeError,
        "command: a name is given as name=\"…\": expected a function, got 'greet'",
    ),
    (lambda app: app.command(name=5), TypeError, "command: name: expected what pages call it, got 5"),
    (
        lambda app: app.command(executor=ThreadPoolExecutor),
        TypeError,
        "command: executor: expected a concurrent.futures.Executor, got the class ThreadPoolExecutor",
    ),
    (lambda app: app.command(detached="x"), TypeError, "command: detached: expected True or False, got 'x'"),
    (
        lambda app: app.command(rename_all="camel"),
        ValueError,
        'command: rename_all: expected "camelCase" or "snake_case", got \'camel\'',
    ),
    (lambda app: app.filter(5), TypeError, "App.filter: expected a function, got 5"),
    (lambda app: app.setup(5), TypeError, "App.setup: expected a function, got 5"),
    (
        lambda app: app.on(print),
        TypeError,
        'App.on: expected the name of what happens, as in @app.on("ready"), got a value of type builtin',
    ),
    (lambda app: app.on("ready")(5), TypeError, 'App.on("ready"): expected a function, got 5'),
    (lambda app: app.manage(App), TypeError, "App.manage: expected an object, got the class App"),
    (lambda app: app.manage(None), TypeError, "App.manage: expected an object, got None"),
    (lambda app: app.state("x"), TypeError, "App.state: expected the class of what is managed, got 'x'"),
    (lambda app: app.share(5, 5), TypeError, "App.share: name: expected a name, got 5"),
    (lambda app: app.plugin(5), TypeError, "App.plugin: expected a Plugin, got 5"),
    (lambda app: app.emit(5), TypeError, "the name of an event: expected a string, got 5"),
    (lambda app: app.emit_to(app, "a"), TypeError, "the label of a window: expected a string, got a value of type App"),
    (lambda app: app.listen(5, print), TypeError, "the name of an event: expected a string, got 5"),
    (lambda app: app.listen("a", 5), TypeError, "a listener: expected a function, got 5"),
    (lambda app: app.once("a", None), TypeError, "a listener: expected a function, got None"),
    (lambda app: app.on_menu_event(5), TypeError, "App.on_menu_event: expected a function, got 5"),
    (lambda app: app.run({"headless": True}), TypeError, "App.run: options: expected Options, got {'headless': True}"),
    (lambda app: anything.Plugin(5), TypeError, "Plugin: name: expected a name such as notes, got 5"),
    (
        lambda app: anything.Plugin("my notes"),
        ValueError,
        "Plugin: name: expected letters, digits and single inner hyphens, got 'my notes'",
    ),
    (
        lambda app: anything.Plugin("notes", default="allow-list"),
        TypeError,
        f"Plugin: default: {LIST} the identifier of a permission, got 'allow-list'",
    ),
    (lambda app: anything.Plugin("notes", sets=[5]), TypeError, "Plugin: sets[0]: expected a PermissionSet, got 5"),
    (
        lambda app: anything.Plugin("notes", init_script=5),
        TypeError,
        "Plugin: init_script: expected the text of a script, got 5",
    ),
    (
        lambda app: Plugin("notes", permissions=[anything.Permission(5)]),
        TypeError,
        "Plugin: the identifier of a permission: expected a name, got 5",
    ),
    (lambda app: anything.Capability(5, permissions=[]), TypeError, "Capability: identifier: expected a name, got 5"),
    (lambda app: anything.Capability("a", permissions=5), TypeError, "expected a list of strings, got 5"),
    (lambda app: anything.Capability("a", [5]), TypeError, "expected a list of strings, got 5 in it"),
    (lambda app: anything.Capability("a", [{}]), AclError, 'Capability: permissions[0]: "identifier" is missing'),
    (lambda app: anything.Capability("a", [], windows=[5]), TypeError, "expected a list of strings, got 5 in it"),
    (lambda app: anything.Capability("a", [], windows={"a": 1}), TypeError, "expected a list of strings, got {'a': 1}"),
    (
        lambda app: anything.Capability("a", [], local="false"),
        AclError,
        'Capability: local: expected true or false, got "false"',
    ),
    (
        lambda app: anything.Capability("a", [], platforms=["Linux"]),
        AclError,
        'Capability: platforms[0]: expected one of "linux", "macOS", "windows", "android", "iOS", got "Linux"',
    ),
    (
        lambda app: anything.Capability("a", [], platforms="linux"),
        TypeError,
        'expected a list of strings, got the string "linux"',
    ),
    (
        lambda app: anything.Capability("a", [], description=5),
        AclError,
        "Capability: description: expected a string, got 5",
    ),
    (lambda app: anything.Capability(" ", []), AclError, 'Capability: identifier: expected a name, got " "'),
    (
        lambda app: anything.Permission("a", platforms=["osx"]),
        AclError,
        'Permission: platforms[0]: expected one of "linux", "macOS", "windows", "android", "iOS", got "osx"',
    ),
    (
        lambda app: anything.Permission("a", ["greet"]),
        TypeError,
        "Permission: commands: expected a Commands, got ['greet']",
    ),
    (
        lambda app: anything.Permission("a", scope={"allow": []}),
        TypeError,
        "Permission: scope: expected a Scope, got {'allow': []}",
    ),
    (lambda app: anything.PermissionSet("a", [5]), TypeError, "expected a list of strings, got 5 in it"),
    (lambda app: anything.Scope(allow="abc"), AclError, 'Scope: allow: expected a list, got "abc"'),
    (
        lambda app: anything.Scope(allow=[Path()]),
        AclError,
        f"Scope: allow[0]: expected a JSON value, got a Python {type(Path()).__name__}",
    ),
    (
        lambda app: anything.Scope(deny=[{"a": {1}}]),
        AclError,
        "Scope: deny[0].a: expected a JSON value, got a Python set",
    ),
    (lambda app: anything.Plugin("notes").setup(5), TypeError, "Plugin.setup: expected a function, got 5"),
    (lambda app: anything.Plugin("notes").teardown(5), TypeError, "Plugin.teardown: expected a function, got 5"),
    (lambda app: anything.Menu(5), TypeError, f"a menu's items: {LIST} a menu item or a Submenu, got 5"),
    (
        lambda app: anything.Submenu("File", ["Open"]),
        TypeError,
        "a menu's items[0]: expected a menu item or a Submenu, got 'Open'",
    ),
    (lambda app: anything.Menu(id=5), TypeError, "Menu: id: expected a name, got 5"),
    (lambda app: anything.MenuItem(5), TypeError, "MenuItem: text: expected a text, got 5"),
    (lambda app: anything.MenuItem("a", id=5), TypeError, "MenuItem: id: expected a name, got 5"),
    (
        lambda app: anything.MenuItem("a", enabled="no"),
        TypeError,
        "MenuItem: enabled: expected True or False, got 'no'",
    ),
    (lambda app: anything.MenuItem("a", action="x"), TypeError, "MenuItem: action: expected a function, got 'x'"),
    (
        lambda app: anything.MenuItem("a", accelerator=5),
        TypeError,
        'MenuItem: accelerator: expected keys such as "CmdOrCtrl+K", got 5',
    ),
    (lambda app: anything.IconMenuItem("a", action=5), TypeError, "IconMenuItem: action: expected a function, got 5"),
    (
        lambda app: anything.CheckMenuItem("a", checked="no"),
        TypeError,
        "CheckMenuItem: checked: expected True or False, got 'no'",
    ),
    (lambda app: anything.Submenu(5), TypeError, "Submenu: text: expected a text, got 5"),
    (lambda app: anything.Submenu("a", enabled=2), TypeError, "Submenu: enabled: expected True or False, got 2"),
    (
        lambda app: anything.PredefinedMenuItem("Copy", text=5),
        TypeError,
        "PredefinedMenuItem: text: expected a text, got 5",
    ),
    (
        lambda app: anything.PredefinedMenuItem("About", about="x"),
        TypeError,
        "PredefinedMenuItem: about: expected an AboutMetadata, got 'x'",
    ),
    (
        lambda app: anything.IconMenuItem("a", icon=5),
        TypeError,
        "an image: expected a file, its bytes or a QImage, got 5",
    ),
    (lambda app: anything.MenuItem("a").set_text(5), TypeError, "set_text: expected a text, got 5"),
    (lambda app: anything.Submenu("a").set_text(None), TypeError, "set_text: expected a text, got None"),
    (lambda app: anything.PredefinedMenuItem("Copy").set_text(5), TypeError, "set_text: expected a text, got 5"),
    (lambda app: anything.MenuItem("a").set_enabled(1), TypeError, "set_enabled: expected True or False, got 1"),
    (lambda app: anything.Submenu("a").set_enabled(1), TypeError, "set_enabled: expected True or False, got 1"),
    (lambda app: anything.CheckMenuItem("a").set_checked(1), TypeError, "set_checked: expected True or False, got 1"),
    (
        lambda app: anything.MenuItem("a").set_accelerator(5),
        TypeError,
        'set_accelerator: expected keys such as "CmdOrCtrl+K", got 5',
    ),
    (lambda app: anything.Menu().append("Open"), TypeError, "a menu: expected a menu item or a Submenu, got 'Open'"),
    (lambda app: anything.Options(headless="yes"), TypeError, "Options: headless: expected True or False, got 'yes'"),
    (lambda app: anything.Options(dev_url=5), TypeError, "Options: dev_url: expected the URL of a dev server, got 5"),
    (lambda app: anything.Options(audit=5), TypeError, "Options: audit: expected a file, got 5"),
    (
        lambda app: anything.Options(audit="log", audit_arguments="greet"),
        TypeError,
        f"Options: audit_arguments: {LIST} a command's name or a pattern, got 'greet'",
    ),
    (
        lambda app: anything.Options(remote_debugging_port=99_999),
        ValueError,
        "Options: remote_debugging_port: expected a port from 1 to 65535, got 99999",
    ),
    (
        lambda app: anything.Limits(handles="3"),
        TypeError,
        "Limits: handles: expected a whole number, 0 or more, got '3'",
    ),
    (lambda app: anything.Limits(pixels=1.5), TypeError, "Limits: pixels: expected a whole number, 0 or more, got 1.5"),
    (
        lambda app: anything.Limits(handles=-1),
        ValueError,
        "Limits: handles: expected a whole number, 0 or more, got -1",
    ),
    (lambda app: anything.Limits(threads=0), ValueError, "Limits: threads: expected a whole number, 1 or more, got 0"),
    (
        lambda app: anything.Limits(slice_time="x"),
        TypeError,
        "Limits: slice_time: expected seconds, 0 or more, got 'x'",
    ),
    (
        lambda app: anything.RecoveryPolicy(tries=1.5),
        TypeError,
        "RecoveryPolicy: tries: expected a whole number, 0 or more, got 1.5",
    ),
    (
        lambda app: anything.RecoveryPolicy(first_delay="1"),
        TypeError,
        "RecoveryPolicy: first_delay: expected seconds from 0 to 2,000,000, got '1'",
    ),
    (
        lambda app: anything.RecoveryPolicy(ping_every=0),
        ValueError,
        "RecoveryPolicy: ping_every: expected seconds from 0.001 to 2,000,000, got 0",
    ),
    (
        lambda app: anything.RecoveryPolicy(rest_every=float("inf")),
        ValueError,
        "RecoveryPolicy: rest_every: expected seconds from 0.001 to 2,000,000, got inf",
    ),
    (
        lambda app: anything.RecoveryPolicy(hang_after=-1),
        ValueError,
        "RecoveryPolicy: hang_after: expected seconds, 0 or more, got -1",
    ),
    (lambda app: anything.WindowConfig(title=5), ConfigError, "WindowConfig.title: expected text, got 5"),
    (
        lambda app: anything.WindowConfig(width="800", theme="dim"),
        ConfigError,
        'WindowConfig.width: expected a number, got "800"\nWindowConfig.theme: expected "light" or "dark", got "dim"',
    ),
    (
        lambda app: WindowConfig(url="file:///etc/passwd"),
        ConfigError,
        'WindowConfig.url: expected a path in the frontend such as "index.html", or an http or https address, got',
    ),
]


async def _nothing() -> None: ...


def _two(first: int, second: int) -> None: ...


def _one_more(event: object, *, more: int) -> None: ...


ARITY: list[tuple[Callable[[Any], object], str]] = [
    (lambda app: app.setup(_nothing), "App.setup: …_nothing(app), got _nothing() -> None"),
    (lambda app: app.filter(_nothing), "App.filter: …_nothing(call, proceed), got _nothing() -> None"),
    (lambda app: app.on("ready")(_two), 'App.on("ready"): …_two(event), got _two(first: int, second: int) -> None'),
    (lambda app: app.listen("a", _nothing), "a listener: …_nothing(event), got _nothing() -> None"),
    (lambda app: app.once("a", _one_more), "a listener: …_one_more(event), got _one_more(event: object, *, more: int)"),
    (lambda app: app.on_menu_event(_nothing), "App.on_menu_event: …_nothing(event), got _nothing() -> None"),
    (lambda app: anything.Plugin("notes").setup(_nothing), "Plugin.setup: …_nothing(app), got _nothing() -> None"),
    (
        lambda app: anything.Plugin("notes").teardown(_two),
        "Plugin.teardown: …_two(app), got _two(first: int, second: int)",
    ),
]


@pytest.mark.parametrize(("wrong", "told"), ARITY, ids=[told for _, told in ARITY])
def test_a_function_that_takes_something_else_is_told_with_its_file_and_line(
    wrong: Callable[[Any], object], told: str
) -> None:
    app = anything.App("com.example.given")
    before, after = map(re.escape, told.split("…"))
    expected = f"^{before}expected a function that can be called as {after}.*{re.escape(__file__)}:[0-9]+"
    with pytest.raises(TypeError, match=expected):
        wrong(app)


def test_a_function_is_taken_whatever_else_it_could_take() -> None:
    app = anything.App("com.example.given")

    class Notes:
        def heard(self, event: object, again: bool = False) -> None: ...

        def __call__(self, event: object) -> None: ...

    def with_database[T](function: Callable[[Any, str], T]) -> Callable[[Any], T]:
        return functools.wraps(function)(lambda event: function(event, "database"))

    @with_database
    def save(event: object, database: str) -> None: ...

    handlers: tuple[Callable[..., object], ...] = (
        Notes().heard,
        Notes(),
        save,
        print,
        functools.partial(_two, 1),
        lambda *events: None,
        lambda event, once=True: None,
        [].append,
    )
    for handler in handlers:
        app.listen("a", handler)
        app.on("ready")(handler)
        app.setup(handler)


@pytest.mark.parametrize(("wrong", "kind", "told"), WRONG, ids=[told for _, _, told in WRONG])
def test_a_function_says_what_it_expects(wrong: Callable[[Any], object], kind: type[Exception], told: str) -> None:
    with pytest.raises(kind, match=f"^{re.escape(told)}"):
        wrong(App("com.example.given", frontend="web"))


SETTERS_OF_WINDOWS = (
    *("set_decorations", "set_maximizable", "set_minimizable", "set_closable", "set_resizable", "set_cursor_visible"),
    *("set_ignore_cursor_events", "set_always_on_top", "set_always_on_bottom", "set_visible_on_all_workspaces"),
    *("set_skip_taskbar", "set_fullscreen", "set_simple_fullscreen", "set_focusable", "set_enabled"),
)


def set_to_no(name: str, app: Any) -> None:
    getattr(app.windows["main"], name)("no")


def test_a_running_program_says_what_it_expects(shell: Runner) -> None:
    wrong: list[tuple[Callable[[Any], object], str]] = [
        (lambda app: app.create_window("a", config={}), "create_window: config: expected a WindowConfig, got {}"),
        (
            lambda app: app.create_window("a", config=WindowConfig(), title="A", width=3),
            "create_window: title, width: a config has all options, and none come beside it",
        ),
        (
            lambda app: app.create_window("a", parent="main"),
            "create_window: parent: expected a Window, such as app.windows[\"main\"], got 'main'",
        ),
        (
            lambda app: app.create_window("a", init_script=[5]),
            "create_window: init_script[0]: expected the text of a script, got 5",
        ),
        (lambda app: app.set_menu(5), "App.set_menu: expected a Menu, got 5"),
        (lambda app: app.create_tray(5), "create_tray: id: expected a name, got 5"),
        (lambda app: app.create_tray(menu=[]), "create_tray: menu: expected a Menu or a Submenu, got []"),
        (lambda app: app.create_tray(tooltip=5), "create_tray: tooltip: expected a text, got 5"),
        (
            lambda app: app.create_tray(icon=5),
            "a tray icon's picture: expected a file, its bytes, a QImage or a QIcon, got 5",
        ),
        (lambda app: app.exit("now"), "App.exit: code: expected an exit code, got 'now'"),
        (lambda app: app.windows["main"].set_title(5), "set_title: expected a text, got 5"),
        (
            lambda app: app.windows["main"].set_size((800, 600)),
            "set_size: expected a LogicalSize or a PhysicalSize, got (800, 600)",
        ),
        (
            lambda app: app.windows["main"].set_min_size(3),
            "set_min_size: expected a LogicalSize or a PhysicalSize, got 3",
        ),
        (
            lambda app: app.windows["main"].set_position(None),
            "set_position: expected a LogicalPosition or a PhysicalPosition, got None",
        ),
        (
            lambda app: app.windows["main"].set_size(3, 4),
            "Window.set_size() takes 2 positional arguments but 3 were given",
        ),
        (
            lambda app: app.windows["main"].set_decorations(),
            "Window.set_decorations() missing 1 required positional argument: 'decorations'",
        ),
        (
            lambda app: app.windows["main"].title(1),
            "Window.title() takes 1 positional argument but 2 were given",
        ),
        *(
            (functools.partial(set_to_no, name), f"{name}: expected True or False, got 'no'")
            for name in SETTERS_OF_WINDOWS
        ),
        (lambda app: app.windows["main"].set_icon("x.png"), "set_icon: expected a QIcon, got 'x.png'"),
        (lambda app: app.windows["main"].set_menu(5), "set_menu: expected a Menu, got 5"),
        (lambda app: app.windows["main"].popup_menu("a"), "popup_menu: expected a Menu or a Submenu, got 'a'"),
        (lambda app: app.windows["main"].emit(5), "the name of an event: expected a string, got 5"),
    ]

    async def scenario(app: App) -> None:
        for call, told in wrong:
            with pytest.raises(TypeError, match=f"^{re.escape(told)}$"):
                call(app)
        notify: Any = app.notify
        with pytest.raises(TypeError, match="notify: expected a title or a Notification, got 5"):
            await notify(5)
        with pytest.raises(TypeError, match="notify: on_click: expected a function, got 5"):
            await notify(Notification("title"), on_click=5)
        assert list(app.windows) == ["main"]

    shell.run(shell.app(), scenario)


def test_a_script_is_a_text_and_has_so_many_seconds(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window: Any = app.windows["main"]
        with pytest.raises(TypeError, match="eval: script: expected the text of a script, got 5"):
            await window.eval(5)
        for within, kind in (("5", TypeError), (True, TypeError), (-1, ValueError), (float("nan"), ValueError)):
            told = re.escape(f"eval: within: expected seconds, 0 or more, or None, got {within!r}")
            with pytest.raises(kind, match=f"^{told}$"):
                await window.eval("1", within=within)
        assert await window.eval("1", within=None) == 1

    shell.run(shell.app(), scenario)


def test_a_window_config_takes_what_a_configuration_does() -> None:
    config = anything.WindowConfig(theme="Dark", background_color="#102030", width=300, prevent_overflow=True)
    assert config == WindowConfig(
        theme=Theme.DARK, background_color=Color(16, 32, 48), width=300.0, prevent_overflow=True
    )
    # What was read once can be read again.
    assert attrs.evolve(config, label="other").background_color == Color(16, 32, 48)
    with pytest.raises(ConfigError, match="label: expected a label of letters"):
        attrs.evolve(config, label="a b")


def test_a_window_made_from_a_config_has_the_label_that_was_given(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.create_window("settings", config=WindowConfig(title="Settings", visible=False))
        assert (window.label, window.title()) == ("settings", "Settings")
        await window.loaded()

    shell.run(shell.app(), scenario)
