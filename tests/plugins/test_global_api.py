"""`window.__TAURI__`, where the configuration asks for it: the package's own names, and the package's own calls."""

from typing import Any

import msgspec
import pytest

from shell import App, Call
from shell.ipc.event import labelled
from shell.window import WindowEvent
from tests.conftest import Runner
from tests.npm import import_map
from tests.plugins.conftest import EVERYTHING

CONFIG = {"app": {"withGlobalTauri": True, "windows": [{"label": "main"}]}}

# What each of the two makes of itself: every name that can be reached from it, and the values of what is no function.
SHAPE = """
const shapeOf = (value, seen = new Set()) => {
  if (typeof value !== "object" && typeof value !== "function") return value;
  if (seen.has(value)) return "again";
  seen.add(value);
  const shape = { is: typeof value };
  const skipped = new Set(["length", "name", "prototype", "constructor", "arguments", "caller"]);
  const own = (holder, into) => {
    for (const name of Object.getOwnPropertyNames(holder)) {
      if (skipped.has(name) || name === "event" && holder === globalThis) continue;
      const { value, get, set } = Object.getOwnPropertyDescriptor(holder, name);
      into[name] = get || set ? "accessor" : shapeOf(value, seen);
    }
  };
  if (typeof value === "function") {
    if (/^class/.test(Function.prototype.toString.call(value))) {
      shape.is = "class";
      shape.members = {};
      for (let at = value.prototype; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
        const members = {};
        own(at, members);
        for (const name in members) shape.members[name] = typeof members[name] === "object" ? "method" : members[name];
      }
      shape.statics = {};
      for (let at = value; at && at !== Function.prototype; at = Object.getPrototypeOf(at)) {
        for (const name of Object.getOwnPropertyNames(at)) if (!skipped.has(name)) shape.statics[name] = true;
      }
    }
  } else {
    own(value, shape);
  }
  seen.delete(value);
  return shape;
};
"""

# Every function of the two is called with the same arguments, and what they ask the core for is compared.
CALLS = """
const samples = (api) => [
  [], [null], ["text"], [true], [5], [2, 3],
  [new api.dpi.LogicalSize(3, 4)], [new api.dpi.PhysicalPosition(1, 2)],
  [new api.dpi.Size(new api.dpi.PhysicalSize(3, 4))], [new api.dpi.Position(new api.dpi.LogicalPosition(1, 2))],
  [{ minWidth: 5, maxHeight: 6 }], [new api.image.Image(9)], [{ status: "normal", progress: 5 }],
  [api.window.UserAttentionType.Informational], [new api.menu.MenuItem(4, "four")],
  [{ text: "T", items: [{ text: "a" }, { item: "Copy" }], icon: new api.image.Image(9), tooltip: "t" }, 2],
  [{ item: { About: { name: "x", icon: new api.image.Image(9) } }, menu: new api.menu.Menu(3, "m") }],
];
const instances = (api) => ({
  window: new api.window.Window("other", { skip: true }),
  webview: new api.webview.Webview({ label: "main" }, "other", { skip: true }),
  webviewWindow: new api.webviewWindow.WebviewWindow("other", { skip: true }),
  image: new api.image.Image(1),
  menu: new api.menu.Menu(1, "one"),
  submenu: new api.menu.Submenu(2, "two"),
  item: new api.menu.MenuItem(3, "three"),
  check: new api.menu.CheckMenuItem(4, "four"),
  icon: new api.menu.IconMenuItem(5, "five"),
  predefined: new api.menu.PredefinedMenuItem(6, "six"),
  tray: new api.tray.TrayIcon(7, "seven"),
  resource: new api.core.Resource(8),
  listener: new api.core.PluginListener("notes", "change", 5),
});
const plain = (value) => JSON.parse(JSON.stringify(value ?? null, (key, held) =>
  typeof held === "function" ? "function" : key === "channelId" ? "a channel" : held));
const outcome = async (call) => {
  try {
    const value = await call();
    return { type: value?.constructor?.name ?? "none", value: plain(value), id: value?.id, kind: value?.kind };
  } catch {
    return "rejected";
  }
};
const listens = new Set(["listen", "once", "emit", "emitTo", "_handleTauriEvent"]);
const everything = async (api) => {
  const seen = [];
  const ask = async (name, call) => {
    await shell.invoke("note", { name });
    seen.push([name, await outcome(call)]);
  };
  for (const [module, members] of Object.entries(api)) {
    if (module === "mocks") continue;
    for (const [name, member] of Object.entries(members)) {
      if (typeof member !== "function") continue;
      const isClass = /^class/.test(Function.prototype.toString.call(member));
      if (module === "event" || name === "exit" || name === "transformCallback") continue;
      const statics = isClass ? ["new", "default", "fromBytes", "fromPath", "getById", "removeById", "getByLabel",
        "getCurrent", "getAll", "getFocusedWindow"].filter((one) => one in member) : [];
      for (const [at, args] of samples(api).entries()) {
        if (!isClass) await ask(`${module}.${name} ${at}`, () => member(...args));
        // What an item is made from is a plain object.
        if (module === "menu" && args[0]?.toJSON) continue;
        // The package changes some of what it is given.
        for (const one of statics) await ask(`${module}.${name}.${one} ${at}`, () => member[one](...samples(api)[at]));
        if (isClass && module === "dpi" && at > 5) {
          await ask(`${module}.${name}() ${at}`, () => [new member(args[0]), JSON.stringify(new member(...args))]);
        }
      }
    }
  }
  for (const [kind, instance] of Object.entries(instances(api))) {
    const names = new Set();
    for (let at = Object.getPrototypeOf(instance); at !== Object.prototype; at = Object.getPrototypeOf(at)) {
      for (const name of Object.getOwnPropertyNames(at)) names.add(name);
    }
    for (const name of [...names].sort()) {
      if (name === "constructor" || listens.has(name) || name.startsWith("on") || typeof instance[name] !== "function") continue;
      for (const [at, args] of samples(api).entries()) {
        if (/menu/.test(kind) && args[0]?.toJSON) continue;
        await ask(`${kind}.${name} ${at}`, () => instance[name](...args));
      }
    }
  }
  return seen;
};
"""

