"""Every road that a page has to the network, and a program whose page takes them. Prints what arrived, as JSON.

`python -m tests.attack.roads FOLDER [beside]`, with an empty folder for the program's pages.
"""

import asyncio
import http.server
import json
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from shell import App, Options
from tests.desktop import until

SERVICE = b"""
const url = decodeURIComponent(location.search.slice(1));
fetch(url).catch(() => 0);
fetch(url, { mode: "no-cors", keepalive: true }).catch(() => 0);
try { new WebSocket(url.replace("http", "ws")); } catch {}
try { new WebSocketStream(url.replace("http", "ws")); } catch {}
try { new WebTransport(url.replace("http:", "https:")); } catch {}
"""
"""What a service worker tries; only a remote page can have one."""


class Counting:
    """A server on every address of this machine that counts what arrives."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.connections = 0
        counting = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                counting.paths.append(self.path)
                body = SERVICE if self.path.startswith("/worker.js") else b""
                self.send_response(200)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Access-Control-Allow-Headers", "*")
                self.send_header("Content-Type", "text/javascript")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_POST = do_OPTIONS = do_HEAD = do_GET  # noqa: N815  # the names are http.server's

            def log_message(self, *_: object) -> None:
                """Keep the test's output clean."""

        class Server(http.server.ThreadingHTTPServer):
            address_family = socket.AF_INET6
            daemon_threads = True

            def server_bind(self) -> None:
                self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
                super().server_bind()

            def process_request(self, request: Any, client_address: Any) -> None:
                counting.connections += 1
                super().process_request(request, client_address)

        self.server = Server(("::", 0), Handler)
        self.port = self.server.server_port
        self.datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.datagrams.bind(("127.0.0.1", self.port))
        self.datagrams.setblocking(False)
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def datagram(self) -> bytes | None:
        """The next datagram that arrived, if one has."""
        try:
            return self.datagrams.recv(2048)
        except BlockingIOError:
            return None

    def close(self) -> None:
        """Serve no more."""
        self.server.shutdown()
        self.server.server_close()
        self.datagrams.close()
        self._thread.join()


