"""A page tries to reach the core past the isolation application of its program."""

import asyncio
import json
from typing import Any

import pytest

from shell import App
from tests.attack.test_supply_chain import POISON, POISONS
from tests.conftest import Runner, next_load
from tests.isolation import MARKED, Isolated, marking
from tests.web_server import site

# The first script of the page: whatever passes by is looked at, and the bridge's end of the crossing is taken.
THIEF = """
globalThis.loot = [];
globalThis.pipes = new Set();
const look = (...values) => {
  for (const value of values) {
    try { loot.push(typeof value === "string" ? value : JSON.stringify(value)); } catch {}
  }
};
const { get } = Object.getOwnPropertyDescriptor(MessageEvent.prototype, "data");
Object.defineProperty(MessageEvent.prototype, "data", { get() {
  if (this.target instanceof EventTarget && this.target !== window) pipes.add(this.target);
  const data = Reflect.apply(get, this, []);
  look(data);
  return data;
} });
for (const [owner, name] of [[JSON, "stringify"], [JSON, "parse"], [EventTarget.prototype, "dispatchEvent"],
  [EventTarget.prototype, "addEventListener"], [Map.prototype, "set"], [Function.prototype, "bind"], [window, "fetch"]]) {
  const native = owner[name];
  owner[name] = function (...args) {
    if (this instanceof EventTarget && this !== window && !(this instanceof Node)) pipes.add(this);
    if (name !== "stringify") look(...args);
    return Reflect.apply(native, this, args);
  };
}
for (const type of ["message", "calls", "bytes", "deliver", "handle", "hello", "there", "unpark", "qtshell:crossing"]) {
  addEventListener(type, (event) => { look(event.type, event.data); if (event.relatedTarget) pipes.add(event.relatedTarget); }, true);
}
addEventListener("securitypolicyviolation", (event) => look(event.blockedURI, event.sample, event.sourceFile));
new ReportingObserver((reports) => look(reports)).observe();
new PerformanceObserver((list) => list.getEntries().forEach((entry) => look(entry.name))).observe({ type: "resource", buffered: true });
Error.prepareStackTrace = (error, sites) => {
  for (const site of sites) look(site.toString(), String(site.getFunction?.()), String(site.getThis?.()));
  return error.message;
};
const frame = async (html) => {
  const made = document.createElement("iframe");
  if (html === undefined) made.src = "about:blank";
  else made.srcdoc = html;
  document.body.append(made);
  await new Promise((done) => { made.onload = done; setTimeout(done, 300); });
  return made.contentWindow;
};
const turns = async (count) => { while (count--) await new Promise((done) => setTimeout(done)); };
// What any script of the page does for a living, small and large.
const live = async () => {
  await shell.invoke("echo", { value: 1 });
  await shell.invoke("echo", { value: "x".repeat(700000) });
  await shell.invoke("size", new Uint8Array(3000000));
  new Error("look").stack;
};
"""
POISON_PAGE = f"<!doctype html><title>poisoned</title><body><script>{POISON}</script>"

