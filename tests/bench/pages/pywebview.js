addEventListener("pywebviewready", () => {
  const { version, take, greet, report } = pywebview.api;
  begin({ nothing: () => version(), json: (value) => take(value), greet: () => greet("World"), report: (figures) => report(figures) });
});
