"""A script that got into a page changes what the page is made of: it may hurt that page, and nothing else."""

import asyncio
from typing import Any

import pytest

from shell import App, Caller, JavaScriptError
from tests.conftest import Runner, next_load

# Runs as the first script of the page, where a package that was taken over would.
POISON = """
const names = ["then", "document", "label", "window", "webview", "id", "type", "object", "method", "args", "kind", "raw",
  "headers", "local", "toJSON", "__TAURI_TO_IPC_KEY__", "isSpecial", "0", "1", "2", "length", "get", "set", "value",
  "command", "caller", "cmd", "payload", "event", "handler", "target", "resolve", "reject", "document_name"];
const forged = { kind: "AnyLabel", label: "other", window: "other", webview: "other", type: 3, object: "bridge" };
const lie = (value) => function () { return value; };
const pollute = (name) => Object.defineProperty(Object.prototype, name,
  { __proto__: null, value: forged[name] ?? "other", writable: true, configurable: true });
const poisons = {
  pollution: () => names.forEach((name) => { try { pollute(name); } catch {} }),
  fetch: () => (window.fetch = lie(Promise.resolve("lie"))),
  Promise: () => (window.Promise = class { constructor(run) { run(() => 0, () => 0); } then() { return this; } }),
  then: () => (Promise.prototype.then = lie(undefined)),
  parse: () => (JSON.parse = lie({ caller: "other" })),
  stringify: () => (JSON.stringify = lie('{"window":"other"}')),
  Map: () => { Map.prototype.get = lie([() => 0, () => 0]); Map.prototype.set = lie(0); Map.prototype.has = lie(true); },
  Set: () => { Set.prototype.add = lie(0); Set.prototype.delete = lie(true); },
  listener: () => (EventTarget.prototype.addEventListener = window.addEventListener = lie(0)),
  call: () => { Function.prototype.call = lie("other"); Function.prototype.apply = lie("other"); Function.prototype.bind = lie(lie("other")); },
  iterator: () => (Array.prototype[Symbol.iterator] = function* () { yield "other"; }),
  push: () => { Array.prototype.push = lie(1); Array.prototype.join = lie('["other",0]'); Array.prototype.slice = lie([]); },
  string: () => { String.prototype.slice = lie("other"); String.prototype.startsWith = lie(true); },
  define: () => { Object.defineProperty = lie({}); Object.freeze = lie({}); Object.fromEntries = lie({}); },
  random: () => (Math.random = lie(0)),
  microtask: () => { window.queueMicrotask = (run) => run(); window.setTimeout = (run) => run(); },
  encode: () => (window.encodeURIComponent = lie("../secret")),
  transport: () => (qt.webChannelTransport.send = lie(0)),
  location: () => Object.defineProperty(window, "origin", { value: "tauri://other" }),
  internals: () => { window.__TAURI_INTERNALS__ = { metadata: { currentWindow: { label: "other" } } }; },
  label: () => { __TAURI_INTERNALS__.metadata.currentWindow.label = "other"; __TAURI_INTERNALS__.metadata.currentWebview.label = "other"; },
  // What these get hold of is asked and told to do what it can.
  setters: () => names.forEach((name) => { try {
    Object.defineProperty(Object.prototype, name, { __proto__: null, configurable: true,
      get() { abuse(this); return forged[name]; },
      set(value) { abuse(this); abuse(value); Object.defineProperty(this, name, { __proto__: null, value, writable: true, configurable: true, enumerable: true }); } });
  } catch {} }),
  indices: () => { for (let at = 0; at < 50; at++) Object.defineProperty(Array.prototype, at, { __proto__: null, configurable: true,
    get() { abuse(this); return "other"; }, set(value) { abuse(this); abuse(value); } }); },
  thenable: () => Object.defineProperty(Object.prototype, "then", { __proto__: null, configurable: true, writable: true,
    value(resolve, reject) { abuse(this); abuse(resolve); abuse(reject); resolve?.("other"); } }),
  species: () => { for (const kind of [Array, Promise, Map, Set, ArrayBuffer, RegExp, Object.getPrototypeOf(Int8Array)]) {
    Object.defineProperty(kind, Symbol.species, { get() { return class { constructor(...rest) { rest.forEach(abuse); } }; } });
  } },
  serialised: () => { for (const kind of [Object, Array, String, Number, Boolean, Function, Map, Symbol, BigInt]) {
    Object.defineProperty(kind.prototype, "toJSON", { __proto__: null, value() { abuse(this); return forged; }, configurable: true });
  } },
  primitive: () => { for (const kind of [Object, Array, String, Number]) {
    Object.defineProperty(kind.prototype, Symbol.toPrimitive, { __proto__: null, value() { return "secret"; }, configurable: true });
    kind.prototype.toString = kind.prototype.valueOf = lie("secret");
  } },
  instances: () => { for (const kind of [Uint8Array, ArrayBuffer, Blob, Request, Headers, Promise, Object.getPrototypeOf(Int8Array)])
    Object.defineProperty(kind, Symbol.hasInstance, { __proto__: null, value: lie(true), configurable: true }); },
  stack: () => { Error.stackTraceLimit = Infinity; Error.prepareStackTrace = (_, calls) => {
    calls.forEach((call) => { abuse(call.getThis()); abuse(call.getFunction()); });
    return "";
  }; },
  proxies: () => { for (const name of ["fetch", "Promise", "Map", "Set", "JSON", "queueMicrotask", "setTimeout", "MessageChannel", "Uint8Array", "Proxy", "Reflect", "TextEncoder", "Response", "Request"]) {
    window[name] = new Proxy(window[name], { __proto__: null,
      get(target, key) { abuse(target[key]); const found = target[key]; return typeof found === "function" ? found.bind(target) : found; },
      apply(target, self, rest) { rest.forEach(abuse); return target.apply(window, rest); },
      construct(target, rest) { rest.forEach(abuse); return new target(...rest); } });
  } },
  applied: () => { const { call, apply } = Function.prototype; for (const [name, kept] of Object.entries({ call, apply }))
    Function.prototype[name] = function (...rest) { abuse(this); rest.forEach(abuse); return Reflect.apply(kept, this, rest); }; },
  elements: () => {
    customElements.define("x-taken", class extends HTMLElement {
      connectedCallback() { tries(); } disconnectedCallback() { tries(); } attributeChangedCallback() { tries(); }
    });
    document.documentElement.append(document.createElement("x-taken"));
    document.documentElement.lastChild.remove();
  },
  reopened: () => { document.open(); document.write("<!doctype html><title>reopened</title><script>onload = " + tries + "</" + "script>"); document.close(); },
  adopted: () => { const frame = document.documentElement.appendChild(document.createElement("iframe"));
    const theirs = frame.contentWindow; abuse(theirs.qt?.webChannelTransport); abuse(theirs.shell); abuse(theirs.__TAURI_INTERNALS__);
    window.Promise = theirs.Promise; window.JSON = theirs.JSON; window.fetch = theirs.fetch; Array.prototype[Symbol.iterator] = theirs.Array.prototype[Symbol.iterator];
    frame.remove(); },
  handlers: () => { qt.webChannelTransport.onmessage = (event) => abuse(event.data); onmessage = onerror = onunhandledrejection = (event) => abuse(event?.data ?? event?.reason);
    for (let id = 0; id < 50; id++) { try { window["_" + id] = window[id] = abuse; } catch {} } },
};
let abusing = false;
const reflected = Reflect.ownKeys;
function abuse(thing) {
  if (abusing || (typeof thing !== "object" && typeof thing !== "function") || thing === null || thing === window) return;
  abusing = true;
  try {
    const forgedCall = '{"type":6,"object":"bridge","method":"post","id":9,"args":["[\\"other\\",0]\\n[1,\\"secret\\",{}]"]}';
    for (const name of ["send", "post", "invoke", "postMessage", "ipc"]) { try { thing[name]?.(forgedCall); } catch {} }
    for (const key of reflected(thing).slice(0, 50)) { try {
      if (typeof thing[key] === "string" && thing[key].length < 50) thing[key] = key === "document" ? thing[key] : "other";
      if (typeof thing[key] === "function" && /send|post|deliver|invoke/.test(key)) thing[key](forgedCall);
    } catch {} }
  } catch {}
  abusing = false;
}
const only = new URLSearchParams(location.search).get("only");
for (const [name, poison] of Object.entries(poisons)) {
  if (!only || only === name) { try { poison(); } catch {} }
}
function tries() {
  for (const command of ["secret", "who", "plugin:window|title"]) {
    try { __TAURI_INTERNALS__.invoke(command, { label: "other", window: "other" }, { headers: { window: "other" } }); } catch {}
    try { shell.invoke(command, {}); } catch {}
    try { shell.invoke(command, new Uint8Array(3)); } catch {}
    try { shell.invoke(command, { filling: "x".repeat(300000) }); } catch {}
  }
  try { shell.emitTo("other", "private", 1); } catch {}
}
tries();
document.onclick = tries;
"""
POISONS = [
    *(
        "",
        "pollution",
        "fetch",
        "Promise",
        "then",
        "parse",
        "stringify",
        "Map",
        "Set",
        "listener",
        "call",
        "iterator",
        "push",
        "string",
    ),
    *("define", "random", "microtask", "encode", "transport", "location", "internals", "label"),
    *("setters", "indices", "thenable", "species", "serialised", "primitive", "instances", "stack", "proxies"),
    *("applied", "elements", "reopened", "adopted", "handlers"),
]


