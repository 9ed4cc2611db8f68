"""A program whose page tries every way to the network that it has. Prints what arrived at a host of this machine.

`python -m tests.webview._reach [--without-flags] [HOST…]`, with the hosts that the page may reach.
"""

import collections
import json
import os
import socket
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QObject, Signal
from PySide6.QtWebEngineCore import QWebEngineUrlRequestInfo

from shell.config.urls import UrlPattern
from shell.webview.assets import Assets
from shell.webview.interceptor import NetworkInterceptor, PageInterceptor
from shell.webview.network import Network, chromium_flags
from shell.webview.origin import AppOrigins
from shell.webview.scheme import AppHandler
from shell.webview.seal import Seal
from tests.webview._offscreen import a_page, wait_until

WORKER = """
const attempts = async (name, host) => {
    const socket = (path) => new Promise((done) => {
        const s = new WebSocket(host.replace("http", "ws") + path)
        s.onopen = s.onerror = s.onclose = done
    })
    await fetch(`${host}/${name}-fetch`).catch(() => 0)
    try { importScripts(`${host}/${name}-import`) } catch {}
    await socket(`/${name}-socket`)
}
"""
FILES = {
    "index.html": "<!doctype html><meta charset=utf-8><title>reach</title><body>",
    "worker.js": WORKER + "onmessage = async ({ data }) => { await attempts('worker', data); postMessage(1) }",
    "shared.js": WORKER
    + "onconnect = ({ ports: [port] }) => "
    + "port.onmessage = async ({ data }) => { await attempts('shared', data); port.postMessage(1) }",
}

# Each settles by itself, whether the request goes out or not; but for two that settle only where somebody answers.
ATTEMPTS = """
const loads = (element, attributes, parent = document.body) => new Promise((done) => {
    element.onload = element.onerror = element.onloadeddata = done
    Object.assign(element, attributes)
    parent.append(element)
})
const make = (name) => document.createElement(name)
const link = (rel, path, more = {}) => loads(make("link"), { rel, href: host + path, ...more }, document.head)
const socket = (s) => new Promise((done) => { s.onopen = s.onerror = s.onclose = done })
const asks = (worker) => new Promise((done) => {
    const port = worker.port ?? worker
    port.onmessage = worker.onerror = done
    port.postMessage(host)
})
const written = (text) => loads(make("iframe"), { srcdoc: text })
const ways = {
    fetch: () => fetch(host + "/fetch"),
    opaque: () => fetch(host + "/opaque", { mode: "no-cors" }),
    keepalive: () => fetch(host + "/keepalive", { method: "POST", keepalive: true, body: "x" }),
    xhr: () => new Promise((done) => {
        const x = new XMLHttpRequest()
        x.onloadend = done
        x.open("GET", host + "/xhr")
        x.send()
    }),
    socket: () => socket(new WebSocket(host.replace("http", "ws") + "/socket")),
    stream: () => new WebSocketStream(host.replace("http", "ws") + "/stream").opened,
    events: () => socket(new EventSource(host + "/events")),
    beacon: () => navigator.sendBeacon(host + "/beacon", "x"),
    image: () => loads(make("img"), { src: host + "/image" }),
    script: () => loads(make("script"), { src: host + "/script" }),
    module: () => import(host + "/module"),
    modulepreload: () => link("modulepreload", "/modulepreload"),
    style: () => link("stylesheet", "/style"),
    font: () => new FontFace("f", `url(${host}/font)`).load(),
    background: () => written(`<body style="background: url(${host}/background)">`),
    frame: () => loads(make("iframe"), { src: host + "/frame" }),
    object: () => loads(make("object"), { data: host + "/object" }),
    embed: () => loads(make("embed"), { src: host + "/embed" }),
    video: () => loads(make("video"), { src: host + "/video" }),
    form: async () => {
        document.body.insertAdjacentHTML("beforeend",
            `<iframe name=target></iframe><form target=target method=post action="${host}/form"></form>`)
        await new Promise((done) => {
            document.body.querySelector("[name=target]").onload = done
            document.forms[0].submit()
        })
    },
    prefetch: () => link("prefetch", "/prefetch"),
    preload: () => link("preload", "/preload", { as: "image" }),
    preconnect: () => { link("preconnect", "") },
    "dns-prefetch": () => { link("dns-prefetch", "") },
    icon: () => { link("icon", "/icon") },
    ping: () => {
        const a = make("a")
        a.href = "#here"
        a.ping = host + "/ping"
        document.body.append(a)
        a.click()
    },
    report: () => written(
        `<meta http-equiv="Content-Security-Policy" content="img-src 'none'; report-uri ${host}/report"><img src=x>`),
    speculation: () => {
        const s = make("script")
        s.type = "speculationrules"
        s.textContent = JSON.stringify({ prefetch: [{ source: "list", urls: [host + "/speculation"] }] })
        document.head.append(s)
    },
    written: () => written(`<img src="${host}/written">`),
    sandboxed: () => loads(make("iframe"), { sandbox: "allow-scripts", srcdoc: `<img src="${host}/sandboxed">` }),
    worker: () => asks(new Worker("/worker.js")),
    shared: () => asks(new SharedWorker("/shared.js")),
    blob: () => asks(new Worker(URL.createObjectURL(new Blob(
        ["onmessage = async ({ data }) => { await fetch(data + '/blob').catch(() => 0); postMessage(1) }"])))),
    service: () => navigator.serviceWorker.register("/worker.js"),
    redirected: () => fetch(host + "/redirect"),
    rtc: () => new Promise(async (done) => {
        const address = host.slice(7)
        const turn = (how) => ({ urls: `turn:${address}?transport=${how}`, username: "a", credential: "b" })
        const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:${address}` }, turn("udp"), turn("tcp")] })
        peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && done()
        peer.createDataChannel("x")
        await peer.setLocalDescription(await peer.createOffer())
    }),
    transport: () => new WebTransport(host.replace("http", "https") + "/transport").ready,
}
await Promise.all(Object.keys(ways).filter((way) => !SKIPPED.includes(way)).map(async (way) => {
    const tried = (async () => ways[way]())().catch(() => 0)
    if (!ENDLESS.includes(way)) await tried
}))
return "tried"
"""