# Each road is taken to each of the hosts; none of them is waited for longer than a quarter of a second.
ROADS = """
const make = (name, attributes = {}, parent = document.body) => parent.appendChild(Object.assign(document.createElement(name), attributes));
const script = (text, type = "text/javascript") => URL.createObjectURL(new Blob([text], { type }));
const ws = (url) => url.replace("http", "ws");
const inFrame = (text, sandbox) => make("iframe", { srcdoc: text, ...(sandbox === undefined ? {} : { sandbox }) });
const roads = {
  fetch: (url) => fetch(url),
  opaque: (url) => fetch(url, { mode: "no-cors" }),
  keepalive: (url) => fetch(url, { method: "POST", mode: "no-cors", keepalive: true, body: "x" }),
  // It takes no other scheme: a host that is there sees a connection.
  later: (url) => fetchLater(url.replace("http:", "https:"), { activateAfter: 0 }),
  xhr: (url) => { const x = new XMLHttpRequest(); x.open("POST", url); x.send("x"); },
  synchronous: (url) => { const x = new XMLHttpRequest(); x.open("GET", url, false); x.send(); },
  socket: (url) => new WebSocket(ws(url)),
  stream: (url) => new WebSocketStream(ws(url)).opened,
  events: (url) => new EventSource(url),
  beacon: (url) => navigator.sendBeacon(url, "x"),
  transport: (url) => new WebTransport(url.replace("http:", "https:")).ready,
  image: (url) => { new Image().src = url; },
  picture: (url) => make("img", { srcset: `${url} 2x`, sizes: "100vw" }),
  lazy: (url) => make("img", { loading: "eager", src: url, decoding: "sync" }),
  svg: (url) => document.body.insertAdjacentHTML("beforeend",
    `<svg><image href="${url}"/><use href="${url}#a"/><filter id="f"><feImage href="${url}"/></filter></svg>`),
  video: (url) => make("video", { poster: url, src: url, autoplay: true }),
  audio: (url) => new Audio(url).play(),
  track: (url) => make("track", { src: url, default: true }, make("video", { src: script("", "video/mp4") })),
  script: (url) => make("script", { src: url }),
  module: (url) => import(url),
  importmap: (url) => make("script", { type: "module", textContent: `import "${url}"` }),
  wasm: (url) => WebAssembly.compileStreaming(fetch(url)),
  style: (url) => make("link", { rel: "stylesheet", href: url }, document.head),
  imported: (url) => make("style", { textContent: `@import url("${url}");` }, document.head),
  background: (url) => { document.body.style.background = `url("${url}")`; },
  cursor: (url) => { document.body.style.cursor = `url("${url}"), auto`; },
  content: (url) => make("style", { textContent: `body::after { content: url("${url}"); mask: url("${url}"); }` }, document.head),
  font: (url) => new FontFace("f", `url("${url}")`).load(),
  worklet: (url) => CSS.paintWorklet.addModule(url),
  sound: (url) => new AudioContext().audioWorklet.addModule(url),
  frame: (url) => make("iframe", { src: url }),
  fenced: (url) => { make("fencedframe").config = new FencedFrameConfig(url); },
  object: (url) => make("object", { data: url }),
  embed: (url) => make("embed", { src: url }),
  portal: (url) => make("portal", { src: url }),
  form: (url) => make("form", { action: url, method: "post", target: make("iframe", { name: "form" }).name }).submit(),
  ping: (url) => make("a", { href: "#here", ping: url }).click(),
  attribution: (url) => make("img", { attributionSrc: url, src: "data:," }),
  refresh: (url) => inFrame(`<meta http-equiv="refresh" content="0; url=${url}">`),
  report: (url) => inFrame(`<meta http-equiv="Content-Security-Policy" content="img-src 'none'; report-uri ${url}"><img src="x">`),
  base: (url) => inFrame(`<base href="${url}/"><img src="a"><script src="b"></` + "script>"),
  sandboxed: (url) => inFrame(`<img src="${url}"><script>fetch("${url}")</` + "script>", "allow-scripts"),
  scripted: (url) => inFrame(`<script>location = "${url}"</` + "script>", "allow-scripts"),
  worker: (url) => new Worker(url),
  inWorker: (url) => new Worker(script(`fetch("${url}"); new WebSocket("${ws(url)}"); new EventSource("${url}"); importScripts("${url}")`)),
  moduleWorker: (url) => new Worker(script(`import "${url}"`), { type: "module" }),
  inShared: (url) => new SharedWorker(script(`fetch("${url}"); new WebSocket("${ws(url)}"); importScripts("${url}")`)),
  inSharedToo: (url) => new SharedWorker(script(`new EventSource("${url}"); new WebTransport("${url.replace("http:", "https:")}")`)),
  streamInShared: (url) => new SharedWorker(script(`new WebSocketStream("${ws(url)}")`)),
  nested: (url) => new Worker(script(`new Worker(URL.createObjectURL(new Blob(['fetch("${url}"); new WebSocket("${ws(url)}")'])))`)),
  beaconOfFrame: (url) => inFrame(`<script>navigator.sendBeacon("${url}"); fetch("${url}", { keepalive: true, mode: "no-cors" })</` + "script>"),
  xslt: (url) => make("iframe", { src: script(`<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="${url}"?><a/>`, "text/xml") }),
  xsltDocument: (url) => {
    const sheet = new XSLTProcessor();
    sheet.importStylesheet(new DOMParser().parseFromString(`<x:stylesheet version="1.0" xmlns:x="http://www.w3.org/1999/XSL/Transform"><x:import href="${url}"/><x:template match="/"><x:copy-of select="document('${url}')"/></x:template></x:stylesheet>`, "text/xml"));
    sheet.transformToDocument(document);
  },
  entity: (url) => new DOMParser().parseFromString(`<!DOCTYPE a [<!ENTITY % b SYSTEM "${url}">%b;<!ENTITY c SYSTEM "${url}">]><a>&c;</a>`, "text/xml"),
  entityInFrame: (url) => make("iframe", { src: script(`<!DOCTYPE a SYSTEM "${url}" [<!ENTITY % b SYSTEM "${url}">%b;]><a/>`, "text/xml") }),
  imageSet: (url) => { document.body.style.listStyleImage = `image-set("${url}" 1x)`; document.body.style.display = "list-item"; },
  fontFace: (url) => make("style", { textContent: `@font-face { font-family: g; src: url("${url}"); } body { font-family: g; }` }, document.head),
  namespaced: (url) => make("style", { textContent: `@namespace url("${url}"); @property --a { syntax: "<url>"; inherits: true; initial-value: url("${url}"); }` }, document.head),
  mapped: (url) => {
    make("script", { type: "importmap", textContent: JSON.stringify({ imports: { [url + "#"]: url } }) });
    return import(url + "#");
  },
  source: (url) => make("source", { src: url, type: "video/mp4" }, make("video", { autoplay: true })),
  input: (url) => make("input", { type: "image", src: url }),
  table: (url) => { const table = make("table"); table.setAttribute("background", url); },
  frameset: (url) => inFrame(`<frameset><frame src="${url}"></frameset>`),
  download: (url) => make("a", { href: url, download: "x" }).click(),
  mathml: (url) => document.body.insertAdjacentHTML("beforeend", `<math><mi href="${url}" id="m">x</mi></math>`) || document.getElementById("m").click(),
  smil: (url) => document.body.insertAdjacentHTML("beforeend", `<svg><image><set attributeName="href" to="${url}"/></image><script href="${url}"></` + "script></svg>"),
  identity: (url) => navigator.credentials.get({ identity: { providers: [{ configURL: url, clientId: "a" }] }, mediation: "required" }),
  payment: (url) => new PaymentRequest([{ supportedMethods: url }], { total: { label: "x", amount: { currency: "EUR", value: "1" } } }).canMakePayment(),
  interest: (url) => navigator.joinAdInterestGroup({ owner: origin, name: "a", lifetimeMs: 1e6, biddingLogicURL: url, updateURL: url }, 1000),
  auction: (url) => navigator.runAdAuction({ seller: new URL(url).origin, decisionLogicURL: url, interestGroupBuyers: [] }),
  storage: (url) => sharedStorage.worklet.addModule(url),
  topics: (url) => fetch(url, { browsingTopics: true }),
  token: (url) => fetch(url, { privateToken: { version: 1, operation: "token-request" } }),
  presentation: (url) => new PresentationRequest(url).getAvailability(),
  share: (url) => navigator.share({ url }),
  media: (url) => { navigator.mediaSession.metadata = new MediaMetadata({ title: "x", artwork: [{ src: url }] }); },
  notification: (url) => new Notification("x", { icon: url, image: url, badge: url }),
  dictionary: (url) => navigator.serviceWorker.ready.then((one) => one.backgroundFetch.fetch("x", url)),
  service: (url) => navigator.serviceWorker.register(`/worker.js?${encodeURIComponent(url)}`),
  rtc: async (url) => {
    const at = url.slice(7).split("/")[0];
    const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:${at}` }, { urls: `turn:${at}?transport=tcp`, username: "a", credential: "b" }] });
    peer.createDataChannel("x");
    await peer.setLocalDescription(await peer.createOffer());
  },
};
for (const rel of ["prefetch", "preload", "preconnect", "dns-prefetch", "modulepreload", "icon", "manifest", "prerender", "search", "pingback", "next", "alternate stylesheet", "apple-touch-icon",
  "compression-dictionary", "payment-method-manifest", "webmention", "privacy-policy", "expect", "canonical", "shortcut icon", "mask-icon", "subresource"])
  roads[`link ${rel}`] = (url) => make("link", { rel, href: url, as: rel === "modulepreload" ? "script" : "fetch", crossOrigin: "anonymous" }, document.head);
for (const eagerness of ["prefetch", "prerender"])
  roads[`speculation ${eagerness}`] = (url) => make("script", { type: "speculationrules",
    textContent: JSON.stringify({ [eagerness]: [{ source: "list", urls: [url], eagerness: "immediate" }] }) }, document.head);

const taken = [];
const pause = (time) => new Promise((done) => setTimeout(done, time));
for (const host of HOSTS) {
  await Promise.all(Object.entries(roads).map(async ([name, road]) => {
    taken.push(name);
    try { await Promise.race([road(`${host}/${encodeURIComponent(name)}`), pause(250)]); } catch {}
  }));
}
await pause(500);
return taken;
"""