ATTACKS = {
    "transport": """
        const found = [];
        const worlds = [window, await frame(), await frame("<p>"), open("about:blank"), open("/")].filter(Boolean);
        for (const world of worlds) {
          for (const name of [...Object.getOwnPropertyNames(world), "qt"]) if (/^qt|webchannel/i.test(name)) found.push(name);
          try { world.qt.webChannelTransport.send(JSON.stringify({ type: 6, object: "bridge", method: "post", args: ['[1,"forbidden",{}]'], id: 1 })); } catch {}
          if (world.qt !== undefined || world.navigator.qtWebChannelTransport !== undefined) found.push("transport");
        }
        return found.filter((name) => name !== "qt");
    """,
    "ipc": """
        await live();
        const names = new Set(["", "undefined", "null", "0", "%00", "*"]);
        for (const text of loot) for (const [, name] of String(text).matchAll(/document=([\\w-]+)/g)) names.add(name);
        const worlds = [window, await frame()];
        const worker = new Worker(URL.createObjectURL(new Blob(["onmessage = async ({ data }) => { for (const [url, init] of data) { try { await fetch(url, init); } catch {} } postMessage(0); }"])));
        for (const name of names) {
          const url = `ipc://localhost/forbidden?document=${name}&raw=0&size=2`;
          for (const world of worlds) try { await world.fetch(url, { method: "POST", body: "{}" }); } catch {}
          try { navigator.sendBeacon(url, "{}"); } catch {}
          worker.postMessage([[url, { method: "POST", body: "{}" }]]);
          await Promise.race([new Promise((done) => (worker.onmessage = done)), new Promise((done) => setTimeout(done, 500))]);
        }
        return [];
    """,
    "crossing": """
        await live();
        const garbage = [undefined, null, 0, "", "x", "[]", "{}", "null", "[1]", '[1,"forbidden"]', '[1,"forbidden",{}]', '[-1,"forbidden",{}]',
          '["1","forbidden",{}]', '[1.5,"forbidden",{},null,true]', '[900,"forbidden",{},{"seen":"forged"}]', '[901,"echo",{},{"seen":[1]}]',
          '[902,"forbidden",{},"x"]', '[903,"echo",{}]\\n{broken\\n[904,"forbidden",{}]', [], {}, [1], [1, "forbidden"], [910, "forbidden", new Uint8Array(2)],
          [911, "forbidden", new ArrayBuffer(2), { seen: "forged" }], [912, "size", { byteLength: 3 }], [0, "size", new Uint8Array(1)],
          [2, 1, "1&document=x&upload=1", 0], [2, 1, -1], [5, 1, 1, { toString: () => "forbidden" }], [2, {}, []], new Uint8Array(3),
          { get 0() { return 1; }, get 1() { return "forbidden"; } }, Promise.resolve(1), "[".repeat(5000)];
        for (const pipe of [...pipes, window, document]) {
          for (const type of ["calls", "bytes", "unpark", "acknowledge", "hello", "there", "deliver", "handle", "ownCall", "call", "invoke", "toString", "__proto__", "constructor"]) {
            for (const data of garbage) try { pipe.dispatchEvent(new MessageEvent(type, { data })); } catch {}
          }
        }
        const mine = new EventTarget();
        mine.addEventListener("there", () => look("taken"));
        for (const target of [window, document, document.body]) {
          target.dispatchEvent(new FocusEvent("qtshell:crossing", { relatedTarget: mine, bubbles: true }));
          mine.dispatchEvent(new MessageEvent("calls", { data: '[920,"forbidden",{}]' }));
        }
        postMessage({ cmd: "forbidden", callback: 1, error: 1, payload: {} }, "*");
        new BroadcastChannel("qtshell").postMessage('[1,"forbidden",{}]');
        await turns(5);
        return loot.filter((text) => text === "taken");
    """,
    "isolated functions": """
        // The application's own functions are on the stack while a listener of the page runs, for it touches the page.
        const found = [];
        const natives = Error.prepareStackTrace;
        document.body.addEventListener("click", function listener() {
          const functions = [];
          try { for (let at = listener; at && functions.length < 20; at = at.caller) functions.push(at.caller); } catch {}
          Error.prepareStackTrace = (_, sites) => sites.map((site) => [site.getFunction?.(), site.getThis?.()]).flat();
          functions.push(...new Error("x").stack);
          Error.prepareStackTrace = natives;
          for (const value of functions) {
            try {
              const world = (typeof value === "function" ? value : value.constructor).constructor("return globalThis")();
              if (world.qt || world.seen || world !== window) found.push(String(value));
            } catch {}
          }
        });
        await shell.invoke("click");
        await shell.invoke("click", new Uint8Array(1));
        return found;
    """,
    "its hook's name": """
        window.__TAURI_ISOLATION_HOOK__ = (message) => message;
        document.body.insertAdjacentHTML("beforeend", '<a id="__TAURI_ISOLATION_HOOK__"></a><embed name="__TAURI_ISOLATION_HOOK__"><object id="qt"></object>');
        try { shell.invoke("forbidden"); } catch {}
        try { shell.invoke("forbidden", new Uint8Array(1)); } catch {}
        await turns(3);
        return [];
    """,
    "a new document in the old one": """
        document.open();
        document.write("<body><script>try { globalThis.again = shell.invoke('forbidden'); again.catch(() => 0); } catch {}</scr" + "ipt>");
        document.close();
        await turns(3);
        await shell.invoke("forbidden").catch(() => 0);
        await live();
        return Object.keys(window).filter((name) => name === "qt");
    """,
    "numbers of others": """
        // Answers to what the isolated world itself asks have numbers too.
        const wanted = Array.from({ length: 5 }, (_, n) => n - 3);
        for (const pipe of pipes) for (const id of wanted) {
          pipe.dispatchEvent(new MessageEvent("calls", { data: JSON.stringify([id, "plugin:__shell__|parcel", { number: 1 }]) }));
          pipe.dispatchEvent(new MessageEvent("unpark", { data: [2, id, 1] }));
        }
        await live();
        return [];
    """,
}
CLICKING = """
function clicking(message) {
  if (message.cmd === "click" && document.body) document.body.click();
  return message.cmd === "click" ? { ...message, cmd: "echo", payload: {} } : message;
}
const marked = window.__TAURI_ISOLATION_HOOK__;
window.__TAURI_ISOLATION_HOOK__ = function hook(message) { return marked(clicking(message)); };
"""


