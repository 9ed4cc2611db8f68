// The page's half of the bridge: runs in the main world of every page, before any script of its own, in the main
// frame only. `shell/ipc/wire.py` is the core's half and says what the messages look like. The core calls this
// function with:
//   window, webview   labels of the window and the webview that show the page
//   origins           origins of the app's own pages, whose bytes may travel by ipc://
//   signal            index of the bridge object's signal
//   separator, delimiter   of paths, on this system
//   freezePrototype   whether Object.prototype is to be frozen
(boot) => {
  "use strict";
  if (typeof qt === "undefined" || !qt.webChannelTransport) return;

  // A page may replace any of these later. It would only hurt itself, but a broken page is hard to understand.
  const { parse, stringify } = JSON;
  const { defineProperty, freeze, fromEntries } = Object;
  const { isArray, from: arrayFrom } = Array;
  const { isView } = ArrayBuffer;
  const fetchBytes = window.fetch.bind(window);
  const report = window.reportError.bind(window);
  const encodeComponent = encodeURIComponent;
  const { queueMicrotask, setTimeout } = window;
  const transport = qt.webChannelTransport;

  // Messages of QWebChannel, from Qt's qwebchannel.js.
  const SIGNAL = 1, INVOKE_METHOD = 6, CONNECT_TO_SIGNAL = 7, RESPONSE = 10;
  // Kinds of message from the core.
  const RESOLVE = 0, REJECT = 1, RESOLVE_PARKED = 2, EVENT = 3, LISTEN = 4,
    CHANNEL = 5, CHANNEL_PARKED = 6, CHANNEL_END = 7, PING = 8;
  const HELLO = -1;

  const POST_SIZE = 65536;       // about how many characters one post carries
  const POSTS_AT_ONCE = 8;       // posts that the core may not have answered yet; what follows waits here
  const FETCH_ABOVE = 262144;    // arguments with more characters go by ipc://
  const PIECE = 2097152;         // bytes that one request carries up; what is larger is sent in pieces
  const PIECES_AT_ONCE = 3;
  const ACK_SIZE = 131072;       // characters received after which the core is told, if nothing else is
  const ACK_COUNT = 16;          // likewise in deliveries

  // Deliveries for an earlier document of this page can still arrive here: by its name each knows its own.
  const name = Math.random().toString(36).slice(2, 10);
  const isLocal = boot.origins.includes(location.origin);

  const calls = new Map();       // number → [resolve, reject]
  const callbacks = new Map();   // number → function
  const listeners = new Map();   // event → Map(listener → { handler, kind, label })
  const posts = new Set();       // numbers of unanswered posts
  const queue = [];              // calls to be posted, as JSON
  let queued = 0;                // where the queue begins
  let lastCall = 0;
  let lastCallback = 0;
  let lastUpload = 0;
  let lastPost = Math.floor(Math.random() * 2 ** 30);
  let received = 0;              // number of the last delivery
  let unackedSize = 0;
  let unackedCount = 0;
  let ackWanted = false;
  let scheduled = false;
  let blockedByPolicy = false;

  // ── Up ────────────────────────────────────────────────────────────────────────────────────────────────────────

  const send = (text) => {
    const id = ++lastPost;
    posts.add(id);
    transport.send(stringify({ type: INVOKE_METHOD, object: "bridge", method: "post", args: [text], id }));
  };

  const flush = () => {
    scheduled = false;
    while ((queued < queue.length || ackWanted) && posts.size < POSTS_AT_ONCE) {
      let size = 0;
      let end = queued;
      while (end < queue.length && size < POST_SIZE) size += queue[end++].length;
      const batch = queued === 0 && end === queue.length ? queue : queue.slice(queued, end);
      const text = [`["${name}",${received}]`, ...batch].join("\n");
      queued = end;
      if (queued === queue.length) queued = queue.length = 0;
      ackWanted = false;
      unackedSize = unackedCount = 0;
      send(text);
    }
  };

  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(flush);
  };

  const SERIALIZE = "__TAURI_TO_IPC_KEY__";

  // What JSON.stringify would get wrong: these travel as objects and arrays of numbers, as Tauri has it.
  const isSpecial = (value) =>
    value instanceof Map || value instanceof ArrayBuffer || isView(value) || SERIALIZE in value;

  // A value that contains itself is left to JSON.stringify, which says so, where a walk would overflow the stack.
  const DEEP = 2000;

  const holdsSpecial = (value, depth = 0) => {
    if (typeof value !== "object" || value === null) return false;
    if (depth > DEEP) return true;
    if (isArray(value)) {
      for (const item of value) {
        if (typeof item === "object" && item !== null && holdsSpecial(item, depth + 1)) return true;
      }
      return false;
    }
    if (isSpecial(value)) return true;
    for (const key in value) {
      const item = value[key];
      if (typeof item === "object" && item !== null && holdsSpecial(item, depth + 1)) return true;
    }
    return false;
  };

  const replacer = (_key, value) => {
    if (typeof value !== "object" || value === null) return value;
    if (SERIALIZE in value) return value[SERIALIZE]();
    if (value instanceof Map) return fromEntries(value.entries());
    if (value instanceof ArrayBuffer) return arrayFrom(new Uint8Array(value));
    if (isView(value)) return arrayFrom(value instanceof DataView ? asBytes(value) : value);
    return value;
  };

  const encode = (value) => stringify(value, holdsSpecial(value) ? replacer : undefined);

  const asBytes = (value) => {
    if (value instanceof Uint8Array) return value;
    return isView(value)
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : new Uint8Array(value);
  };

  const toBase64 = (bytes) => {
    let text = "";
    for (let at = 0; at < bytes.length; at += 32768) {
      text += String.fromCharCode.apply(null, bytes.subarray(at, at + 32768));
    }
    return btoa(text);
  };

  const headersOf = (options) => {
    if (!options || !options.headers) return undefined;
    const headers = {};
    new Headers(options.headers).forEach((value, key) => (headers[key] = value));
    return headers;
  };

  const post = (command, args, headers, raw) =>
    new Promise((resolve, reject) => {
      const id = ++lastCall;
      calls.set(id, [resolve, reject]);
      const rest = raw ? `,${headers ? stringify(headers) : "null"},true` : headers ? `,${stringify(headers)}` : "";
      queue.push(`[${id},${stringify(command)},${args}${rest}]`);
      schedule();
    });

  const invoke = (command, payload = {}, options) => {
    if (typeof command !== "string") {
      return Promise.reject(new TypeError(`invoke: expected a command's name, got ${typeof command}`));
    }
    try {
      const headers = headersOf(options);
      if (payload instanceof ArrayBuffer || isView(payload) || isArray(payload)) {
        return byFetch(command, asBytes(payload), headers, true);
      }
      const args = encode(payload) ?? "{}";
      return args.length > FETCH_ABOVE ? byFetch(command, args, headers, false) : post(command, args, headers, false);
    } catch (error) {
      return Promise.reject(error);
    }
  };

  // ── Bytes ─────────────────────────────────────────────────────────────────────────────────────────────────────

  addEventListener("securitypolicyviolation", (event) => {
    if (event.blockedURI.startsWith("ipc")) blockedByPolicy = true;
  });

  const open = async (url, init) => {
    try {
      return await fetchBytes(url, init);
    } catch (error) {
      // The violation is told in a task of its own, which may come after this one.
      await new Promise((resolve) => setTimeout(resolve));
      if (!blockedByPolicy) throw error;
      console.warn("The page's Content-Security-Policy has no connect-src ipc: so bytes travel as text, slowly.");
      return undefined;
    }
  };

  const contentOf = (response) => {
    // The body of a request that was refused never ends.
    if (!response.ok) throw new Error(`the core refused the request, with status ${response.status}`);
    return response.headers.get("content-type") === "application/octet-stream" ? response.arrayBuffer() : response.json();
  };

  const inline = (command, body, headers, raw) =>
    post(command, raw ? `"${toBase64(body)}"` : body, headers, raw);

  // What the core answered; undefined where the policy blocks the request.
  const ask = async (url, body) => {
    const response = await open(url, { method: "POST", body });
    if (response === undefined) return undefined;
    const content = await contentOf(response);
    if (response.headers.get("content-type") === "application/problem+json") throw content;
    return { content };
  };

  // Chromium copies a body time and again, whole: in pieces it takes little more than half of that memory on its way,
  // and the page and the core work side by side.
  const upload = async (number, bytes) => {
    const pieces = [];
    // Copies, for the page may change what is its own as soon as it has called.
    for (let at = 0; at < bytes.byteLength; at += PIECE) pieces.push(new Uint8Array(bytes.subarray(at, at + PIECE)));
    let next = 0;
    let passed = true;
    const send = async () => {
      while (passed && next < pieces.length) {
        const at = next++;
        const piece = pieces[at];
        const place = `upload=${number}&at=${at * PIECE}&size=${piece.byteLength}`;
        const taken = ask(`ipc://localhost/?document=${name}&${place}`, piece);
        // Chromium has its own copy by now, and the next garbage collection may be far away.
        piece.buffer.transfer(0);
        if (await taken === undefined) passed = false;
      }
    };
    await Promise.all(arrayFrom({ length: PIECES_AT_ONCE }, send));
    return passed;
  };

  const byFetch = async (command, body, headers, raw) => {
    if (!isLocal || blockedByPolicy) return inline(command, body, headers, raw);
    const rest = headers ? `&headers=${encodeComponent(stringify(headers))}` : "";
    let bytes = raw ? body : new TextEncoder().encode(body);
    let kind = `raw=${raw ? 1 : 0}&size=${bytes.byteLength}`;
    if (bytes.byteLength > PIECE) {
      const number = ++lastUpload;
      if (!await upload(number, bytes)) return inline(command, body, headers, raw);
      kind += `&upload=${number}`;
      bytes = undefined;
    }
    const answer = await ask(`ipc://localhost/${encodeComponent(command)}?document=${name}&${kind}${rest}`, bytes);
    return answer === undefined ? inline(command, body, headers, raw) : answer.content;
  };

  const parcel = async (number) => {
    if (isLocal && !blockedByPolicy) {
      const response = await open(`ipc://localhost/?document=${name}&parcel=${number}`);
      if (response !== undefined) return contentOf(response);
    }
    const { json, base64 } = await post("plugin:__shell__|parcel", `{"number":${number}}`);
    return base64 === null ? parse(json) : Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)).buffer;
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
    const [kind, first, second, third] = message;
    switch (kind) {
      case RESOLVE:
        return settle(first, 0, second);
      case REJECT:
        return settle(first, 1, second);
      case RESOLVE_PARKED:
        return void parcel(second).then((value) => settle(first, 0, value), (error) => settle(first, 1, error));
      case EVENT:
        return dispatch(first, second, third, message[4]);
      case LISTEN: {
        if (!listeners.has(first)) listeners.set(first, new Map());
        listeners.get(first).set(second, { handler: third, kind: message[4], label: message[5] });
        return;
      }
      case CHANNEL:
        return runCallback(first, { index: second, message: third });
      case CHANNEL_PARKED:
        return void parcel(third).then((value) => runCallback(first, { index: second, message: value }), report);
      case CHANNEL_END:
        return runCallback(first, { index: second, end: true });
      case PING:
        ackWanted = true;
        return schedule();
    }
  };

  const deliver = (text) => {
    const messages = parse(text);
    if (messages[0] !== name) return;
    received = messages[1];
    for (let at = 2; at < messages.length; at++) handle(messages[at]);
    unackedSize += text.length;
    unackedCount += 1;
    if (unackedSize > ACK_SIZE || unackedCount >= ACK_COUNT) {
      ackWanted = true;
      schedule();
    }
  };

  transport.onmessage = (event) => {
    const message = parse(event.data);
    if (message.type === RESPONSE) {
      if (!posts.delete(message.id)) return;
      if (message.data) deliver(message.data);
      if (queued < queue.length || ackWanted) schedule();
    } else if (message.type === SIGNAL) {
      deliver(message.args[0]);
    }
  };

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
    #receive({ index, message, end }) {
      if (end) this.#end = index;
      else this.#early.set(index, message);
      while (this.#early.has(this.#next)) {
        const value = this.#early.get(this.#next);
        this.#early.delete(this.#next++);
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

  transport.send(stringify({ type: CONNECT_TO_SIGNAL, object: "bridge", signal: boot.signal }));
  send(`["${name}",${HELLO}]`);
};
