"""What goes out past a page, by Chromium itself: a program whose machine has a proxy. Prints what arrived, as JSON.

`python -m tests.attack.around FOLDER LOG KIND HOSTS`, with an empty folder for the program's page, a file for what
Chromium says of its network, a kind of proxy, and what the configuration lists, by name.
"""

import json
import os
import sys
from pathlib import Path

from shell import App, Options
from tests.attack.roads import Counting

KINDS = {
    "http": {"http_proxy": "http://{at}", "https_proxy": "http://{at}", "all_proxy": "http://{at}"},
    "socks": {"all_proxy": "socks5://{at}", "SOCKS_SERVER": "{at}"},
    "pac": {"auto_proxy": "http://{at}/proxy.pac"},
    "wpad": {"auto_proxy": ""},
    "none": {},
}
"""What a machine may say of a proxy, and where to ask for one."""

LISTED = {"none": [], "the same machine": ["http://127.0.0.1:*"], "all": ["*"]}
_ALL = {name for settings in KINDS.values() for name in settings} | {"no_proxy"}

ASK = """
const told = {};
const pause = (time) => new Promise((done) => setTimeout(done, time));
const worker = `
  for (const url of ["ws://other.example", "wss://other.example", "ws://other.example:81"]) {
    const socket = new WebSocket(url);
    socket.onopen = socket.onerror = () => postMessage(0);
    new WebSocketStream(url).opened.catch(() => 0);
  }
  fetch("http://other.example/worker").catch(() => 0);
  new WebTransport("https://other.example/").ready.catch(() => 0);`;
const within = URL.createObjectURL(new Blob([worker.replaceAll("postMessage", "new BroadcastChannel('shared').postMessage")]));
const tried = [
  fetch("http://other.example/page").catch(() => 0),
  fetch("https://other.example/page").catch(() => 0),
  new Promise((done) => { const one = new Worker(URL.createObjectURL(new Blob([worker]))); let heard = 0; one.onmessage = () => { if (++heard === 3) done(); }; }),
  new Promise((done) => { let heard = 0; new BroadcastChannel("shared").onmessage = () => { if (++heard === 3) done(); }; new SharedWorker(within); }),
  new Promise((done) => {
    for (const rel of ["dns-prefetch", "preconnect", "prefetch", "preload", "prerender"]) {
      document.head.append(Object.assign(document.createElement("link"), { rel, as: "fetch", href: `http://${rel}.other.example` }));
    }
    done();
  }),
  (async () => {
    const peer = new RTCPeerConnection({ iceServers: [{ urls: "stun:stun.other.example" }, { urls: "turn:turn.other.example", username: "a", credential: "b" }] });
    peer.createDataChannel("x");
    const gathered = new Promise((done) => (peer.onicecandidate = ({ candidate }) => candidate || done()));
    await peer.setLocalDescription(await peer.createOffer());
    await gathered;
  })(),
  new Promise((done) => { new Image().onerror = done; document.body.append(Object.assign(document.createElement("link"), { rel: "preconnect", href: "http://other.example" })); done(); }),
];
await Promise.race([Promise.all(tried), pause(20000)]);
// Of what links have asked for nobody hears.
await pause(250);
"""


def main(folder: str, log: str, kind: str, hosts: str) -> None:
    """Run the program."""
    proxy = Counting()
    Path(folder, "index.html").write_text("<!doctype html><title>around</title><body>")
    for name in _ALL:
        os.environ.pop(name, None)
        os.environ.pop(name.upper(), None)
    os.environ.update({name: value.format(at=f"127.0.0.1:{proxy.port}") for name, value in KINDS[kind].items()})
    os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = f"--log-net-log={log}"
    network = {"plugins": {"qtshell": {"network": LISTED[hosts]}}}
    app = App(config={"identifier": "com.example.around", **network}, frontend=folder)

    @app.setup
    async def begin(app: App) -> None:
        await app.windows["main"].eval(ASK, within=None)
        app.exit()

    app.run_or_raise(Options(headless=True, no_sandbox=True))
    print(json.dumps({"connections": proxy.connections, "paths": proxy.paths}))
    proxy.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