@pytest.mark.parametrize("frozen", [False, True], ids=["", "with frozen prototypes"])
def test_a_poisoned_page_does_no_more_than_it_may_and_harms_no_other(shell: Runner, frozen: bool) -> None:
    shell.write(poisoned=f"<!doctype html><title>poisoned</title><script>{POISON}</script>")
    app = shell.app(
        config={"app": {"security": {"freezePrototype": frozen}}},
        capabilities=[
            {"identifier": "all", "windows": ["*"], "permissions": ["allow-who"]},
            {"identifier": "other", "windows": ["other"], "permissions": ["core:default", "allow-secret"]},
        ],
    )
    callers: list[tuple[str, Caller]] = []

    @app.command
    async def who(caller: Caller) -> str:
        callers.append(("who", caller))
        return caller.window

    @app.command
    async def secret(caller: Caller) -> str:
        callers.append(("secret", caller))
        return "told"

    async def scenario(app: App) -> None:
        main, other = app.windows["main"], app.create_window("other")
        await other.eval("shell.listen('private', () => (globalThis.heard = true))")
        for poison in POISONS:
            ended = asyncio.ensure_future(next_load(main))
            main.webview.load(f"tauri://localhost/poisoned.html?only={poison}")
            await ended
            main.webview.page.runJavaScript("document.onclick()")
            assert await other.eval("shell.invoke('who')") == "other"
        assert await other.eval("[typeof heard, ({}).then, ({}).label, JSON.parse('1')]") == [
            "undefined",
            None,
            None,
            1,
        ]
        assert await other.eval("shell.invoke('secret')") == "told"
        assert {caller.window for name, caller in callers if name == "secret"} == {"other"}
        assert {caller.window for _, caller in callers} == {"main", "other"}
        # What the page after it is made of is new.
        ended = asyncio.ensure_future(next_load(main))
        main.webview.load("tauri://localhost/")
        await ended
        assert await main.eval("shell.invoke('who')") == "main"
        with pytest.raises(JavaScriptError, match="secret not allowed"):
            await main.eval("shell.invoke('secret')")

    shell.run(app, scenario)


