"""A page wants out: to the network, to files, to other programs and to the rest of the screen."""

import asyncio
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWebEngineCore import QWebEngineNavigationRequest

from shell import App
from shell.webview import scheme
from shell.webview.assets import Assets, Found, open_file
from shell.webview.navigation import Navigation, Verdict
from shell.webview.origin import AppOrigins
from shell.webview.printing import PrintError
from shell.window.file_drop import FileDrops
from tests.attack.roads import LEADS_NOWHERE, Counting, addresses, arrived, take, ways
from tests.conftest import Runner, next_load
from tests.web_server import site


@pytest.fixture
def host() -> Iterator[Counting]:
    """A server that a page should not reach."""
    counting = Counting()
    yield counting
    counting.close()


@pytest.mark.parametrize(
    "beside", [False, True], ids=["none listed", "the same hosts listed with another port, and a remote page"]
)
def test_no_road_leads_a_page_to_the_network(tmp_path: Path, beside: bool) -> None:
    # In a process of its own: tests let Chromium reach this machine, programs do not.
    environment = {name: value for name, value in os.environ.items() if name != "QTWEBENGINE_CHROMIUM_FLAGS"}
    ended = subprocess.run(
        [sys.executable, "-m", "tests.attack.roads", tmp_path, *(["beside"] if beside else [])],
        capture_output=True,
        check=True,
        text=True,
        timeout=1000,
        env=environment,
    )
    told = json.loads(ended.stdout)
    assert told.pop("taken") > (1000 if beside else 500)
    assert bool(told.pop("listed")) is beside
    assert told.pop("service") is beside
    assert told == {"connections": 0, "paths": [], "udp": False}


def test_the_programs_own_boundary_needs_no_help_but_for_sockets_of_shared_workers(
    shell: Runner, host: Counting
) -> None:
    async def scenario(app: App) -> None:
        await take(app, addresses(host))
        # Qt tells nobody of these; Chromium is told that there is no such host.
        assert set(host.paths) <= {"/inShared", "/streamInShared"}

    shell.run(shell.app(), scenario)


def test_all_roads_but_these_do_lead_to_a_host_that_is_listed(shell: Runner, host: Counting) -> None:
    app = shell.app(config={"plugins": {"qtshell": {"network": [f"127.0.0.1:{host.port}"]}}})

    async def scenario(app: App) -> None:
        taken = set(await take(app, json.dumps([f"http://127.0.0.1:{host.port}"])))
        assert taken > LEADS_NOWHERE
        await arrived(lambda: taken - LEADS_NOWHERE <= ways(host.paths))
        assert ways(host.paths) == taken - LEADS_NOWHERE

    shell.run(app, scenario)


SENT_ON = """
const make = (name, attributes) => new Promise((done) => {
  const element = Object.assign(document.createElement(name), attributes);
  element.onload = element.onerror = ({ type }) => done(type);
  document.body.append(element);
});
const read = "(url, options) => fetch(url, options).then((answer) => answer.text(), () => 'error')";
const asked = eval(read);
const worker = (url) => new Promise((done) => {
  const source = `(${read})("${url}").then((text) => postMessage(text))`;
  new Worker(URL.createObjectURL(new Blob([source]))).onmessage = ({ data }) => done(data);
});
const outcomes = [];
for (const url of [listed + "/on", other + "/secret.js"]) {
  outcomes.push(
    await asked(url), await asked(url, { method: "POST", body: "x" }), await asked(url, { mode: "no-cors" }),
    await worker(url), await make("script", { src: url }), await make("link", { rel: "stylesheet", href: url }),
  );
}
return [outcomes, await asked(listed + "/secret.js"), typeof secret];
"""


def test_nothing_is_read_of_a_host_to_which_a_listed_one_sends_a_request_on(shell: Runner) -> None:
    # That the request itself arrives there cannot be helped where Chromium may resolve that host's name.
    anybody = [("Access-Control-Allow-Origin", "*")]
    pages = {"/secret.js": "var secret = 1"}
    with site(pages, headers=lambda _: anybody) as listed, site(pages, headers=lambda _: anybody) as other:
        listed.moved["/on"] = f"{other.origin}/secret.js"
        app = shell.app(config={"plugins": {"qtshell": {"network": [listed.origin]}}})

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            await window.loaded()
            script = f"const listed = '{listed.origin}', other = '{other.origin}'; {SENT_ON}"
            outcomes, allowed, secret = await window.eval(script)
            assert outcomes == ["error"] * 12
            # Else this would prove nothing.
            assert allowed == "var secret = 1"
            assert listed.hits.count("/on") == 6
            assert secret == "undefined"

        shell.run(app, scenario)


