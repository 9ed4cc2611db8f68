// The floor: Qt's own qwebchannel.js, which the program injects.
addEventListener("load", () => new QWebChannel(qt.webChannelTransport, ({ objects: { floor } }) =>
  begin({
    nothing: () => new Promise((done) => floor.version(done)),
    json: (value) => new Promise((done) => floor.take(JSON.stringify(value), done)),
    greet: () => new Promise((done) => floor.greet("World", done)),
    report: (figures) => floor.report(JSON.stringify(figures)),
  }),
));
