"""A page says that it is another: on QWebChannel, on `ipc://`, from frames and workers, past the bridge."""

import asyncio
import json
import logging
from typing import Any

import attrs
import pytest

from shell import App, Caller, Limits
from shell.webview.network import Network
from tests.attack.raw import RAW
from tests.conftest import Runner, next_load
from tests.web_server import site


def app_that_tells_who(shell: Runner, limits: Limits | None = None) -> App:
    """An app that tells each caller who it is, and notes it."""
    app = shell.app(limits=limits or Limits())

    @app.command
    async def who(caller: Caller) -> list[str]:
        return [caller.window, caller.webview, caller.origin]

    return app


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What went wrong in the core itself; what pages were refused is no error."""
    return [record.getMessage() for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR]


# Everything that QWebChannel could be told, and much that it could not.
NONSENSE = """
const objects = ["bridge", "", "__proto__", "QObject", null, 1, {}, ["bridge"], "brid" + "ge\\0"];
const values = [undefined, null, 0, -1, 1e308, 2 ** 53, true, "", "x".repeat(1e5), "\\ud800", [], {}, [[[[]]]],
  { "__QObject*__": true, id: "bridge" }, { id: "bridge" }, ["bridge"], NaN, new Date(0)];
for (let type = -1; type < 13; type++) {
  raw({ type });
  for (const object of objects) {
    for (const value of values) {
      raw({ type, object, id: value, method: value, args: value, signal: value, property: value, value, data: value });
    }
  }
}
for (const method of ["deleteLater", "deleteLater()", "destroyed", "objectNameChanged", "deliver", "deliver(QString)",
  "_q_reregisterTimers", "_q_reregisterTimers(void*)", "receive", "_receive", "__init__", "setParent", "post2"]) {
  raw({ type: 6, object: "bridge", method, args: [], id: 1 });
  raw({ type: 6, object: "bridge", method, args: ["forged"], id: 1 });
}
for (let index = -5; index < 60; index++) {
  raw({ type: 6, object: "bridge", method: index, args: ["[]"], id: 2 });
  raw({ type: 7, object: "bridge", signal: index });
  raw({ type: 8, object: "bridge", signal: index });
  raw({ type: 9, object: "bridge", property: index, value: "forged" });
}
raw({ type: 7, object: "bridge", signal: SIGNAL });
for (const text of ["", "{", "[]", "null", "0", '"x"', "{}".repeat(1000), "[".repeat(5000), "\\0", "\\ud800", "undefined"]) {
  raw(text);
  post(text);
}
for (const value of [undefined, null, 1, {}, [], Symbol.iterator, () => 0, new Proxy({}, {}), new Uint8Array(4)]) {
  try { transport.send(value); } catch {}
}
try { transport.send(); } catch {}
try { transport.send.call(window, "{}"); } catch {}
await turns(3);
return await shell.invoke("who");
"""


def test_nothing_that_a_page_tells_qwebchannel_harms_the_core(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    app = app_that_tells_who(shell)

    async def scenario(app: App) -> None:
        window, other = app.windows["main"], app.create_window("other")
        await other.loaded()
        signal = (
            window.webview.page.webChannel()
            .registeredObjects()["bridge"]
            .metaObject()
            .indexOfSignal("deliver(QString)")
        )
        answer = await window.eval(RAW + NONSENSE.replace("SIGNAL", str(signal)))
        assert answer == ["main", "main", "tauri://localhost"]
        assert await other.eval("shell.invoke('who')") == ["other", "other", "tauri://localhost"]
        assert warnings_of(caplog) == []

    shell.run(app, scenario)


def test_a_page_sees_one_object_with_one_method_and_one_signal(shell: Runner) -> None:
    app = app_that_tells_who(shell)

    async def scenario(app: App) -> None:
        seen: dict[str, Any] = await app.windows["main"].eval(
            f"""{RAW}
            const told = new Promise((done) => (standIn.onmessage = (event) => {{
              heard.push(event.data);
              const message = JSON.parse(event.data);
              if (message.id === "init") done(message.data); else ofBridge(event);
            }}));
            raw({{ type: 3, id: "init" }});
            return told;"""
        )
        assert list(seen) == ["bridge"]
        methods = {name.partition("(")[0] for name, _ in seen["bridge"]["methods"]}
        # Every object of Qt has `deleteLater`; this one does not follow it.
        assert methods == {"post", "deleteLater"}
        signals = {name.partition("(")[0] for name, _ in seen["bridge"]["signals"]}
        assert signals == {"destroyed", "deliver"}
        assert [name for _, name, *_ in seen["bridge"]["properties"]] == ["objectName"]

    shell.run(app, scenario)


# A script that steals whatever is called, read or set on the way of a message. It runs before all others of the page.
THIEF = """<!doctype html><script>
globalThis.loot = [];
const isTransport = (value) => { try { return typeof value.send === "function"
  && String(value.send).includes("native code") } catch { return false } };