class Host(QObject):
    """A host on this machine that counts what arrives: requests by path, connections, datagrams."""

    arrived = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.paths: collections.Counter[str] = collections.Counter()
        self.connections = 0
        self.datagrams = 0
        self.redirect = ""
        self.agents: dict[str, str] = {}
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self._tcp.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        for work in (self._accept, self._receive):
            threading.Thread(target=work, daemon=True).start()

    def _receive(self) -> None:
        while True:
            self._udp.recv(2048)
            self.datagrams += 1
            self.arrived.emit()

    def _accept(self) -> None:
        while True:
            connection, _ = self._tcp.accept()
            self.connections += 1
            self.arrived.emit()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rwb") as stream:
            while line := stream.readline():
                length, agent = 0, ""
                while (header := stream.readline().strip().lower()) and header:
                    if header.startswith(b"content-length:"):
                        length = int(header.partition(b":")[2])
                    elif header.startswith(b"user-agent:"):
                        agent = header.partition(b":")[2].strip().decode("latin-1")
                stream.read(length)
                method, path = line.decode("latin-1").split()[:2]
                self.paths[path] += method != "OPTIONS"
                self.agents[path] = agent
                self.arrived.emit()
                status = f"302 Found\r\nLocation: {self.redirect}" if path == "/redirect" else "200 OK"
                answer = f"HTTP/1.1 {status}\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Allow-Headers: *\r\n"
                stream.write(f"{answer}Content-Type: text/javascript\r\nContent-Length: 0\r\n\r\n".encode())
                stream.flush()


class Listening(NetworkInterceptor):
    """The profile's interceptor, which also notes what it was asked about."""

    def __init__(self, network: Network, seal: Seal) -> None:
        super().__init__(network, seal)
        self.asked: set[str] = set()

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:  # noqa: N802  # Qt's name
        if info.requestUrl().host() == "127.0.0.1":
            self.asked.add(info.requestUrl().path())
        super().interceptRequest(info)


def main(*listed: str, flags: bool) -> None:
    """Run the page and print what arrived, as JSON."""
    host, elsewhere = Host(), Host()
    # By a name, so that it is not the same host to the page.
    host.redirect = f"http://localhost:{elsewhere.port}/redirected"
    patterns = [pattern for text in listed if (pattern := UrlPattern.parse(text))]
    os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = " ".join(chromium_flags(patterns)) if flags else ""
    origins = AppOrigins.of()
    network = Network(lambda url: any(pattern.matches(url) for pattern in patterns), origins)
    seal = Seal()
    profile_interceptor, page_interceptor = (
        Listening(network, seal),
        PageInterceptor("main", seal, user_agent="reach/1.0"),
    )
    with TemporaryDirectory() as folder:
        for name, text in FILES.items():
            Path(folder, name).write_text(text)
        handlers = {b"tauri": AppHandler(Assets(Path(folder)), origins, seal)}
        with a_page(handlers, on_profile=profile_interceptor, on_page=page_interceptor) as page:
            page.load_and_wait("tauri://localhost/")
            waits = ["rtc", "transport"]
            attempts = ATTEMPTS.replace("SKIPPED", str(waits if listed else []))
            attempts = attempts.replace("ENDLESS", str([] if flags else waits))
            outcome = page.ask(f"const host = 'http://127.0.0.1:{host.port}'; {attempts}")
            if not flags:
                wait_until(host.arrived, lambda: host.datagrams and host.connections > 1)
    print(
        json.dumps(
            {
                "outcome": outcome,
                "arrived": sorted(host.paths),
                "agent": host.agents.get("/fetch"),
                "connections": host.connections,
                "datagrams": host.datagrams,
                "elsewhere": elsewhere.connections,
                "asked": sorted(profile_interceptor.asked),
            }
        )
    )


if __name__ == "__main__":
    main(*(host for host in sys.argv[1:] if host != "--without-flags"), flags="--without-flags" not in sys.argv)