ANSWERS: dict[str, Any] = {
    "plugin:window|get_all_windows": ["main", "other"],
    "plugin:webview|get_all_webviews": [{"windowLabel": "main", "label": "other"}],
    "plugin:window|is_focused": True,
    "plugin:menu|new": [5, "five"],
    "plugin:menu|create_default": [5, "five"],
    "plugin:menu|items": [[1, "a", "Check"], [2, "b", "Submenu"], [3, "c", "Icon"], [4, "d", "Predefined"]],
    "plugin:menu|get": [1, "a", "MenuItem"],
    "plugin:menu|remove_at": [1, "a", "Submenu"],
    "plugin:menu|set_as_app_menu": [1, "a"],
    "plugin:menu|set_as_window_menu": None,
    "plugin:tray|new": [7, "seven"],
    "plugin:image|new": 8,
    "plugin:image|rgba": [1, 2, 3, 4],
}
MONITOR = {
    "name": "one",
    "scaleFactor": 1.5,
    "position": {"x": 1, "y": 2},
    "size": {"width": 3, "height": 4},
    "workArea": {"position": {"x": 1, "y": 2}, "size": {"width": 3, "height": 4}},
}
LENGTHS = {"x": 1, "y": 2, "width": 3, "height": 4}


def answer(command: str) -> Any:
    """What a core that can do everything says."""
    if command.endswith("_monitors"):
        return [MONITOR]
    if "monitor" in command and not command.endswith("set_fullscreen_on_monitor"):
        return MONITOR
    return ANSWERS.get(command, LENGTHS)


@pytest.fixture
def page(shell: Runner) -> Runner:
    names = (
        "app",
        "core",
        "dpi",
        "event",
        "image",
        "menu",
        "mocks",
        "path",
        "tray",
        "webview",
        "webviewWindow",
        "window",
    )
    imports = import_map(shell.folder, "@tauri-apps/api")
    lines = [f'import * as of_{name} from "@tauri-apps/api/{name}";' for name in names]
    members = ", ".join(f"{name}: of_{name}" for name in names)
    shell.write(
        index=f'<!doctype html><script>early = "__TAURI__" in window</script>'
        f'<script type="importmap">{msgspec.json.encode({"imports": imports}).decode()}</script>'
        f'<script type="module">{"".join(lines)}globalThis.api = {{ {members} }};\n</script>'
    )
    return shell


def test_it_is_there_before_any_script_and_only_where_it_is_asked_for(page: Runner) -> None:
    for wanted in (True, False):
        app = page.app(config={"app": {"withGlobalTauri": wanted, "windows": [{"label": "main"}]}})

        async def scenario(app: App, wanted: bool = wanted) -> None:
            assert await app.windows["main"].eval("early") is wanted

        page.run(app, scenario)


