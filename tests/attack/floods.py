"""What a page can do without end, one thing each, as JavaScript that does it once; `count` grows from one to the next."""

import attrs

from tests.attack.raw import RAW


@attrs.frozen
class Flood:
    """Something that a page does without end.

    Attributes:
        once: JavaScript that does it once.
        before: JavaScript that runs first.
        at_once: How many times before the page lets anything else happen.
    """

    once: str
    before: str = ""
    at_once: int = 200

    @property
    def script(self) -> str:
        """JavaScript that does it until the page ends, and answers the core all the while."""
        return f"""(async () => {{
            {self.before}
            const turn = new MessageChannel();
            const next = () => new Promise((done) => {{ turn.port1.onmessage = done; turn.port2.postMessage(0); }});
            for (let count = 0; ; await next()) {{
              for (const end = count + {self.at_once}; count < end; count++) {{ try {{ {self.once} }} catch {{}} }}
            }}
        }})()"""


_ANCHOR = "const a = document.body.appendChild(document.createElement('a')); a.download = 'x';"
_FRAME = "const frame = document.body.appendChild(document.createElement('iframe'));"
_BIG = "const big = 'x'.repeat(1e6);"

FLOODS = {
    "calls": Flood("shell.invoke('ask')"),
    "calls with bytes": Flood("shell.invoke('ask', new Uint8Array(1)).catch(() => 0)"),
    "calls of nothing": Flood("shell.invoke('none' + count).catch(() => 0)"),
    "large calls": Flood("shell.invoke('ask', { filling: big }).catch(() => 0)", before=_BIG, at_once=1),
    "listeners": Flood("shell.listen('event' + count, () => 0).catch(() => 0)"),
    "events": Flood("shell.emit('event', count).catch(() => 0)", before="shell.listen('event', () => 0);"),
    "requests of ipc:": Flood("fetch('ipc://localhost/ask?document=x', { method: 'POST', body: '{}' }).catch(() => 0)"),
    "requests of the app": Flood("fetch('index.html?' + count).catch(() => 0)"),
    "requests of nothing": Flood("fetch('none' + count).catch(() => 0)"),
    "requests of assets": Flood("fetch('asset://localhost/' + count).catch(() => 0)"),
    "requests that are blocked": Flood("fetch('https://example.com/' + count).catch(() => 0)"),
    "pictures": Flood("new Image().src = 'none' + count"),
    "requests of a worker": Flood("", before="new Worker('flood.js'); await new Promise(() => 0);"),
    "lines on the console": Flood("console.log(count)"),
    "large lines on the console": Flood("console.log(big)", before=_BIG, at_once=1),
    "errors": Flood("reportError(new Error(count))"),
    "navigations": Flood("location.href = 'https://example.com/' + count"),
    "navigations of a frame": Flood("frame.src = 'https://example.com/' + count", before=_FRAME, at_once=1),
    "places in the page": Flood("location.hash = count"),
    "states of history": Flood("history.pushState(0, '', '?' + count)"),
    "titles": Flood("document.title = count", at_once=1),
    "large titles": Flood("document.title = big + count", before=_BIG, at_once=1),
    "icons": Flood(
        "link.href = 'icon' + count + '.png'",
        before="const link = document.head.appendChild(document.createElement('link')); link.rel = 'icon';",
        at_once=1,
    ),
    "questions for the place": Flood("navigator.geolocation.getCurrentPosition(() => 0, () => 0)"),
    "questions for notifications": Flood("Notification.requestPermission()"),
    "questions for the camera": Flood("navigator.mediaDevices.getUserMedia({ video: true }).catch(() => 0)"),
    "questions for the clipboard": Flood("navigator.clipboard.readText().catch(() => 0)"),
    "questions for permissions": Flood("navigator.permissions.query({ name: 'geolocation' })"),
    "notifications": Flood("new Notification(count)"),
    "windows": Flood("window.open('https://example.com/' + count)"),
    "windows of the app": Flood("window.open('index.html?' + count)"),
    "full screen": Flood("document.documentElement.requestFullscreen().catch(() => 0)"),
    "alerts": Flood("alert(count)"),
    "downloads": Flood("a.href = 'data:text/plain,' + count; a.click()", before=_ANCHOR),
    "links in other programs": Flood(
        "a.href = 'mailto:' + count; a.removeAttribute('download'); a.click()", before=_ANCHOR
    ),
    "choices of files": Flood(
        "input.click()", before="const input = document.createElement('input'); input.type = 'file';"
    ),
    "prints": Flood("print()", at_once=5),
    "messages to itself": Flood("postMessage(count)"),
    "messages to others": Flood("channel.postMessage(count)", before="const channel = new BroadcastChannel('x');"),
    "large messages to others": Flood(
        "channel.postMessage(big)",
        before=_BIG + "const [channel] = [1, 2].map(() => new BroadcastChannel('x'));",
        at_once=20,
    ),
    "large messages of workers": Flood(
        "await new Promise(() => 0)", before="for (let count = 0; count < 6; count++) new Worker('cast.js');"
    ),
    "large messages to a frame": Flood(
        "frame.contentWindow.postMessage(big, '*')",
        before=_BIG + _FRAME + "frame.sandbox = 'allow-scripts'; frame.src = 'index.html';",
        at_once=20,
    ),
    "frames": Flood(
        "document.body.appendChild(document.createElement('iframe')).src = 'index.html?' + count", at_once=5
    ),
    "frames of other origins": Flood(
        "const one = document.createElement('iframe'); one.sandbox = 'allow-scripts'; one.src = 'index.html?' + count; document.body.append(one)",
        at_once=5,
    ),
    "workers": Flood(
        "await new Promise(() => 0)", before="for (let count = 0; count < 20; count++) new Worker('busy.js');"
    ),
    "workers without end": Flood("new Worker('idle.js')", at_once=20),
    "storage": Flood("localStorage.setItem(count % 4, big + count)", before=_BIG, at_once=5),
    "cookies": Flood("document.cookie = count + '=' + count"),
    "databases": Flood("indexedDB.open('db' + count)", at_once=20),
    "sizes": Flood("resizeTo(100 + count % 500, 100); moveTo(count % 500, 0)"),
    "pointers": Flood("document.body.style.cursor = count % 2 ? 'wait' : 'help'", at_once=1),
    "pictures of the page": Flood("document.body.style.background = 'rgb(0, 0, ' + count % 256 + ')'", at_once=1),
    "a loop": Flood("for (;;);"),
    "posts past the bridge": Flood("post('[\"x\",0]', '[1,\"ask\",{}]')", before=RAW),
}
"""By name. For the last a page would need QWebChannel's transport, which none has."""
