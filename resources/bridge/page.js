// The end of the bridge that faces the page: runs in the main world of every page, before any script of its own, in the
// main frame only. `core.js` is the one that faces the core. This function is called with:
//   boot      what the core tells: the labels `window` and `webview`; `separator` and `delimiter` of paths on this system;
//             and `freezePrototype`, whether Object.prototype is to be frozen
//   values    what `values.js` returns
//   connect   takes this end, `deliver` and `handle`, and returns the other, or nothing where there is no way to the core
(boot, values, connect) => {
  "use strict";
  // A page may replace any of these later. It would only hurt itself, but a broken page is hard to understand.
  const { parse } = JSON;
  const { defineProperty, freeze } = Object;
  const report = window.reportError.bind(window);
  const copyOf = window.structuredClone.bind(window);
  const encodeComponent = encodeURIComponent;

  const { SERIALIZE, asBytes, encode, headersOf, isBytes } = values;

  // Kinds of message from the core.
  const RESOLVE = 0, REJECT = 1, RESOLVE_PARKED = 2, EVENT = 3, LISTEN = 4,
    CHANNEL = 5, CHANNEL_PARKED = 6, CHANNEL_END = 7, PING = 8, CHANNELS = 9;

  const calls = new Map();       // number → [resolve, reject]
  const callbacks = new Map();   // number → function
  const listeners = new Map();   // event → Map(listener → { handler, kind, label })
  let lastCall = 0;
  let lastCallback = 0;

  // ── Up ────────────────────────────────────────────────────────────────────────────────────────────────────────

  const call = (command, body, headers, raw) =>
    new Promise((resolve, reject) => {
      const id = ++lastCall;
      calls.set(id, [resolve, reject]);
      core.call(id, command, body, headers, raw);
    });

  const invoke = (command, payload = {}, options) => {
    if (typeof command !== "string") {
      return Promise.reject(new TypeError(`invoke: expected a command's name, got ${typeof command}`));
    }
    try {
      const headers = headersOf(options);
      if (isBytes(payload)) return call(command, asBytes(payload), headers, true);
      return call(command, encode(payload) ?? "{}", headers, false);
    } catch (error) {
      return Promise.reject(error);
    }
  };

  // ── Down ──────────────────────────────────────────────────────────────────────────────────────────────────────

  const settle = (id, outcome, value) => {
    const call = calls.get(id);
    if (call === undefined) return;
    calls.delete(id);
    call[outcome](value);
  };

  const runCallback = (id, data) => {
    const callback = callbacks.get(id);
    if (callback === undefined) return;
    try {
      callback(data);
    } catch (error) {
      report(error);
    }
  };

  const ANY = 1;

  const dispatch = (event, payload, kinds, label) => {
    const registered = listeners.get(event);
    if (registered === undefined) return;
    for (const [id, listener] of [...registered]) {
      const reached = kinds === undefined || listener.kind === ANY || (kinds & listener.kind && label === listener.label);
      if (reached && registered.has(id)) runCallback(listener.handler, { event, id, payload });
    }
  };

  const handle = (message) => {
    const first = message[1], second = message[2], third = message[3];
    switch (message[0]) {
      case RESOLVE:
        return settle(first, 0, second);
      case REJECT:
        return settle(first, 1, second);
      case RESOLVE_PARKED:
      case CHANNEL_PARKED:
        return core.unpark(message);
      case EVENT:
        return dispatch(first, second, third, message[4]);
      case LISTEN: {
        if (!listeners.has(first)) listeners.set(first, new Map());
        listeners.get(first).set(second, { handler: third, kind: message[4], label: message[5] });
        return;
      }
      case CHANNEL:
        // Without a value, this is the place of one that is lost.
        return runCallback(first, message.length === 3 ? { index: second, lost: true } : { index: second, message: third });
      case CHANNEL_END:
        return runCallback(first, { index: second, end: true });
      case PING:
        return core.acknowledge();
      case CHANNELS:
        // Each gets a value of its own, as if it had come alone; the last may have the one that came.
        for (let at = 2; at < message.length; at += 2) {
          const isLast = at + 2 === message.length;
          const value = isLast || typeof first !== "object" ? first : copyOf(first);
          runCallback(message[at], { index: message[at + 1], message: value });
        }
    }
  };

  const deliver = (text) => {
    const messages = parse(text);
    // What comes first tells which document it is for, and its number.
    for (let at = 2; at < messages.length; at++) handle(messages[at]);
  };

  const core = connect({ deliver, handle });
  if (core === undefined) return;

  // ── What pages and packages use ───────────────────────────────────────────────────────────────────────────────

  const transformCallback = (callback, once = false) => {
    const id = ++lastCallback;
    callbacks.set(id, once ? (data) => (callbacks.delete(id), callback && callback(data)) : callback ?? (() => {}));
    return id;
  };

  const unregisterCallback = (id) => void callbacks.delete(id);

  const unregisterListener = (event, id) => {
    const registered = listeners.get(event);
    const listener = registered && registered.get(id);
    if (listener === undefined) return;
    registered.delete(id);
    callbacks.delete(listener.handler);
    if (registered.size === 0) listeners.delete(event);
  };

  const convertFileSrc = (path, protocol = "asset") => `${protocol}://localhost/${encodeComponent(path)}`;

  const targetOf = (target) => (typeof target === "string" ? { kind: "AnyLabel", label: target } : target);

  const listen = async (event, handler, options) => {
    const target = targetOf(options?.target) ?? { kind: "Any" };
    const id = await invoke("plugin:event|listen", { event, target, handler: transformCallback(handler) });
    return async () => {
      unregisterListener(event, id);
      await invoke("plugin:event|unlisten", { event, eventId: id });
    };
  };

  const once = async (event, handler, options) => {
    let unlisten = null;
    let done = false;
    const first = (data) => {
      if (done) return;
      done = true;
      if (unlisten) void unlisten();
      handler(data);
    };
    unlisten = await listen(event, first, options);
    if (done) void unlisten();
    return unlisten;
  };

  const emit = (event, payload) => invoke("plugin:event|emit", { event, payload });

  const emitTo = (target, event, payload) =>
    invoke("plugin:event|emit_to", { target: targetOf(target), event, payload });

  const LOST = {};

  class Channel {
    #handler;
    #next = 0;
    #early = new Map();
    #end = undefined;

    constructor(onmessage = () => {}) {
      this.#handler = onmessage;
      this.id = transformCallback((message) => this.#receive(message));
    }

    get onmessage() {
      return this.#handler;
    }

    set onmessage(handler) {
      this.#handler = handler;
    }

    // Messages that wait in the core arrive after smaller ones that were sent later: the index keeps the order.
    #receive({ index, message, lost, end }) {
      if (end) this.#end = index;
      else this.#early.set(index, lost ? LOST : message);
      while (this.#early.has(this.#next)) {
        const value = this.#early.get(this.#next);
        this.#early.delete(this.#next++);
        if (value === LOST) continue;
        try {
          this.#handler(value);
        } catch (error) {
          report(error);
        }
      }
      if (this.#next === this.#end) this.cleanupCallback();
    }

    cleanupCallback() {
      unregisterCallback(this.id);
    }

    [SERIALIZE]() {
      return `__CHANNEL__:${this.id}`;
    }

    toJSON() {
      return this[SERIALIZE]();
    }
  }

  const follow = async (name, handler) => {
    let following = true;
    const onChange = new Channel((value) => following && handler(value));
    const id = await invoke("plugin:shared|follow", { name, onChange });
    return async () => {
      following = false;
      await invoke("plugin:resources|close", { rid: id });
    };
  };

  const define = (object, members) => {
    for (const key in members) defineProperty(object, key, { value: members[key], enumerable: true });
    return object;
  };

  const internals = define({}, {
    invoke, transformCallback, unregisterCallback, runCallback, callbacks, convertFileSrc,
    metadata: {
      currentWindow: { label: boot.window },
      currentWebview: { windowLabel: boot.window, label: boot.webview },
    },
    plugins: { path: { sep: boot.separator, delimiter: boot.delimiter } },
  });

  define(window, {
    __TAURI_INTERNALS__: internals,
    __TAURI_EVENT_PLUGIN_INTERNALS__: define({}, { unregisterListener }),
    isTauri: true,
  });
  // A page may have a `shell` of its own, declared in whichever way.
  defineProperty(window, "shell", {
    value: freeze({ invoke, listen, once, emit, emitTo, follow, Channel, convertFileSrc }),
    writable: true,
    configurable: true,
  });

  if (boot.freezePrototype) freeze(Object.prototype);

  core.hello();
};