def attacked(shell: Runner, **options: Any) -> Isolated:
    """A program whose application touches the page, and whose page is a thief's."""
    shell.write(index=f"<!doctype html><title>page</title><body><script>{THIEF}</script>")
    return marking(shell, MARKED + CLICKING, **options)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_trick_takes_a_page_past_it(shell: Runner, attack: str) -> None:
    isolated = attacked(shell, config={"plugins": {"qtshell": {"popups": True}}})

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        document = window.webview.link._document
        assert await window.eval(ATTACKS[attack]) == []
        own = await window.webview.eval("[typeof qt, window.seen.length > 0]", own=True)
        assert own == ["object", True]
        loot = await _loot(app)
        assert document not in loot
        assert document == window.webview.link._document

    shell.run(isolated.app, scenario)
    assert isolated.unseen == []
    assert "forbidden" not in isolated.reached


async def _loot(app: App) -> str:
    """All that the page has found, told past what it has broken."""
    window = app.windows["main"]
    told: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    window.webview.page.runJavaScript("JSON.stringify([...loot])", told.set_result)
    return await told


def test_the_crossing_is_what_the_thief_takes_it_for(shell: Runner) -> None:
    """Else the attacks on it would prove nothing."""
    isolated = attacked(shell)

    async def scenario(app: App) -> None:
        script = """await live();
        for (const pipe of pipes) pipe.dispatchEvent(new MessageEvent("calls", { data: '[700,"echo",{"value":7}]' }));
        await turns(3);
        return [pipes.size > 0, loot.some((text) => String(text).includes("700,7"))]"""
        assert await app.windows["main"].eval(script) == [True, True]
        assert isolated.unseen == []

    shell.run(isolated.app, scenario)


def test_a_poisoned_page_does_not_get_past_it(shell: Runner) -> None:
    shell.write(poisoned=POISON_PAGE)
    isolated = marking(shell)

    @isolated.app.command
    async def who() -> str:
        return "main"

    @isolated.app.command
    async def secret() -> str:
        return "told"

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        for poison in POISONS:
            loading = asyncio.ensure_future(next_load(window))
            window.webview.load(f"tauri://localhost/poisoned.html?only={poison}")
            await loading
            window.webview.page.runJavaScript(
                "try { document.onclick(); shell.invoke('forbidden').catch(() => 0); } catch {}"
            )
        loading = asyncio.ensure_future(next_load(window))
        window.webview.load("tauri://localhost/")
        await loading
        assert await window.eval("shell.invoke('echo', { value: 1 })") == 1
        assert isolated.reached >= {"who", "secret", "echo"}

    shell.run(isolated.app, scenario)
    assert isolated.unseen == []
    assert "forbidden" not in isolated.reached