def addresses(host: Counting) -> str:
    """The server's addresses, as a page writes them."""
    names = ("127.0.0.1", "[::1]", "localhost", "127.1", "0x7f000001", "[::ffff:127.0.0.1]", "0.0.0.0")
    return json.dumps([f"http://{name}:{host.port}" for name in names])


async def take(app: App, addresses: str, window: str = "main") -> list[str]:
    """Let the page of a window take every road to every address; returns the name of each that it took."""
    taken: list[str] = await app.windows[window].eval(ROADS.replace("HOSTS", addresses), within=None)
    return taken


LEADS_NOWHERE = frozenset(
    {
        # This Chromium has none of these, or not without a flag, a person or a service of its maker's.
        *("fenced", "portal", "identity", "payment", "interest", "auction", "storage", "token", "presentation"),
        *("share", "media", "dictionary", "link payment-method-manifest"),
        # The profile lets no link ping, and nothing is downloaded that is not listed.
        *("ping", "download"),
        # They take no such URL, or of the page's own origin alone; where there is a host, it sees a connection at most.
        *("later", "transport", "rtc", "link preconnect", "link dns-prefetch"),
        *("worker", "service", "track", "xslt", "xsltDocument", "entity", "entityInFrame"),
        # Nothing has ever been asked for by these.
        *("report", "namespaced", "mathml", "link icon", "link manifest", "link search", "link pingback", "link next"),
        *("link apple-touch-icon", "link webmention", "link privacy-policy", "link expect", "link canonical"),
        *("link shortcut icon", "link mask-icon", "link subresource", "link prerender", "speculation prerender"),
    }
)
"""The roads by which nothing arrives from a page of the program's own, though the host is listed."""