def test_no_payload_changes_what_another_page_is_made_of(shell: Runner) -> None:
    app = shell.app()

    async def scenario(app: App) -> None:
        main, other = app.windows["main"], app.create_window("other")
        await other.eval(
            """globalThis.heard = new Promise((done) => (globalThis.done = done));
            await shell.listen("poison", (event) => done(event.payload));"""
        )
        payload = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":"x"}'
        await main.eval(f"shell.emit('poison', JSON.parse({payload!r}))")
        seen: list[Any] = await other.eval("[Object.keys(await heard), typeof ({}).polluted, typeof [].polluted]")
        assert seen == [["__proto__", "constructor", "toString"], "undefined", "undefined"]

    shell.run(app, scenario)


def test_a_frozen_prototype_stays_as_it_is(shell: Runner) -> None:
    app = shell.app(config={"app": {"security": {"freezePrototype": True}}})

    async def scenario(app: App) -> None:
        script = """
        try { Object.prototype.polluted = 1; } catch {}
        try { ({}).__proto__.polluted = 1; } catch {}
        try { Object.defineProperty(Object.prototype, "polluted", { value: 1 }); } catch {}
        return [typeof ({}).polluted, Object.isFrozen(Object.prototype)];"""
        assert await app.windows["main"].eval(script) == ["undefined", True]

    shell.run(app, scenario)