def test_no_policy_tells_a_page_what_it_kept_from_the_core(shell: Runner) -> None:
    isolated = attacked(shell, config={"security": {"csp": "default-src 'self' 'unsafe-inline'; connect-src 'none'"}})

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.eval("await live(); await turns(3)")
        assert window.webview.link._document not in await _loot(app)

    shell.run(isolated.app, scenario)
    assert isolated.unseen == []


SERVED = """<!doctype html><title>served</title><body><script>globalThis.asked = new Promise((done) => {
  navigator.serviceWorker.register("/worker.js").then(() => navigator.serviceWorker.ready);
  navigator.serviceWorker.onmessage = ({ data }) => done(data);
});</script>"""
WORKER = """const asked = [];
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  asked.push(event.request.url);
  if (event.request.url.endsWith("/tell")) event.respondWith(new Response(JSON.stringify(asked)));
});
"""


def test_a_service_worker_of_a_dev_server_does_not_hear_what_is_asked(shell: Runner) -> None:
    with site({"/": SERVED, "/worker.js": WORKER}) as served:
        isolated = marking(shell, frontend=served.origin)

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            await window.loaded()
            script = """await navigator.serviceWorker.ready;
            while (!navigator.serviceWorker.controller) await new Promise((done) => setTimeout(done));
            const size = await shell.invoke("size", new Uint8Array(3000000));
            const timed = performance.getEntriesByType("resource").map((entry) => entry.name);
            return [size, await (await fetch("/tell")).json(), timed.filter((name) => name.startsWith("ipc"))];"""
            assert await window.eval(script) == [3000000, [f"{served.origin}/tell"], []]

        shell.run(isolated.app, scenario)
        assert isolated.unseen == []


def test_a_remote_page_does_not_get_past_it_either(shell: Runner) -> None:
    with site({"/": f"<!doctype html><title>remote</title><body><script>{THIEF}</script>"}) as served:
        remote = {
            "windows": ["main"],
            "remote": {"urls": [f"{served.origin}/*"]},
            "permissions": ["core:event:default"],
        }
        isolated = marking(
            shell,
            config={"plugins": {"qtshell": {"network": [served.origin]}}},
            capabilities=[{"identifier": "remote", **remote}],
        )

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            await window.loaded()
            loading = asyncio.ensure_future(next_load(window))
            window.webview.load(f"{served.origin}/")
            await loading
            script = """await shell.emit("said", "x".repeat(300000));
            for (const pipe of pipes) {
              pipe.dispatchEvent(new MessageEvent("calls", { data: '[700,"plugin:event|emit",{"event":"e"}]' }));
              // What is asked for by ipc:// elsewhere is posted here, in a line that could have another behind it.
              for (const number of ['1}]\\n[50,"plugin:event|emit",{"event":"e"', ['1}]\\n[51,"plugin:event|emit",{"event":"e"']]) {
                pipe.dispatchEvent(new MessageEvent("unpark", { data: [2, 1, number] }));
                pipe.dispatchEvent(new MessageEvent("unpark", { data: [6, 1, 0, number] }));
              }
            }
            await turns(3);
            await shell.emit("said", 1);
            return [location.origin, typeof qt];"""
            assert await window.eval(script) == [served.origin, "undefined"]
            assert window.webview.link._document not in await _loot(app)

        shell.run(isolated.app, scenario)
        assert isolated.reached == {"plugin:event|emit"}
        assert isolated.unseen == []


def test_an_earlier_document_leaves_nothing_to_the_next(shell: Runner) -> None:
    isolated = attacked(shell)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        names = set()
        for _ in range(3):
            await window.eval("live()")
            names.add(window.webview.link._document)
            loading = asyncio.ensure_future(next_load(window))
            await window.eval("void setTimeout(() => location.reload())")
            await loading
        assert len(names) == 3
        assert min(map(len, names)) > 20
        answers = await window.eval(
            f"""const answers = [];
            for (const name of {json.dumps(sorted(names))}) {{
              const url = `ipc://localhost/forbidden?document=${{name}}&raw=0&size=2`;
              answers.push(await fetch(url, {{ method: "POST", body: "{{}}" }}).then((answer) => answer.ok, () => false));
            }}
            return answers"""
        )
        assert answers == [False, False, False]

    shell.run(isolated.app, scenario)
    assert isolated.unseen == []