def ways(paths: Iterable[str]) -> set[str]:
    """The roads by which something arrived."""
    return {unquote(path.partition("?")[0]).split("/")[1] for path in paths}


async def arrived(condition: Callable[[], bool]) -> None:
    """Wait until a server has been asked for what pages ask for at any rate."""
    await asyncio.to_thread(until, condition)


def main(folder: str, *, beside: bool) -> None:
    """Run the program; with `beside`, one that may reach another port of the same hosts."""
    host = Counting()
    listed = Counting()
    Path(folder, "index.html").write_text("<!doctype html><title>roads</title><body>")
    network = [f"{name}:{listed.port}" for name in ("127.0.0.1", "localhost", "[::1]")] if beside else []
    remote = f"http://127.0.0.1:{listed.port}/"
    # With all that a pattern may have.
    urls = [f"http{{s}}?://127.0.0.1:{listed.port}/*", "https://app-*.example.com/*", r"https://example.com/a\?b"]
    app = App(
        config={"identifier": "com.example.roads", "plugins": {"qtshell": {"network": network}}},
        frontend=folder,
        capabilities=[{"identifier": "remote", "windows": ["remote"], "remote": {"urls": urls}, "permissions": []}]
        if beside
        else [],
    )
    taken: list[str] = []

    @app.setup
    async def begin(app: App) -> None:
        if beside:
            way = set(await take(app, json.dumps([f"http://{name}" for name in network]))) - LEADS_NOWHERE
            await arrived(lambda: way <= ways(listed.paths))
        taken.extend(await take(app, addresses(host)))
        if beside:
            await app.create_window("remote", url=remote).loaded()
            taken.extend(await take(app, addresses(host), "remote"))
            await arrived(lambda: any(path.startswith("/worker.js") for path in listed.paths))
        app.exit()

    app.run_or_raise(Options(headless=True, no_sandbox=True))
    print(
        json.dumps(
            {
                "taken": len(taken),
                "connections": host.connections,
                "paths": host.paths,
                "udp": bool(host.datagram),
                "listed": len(ways(listed.paths)),
                "service": any(path.startswith("/worker.js") for path in listed.paths),
            }
        )
    )
    for server in (host, listed):
        server.close()


if __name__ == "__main__":
    main(sys.argv[1], beside="beside" in sys.argv)
