// qtshell and Tauri: both are called by `__TAURI_INTERNALS__.invoke`. Where the command is written in Python, Tauri's is
// behind a command in Rust that takes the arguments as bytes.
{
  const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
  const onTauri = !("shell" in window);
  const encoder = new TextEncoder();
  const python = onTauri
    ? (name, body) => {
        const bytes = body instanceof Uint8Array ? body : encoder.encode(JSON.stringify(body));
        return invoke("plugin:pytauri|pyfunc", bytes, { headers: { pyfunc: name } });
      }
    : invoke;

  begin({
    onTauri,
    python,
    nothing: () => invoke("plugin:app|version"),
    json: (value) => invoke("plugin:event|emit", { event: "nobody-listens", payload: value }),
    greet: () => python("greet", { name: "World" }),
    report: (figures) => python("report", { figures }),
    listen: (event, handler) =>
      invoke("plugin:event|listen", { event, target: { kind: "Any" }, handler: transformCallback(handler) }),
    emit: (event, payload) => invoke("plugin:event|emit", { event, payload }),
    // The text by which `@tauri-apps/api` names a channel, whose messages are `{ index, message }`.
    channel: (handler) => `__CHANNEL__:${transformCallback(handler)}`,
  });
}
