// The floor: Qt's own qwebchannel.js, which the program injects.
addEventListener("load", () => new QWebChannel(qt.webChannelTransport, ({ objects: { floor } }) =>
  begin({
    nothing: () => new Promise((done) => floor.version(done)),
    json: (value) => new Promise((done) => floor.take(JSON.stringify(value), done)),
    greet: () => new Promise((done) => floor.greet("World", done)),
    // Bytes alone, or how many are asked for.
    python: async (way, sent) => {
      const body = sent instanceof Uint8Array ? sent : undefined;
      const size = body ? body.length : sent.size;
      const answer = await fetch(`bytes://floor/${way}?size=${size}`, body && { method: "POST", body });
      return way === "up" ? answer.json() : answer.arrayBuffer();
    },
    report: (figures) => floor.report(JSON.stringify(figures)),
  }),
));
