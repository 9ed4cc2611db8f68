// The end of the bridge that faces the core; `page.js` is the one that faces the page, and `shell/ipc/wire.py` says what
// the messages look like. This function is called with:
//   boot   what the core tells: the `origins` of the app's own pages, whose bytes may travel by ipc://, and the index of
//          the bridge object's `signal`
//   page   the other end: `deliver(text)` takes a delivery of the core, `handle(message)` a single message
// It returns what the other end calls, or nothing where there is no way to the core.
(boot, page) => {
  "use strict";
  if (typeof qt === "undefined" || !qt.webChannelTransport) return undefined;

  // A page may replace any of these later. It would only hurt itself, but a broken page is hard to understand.
  const { parse, stringify } = JSON;
  const { defineProperty, freeze } = Object;
  const { from: arrayFrom } = Array;
  const { parseInt } = Number;
  const fetchBytes = window.fetch.bind(window);
  const report = window.reportError.bind(window);
  const encodeComponent = encodeURIComponent;
  const { queueMicrotask, setTimeout } = window;
  const sendMessage = qt.webChannelTransport.send.bind(qt.webChannelTransport);

  // Scripts of the page get no transport: no bound is set to what is sent on it, and Qt takes the messages of all
  // pages in the order in which they come. It calls `onmessage` of whatever has this name.
  const transport = { onmessage: null };
  const hidden = freeze({ webChannelTransport: transport });
  defineProperty(window, "qt", { value: hidden, writable: false, configurable: false });

  // Messages of QWebChannel, from Qt's qwebchannel.js.
  const SIGNAL = 1, INVOKE_METHOD = 6, CONNECT_TO_SIGNAL = 7, RESPONSE = 10;
  // Kinds of message from the core.
  const RESOLVE = 0, REJECT = 1, RESOLVE_PARKED = 2, CHANNEL = 5;
  const HELLO = -1;

  const POST_SIZE = 65536;       // about how many characters one post carries
  const POSTS_AT_ONCE = 8;       // posts that the core may not have answered yet; what follows waits here
  const FETCH_ABOVE = 262144;    // arguments with more characters go by ipc://
  const PIECE = 2097152;         // bytes that one request carries up; what is larger is sent in pieces
  const PIECES_AT_ONCE = 3;
  const ACK_SIZE = 131072;       // characters received after which the core is told, if nothing else is
  const ACK_COUNT = 16;          // likewise in deliveries

  // Deliveries for an earlier document of this page can still arrive here: by its name each knows its own.
  const name = arrayFrom(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");
  const isLocal = boot.origins.includes(location.origin);
  const opening = `["${name}",`;

  const posts = new Set();       // numbers of unanswered posts
  const queue = [];              // calls to be posted, as JSON
  const own = new Map();         // number of a call of this end's own → [resolve, reject]; the page's are above 0
  let queued = 0;                // where the queue begins
  let lastOwn = 0;
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
    sendMessage(stringify({ type: INVOKE_METHOD, object: "bridge", method: "post", args: [text], id }));
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

  const post = (id, command, args, headers, raw) => {
    const rest = raw ? `,${headers ? stringify(headers) : "null"},true` : headers ? `,${stringify(headers)}` : "";
    queue.push(`[${id},${stringify(command)},${args}${rest}]`);
    schedule();
  };

  const ownCall = (command, args) =>
    new Promise((resolve, reject) => {
      const id = --lastOwn;
      own.set(id, [resolve, reject]);
      post(id, command, args);
    });

  const acknowledge = () => {
    ackWanted = true;
    schedule();
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

  const toBase64 = (bytes) => {
    let text = "";
    for (let at = 0; at < bytes.length; at += 32768) {
      text += String.fromCharCode.apply(null, bytes.subarray(at, at + 32768));
    }
    return btoa(text);
  };

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

  // What the core answered; undefined where the call has to be posted.
  const byFetch = async (command, body, headers, raw) => {
    if (!isLocal || blockedByPolicy) return undefined;
    const rest = headers ? `&headers=${encodeComponent(stringify(headers))}` : "";
    let bytes = raw ? body : new TextEncoder().encode(body);
    let kind = `raw=${raw ? 1 : 0}&size=${bytes.byteLength}`;
    if (bytes.byteLength > PIECE) {
      const number = ++lastUpload;
      if (!await upload(number, bytes)) return undefined;
      kind += `&upload=${number}`;
      bytes = undefined;
    }
    return ask(`ipc://localhost/${encodeComponent(command)}?document=${name}&${kind}${rest}`, bytes);
  };

  const call = (id, command, body, headers, raw) => {
    if (!raw && body.length <= FETCH_ABOVE) return post(id, command, body, headers, false);
    const passed = (answer) =>
      answer === undefined
        ? post(id, command, raw ? `"${toBase64(body)}"` : body, headers, raw)
        : page.handle([RESOLVE, id, answer.content]);
    return void byFetch(command, body, headers, raw).then(passed).catch((error) => page.handle([REJECT, id, error]));
  };

  const parcel = async (number) => {
    if (isLocal && !blockedByPolicy) {
      const response = await open(`ipc://localhost/?document=${name}&parcel=${number}`);
      if (response !== undefined) return contentOf(response);
    }
    const { json, base64 } = await ownCall("plugin:__shell__|parcel", `{"number":${number}}`);
    return base64 === null ? parse(json) : Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)).buffer;
  };

  // Hands the page what a message leads to that holds but the number of a parcel.
  const unpark = ([kind, first, second, third]) =>
    kind === RESOLVE_PARKED
      ? void parcel(second).then((value) => page.handle([RESOLVE, first, value]), (error) => page.handle([REJECT, first, error]))
      : void parcel(third).then((value) => page.handle([CHANNEL, first, second, value]), report);

  // ── Down ──────────────────────────────────────────────────────────────────────────────────────────────────────

  // Takes the answers to this end's own calls out of a delivery.
  const withoutOwn = (text) => {
    const others = parse(text).filter((message) => {
      const [kind, id, value] = typeof message === "object" ? message : [];
      if (!own.has(id) || (kind !== RESOLVE && kind !== REJECT)) return true;
      own.get(id)[kind](value);
      own.delete(id);
      return false;
    });
    return stringify(others);
  };

  const deliver = (text) => {
    if (!text.startsWith(opening)) return;
    received = parseInt(text.slice(opening.length, opening.length + 16));
    page.deliver(own.size === 0 ? text : withoutOwn(text));
    unackedSize += text.length;
    unackedCount += 1;
    if (unackedSize > ACK_SIZE || unackedCount >= ACK_COUNT) acknowledge();
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

  const hello = () => {
    sendMessage(stringify({ type: CONNECT_TO_SIGNAL, object: "bridge", signal: boot.signal }));
    send(`["${name}",${HELLO}]`);
  };

  return { call, ownCall, unpark, acknowledge, hello };
};
