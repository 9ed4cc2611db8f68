"""Every kind of page in every kind of window, on every road to the core and out: what is allowed. Writes `TABLE.md`.

`python -m tests.attack.table`
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from shell import App, Options, Window
from tests.conftest import Runner
from tests.web_server import site

TABLE = Path(__file__).with_name("TABLE.md")

ROADS = {
    "bridge": "a call through the bridge",
    "ipc": "the same call by `ipc:`, under the name of the window's document",
    "frontend": "a file of the frontend, read",
    "asset": "a file in the asset scope, read",
    "listed": "a host that the configuration lists, reached",
    "unlisted": "another host, reached",
}
WINDOWS = {
    "granted": "a page of the app, permitted",
    "bare": "a page of the app, not permitted",
    "opened": "a page of the app, opened by a permitted one",
    "remote-granted": "a remote page, permitted",
    "remote-bare": "a remote page, not permitted",
}
PLACES = {
    "page": "the page itself",
    "srcdoc": "a frame in it, from srcdoc",
    "blob": "a frame in it, from blob:",
    "data": "a frame in it, from data:",
    "sandboxed": "a sandboxed frame in it",
    "remote": "a frame in it, of the listed host",
    "worker": "a worker of it",
    "fromData": "a worker of it, from data:",
    "ofSandbox": "a worker of a sandboxed frame in it",
    "nested": "a worker of its worker",
    "shared": "a shared worker of it",
    "service": "a service worker of it, where it may have one",
}

type Answers = Mapping[str, Mapping[str, Mapping[str, bool]]]
"""Whether a road is open, by window, place and road."""

# Knows as much as somebody can who watched the window for a long time.
_PROBE = """async () => {
  const reads = (url, options) => Promise.race([
    fetch(url, options).then((answer) => answer.ok && answer.arrayBuffer().then(() => true), () => false),
    new Promise((done) => setTimeout(done, 60_000, false)),
  ]);
  const reaches = (url) => fetch(url, { mode: "no-cors" }).then(() => true, () => false);
  const call = `ipc://localhost/plugin%3Aapp%7Cversion?document=${NAME}&raw=0&size=2`;
  const ipc = fetch(call, { method: "POST", body: "{}" }).then((answer) =>
    answer.ok && answer.headers.get("content-type") !== "application/problem+json", () => false);
  return {
    bridge: typeof shell === "object" && await shell.invoke("plugin:app|version").then(() => true, () => false),
    ipc: await Promise.race([ipc, new Promise((done) => setTimeout(done, 60_000, false))]),
    frontend: await reads("tauri://localhost/file.txt"),
    asset: await reads(ASSET),
    listed: await reaches(LISTED),
    unlisted: await reaches(UNLISTED),
  };
}"""
_EVERYWHERE = """
const text = PROBE_TEXT;
const answers = { page: await (PROBE)() };
const page = `<script>(${text})().then((told) => parent.postMessage(told, "*"))</` + "script>";
const url = (content, type) => URL.createObjectURL(new Blob([content], { type }));
const frames = {
  srcdoc: { srcdoc: page },
  blob: { src: url(page, "text/html") },
  data: { src: `data:text/html,${encodeURIComponent(page)}` },
  sandboxed: { sandbox: "allow-scripts", srcdoc: page },
};
for (const [name, attributes] of Object.entries(frames)) {
  answers[name] = await new Promise((done) => {
    const frame = Object.assign(document.createElement("iframe"), attributes);
    addEventListener("message", (event) => event.source === frame.contentWindow && done(event.data));
    document.body.append(frame);
  });
}
answers.remote = await new Promise((done) => {
  const frame = Object.assign(document.createElement("iframe"), { src: "HOSTframe.html" });
  addEventListener("message", ({ data, source }) => {
    if (source !== frame.contentWindow) return;
    if (data === "ready") source.postMessage(text, "*");
    else done(data);
  });
  document.body.append(frame);
});
const work = `(${text})().then((told) => postMessage(told))`;
const worker = url(work);
const ofData = `data:text/javascript,${encodeURIComponent(work)}`;
answers.fromData = await new Promise((done) => (new Worker(ofData).onmessage = ({ data }) => done(data)));
answers.ofSandbox = await new Promise((done) => {
  const start = `new Worker(URL.createObjectURL(new Blob([WORK]))).onmessage = ({ data }) => parent.postMessage(data, "*")`;
  const srcdoc = `<script>${start.replace("WORK", () => JSON.stringify(work))}</` + "script>";
  const frame = Object.assign(document.createElement("iframe"), { sandbox: "allow-scripts", srcdoc });
  addEventListener("message", (event) => event.source === frame.contentWindow && done(event.data));
  document.body.append(frame);
});
const nesting = url(`new Worker("${worker}").onmessage = ({ data }) => postMessage(data)`);
for (const [name, script] of Object.entries({ worker, nested: nesting })) {
  answers[name] = await new Promise((done) => (new Worker(script).onmessage = ({ data }) => done(data)));
}
answers.shared = await new Promise((done) => {
  const shared = new SharedWorker(url(`onconnect = ({ ports: [port] }) => (${text})().then((told) => port.postMessage(told))`));
  shared.port.onmessage = ({ data }) => done(data);
});
answers.service = await navigator.serviceWorker.register("/service.js").then((registered) => new Promise((done) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => done(data);
  (registered.installing ?? registered.active).postMessage(text, [port2]);
}), () => ({}));
return answers;
"""

_SERVICE = "onmessage = (event) => event.waitUntil(eval(`(${event.data})`)().then((told) => event.ports[0].postMessage(told)));"


_FRAME = """<!doctype html><script>
onmessage = async ({ data, source }) => source.postMessage(await eval(`(${data})`)(), "*");
parent.postMessage("ready", "*");
</script>"""


def ask(shell: Runner, folder: Path) -> Answers:
    """Run a program with all these windows, and let each try all roads from all places.

    Args:
        shell: Runs it.
        folder: Where a file is that the asset scope allows.
    """
    (folder / "allowed.txt").write_text("allowed")
    shell.write(index="<!doctype html><body>", **{"file.txt": "file", "service.js": _SERVICE})
    answers = {}
    pages = {"/": "<!doctype html><body>", "/service.js": _SERVICE, "/frame.html": _FRAME}
    with site(pages) as listed, site({"/": ""}) as unlisted:
        permissions = ["core:app:allow-version"]
        remote = {"local": False, "remote": {"urls": [f"{listed.origin}/*"]}}
        app = shell.app(
            config={
                "app": {"security": {"assetProtocol": {"enable": True, "scope": [f"{folder}/*"]}}, "windows": []},
                "plugins": {"qtshell": {"network": [listed.origin], "popups": True}},
            },
            capabilities=[
                {"identifier": "granted", "windows": ["granted"], "permissions": permissions},
                {"identifier": "remote-granted", "windows": ["remote-granted"], "permissions": permissions, **remote},
                {"identifier": "remote-bare", "windows": ["remote-bare"], "permissions": [], **remote},
            ],
        )

        async def tried(window: Window) -> Mapping[str, Mapping[str, bool]]:
            await window.loaded()
            known = {
                "NAME": window.webview.link._document,
                "ASSET": f"asset://localhost/{folder}/allowed.txt",
                "UNLISTED": f"{unlisted.origin}/",
                "LISTED": f"{listed.origin}/",
            }
            probe = _PROBE
            for name, value in known.items():
                probe = probe.replace(name, json.dumps(value))
            script = _EVERYWHERE.replace("PROBE_TEXT", json.dumps(probe)).replace("PROBE", probe)
            script = script.replace("HOST", f"{listed.origin}/")
            told: Mapping[str, Mapping[str, bool]] = await window.eval(script)
            return told

        async def scenario(app: App) -> None:
            for label in WINDOWS:
                url = f"{listed.origin}/" if label.startswith("remote") else "index.html"
                if label == "opened":
                    # As it goes on once a person has clicked.
                    app.windows["granted"].webview.page.popup_requested.emit("tauri://localhost/index.html")
                    answers[label] = await tried(app.windows["popup-1"])
                else:
                    answers[label] = await tried(app.create_window(label, url=url))

        shell.run(app, scenario)
    return answers


def rendered(answers: Answers) -> str:
    """The table, as it is kept."""
    names = list(ROADS)
    lines = [
        "# What a page may do, by where it is and how it asks",
        "",
        "Made by `python -m tests.attack.table` from real pages in real renderers, and held against them by",
        "`tests/attack/test_table.py`. Each of them knows the name of its window's document, and asks for a command that",
        "a capability grants to the permitted windows alone.",
        "",
        *(f"- **{name}**: {what}" for name, what in ROADS.items()),
        "",
        f"| window | place | {' | '.join(names)} |",
        f"|---|---|{'---|' * len(names)}",
    ]
    for window, of_window in WINDOWS.items():
        for place, of_place in PLACES.items():
            found = answers[window][place]
            cells = " | ".join("yes" if found.get(name) else "–" for name in names)
            lines.append(f"| {of_window} | {of_place} | {cells} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the table."""
    with TemporaryDirectory() as folder:
        runner = Runner(Path(folder, "web"))
        runner.options = Options(headless=True, no_sandbox=True)
        TABLE.write_text(rendered(ask(runner, Path(folder))), encoding="utf-8")
    sys.stdout.write(TABLE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
