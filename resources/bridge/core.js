// The end of the bridge that faces the core; `page.js` is the one that faces the page, and `shell/ipc/wire.py` says what
// the messages look like. This function is called with:
//   boot   what the core tells: the `origins` of the app's own pages, whose bytes may travel by ipc://, the indices of
//          the bridge object's `method` and `signal`, and how many posts the core may not have answered yet, `postsAtOnce`
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
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
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
  const REQUESTS_AT_ONCE = 32;   // calls and parcels by ipc:// between two posts that the core has answered
  const FETCH_ABOVE = 131072;    // arguments with more characters go by ipc://
  const PIECE = 2097152;         // bytes that one request carries; what is larger travels in pieces
  const POSTED_PIECE = 65536;    // likewise one post, where the page may not fetch: Qt reads a whole post at once
  const POSTED_PART = 196608;    // bytes that one answer to a post carries, likewise
  const LONGEST_URL = 65536;     // characters of a request's URL: the core takes no longer one
  const LONGEST_QUERY = 256;     // of those for what is neither the command nor the headers
  const PIECES_AT_ONCE = 3;
  const PIECES_AHEAD = 8;        // likewise in all, of one body, from the first that has not come: more are refused
  const STREAM = 131072;         // bytes that are read at once of what comes
  const WEIGHT = 2097152;        // bytes that V8 is told a document takes
  const UNSEEN = 16777216;       // bytes in a body after which Chromium's copies of it are worth collecting on the way
  const ACK_SIZE = 131072;       // characters received after which the core is told, if nothing else is
  const ACK_COUNT = 16;          // likewise in deliveries

  // A document that is gone is kept until V8 collects garbage, and with it what Chromium has of it in the core's process.
  // V8 does not know how large that is, and lets thousands pass; it does know this buffer's size, which takes no memory
  // while nobody writes to it. The other end holds it for as long as the document is there.
  const weight = new ArrayBuffer(WEIGHT);

  // Deliveries for an earlier document of this page can still arrive here: by its name each knows its own.
  const name = arrayFrom(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");
  const isLocal = boot.origins.includes(location.origin);
  const opening = `["${name}",`;

  const posts = new Set();       // numbers of unanswered posts
  const queue = [];              // calls to be posted, as JSON
  const turns = [];              // what waits to be requested
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
  let requested = 0;             // requests that the core has not answered, nor a post that came after them
  let mark;                      // number of the post that the next ones wait for
  let blockedByPolicy = false;
  let passedByPolicy = false;

  // ── Up ────────────────────────────────────────────────────────────────────────────────────────────────────────

  const send = (text) => {
    const id = ++lastPost;
    posts.add(id);
    if (turns.length > 0) mark ??= id;
    sendMessage(stringify({ type: INVOKE_METHOD, object: "bridge", method: boot.method, args: [text], id }));
  };

  const flush = () => {
    scheduled = false;
    while ((queued < queue.length || ackWanted) && posts.size < boot.postsAtOnce) {
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

  const post = (id, command, args, headers, raw, size) => {
    let rest = "";
    if (size !== undefined) rest = `,${headers ? stringify(headers) : "null"},${raw},${size}`;
    else if (raw) rest = `,${headers ? stringify(headers) : "null"},true`;
    else if (headers) rest = `,${stringify(headers)}`;
    queue.push(`[${id},${stringify(command)},${args}${rest}]`);
    schedule();
  };

  const ownCall = (command, args) =>
    new Promise((resolve, reject) => {
      const id = --lastOwn;
      own.set(id, [resolve, reject]);
      post(id, command, args);
    });

  // Tells the core what this end will not come back to: it would be kept for as long as the document is there.
  const drop = (what, number) => void ownCall("plugin:__shell__|drop", `{"${what}":${number}}`).catch(() => {});

  const acknowledge = () => {
    ackWanted = true;
    schedule();
  };

  // ── Bytes ─────────────────────────────────────────────────────────────────────────────────────────────────────

  // Told of what is only reported as well, and of pictures and the like.
  addEventListener("securitypolicyviolation", ({ blockedURI, disposition, effectiveDirective }) => {
    const isOfFetch = disposition === "enforce" && effectiveDirective === "connect-src";
    if (isOfFetch && blockedURI.startsWith("ipc")) blockedByPolicy = true;
  });

  // Qt takes requests as they come, and thousands of them before what another page has said since. Hence so many go out at
  // once. Commands may take their time to answer: where a post has been answered that came after them, so many more go out.
  // Returns what to wait for, if anything.
  const nextTurn = () => {
    if (!isLocal || blockedByPolicy) return undefined;
    if (requested < REQUESTS_AT_ONCE && turns.length === 0) {
      requested += 1;
      return undefined;
    }
    acknowledge();
    return new Promise((resolve) => turns.push(resolve));
  };

  const endTurn = () => {
    mark = undefined;
    const next = turns.splice(0, REQUESTS_AT_ONCE);
    requested = next.length;
    for (const resolve of next) resolve();
    if (turns.length > 0) ackWanted = true;
  };

  const open = async (url, init) => {
    try {
      const response = await fetchBytes(url, init);
      passedByPolicy = true;
      if (turns.length > 0) turns.shift()();
      else if (requested > 0) requested -= 1;
      return response;
    } catch (error) {
      // The violation is told in a task of its own, which may come after this one.
      await new Promise((resolve) => setTimeout(resolve));
      if (!blockedByPolicy) throw error;
      console.warn("The page's Content-Security-Policy has no connect-src ipc: so bytes travel as text, slowly.");
      return undefined;
    }
  };

  const BYTES = "application/octet-stream", PARKED = "application/vnd.qtshell.parcel+json",
    REJECTED = "application/problem+json";

  const checked = (response) => {
    // The body of a request that was refused never ends.
    if (!response.ok) throw new Error(`the core refused the request, with status ${response.status}`);
    return response;
  };

  const contentOf = (response) => {
    const type = checked(response).headers.get("content-type");
    return type === BYTES ? response.arrayBuffer() : response.json();
  };

  const fromBase64 = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

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
    const type = response.headers.get("content-type");
    if (type === REJECTED) throw content;
    return { content: type === PARKED ? await parcel(...content) : content };
  };

  // Carries again and again, as many at once as pieces travel, until there is no more to carry or one has failed.
  const sideBySide = async (carry) => {
    let going = true;
    const carryOn = async () => {
      while (going) {
        try {
          if (!await carry()) going = false;
        } catch (error) {
          going = false;
          throw error;
        }
      }
    };
    await Promise.all(arrayFrom({ length: PIECES_AT_ONCE }, carryOn));
  };

  // Bodies are taken piece by piece, each in the place of the one before: what Chromium has seen of a buffer it keeps until
  // the next garbage collection, even if the buffer is gone.

  const bodyOfBytes = (bytes, most) => {
    if (bytes.byteLength <= most) return { ended: true, take: () => bytes };
    const staging = new Uint8Array(most);
    const copies = new Map();
    let next = 0;
    return {
      get ended() {
        return next >= bytes.byteLength;
      },
      take() {
        const copy = copies.get(next) ?? bytes.subarray(next, next + most);
        const piece = staging.subarray(0, copy.byteLength);
        piece.set(copy);
        if (copies.delete(next)) copy.buffer.transfer(0);
        next += most;
        return piece;
      },
      // The page may change what is its own as soon as it has called.
      keep() {
        for (let at = next; at < bytes.byteLength; at += most) copies.set(at, bytes.slice(at, at + most));
      },
    };
  };

  const bodyOfText = (text, most) => {
    const staging = new Uint8Array(Math.min(3 * text.length, most));
    let next = 0;
    return {
      get ended() {
        return next === text.length;
      },
      // Several times as fast as TextEncoder's `encode`, which copies the text time and again.
      take() {
        let end = Math.min(next + staging.length, text.length);
        // A character of two halves is not torn.
        if (end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end -= 1;
        const { read, written } = encoder.encodeInto(text.slice(next, end), staging);
        next += read;
        return staging.subarray(0, written);
      },
      keep() {},
    };
  };

  // Chromium copies a body time and again, whole: in pieces it takes less memory on its way, and the page and the core
  // work side by side. Returns how many bytes there were; undefined where the policy blocks the requests.
  //   send   sends a piece, given the place of its first byte; returns whether it could
  const upload = async (body, first, send) => {
    let size = 0;
    let passed = true;
    let count = 0;
    const underWay = new Map();  // number of a piece → promise of what became of it, in their order
    const carried = sideBySide(async () => {
      for (const [number, sent] of underWay) {
        if (count - number < PIECES_AHEAD) break;
        await sent;
      }
      if (size > 0 && body.ended) return false;
      const at = size;
      const piece = at === 0 ? first : body.take();
      size += piece.byteLength;
      // V8 does not know how large Chromium's copies are, and collects them with buffers whose size it does know.
      if (at > UNSEEN) new ArrayBuffer(4 * PIECE);
      const number = count++;
      const sent = send(piece, at);
      underWay.set(number, sent);
      if (!await sent) passed = false;
      underWay.delete(number);
      return passed;
    });
    body.keep();
    await carried;
    return passed ? size : undefined;
  };

  // The content of a parcel; undefined where the policy blocks the requests.
  const download = async (number, size) => {
    const whole = new Uint8Array(size);
    let next = 0;
    let passed = true;
    await sideBySide(async () => {
      if (next >= size) return false;
      let at = next;
      const end = next = Math.min(next + PIECE, size);
      const response = await open(`ipc://localhost/?document=${name}&parcel=${number}&at=${at}&size=${end - at}`);
      if (response === undefined) return (passed = false);
      const reader = checked(response).body.getReader({ mode: "byob" });
      let buffer = new ArrayBuffer(STREAM);
      for (;;) {
        const { done, value } = await reader.read(new Uint8Array(buffer));
        if (done && at === end) return true;
        if (done || at + value.length > end) throw new Error(`parcel ${number} ended at ${at}, and not at ${end}`);
        whole.set(value, at);
        at += value.length;
        buffer = value.buffer;
      }
    });
    return passed ? whole.buffer : undefined;
  };

  // Carries out what needs an upload, which the core keeps no longer where that fails.
  const withUpload = async (use) => {
    const number = ++lastUpload;
    try {
      return await use(number);
    } catch (error) {
      drop("upload", number);
      throw error;
    }
  };

  // What the core answered; undefined where the call has to be posted. What it held of a body in pieces is let go once they
  // are up: the answer may be as large.
  const byFetch = async (command, held, headers, raw) => {
    if (!isLocal || blockedByPolicy) return undefined;
    const rest = headers ? `&headers=${headers}` : "";
    const place = `ipc://localhost/${encodeComponent(command)}?document=${name}&raw=${raw ? 1 : 0}${rest}`;
    held.pieces = raw ? bodyOfBytes(held.body, PIECE) : bodyOfText(held.body, PIECE);
    const first = held.pieces.take();
    if (held.pieces.ended) return ask(`${place}&size=${first.byteLength}`, first);
    return withUpload(async (number) => {
      const size = await upload(held.pieces, first, async (piece, at) => {
        const which = `upload=${number}&at=${at}&size=${piece.byteLength}`;
        return await ask(`ipc://localhost/?document=${name}&${which}`, piece) !== undefined;
      });
      if (size === undefined) return void drop("upload", number);
      held.pieces = held.body = undefined;
      return ask(`${place}&size=${size}&upload=${number}`);
    });
  };

  const byPosts = async (id, command, body, headers, raw) => {
    const pieces = raw ? bodyOfBytes(body, POSTED_PIECE) : bodyOfText(body, POSTED_PIECE);
    const first = pieces.take();
    if (pieces.ended) return post(id, command, raw ? `"${toBase64(first)}"` : body, headers, raw);
    return withUpload(async (number) => {
      const size = await upload(pieces, first, async (piece, at) => {
        await ownCall("plugin:__shell__|piece", `{"upload":${number},"at":${at},"bytes":"${toBase64(piece)}"}`);
        return true;
      });
      post(id, command, number, headers, raw, size);
      // Nobody takes it where the call is not read, as with headers that are longer than a post may be.
      drop("upload", number);
    });
  };

  const call = (id, command, body, headers, raw) => {
    if (!raw && body.length <= FETCH_ABOVE) return post(id, command, body, headers, false);
    const failed = (error) => page.handle([REJECT, id, error]);
    const written = headers ? encodeComponent(stringify(headers)) : "";
    // A character becomes nine of a URL at most.
    const fits = 9 * command.length + written.length <= LONGEST_URL - LONGEST_QUERY;
    if (!isLocal || blockedByPolicy || !fits) return void byPosts(id, command, body, headers, raw).catch(failed);
    const turn = nextTurn();
    // The page may change what is its own as soon as it has called, and what the policy blocks is posted later on.
    const held = { body: raw && (turn !== undefined || !passedByPolicy) ? body.slice() : body, pieces: undefined };
    const passed = (answer) => {
      if (answer !== undefined) return page.handle([RESOLVE, id, answer.content]);
      if (held.body === undefined) throw new Error("the policy blocked ipc: in the middle of a call");
      return byPosts(id, command, held.body, headers, raw);
    };
    const carried = turn === undefined
      ? byFetch(command, held, written, raw)
      : turn.then(() => byFetch(command, held, written, raw));
    return void carried.then(passed).catch(failed);
  };

  // Likewise, asked for by posts.
  const downloadByPosts = async (number, size) => {
    const part = async (rest) => fromBase64(await ownCall("plugin:__shell__|parcel", `{"number":${number}${rest}}`));
    if (size <= POSTED_PART) return (await part("")).buffer;
    const whole = new Uint8Array(size);
    let next = 0;
    await sideBySide(async () => {
      if (next >= size) return false;
      const at = next;
      const end = next = Math.min(next + POSTED_PART, size);
      whole.set(await part(`,"at":${at},"size":${end - at}`), at);
      return true;
    });
    return whole.buffer;
  };

  const fetched = async (number, size, isJson) => {
    await nextTurn();
    let content;
    if (isLocal && !blockedByPolicy) {
      if (size > PIECE) {
        content = await download(number, size);
      } else {
        const response = await open(`ipc://localhost/?document=${name}&parcel=${number}`);
        if (response !== undefined) return contentOf(response);
      }
    }
    content ??= await downloadByPosts(number, size);
    return isJson ? parse(decoder.decode(content)) : content;
  };

  const parcel = async (number, size, isJson) => {
    try {
      return await fetched(number, size, isJson);
    } catch (error) {
      drop("parcel", number);
      throw error;
    }
  };

  // Hands the page what a message leads to that holds but the number of a parcel. The core has it once: where the page has
  // stopped the request, as with window.stop(), what follows on the channel arrives all the same.
  const unpark = ([kind, first, second, third, fourth, fifth]) => {
    if (kind === RESOLVE_PARKED) {
      const failed = (error) => page.handle([REJECT, first, error]);
      return void parcel(second, third, fourth).then((value) => page.handle([RESOLVE, first, value]), failed);
    }
    const lost = (error) => {
      report(error);
      page.handle([CHANNEL, first, second]);
    };
    return void parcel(third, fourth, fifth).then((value) => page.handle([CHANNEL, first, second, value]), lost);
  };

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
      if (message.id === mark) endTurn();
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

  return { call, ownCall, unpark, acknowledge, hello, weight };
};
