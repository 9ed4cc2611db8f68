"""What a page says past the bridge: messages of QWebChannel as it has written them itself.

The bridge keeps QWebChannel's transport from scripts of the page. What these tests send goes by the real one, as if
a page had got hold of it none the less: `tests/attack/conftest.py` keeps it for them.
"""

RAW = """
const transport = keptTransport;
const standIn = qt.webChannelTransport;
const ofBridge = standIn.onmessage;
const heard = [];
standIn.onmessage = (event) => { heard.push(event.data); ofBridge && ofBridge(event); };
const raw = (message) => transport.send(typeof message === "string" ? message : JSON.stringify(message));
let posted = 1e6;
const post = (...lines) => raw({ type: 6, object: "bridge", method: "post", args: [lines.join("\\n")], id: ++posted });
const turns = (count = 1) => new Promise((done) => {
  const next = () => (count-- ? setTimeout(next) : done());
  next();
});
"""
"""JavaScript that gives a page `raw`, which sends a message; `post`, which posts lines to the core; and `heard`."""

KEEP = "if (typeof qt !== 'undefined') globalThis.keptTransport = qt.webChannelTransport;"
"""JavaScript that has to run before the bridge."""
