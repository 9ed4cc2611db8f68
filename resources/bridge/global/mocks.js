// `mocks` of `window.__TAURI__`: see core.js. It is for tests of pages in a browser: within qtshell the real internals
// are there and cannot be replaced, as in Tauri.
(tauri) => {
  "use strict";

  const INTERNALS = "__TAURI_INTERNALS__";
  const EVENT_INTERNALS = "__TAURI_EVENT_PLUGIN_INTERNALS__";

  const internals = () => {
    window[EVENT_INTERNALS] ??= {};
    return (window[INTERNALS] ??= {});
  };

  const mockIPC = (answer, options) => {
    const callbacks = new Map();
    const listeners = new Map();

    const unregisterCallback = (id) => void callbacks.delete(id);

    const transformCallback = (callback, once = false) => {
      const [id] = window.crypto.getRandomValues(new Uint32Array(1));
      callbacks.set(id, (data) => {
        if (once) unregisterCallback(id);
        return callback?.(data);
      });
      return id;
    };

    const runCallback = (id, data) => {
      if (callbacks.has(id)) callbacks.get(id)(data);
      else console.warn(`no callback has the id ${id}`);
    };

    const events = {
      "plugin:event|listen": ({ event, handler }) => {
        listeners.set(event, [...(listeners.get(event) ?? []), handler]);
        return handler;
      },
      "plugin:event|emit": (args) => {
        for (const handler of listeners.get(args.event) ?? []) runCallback(handler, { ...args, id: handler });
        return null;
      },
      "plugin:event|unlisten": ({ event, eventId }) =>
        void listeners.set(event, (listeners.get(event) ?? []).filter((handler) => handler !== eventId)),
    };

    const invoke = async (command, args) =>
      options?.shouldMockEvents && command.startsWith("plugin:event|") ? events[command]?.(args) : answer(command, args);

    Object.assign(internals(), { invoke, transformCallback, unregisterCallback, runCallback, callbacks });
    window[EVENT_INTERNALS].unregisterListener = (_event, id) => unregisterCallback(id);
  };

  const mockWindows = (current) => {
    internals().metadata = {
      currentWindow: { label: current },
      currentWebview: { windowLabel: current, label: current },
    };
  };

  const mockConvertFileSrc = (system) => {
    internals().convertFileSrc = (path, protocol = "asset") => {
      const encoded = encodeURIComponent(path);
      return system === "windows" ? `http://${protocol}.localhost/${encoded}` : `${protocol}://localhost/${encoded}`;
    };
  };

  const clearMocks = () => {
    const mocked = ["invoke", "transformCallback", "unregisterCallback", "runCallback", "callbacks", "convertFileSrc"];
    for (const name of [...mocked, "metadata"]) delete window[INTERNALS]?.[name];
    delete window[EVENT_INTERNALS]?.unregisterListener;
  };

  tauri.mocks = { clearMocks, mockConvertFileSrc, mockIPC, mockWindows };
};