PLACES = [
    *("file:///etc/passwd", "file://localhost/etc/passwd", "filesystem:tauri://localhost/temporary/x"),
    *("chrome://version", "chrome://gpu", "chrome://settings", "qrc:///"),
    *("view-source:tauri://localhost/", "view-source:file:///etc/passwd", "devtools://devtools/bundled/inspector.html"),
    *("chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/index.html", "chrome-error://chromewebdata/"),
    *(
        "javascript:void(document.title='left')",
        "data:text/html,left",
        "mailto:a@example.com",
        "tel:1",
        "sms:1",
        "ssh://a",
    ),
    *("vscode://file/etc/passwd", "steam://run/1", "ftp://127.0.0.1/", "http://127.0.0.1:1/", "https://example.com/"),
    *("ipc://localhost/", "asset://localhost/etc/passwd", "tauri://other/", "tauri://localhost.evil/"),
    *("TAURI://evil@other/", "ws://127.0.0.1:1/", "blob:tauri://localhost/x", "intent:#x;end"),
    # One of the page's own making.
    "blob:",
]

LEAVE = """
const made = () => URL.createObjectURL(new Blob(["<title>left</title>"], { type: "text/html" }));
const place = PLACE === "blob:" ? made() : PLACE;
const make = (name, attributes = {}) => document.body.appendChild(Object.assign(document.createElement(name), attributes));
const ways = [
  () => { location.href = place; },
  () => { location.replace(place); },
  () => { make("a", { href: place }).click(); },
  () => { make("a", { href: place, target: "_blank" }).click(); },
  () => { make("a", { href: place, target: "_top", rel: "opener" }).click(); },
  () => { make("a", { href: place, download: "x" }).click(); },
  () => { window.open(place); },
  () => { window.open(place, "_self"); },
  () => { window.open("", "other").location = place; },
  () => { make("form", { action: place, method: "post", target: "_top" }).submit(); },
  () => { make("form", { action: place, target: "_blank" }).submit(); },
  () => { make("iframe", { src: place }); },
  () => { make("iframe", { srcdoc: `<a id="a" target="_top" href="${place}"></a><script>document.getElementById("a").click()</` + "script>" }); },
  () => { make("iframe", { srcdoc: `<script>top.location = ${JSON.stringify(place)}</` + "script>", sandbox: "allow-scripts allow-top-navigation" }); },
  () => { make("object", { data: place }); },
  () => { history.pushState(null, "", place); },
  () => { document.head.appendChild(Object.assign(document.createElement("meta"), { httpEquiv: "refresh", content: `0; url=${place}` })); },
];
const told = [];
addEventListener("message", ({ data }) => told.push(data));
for (const way of ways) { try { way(); } catch {} await new Promise((done) => setTimeout(done, 5)); }
await new Promise((done) => setTimeout(done, 60));
const seen = [...document.querySelectorAll("iframe")].map((frame) => {
  try { return frame.contentDocument?.body?.innerText ?? ""; } catch { return ""; }
});
document.body.replaceChildren();
return [location.href, seen.join("").includes("root:")];
"""


def test_a_page_goes_nowhere_else_and_opens_nothing(
    shell: Runner, opened_outside: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "shell.console")

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        left = {place: await window.eval(LEAVE.replace("PLACE", json.dumps(place))) for place in PLACES}
        at_home = ["tauri://localhost/", False]
        assert {place: where for place, where in left.items() if where != at_home} == {}
        assert opened_outside == []
        assert list(app.windows) == ["main"]
        assert [record.getMessage() for record in caplog.records if record.exc_info] == []

    shell.run(shell.app(), scenario)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "data:text/html,left", "mailto:a@example.com", "about:blank"])
def test_a_window_that_was_made_for_no_origin_goes_to_no_other_that_has_none(url: str) -> None:
    navigation = Navigation(AppOrigins.of(), "null", *[lambda _: False] * 3)
    assert navigation.main_frame(url, by_link=True) is Verdict.REFUSE