const look = (...values) => { for (const value of values) if (isTransport(value)) loot.push(value); };
for (const name of ["send", "onmessage", "webChannelTransport", "qt", "data", "type"]) {
  let kept;
  Object.defineProperty(Object.prototype, name, { configurable: true,
    get() { look(this); return kept; }, set(value) { look(this, value); kept = value; } });
}
for (const name of ["call", "apply", "bind"]) {
  const native = Function.prototype[name];
  Function.prototype[name] = function (...args) { look(this, ...args); return Reflect.apply(native, this, args); };
}
for (const [owner, name] of [[JSON, "stringify"], [JSON, "parse"], [Set.prototype, "add"], [Map.prototype, "set"]]) {
  const native = owner[name];
  owner[name] = function (...args) { look(this, ...args); return Reflect.apply(native, this, args); };
}
</script>"""


def test_scripts_of_a_page_get_no_transport_to_post_with(shell: Runner) -> None:
    shell.write(index=THIEF)
    app = app_that_tells_who(shell)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        found: list[Any] = await window.eval(
            """const known = isTransport(keptTransport);
            await shell.invoke("who");
            await shell.invoke("who", { filling: "x".repeat(300000) });
            try { delete window.qt; } catch {}
            try { window.qt = 0; } catch {}
            try { delete qt.webChannelTransport; } catch {}
            const frame = document.body.appendChild(document.createElement("iframe"));
            look(frame.contentWindow.qt?.webChannelTransport, qt, qt.webChannelTransport, qt.webChannelTransport.onmessage);
            await new Promise((done) => { frame.onload = done; frame.src = "index.html?frame"; });
            look(frame.contentWindow.qt?.webChannelTransport);
            document.open();
            document.write("<script>look(window.qt?.webChannelTransport)</scr" + "ipt>");
            document.close();
            return [known, loot.length, await shell.invoke("who")];"""
        )
        # It would know one, and got none.
        assert found == [True, 0, ["main", "main", "tauri://localhost"]]

    shell.run(app, scenario)


def test_whoever_a_page_says_that_it_is_it_is_itself(shell: Runner) -> None:
    app = app_that_tells_who(shell)

    async def scenario(app: App) -> None:
        main, other = app.windows["main"], app.create_window("other")
        await main.loaded()
        await other.loaded()
        theirs = other.webview.link._document
        answers: dict[str, Any] = await main.eval(
            f"""{RAW}
            const forged = {{ window: "other", webview: "other", label: "other", windowLabel: "other",
              caller: {{ window: "other", webview: "other", origin: "null", local: false }}, origin: "tauri://other" }};
            const headers = {{ "Tauri-Window-Label": "other", "shell-webview": "other", "Shell-Webview": "b3RoZXI=.00",
              Origin: "tauri://other", Referer: "tauri://other/", "Tauri-Invoke-Key": "x", "shell-passed": ".00" }};
            const theirs = "{theirs}";
            const ask = (query, options = {{}}) =>
              fetch(`ipc://localhost/who?${{query}}`, {{ method: "POST", body: "{{}}", ...options }})
                .then((answer) => (answer.ok ? answer.json() : "refused"), () => "refused");
            Object.defineProperty(document, "URL", {{ value: "tauri://other/" }});
            const answers = {{
              arguments: await shell.invoke("who", forged),
              headers: await shell.invoke("who", {{}}, {{ headers }}),
              large: await shell.invoke("who", {{ ...forged, filling: "x".repeat(300000) }}, {{ headers }}),
              theirs: await ask(`document=${{theirs}}&raw=0&size=2`, {{ headers }}),
              nobodys: await ask("document=&raw=0&size=2", {{ headers }}),
              every: await ask("document=%25&document=*&raw=0&size=2", {{ headers }}),
              twice: await ask(`document=x&document=${{theirs}}&raw=0&size=2`),
              referrer: await ask(`document=${{theirs}}&raw=0&size=2`, {{ referrer: "tauri://localhost/other" }}),
              method: await ask(`document=${{theirs}}&raw=0&size=2`, {{ method: "PUT" }}),
              digits: await ask(`document=${{theirs}}&raw=0&size=${{"9".repeat(5000)}}`),
            }};
            post(JSON.stringify([theirs, 0]), '[900001,"who",{{}}]');
            // It is heard after what was posted before it.
            await shell.invoke("who");
            answers.channel = heard.some((message) => message.includes("900001")) ? "answered" : "dropped";
            return answers;"""
        )
        itself = ["main", "main", "tauri://localhost"]
        assert answers == {
            **dict.fromkeys(("arguments", "headers", "large"), itself),
            **dict.fromkeys(("theirs", "nobodys", "every", "twice", "referrer", "method", "digits"), "refused"),
            "channel": "dropped",
        }

    shell.run(app, scenario)


def test_nobody_speaks_in_the_name_of_the_document_before(shell: Runner) -> None:
    app = shell.app()
    asked: list[str] = []

    @app.command
    async def ask(by: str) -> None:
        asked.append(by)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        before = window.webview.link._document
        again = asyncio.ensure_future(next_load(window))
        window.webview.reload()
        await again
        own = window.webview.link._document
        refused: list[bool] = await window.eval(
            f"""{RAW}
            const names = {json.dumps([before, "", own[:-1], own + " ", own.upper(), None, 0])};
            for (const name of names) post(JSON.stringify([name, 0]), '[900001,"ask",{{"by":"a post"}}]');
            const ask = (name) => fetch(`ipc://localhost/ask?document=${{name}}&raw=0&size=16`,
              {{ method: "POST", body: '{{"by":"request"}}' }}).then((answer) => !answer.ok, () => true);
            const refused = await Promise.all(names.map(ask));
            await shell.invoke("ask", {{ by: "the page" }});
            return [...refused, await ask("{own}")];"""
        )
        assert refused == [*[True] * (len(refused) - 1), False]
        assert asked == ["the page", "request"]

    shell.run(app, scenario)


def test_a_remote_page_shows_no_page_of_the_app_in_a_frame(shell: Runner) -> None:
    shell.write(framed="<!doctype html><script>parent.postMessage('framed', '*')</script>")
    frame = """
    const heard = [];
    addEventListener("message", ({ data }) => heard.push(data));
    const frame = Object.assign(document.createElement("iframe"), { src: "tauri://localhost/framed.html" });
    await new Promise((done) => { frame.onload = done; document.body.append(frame); });
    // What it has said is heard by now.
    await new Promise((done) => { onmessage = ({ data }) => data === "own" && done(); postMessage("own", "*"); });
    return heard;"""
    with site({"/": "<!doctype html><title>remote</title><body>"}) as remote:
        app = shell.app(config={"plugins": {"qtshell": {"network": [remote.origin]}}})

        async def scenario(app: App) -> None:
            assert await app.windows["main"].eval(frame) == ["framed", "own"]
            away = app.create_window("away", url=f"{remote.origin}/")
            await away.loaded()
            assert await away.eval(frame) == ["own"]

        shell.run(app, scenario)


def test_ipc_by_itself_answers_no_remote_page_that_the_network_let_pass(
    shell: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Network, "refusal", lambda *_: None)
    with site({"/": "<!doctype html><title>remote</title>"}) as remote:
        capability = {"windows": ["main"], "remote": {"urls": [f"{remote.origin}/*"]}, "permissions": ["allow-who"]}
        app = shell.app(capabilities=[{"identifier": "remote", **capability}])
        ask = "fetch('ipc://localhost/who?document=%s&raw=0&size=2', { method: 'POST', body: '{}' }).then((one) => one.status)"

        @app.command
        async def who(caller: Caller) -> str:
            return caller.origin

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            await window.loaded()
            assert await window.eval(ask % window.webview.link._document) == 200
            there = asyncio.ensure_future(next_load(window))
            window.webview.load(f"{remote.origin}/")
            await there
            # Else this would prove nothing.
            assert await window.eval("shell.invoke('who')") == remote.origin
            assert await window.eval(ask % window.webview.link._document) == 403

        shell.run(app, scenario)


def test_ipc_takes_nothing_of_one_origin_for_a_document_of_another(shell: Runner) -> None:
    app = app_that_tells_who(shell)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        session = window.webview.session
        assert session is not None
        ask = f"fetch('ipc://localhost/who?document={window.webview.link._document}&raw=0&size=2', "
        ask += "{ method: 'POST', body: '{}' }).then((one) => one.status)"
        assert await window.eval(ask) == 200
        # As it would be if a request of the page before came late.
        app.core._router.recast(session, attrs.evolve(session.caller, origin="https://example.com", local=False))
        assert await window.eval(ask) == 403

    shell.run(app, scenario)


SENT_ON = """
const make = (name, attributes) => new Promise((done) => {
  const element = Object.assign(document.createElement(name), attributes);
  element.onload = element.onerror = element.onloadeddata = ({ type }) => done(type);
  document.body.append(element);
});
const asked = (options) => fetch(url, options).then(({ status }) => status, () => "error");
return [
  await make("script", { src: url }), await make("img", { src: url }), await make("video", { src: url }),
  await make("link", { rel: "stylesheet", href: url }),
  await asked({}), await asked({ method: "POST", body: "{}" }), await asked({ mode: "no-cors" }),
];
"""


def test_a_listed_host_that_sends_a_request_on_to_a_command_runs_none(shell: Runner) -> None:
    called: list[str] = []
    everyone = ("Access-Control-Allow-Origin", "*")
    with site(headers=lambda _: [everyone]) as listed:
        app = shell.app(config={"plugins": {"qtshell": {"network": [listed.origin]}}})
        gone: list[Any] = []
        app.on("renderer-gone")(lambda event: gone.append(event.payload))

        @app.command
        async def note() -> None:
            called.append("")

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            await window.loaded()
            listed.moved["/on"] = "ipc://localhost/note?raw=0&size=2"
            outcomes = await window.eval(f"const url = '{listed.origin}/on'; {SENT_ON}")
            assert outcomes[:4] == ["error"] * 4
            assert set(outcomes[4:]) <= {"error", 403}
            assert listed.hits.count("/on") >= len(outcomes)
            assert called == []
            # Chromium ends a page whose script was sent on, where that is refused as late as by who answers.
            assert gone == []

        shell.run(app, scenario)


SCRIPTS_SENT_ON = """
const make = (name, attributes) => new Promise((done) => {
  const element = Object.assign(document.createElement(name), attributes);
  element.onload = element.onerror = ({ type }) => done(type);
  document.body.append(element);
});
return [
  await make("script", { src: url }), await import(url).catch(() => "error"),
  await import(url, { with: { type: "json" } }).catch(() => "error"),
  await make("link", { rel: "preload", as: "script", href: url }),
  await make("link", { rel: "modulepreload", href: url }),
];
"""


@pytest.mark.parametrize(
    "place", ["tauri://localhost/nowhere.js", "asset://localhost/nowhere.js", "ipc://localhost/nowhere"]
)
def test_a_listed_host_that_sends_a_script_on_to_where_none_is_ends_no_page(shell: Runner, place: str) -> None:
    everyone = ("Access-Control-Allow-Origin", "*")
    with site(headers=lambda _: [everyone]) as listed:
        app = shell.app(config={"plugins": {"qtshell": {"network": [listed.origin]}}})
        gone: list[Any] = []
        app.on("renderer-gone")(lambda event: gone.append(event.payload))

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            await window.loaded()
            listed.moved["/on"] = place
            assert await window.eval(f"const url = '{listed.origin}/on'; {SCRIPTS_SENT_ON}") == ["error"] * 5
            assert gone == []
            # What a page asks for itself is told as ever, and a person who signs in elsewhere comes back.
            assert await window.eval(f"const url = '{place}'; {SCRIPTS_SENT_ON}") == ["error"] * 5
            listed.moved["/on"] = "tauri://localhost/"
            loading = asyncio.ensure_future(next_load(window))
            await window.eval(f"setTimeout(() => location.href = '{listed.origin}/on')")
            await loading
            assert await window.eval("return location.href") == "tauri://localhost/"
            assert gone == []

        shell.run(app, scenario)


# Each of these runs somewhere that is not the main frame of the window, and tells what it found and what it got.
PROBE = """
const found = () => [typeof qt, typeof shell, typeof __TAURI_INTERNALS__, typeof __TAURI__].join();
const ask = async () => {
  const answer = await fetch("ipc://localhost/who?document=NAME&raw=0&size=2", { method: "POST", body: "{}" });
  return answer.ok ? await answer.text() : "refused";
};
const probe = async () => [found(), await ask().catch(() => "refused")];
"""
ELSEWHERE = """
const probe = PROBE;
const script = `${probe}; probe().then((told) => parent.postMessage(told, "*"))`;
const page = `<!doctype html><script>${script}</` + "script>";
const worker = `${probe}; probe().then((told) => postMessage(told))`;
const shared = `${probe}; onconnect = ({ ports: [port] }) => probe().then((told) => port.postMessage(told))`;
const blob = (text, type) => URL.createObjectURL(new Blob([text], { type }));
const data = (text, type) => `data:${type},${encodeURIComponent(text)}`;
const never = () => new Promise((done) => setTimeout(done, 60_000, ["never ran", "refused"]));
const told = (target) => new Promise((done) => (target.onmessage = ({ data }) => done(data), target.onerror = () => done(["never ran", "refused"])));
const framed = (attributes) => new Promise((done) => {
  const frame = Object.assign(document.createElement("iframe"), attributes);
  addEventListener("message", (event) => event.source === frame.contentWindow && done(event.data));
  document.body.append(frame);
});
const ways = {
  "a frame of its own": () => framed({ src: "probe.html" }),
  "a frame from srcdoc": () => framed({ srcdoc: page }),
  "a sandboxed frame": () => framed({ sandbox: "allow-scripts", srcdoc: page }),
  "a sandboxed frame of a file": () => framed({ sandbox: "allow-scripts", src: "probe.html" }),
  "a sandboxed frame of its origin": () => framed({ sandbox: "allow-scripts allow-same-origin", srcdoc: page }),
  "a frame from blob:": () => framed({ src: blob(page, "text/html") }),
  "a frame from data:": () => framed({ src: data(page, "text/html") }),
  "a remote frame": () => framed({ src: "REMOTE/" }),
  "a worker": () => told(new Worker("probe.js")),
  "a worker from blob:": () => told(new Worker(blob(worker, "text/javascript"))),
  "a worker from data:": () => told(new Worker(data(worker, "text/javascript"))),
  "a shared worker": () => { const one = new SharedWorker(blob(shared, "text/javascript")); one.port.start(); return told(one.port); },
};
const answers = {};
for (const [name, way] of Object.entries(ways)) answers[name] = await Promise.race([way(), never()]);
return answers;
"""
NOTHING = "undefined,undefined,undefined,undefined"


def test_frames_and_workers_have_no_bridge(shell: Runner) -> None:
    app = app_that_tells_who(shell)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        probe = PROBE.replace("NAME", window.webview.link._document)
        page = f"<!doctype html><script>{probe}; probe().then((told) => parent.postMessage(told, '*'))</script>"
        shell.write(probe=page, **{"probe.js": f"{probe}; probe().then((told) => postMessage(told))"})
        with site({"/": page}) as remote:
            app.core.authority.add_capability(
                {
                    "identifier": "frame",
                    "windows": ["none"],
                    "remote": {"urls": [f"{remote.origin}/*"]},
                    "permissions": [],
                }
            )
            script = ELSEWHERE.replace("PROBE", f"`{probe.replace('`', '')}`").replace("REMOTE", remote.origin)
            answers: dict[str, list[str]] = await window.eval(script)
            assert remote.hits
        assert {name: found for name, (found, _) in answers.items() if found != NOTHING} == {}
        reached = {name for name, (_, answer) in answers.items() if answer != "refused"}
        # These are of the page's own origin, and could as well call the bridge of the page around them.
        assert reached <= {
            "a frame of its own",
            "a frame from srcdoc",
            "a sandboxed frame of its origin",
            "a frame from blob:",
        }

    shell.run(app, scenario)


@pytest.mark.parametrize("kind", ["call", "acknowledgement"])
def test_a_page_that_floods_the_channel_harms_its_own_session_alone(shell: Runner, kind: str) -> None:
    # With fewer it would be ended, and what it posted thrown away.
    app = app_that_tells_who(shell, limits=Limits(strays=1_000_000))
    flood = {
        "call": "post('[\"again\",0]', '[1,\"who\",{}]')",
        "acknowledgement": "post('[\"again\",' + count * 1e9 + ']')",
    }[kind]

    async def scenario(app: App) -> None:
        main, other = app.windows["main"], app.create_window("other")
        await other.loaded()
        await main.loaded()
        begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        script = f"{RAW}; for (let count = 0; count < 5000; count++) {{ {flood}; }}; post('[\"last\",-1]')"
        main.webview.link.on_session.append(
            lambda _: begun.set_result(None) if main.webview.link._document == "last" else None
        )
        main.webview.page.runJavaScript(f"(() => {{ {script} }})()")
        await begun
        assert len(app.core._router.sessions) == 2
        assert await other.eval("shell.invoke('who')") == ["other", "other", "tauri://localhost"]

    shell.run(app, scenario)