def test_it_has_the_names_of_the_package(page: Runner) -> None:
    async def scenario(app: App) -> None:
        script = f"{SHAPE} const shape = (it) => JSON.stringify(shapeOf(it)); return [shape({{...api}}), shape(window.__TAURI__)]"
        package, ours = map(msgspec.json.decode, await app.windows["main"].eval(script))
        assert ours.keys() == package.keys()
        for module in package:
            if module == "is":
                continue
            assert ours[module].keys() == package[module].keys(), module
            for name in package[module]:
                assert ours[module][name] == package[module][name], f"{module}.{name}"

    page.run(page.app(config=CONFIG), scenario)


def test_its_functions_ask_the_core_for_what_the_packages_ask_for(page: Runner) -> None:
    app = page.app(config=CONFIG, capabilities=[EVERYTHING])
    asked: dict[str, list[tuple[str, Any]]] = {}
    at = ""

    @app.command
    async def note(name: str) -> None:
        nonlocal at
        at = name

    @app.filter
    async def hear(call: Call, proceed: Any) -> Any:
        if call.command == "note" or "plugin:" not in call.command:
            return await proceed(call)
        asked.setdefault(at, []).append((call.command, msgspec.json.decode(call.body)))
        return answer(call.command)

    async def scenario(app: App) -> None:
        found = []
        for which in ("api", "window.__TAURI__"):
            asked.clear()
            seen = await app.windows["main"].eval(f"{CALLS} return await everything({which})")
            found.append((dict(seen), dict(asked)))
        (theirs, they_asked), (ours, we_asked) = found
        assert len(they_asked) > 500
        assert ours.keys() == theirs.keys()
        assert {
            name: one for name, one in unnumbered(we_asked).items() if one != unnumbered(they_asked.get(name))
        } == {}
        assert {name: (one, theirs[name]) for name, one in ours.items() if one != theirs[name]} == {}
        assert we_asked.keys() == they_asked.keys()

    page.run(app, scenario)


def test_its_listeners_hear_what_the_packages_hear(page: Runner) -> None:
    script = """
        const heard = {};
        const events = "Resized Moved FocusChanged ScaleChanged ThemeChanged DragDropEvent CloseRequested".split(" ");
        for (const [which, api] of [["package", globalThis.api], ["ours", window.__TAURI__]]) {
          heard[which] = [];
          for (const [kind, at] of Object.entries({
            window: api.window.getCurrentWindow(),
            webview: api.webview.getCurrentWebview(),
            both: api.webviewWindow.getCurrentWebviewWindow(),
          })) {
            for (const event of events) {
              await at[`on${event}`]?.((told) => {
                told.preventDefault?.();
                const { id, ...rest } = told;
                heard[which].push([kind, event, told.payload?.constructor?.name, JSON.stringify(rest)]);
              });
            }
          }
        }
        globalThis.heard = heard;
    """
    length = {"x": 1, "y": 2}
    told: list[tuple[WindowEvent, Any]] = [
        (WindowEvent.RESIZED, {"width": 3, "height": 4}),
        (WindowEvent.MOVED, length),
        (WindowEvent.FOCUSED, None),
        (WindowEvent.BLURRED, None),
        (WindowEvent.SCALE_CHANGED, {"scaleFactor": 2, "size": {"width": 3, "height": 4}}),
        (WindowEvent.THEME_CHANGED, "dark"),
        (WindowEvent.DRAG_ENTER, {"paths": ["/a"], "position": length}),
        (WindowEvent.DRAG_OVER, {"position": length}),
        (WindowEvent.DRAG_DROP, {"paths": ["/a"], "position": length}),
        (WindowEvent.DRAG_LEAVE, None),
        (WindowEvent.CLOSE_REQUESTED, None),
    ]

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.eval(script)
        for event, payload in told:
            app.events.emit(event, payload, labelled("main"))
        heard = await window.eval("await shell.emit('done'); return heard")
        assert len(heard["package"]) >= 2 * len(told)
        assert heard["ours"] == heard["package"]

    page.run(page.app(config=CONFIG, capabilities=[EVERYTHING]), scenario)


def unnumbered(calls: Any) -> Any:
    """Calls without the numbers of channels, which differ from one object to the next."""
    if isinstance(calls, str) and calls.startswith("__CHANNEL__:"):
        return "a channel"
    if isinstance(calls, list | tuple):
        return [unnumbered(item) for item in calls]
    if isinstance(calls, dict):
        return {key: unnumbered(value) for key, value in calls.items()}
    return calls