def test_a_page_opens_no_program_without_end(
    shell: Runner, opened_outside: list[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However long the machine takes for all of them.
    monkeypatch.setattr("shell.webview.page._OPENED_TIME", 1e6)
    app = shell.app(config={"plugins": {"qtshell": {"openLinks": ["https://example.com/*", "mailto:"]}}})

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.eval(
            """for (let count = 0; count < 30; count++) {
              location.href = "mailto:" + count;
              document.body.append(Object.assign(document.createElement("a"), { href: "https://example.com/" + count }));
              document.body.lastChild.click();
              window.open("mailto:" + count);
              await new Promise((done) => setTimeout(done, 5));
            }"""
        )
        while "a page opens 5 links in other programs in 1e+06 seconds, no more" not in caplog.text:
            await window.eval("new Promise((done) => setTimeout(done))")
        assert len(opened_outside) == 5

    shell.run(app, scenario)


def test_no_script_opens_a_window_or_sends_a_form_to_another_program(
    shell: Runner, opened_outside: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    app = shell.app(config={"plugins": {"qtshell": {"openLinks": ["https://example.com/*"], "popups": True}}})

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.eval(
            """open("index.html");
            open("https://example.com/opened");
            const form = Object.assign(document.createElement("form"), { action: "https://example.com/form", method: "post" });
            document.body.append(form);
            form.submit();"""
        )
        refused = [
            "a new window to tauri://localhost/index.html was refused: no person asked for it",
            "a new window to https://example.com/opened was refused: no person asked for it",
            "navigation to https://example.com/form was refused",
        ]
        while not all(line in caplog.text for line in refused):
            await window.eval("new Promise((done) => setTimeout(done))")
        assert opened_outside == []
        assert list(app.windows) == ["main"]

    shell.run(app, scenario)


class _Wish:
    """What Chromium asks for a page once a person has chosen a file: off screen nobody can."""

    def __init__(self) -> None:
        self.answers: list[str] = []

    def accept(self) -> None:
        self.answers.append("accepted")

    def reject(self) -> None:
        self.answers.append("refused")


def test_no_page_is_given_files_to_write(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        page: Any = app.windows["main"].webview.page
        wish = _Wish()
        page._ask_files(wish)
        assert wish.answers == ["refused"]

    shell.run(shell.app(), scenario)


class _Departure:
    """A wish to go elsewhere, as Qt tells of it."""

    NavigationType = QWebEngineNavigationRequest.NavigationType

    def __init__(self, url: str) -> None:
        self.verdict = ""
        self._url = url

    def accept(self) -> None:
        self.verdict = "accepted"

    def reject(self) -> None:
        self.verdict = "refused"

    def url(self) -> QUrl:
        return QUrl(self._url)

    def isMainFrame(self) -> bool:  # noqa: N802  # Qt's name
        return True

    def navigationType(self) -> QWebEngineNavigationRequest.NavigationType:  # noqa: N802  # Qt's name
        return self.NavigationType.OtherNavigation


def test_only_the_core_shows_a_page_that_is_in_its_own_address(shell: Runner) -> None:
    # Chromium lets no page go there, so that none can try.
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        page: Any = window.webview.page
        for of_core in (False, True):
            if of_core:
                shown = asyncio.ensure_future(next_load(window))
                page.show_html("of the core", "tauri://localhost/")
                await shown
            departure = _Departure("data:text/html,of%20the%20page")
            page._navigate(departure)
            assert departure.verdict == "refused"

    shell.run(shell.app(), scenario)


@pytest.mark.parametrize("place", ["chrome-untrusted://x", "about:config", "about:blank"])
def test_a_page_that_asks_for_what_chromium_keeps_to_itself_is_left_with_nothing(shell: Runner, place: str) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        ended = asyncio.ensure_future(next_load(window))
        await window.eval(f"void (location.href = '{place}')")
        await ended
        # Chromium takes such a page to an empty one, of no origin, without asking.
        assert window.webview.page.mainFrame().url().toString().startswith("about:blank")
        assert window.webview.session is None or not window.webview.session.caller.local

    shell.run(shell.app(), scenario)


POWERS = """
globalThis.told = (power) => Promise.race([
  Promise.resolve().then(power).then((value) => String(value), (error) => error.name),
  new Promise((done) => setTimeout(done, 60_000, "no answer")),
]);
globalThis.powers = {
  camera: () => navigator.mediaDevices.getUserMedia({ video: true }),
  microphone: () => navigator.mediaDevices.getUserMedia({ audio: true }),
  screen: () => navigator.mediaDevices.getDisplayMedia(),
  tab: () => navigator.mediaDevices.getUserMedia({ video: { mandatory: { chromeMediaSource: "desktop" } } }),
  place: () => new Promise((done, fail) => navigator.geolocation.getCurrentPosition(done, () => fail(new DOMException("", "NotAllowedError")))),
  fullscreen: () => document.documentElement.requestFullscreen(),
  pointer: () => document.body.requestPointerLock(),
  keyboard: () => navigator.keyboard.lock(),
  read: () => navigator.clipboard.readText(),
  write: () => navigator.clipboard.writeText("x"),
  open: () => showOpenFilePicker(),
  save: () => showSaveFilePicker(),
  folder: () => showDirectoryPicker(),
  chooser: () => { const input = document.createElement("input"); input.type = "file"; input.showPicker(); },
  usb: () => navigator.usb.requestDevice({ filters: [] }),
  serial: () => navigator.serial.requestPort(),
  hid: () => navigator.hid.requestDevice({ filters: [] }),
  bluetooth: () => navigator.bluetooth.requestDevice({ acceptAllDevices: true }),
  midi: () => navigator.requestMIDIAccess({ sysex: true }),
  fonts: () => queryLocalFonts(),
  idle: () => IdleDetector.requestPermission(),
  protocol: () => navigator.registerProtocolHandler("web+x", "/%s"),
  credentials: () => navigator.credentials.get({ publicKey: { challenge: new Uint8Array(16) } }),
  payment: () => new PaymentRequest([{ supportedMethods: "https://example.com" }], { total: { label: "x", amount: { currency: "EUR", value: "1" } } }).show(),
  copied: () => { if (!document.execCommand("copy")) throw new DOMException("", "NotAllowedError"); },
  eyedropper: () => new EyeDropper().open(),
  picture: () => documentPictureInPicture.requestWindow(),
  screens: () => getScreenDetails(),
  share: () => navigator.share({ text: "x" }),
  contacts: () => navigator.contacts.select(["name"]),
  nearby: () => new NDEFReader().scan(),
  speech: () => new Promise((done, fail) => {
    const one = new webkitSpeechRecognition();
    one.onresult = done;
    one.onerror = ({ error }) => fail(new DOMException("", "NotAllowedError"));
    one.start();
  }),
  persisted: async () => { if (!(await navigator.storage.persist())) throw new DOMException("", "NotAllowedError"); },
  model: () => LanguageModel.create(),
  installs: () => navigator.install(),
  presents: () => new PresentationRequest("https://example.com").start(),
  handled: () => navigator.registerProtocolHandler("mailto", "/%s"),
  files: () => new Promise((done, fail) => webkitRequestFileSystem(PERSISTENT, 1e6, done, fail)),
  otp: () => navigator.credentials.get({ otp: { transport: ["sms"] } }),
  password: () => navigator.credentials.get({ password: true }),
  made: () => navigator.credentials.create({ publicKey: { challenge: new Uint8Array(16), rp: { name: "x" }, user: { id: new Uint8Array(1), name: "x", displayName: "x" }, pubKeyCredParams: [{ type: "public-key", alg: -7 }] } }),
  pasted: () => { document.body.appendChild(document.createElement("textarea")).focus(); if (!document.execCommand("paste")) throw new DOMException("", "NotAllowedError"); },
  installed: () => { if (!("serviceWorker" in navigator)) throw new DOMException("", "NotAllowedError"); return navigator.serviceWorker.register("/worker.js"); },
};
"""
"""What a page may try, each a function of `powers`; `told` says what came of one: an error's name, or what it got."""

ALL_POWERS = f"""{POWERS}
const granted = {{}};
for (const name of ["geolocation", "notifications", "camera", "microphone", "clipboard-read", "midi", "persistent-storage",
  "background-sync", "local-fonts", "window-management", "storage-access", "idle-detection", "nfc", "display-capture",
  "top-level-storage-access", "keyboard-lock", "pointer-lock", "payment-handler", "screen-wake-lock"]) {{
  granted[name] = await told(async () => (await navigator.permissions.query({{ name }})).state);
}}
const tried = {{}};
for (const [name, power] of Object.entries(powers)) tried[name] = await told(power);
return {{ granted, tried }};
"""


def test_a_page_has_no_power_without_a_gesture_and_consent(shell: Runner) -> None:
    shell.write(**{"worker.js": "onfetch = () => 0"})

    async def scenario(app: App) -> None:
        told = await app.windows["main"].eval(ALL_POWERS)
        succeeded = {name for name, outcome in told["tried"].items() if not outcome.endswith("Error")}
        # Of a protocol handler the page hears nothing, and the core refuses it; a keyboard is locked in full screen.
        assert succeeded <= {"protocol", "keyboard"}, told
        assert {name for name, state in told["granted"].items() if state == "granted"} <= {"screen-wake-lock"}, told

    shell.run(shell.app(), scenario)


def test_a_page_prints_nothing_by_itself_and_asks_with_one_dialog(
    shell: Runner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shown: list[QPrintDialog] = []
    monkeypatch.setattr(QPrintDialog, "show", lambda dialog: shown.append(dialog))
    # However long the machine takes from one to the next.
    monkeypatch.setattr("shell.webview.printing._BETWEEN_DIALOGS", 1e9)
    moment = "new Promise((done) => setTimeout(done, 50))"

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        printing = window.webview._printing
        monkeypatch.setattr(printing, "_dialogs", True)
        asked = "for (let count = 0; count < 20; count++) print();"
        frame = f"<script>{asked}</script>"
        await window.eval(
            f"{asked} document.body.append(Object.assign(document.createElement('iframe'), {{ srcdoc: {frame!r} }}))"
        )
        while not shown:
            await window.eval(moment)
        await window.eval(moment)
        assert len(shown) == 1
        with pytest.raises(PrintError, match="open already"):
            printing.ask()
        shown[0].reject()
        await window.eval(asked)
        while "a person has only just answered it" not in caplog.text:
            await window.eval(moment)
        assert len(shown) == 1
        assert printing._jobs == {}

    shell.run(shell.app(), scenario)


def test_a_link_that_is_made_after_the_check_leads_nowhere(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "web" / "folder"
    for place in (outside, folder):
        place.mkdir(parents=True)
        (place / "file.txt").write_text(place.name)
    found = Assets(tmp_path / "web").find("/folder/file.txt")
    assert isinstance(found, Found)
    with open_file(found.path) as file:
        assert file.read() == b"folder"
    (folder / "file.txt").unlink()
    (folder / "file.txt").symlink_to(outside / "file.txt")
    with pytest.raises(OSError, match=r"symbolic link|Too many levels"):
        open_file(found.path)
    (folder / "file.txt").unlink()
    folder.rmdir()
    folder.symlink_to(outside)
    with pytest.raises(NotADirectoryError):
        open_file(found.path)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_link_that_is_made_while_a_page_asks_leads_nowhere(
    shell: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    outside, allowed = tmp_path / "outside", tmp_path / "allowed"
    for folder in (outside, allowed / "in", shell.folder / "in"):
        folder.mkdir(parents=True)
        (folder / "file.txt").write_text("SECRET" if folder == outside else "open")
    opened: list[Path] = []

    def link_and_open(path: Path) -> FileIO:
        if path.name == "file.txt" and len(opened) >= 2:
            old, new = (path, outside / "file.txt") if what == "file" else (path.parent, outside)
            old.rename(tmp_path / f"old{len(opened)}")
            old.symlink_to(new)
        opened.append(path)
        return open_file(path)

    scope = {"enable": True, "scope": [f"{allowed}/**"]}
    app = shell.app(config={"app": {"security": {"assetProtocol": scope}}})
    ask = f"""const ask = (url) => fetch(url).then((answer) => (answer.ok ? answer.text() : "refused"));
    return [await ask("in/file.txt"), await ask(shell.convertFileSrc({str(allowed / "in" / "file.txt")!r}))];"""

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        monkeypatch.setattr(scheme, "open_file", link_and_open)
        assert await window.eval(ask) == ["open", "open"]
        assert await window.eval(ask) == ["refused", "refused"]
        assert len(opened) == 4

    shell.run(app, scenario)


def test_no_way_to_write_a_path_leads_out_of_the_frontend_or_the_asset_scope(shell: Runner, tmp_path: Path) -> None:
    outside, allowed = tmp_path / "outside", tmp_path / "allowed"
    for folder in (outside, allowed):
        folder.mkdir()
    (outside / "secret.txt").write_text("SECRET")
    (allowed / "open.txt").write_text("open")
    (allowed / "link.txt").symlink_to(outside / "secret.txt")
    (allowed / "folder").symlink_to(outside)
    os.mkfifo(allowed / "pipe.txt")
    os.link(outside / "secret.txt", allowed / ".hidden.txt")
    shell.write(**{"in/side.txt": "inside"})
    (shell.folder / "link.txt").symlink_to(outside / "secret.txt")
    (shell.folder / "folder").symlink_to(outside)
    os.mkfifo(shell.folder / "pipe.txt")
    ups = [
        "..",
        "%2e%2e",
        "%2E.",
        ".%2e",
        "%252e%252e",
        "..%2f..",
        "..%5c",
        "%2e%2e%2f",
        "..;",
        "%c0%ae%c0%ae",
        "．．",
        "..%00",
    ]
    paths = [f"tauri://localhost/{f'{up}/' * deep}outside/secret.txt" for up in ups for deep in (1, 2, 5)]
    paths += [f"tauri://localhost/in/{up}/{up}/outside/secret.txt" for up in ups]
    paths += [
        f"tauri://localhost/{name}"
        for name in ("link.txt", "folder/secret.txt", "pipe.txt", quote(str(outside / "secret.txt")))
    ]
    paths += ["file:///etc/passwd", f"file://localhost{allowed}/open.txt", f"view-source:file://{allowed}/open.txt"]
    paths += [f"FILE:{allowed}/open.txt", f"filesystem:file://{allowed}/open.txt", f"content://{allowed}/open.txt"]
    paths += [f"tauri://localhost//{outside}/secret.txt", f"tauri://localhost/file:{outside}/secret.txt"]
    inside = str(allowed)
    names = [
        *(
            str(outside / "secret.txt"),
            "/etc/passwd",
            "/proc/self/environ",
            "/dev/zero",
            "/dev/tty",
            "secret.txt",
            "~/x",
        ),
        *(f"{inside}/../outside/secret.txt", f"{inside}/./../outside/secret.txt", f"{inside}//../outside/secret.txt"),
        *(f"{inside}/link.txt", f"{inside}/folder/secret.txt", f"{inside}/pipe.txt", f"{inside}/.hidden.txt"),
        *(
            f"{inside}/%2e%2e/outside/secret.txt",
            f"{inside}\\..\\outside\\secret.txt",
            f"{inside}/open.txt/../link.txt",
        ),
        *(
            f"{inside.upper()}/open.txt",
            f"{inside}/open.txt\0",
            f"file://{inside}/../outside/secret.txt",
            f"{inside}/OPEN.TXT",
        ),
        *(
            f"/proc/self/root{outside}/secret.txt",
            f"/proc/self/cwd/{outside}/secret.txt",
            f"/dev/fd/0/{inside}/open.txt",
        ),
    ]
    paths += [f"asset://localhost/{quote(name, safe='')}" for name in names]
    paths += [f"asset://localhost/{quote(name)}" for name in names]
    paths += [f"asset://localhost/{quote(quote(name, safe=''), safe='')}" for name in names]
    app = shell.app(
        config={"app": {"security": {"assetProtocol": {"enable": True, "scope": [f"{inside}/*"]}}}},
    )

    async def scenario(app: App) -> None:
        script = """
        const read = {};
        await Promise.all(PATHS.map(async (path) => {
          const answer = await fetch(path).catch(() => ({ ok: false }));
          if (answer.ok) read[path] = (await answer.text()).slice(0, 100);
        }));
        return read;"""
        read: dict[str, str] = await app.windows["main"].eval(script.replace("PATHS", json.dumps(paths)))
        # A path without an ending may be one of the page's own router.
        assert {path: text for path, text in read.items() if "<title>page</title>" not in text} == {}
        good = await app.windows["main"].eval(
            f"fetch(shell.convertFileSrc({f'{inside}/open.txt'!r})).then((a) => a.text())"
        )
        assert good == "open"

    shell.run(app, scenario)


READ = """
const ways = {
  fetch: (url) => fetch(url + "data.json").then((answer) => (answer.ok ? answer.text() : Promise.reject())),
  request: (url) => { const one = new XMLHttpRequest(); one.open("GET", url + "data.json", false); one.send(); },
  json: (url) => import(url + "data.json", { with: { type: "json" } }),
  style: (url) => import(url + "style.css", { with: { type: "css" } }),
  script: (url) => import(url + "script.js"),
};
const read = [];
for (const url of URLS) for (const [name, way] of Object.entries(ways)) {
  try { await way(url); read.push(name + " " + url.split(":")[0]); } catch {}
}
top.postMessage(read, "*");
"""
IN_A_FRAME = """
const srcdoc = `<script type="module">${SCRIPT}</` + "script>";
const attributes = ATTRIBUTES;
const frame = Object.assign(document.createElement("iframe"), attributes.src ? {} : { srcdoc }, attributes);
return new Promise((done) => {
  addEventListener("message", ({ data, source }) => (data === "ready" ? source.postMessage(srcdoc, "*") : done(data)));
  document.body.append(frame);
});
"""
HOLDER = """<!doctype html><body><script>
onmessage = ({ data }) => document.body.append(Object.assign(document.createElement("iframe"), { sandbox: "allow-scripts", srcdoc: data }));
parent.postMessage("ready", "*");
</script>"""


def test_a_sandboxed_frame_reads_no_text_of_the_app(shell: Runner, tmp_path: Path) -> None:
    files = {"data.json": '{"text": 1}', "style.css": "body { color: red; }", "script.js": "export const text = 1"}
    shell.write(**files)
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    scope = {"enable": True, "scope": [f"{folder}/*"]}
    script = READ.replace("URLS", json.dumps(["tauri://localhost/", f"asset://localhost/{folder}/"]))
    with site({"/": HOLDER}) as listed:
        network = {"plugins": {"qtshell": {"network": [listed.origin]}}}
        app = shell.app(config={"app": {"security": {"assetProtocol": scope}}, **network})

        async def scenario(app: App) -> None:
            async def read(**attributes: str) -> list[str]:
                asked = IN_A_FRAME.replace("SCRIPT", json.dumps(script)).replace("ATTRIBUTES", json.dumps(attributes))
                found: list[str] = await app.windows["main"].eval(asked)
                return found

            ways = ("fetch", "request", "json", "style", "script")
            assert await read() == [f"{way} {scheme}" for scheme in ("tauri", "asset") for way in ways]
            assert await read(sandbox="allow-scripts") == []
            # One that a frame of a listed host has made.
            assert await read(src=f"{listed.origin}/") == []

        shell.run(app, scenario)


def test_devices_and_pipes_are_no_files_even_where_the_scope_names_them(shell: Runner, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    (tmp_path / "file").write_text("open")
    scope = ["/dev/*", "/dev/fd/*", f"{tmp_path}/*"]
    app = shell.app(config={"app": {"security": {"assetProtocol": {"enable": True, "scope": scope}}}})
    devices = ["/dev/zero", "/dev/null", "/dev/tty", "/dev/random", "/dev/stdin", "/dev/fd/0", "/dev/fd", "/dev"]
    names = [*devices, str(tmp_path / "pipe"), str(tmp_path / "link"), str(tmp_path / "file")]

    async def scenario(app: App) -> None:
        script = f"""return Promise.all({names}.map((name) =>
          fetch(shell.convertFileSrc(name)).then((answer) => answer.ok, () => false)));"""
        assert await app.windows["main"].eval(script) == [*(False for _ in names[1:]), True]

    shell.run(app, scenario)


class Drag(QDragEnterEvent):
    """A drag that enters a window, begun by a part of this program or by another one."""

    def __init__(self, data: QMimeData, source: QObject | None) -> None:
        super().__init__(
            QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0)
        )
        self._source = source

    def source(self) -> QObject:
        return cast("QObject", self._source)


@pytest.mark.filterwarnings("ignore:.*QDragEnterEvent:DeprecationWarning")
@pytest.mark.parametrize("own", [True, False], ids=["by a page", "by a file manager"])
def test_a_page_drops_no_files_of_its_own_choice(shell: Runner, tmp_path: Path, own: bool) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    app = shell.app(config={"app": {"security": {"assetProtocol": {"enable": True, "scope": []}}}})

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        widget = window.webview.widget
        drops = widget.findChild(FileDrops)
        assert drops is not None
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(secret))])
        source = window.webview.page if own else None
        taken = drops.eventFilter(widget, Drag(data, source))
        assert taken is not own
        if taken:
            action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
            drops.eventFilter(widget, QDropEvent(QPointF(5, 5), action, data, button, Qt.KeyboardModifier(0)))
        read = await window.eval(f"fetch(shell.convertFileSrc({str(secret)!r})).then((answer) => answer.ok)")
        assert read is not own

    shell.run(app, scenario)
