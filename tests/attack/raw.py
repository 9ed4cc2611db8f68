"""What a page says past the bridge: messages of QWebChannel as it has written them itself."""

RAW = """
const transport = qt.webChannelTransport;
const ofBridge = transport.onmessage;
const heard = [];
transport.onmessage = (event) => { heard.push(event.data); ofBridge && ofBridge(event); };
const raw = (message) => transport.send(typeof message === "string" ? message : JSON.stringify(message));
let posted = 1e6;
const post = (...lines) => raw({ type: 6, object: "bridge", method: "post", args: [lines.join("\\n")], id: ++posted });
const turns = (count = 1) => new Promise((done) => {
  const next = () => (count-- ? setTimeout(next) : done());
  next();
});
"""
"""JavaScript that gives a page `raw`, which sends a message; `post`, which posts lines to the core; and `heard`."""
