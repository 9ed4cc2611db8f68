// Stands between a page and the core where the program has an isolation application, whose scripts run after this one, in
// the same isolated world of the main frame. `core.js` is in this world too, and with it all that lets a page speak to
// the core: the page's own world has neither QWebChannel nor the name of its document. `crossing.js` is what that world
// has, and nothing that comes from there is trusted. This function is called with:
//   boot      what the core tells `core.js`
//   values    what `values.js` returns
//   connect   takes the page's end and returns that of the core, as `core.js` does
(boot, values, connect) => {
  "use strict";
  const { asBytes, encode, headersOf, isBytes } = values;
  const { parse, stringify } = JSON;

  const REJECT = 1;
  const HOOK = "__TAURI_ISOLATION_HOOK__";
  const EVALUATED = "plugin:__shell__|evaluated";

  let pipe;
  const tell = (type, data) => void pipe.dispatchEvent(new MessageEvent(type, { data }));

  const core = connect({
    // Without the name of the document, which is the page's only where there is no isolation.
    deliver: (text) => tell("deliver", `[0${text.slice(text.indexOf(","))}`),
    handle: (message) => {
      const value = message[message.length - 1];
      // Text needs no copy, and with writing and reading it takes two thirds of the time of one.
      if (value instanceof ArrayBuffer || value instanceof Error) tell("handle", message);
      else tell("deliver", `[0,0,${stringify(message)}]`);
    },
  });
  if (core === undefined) return;

  // ── What the application decides ──────────────────────────────────────────────────────────────────────────────

  const unasked = [];            // calls that wait for the application to be ready
  const asked = [];              // calls in their order, from the first that it still thinks about
  let first = 0;                 // where that is
  let asking = false;
  let told = false;

  const said = (error) => {
    const problem = error instanceof Error ? error.message : error;
    try {
      const text = stringify(problem);
      if (text !== undefined && text !== '""') return parse(text);
    } catch {
      // It has no form in JSON.
    }
    return problem === undefined || problem === "" ? "the isolation application refused the call" : String(problem);
  };

  const refuse = (call, error) => {
    call.state = "refused";
    const problem = said(error);
    tell("handle", [REJECT, call.id, problem]);
    // The core waits for the outcome of what it had the page evaluate.
    const number = call.command === EVALUATED ? call.message.payload?.number : undefined;
    if (Number.isSafeInteger(number)) {
      const text = `the isolation application refused to pass the outcome on: ${String(problem)}`;
      void core.ownCall(EVALUATED, stringify({ number, error: text }));
    }
  };

  const nonsense = (what) =>
    new TypeError(`window.${HOOK} returned ${what}; expected a message as it gets: an object with cmd and payload`);

  const kindOf = (value) => (value === null ? "null" : typeof value);

  // Sends what the application made of a call.
  const send = (call) => {
    const { answer } = call;
    if (typeof answer !== "object" || answer === null) throw nonsense(kindOf(answer));
    const { cmd, payload = {}, options } = answer;
    if (typeof cmd !== "string") throw nonsense(`a message whose cmd is ${kindOf(cmd)}`);
    const headers = headersOf(options);
    if (isBytes(payload)) return core.call(call.id, cmd, asBytes(payload), headers, true);
    const args = encode(payload);
    if (args === undefined) throw nonsense(`a message whose payload is ${kindOf(payload)}`);
    return core.call(call.id, cmd, args, headers, false);
  };

  const release = () => {
    while (first < asked.length && asked[first].state !== "asked") {
      const call = asked[first];
      asked[first++] = undefined;
      if (call.state === "decided") pass(call);
    }
    if (first === asked.length) first = asked.length = 0;
  };

  const pass = (call) => {
    try {
      send(call);
    } catch (error) {
      refuse(call, error);
    }
  };

  const ask = (hook, call) => {
    try {
      call.answer = hook === null ? call.message : hook(call.message);
    } catch (error) {
      return refuse(call, error);
    }
    if (typeof call.answer?.then === "function") {
      call.state = "asked";
      asked.push(call);
      const decided = (answer) => {
        call.answer = answer;
        call.state = "decided";
      };
      return void Promise.resolve(call.answer).then(decided).catch((error) => refuse(call, error)).then(release);
    }
    if (asked.length === 0) return pass(call);
    call.state = "decided";
    return void asked.push(call);
  };

  // Until the application has set its hook, or null for none, calls wait for it.
  const askAll = () => {
    // The page may call anew while a hook runs: what it called before comes first.
    if (asking) return;
    const hook = window[HOOK];
    if (typeof hook === "function" || hook === null) {
      asking = true;
      while (unasked.length > 0) for (const call of unasked.splice(0)) ask(hook, call);
      asking = false;
    } else if (unasked.length > 0 && !told) {
      told = true;
      console.error(`The isolation application has not set window.${HOOK} to a function: calls wait until it does.`);
    }
  };

  const take = (id, command, payload, headers) => {
    if (!Number.isSafeInteger(id) || id < 1 || typeof command !== "string") return;
    // As Tauri's, whose pages get their answers by two callbacks; here the number of the call is that of both.
    const message = { cmd: command, callback: id, error: id, payload, options: headers ? { headers } : undefined };
    unasked.push({ id, command, message, answer: undefined, state: "" });
  };

  // ── What comes from the page's world ──────────────────────────────────────────────────────────────────────────

  const heard = {
    calls(text) {
      if (typeof text !== "string") return;
      try {
        for (const line of text.split("\n")) {
          const [id, command, payload, headers] = parse(line);
          take(id, command, payload, headers);
        }
      } finally {
        askAll();
      }
    },
    bytes(call) {
      const [id, command, bytes, headers] = call;
      // What shares its memory with the page could change after the application has seen it.
      const isCopy = ArrayBuffer.isView(bytes) && bytes.buffer instanceof ArrayBuffer;
      if (!isCopy) return;
      take(id, command, asBytes(bytes), headers);
      askAll();
    },
    unpark(message) {
      // Else a number could be text that means something else in a URL.
      if (Array.isArray(message) && message.every(Number.isSafeInteger)) core.unpark(message);
    },
    acknowledge() {
      core.acknowledge();
    },
  };

  // A hook that is set late lets go what waits. What the page calls so is another thing: its elements by their ids.
  let hook;
  Object.defineProperty(window, HOOK, {
    get: () => hook,
    set: (value) => {
      hook = value;
      queueMicrotask(askAll);
    },
    enumerable: true,
    configurable: true,
  });

  // How the core learns the outcome of scripts that it runs in this world.
  Object.defineProperty(window, "__TAURI_INTERNALS__", {
    value: { invoke: (command, args) => core.ownCall(command, stringify(args)) },
  });

  addEventListener(
    "qtshell:crossing",
    (event) => {
      pipe = event.relatedTarget;
      for (const type in heard) pipe.addEventListener(type, (event) => heard[type](event.data));
      pipe.addEventListener("hello", () => core.hello(), { once: true });
      tell("there");
    },
    { once: true },
  );
};
