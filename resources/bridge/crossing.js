// What stands in for `core.js` in the main world of a page whose program has an isolation application: that end is in the
// isolated world then, behind `isolation.js`. The two worlds share nothing but what the DOM has. Events are told at once,
// and what they carry is a copy in the other world. Nothing here is secret: what comes from this world is asked of the
// isolation application, whoever says it.
(_boot, page) => {
  "use strict";
  // A page may replace any of these later. It would only hurt itself, but a broken page is hard to understand.
  const { stringify } = JSON;
  const { MessageEvent, queueMicrotask } = window;
  const pipe = new EventTarget();
  const dispatch = pipe.dispatchEvent.bind(pipe);
  const tell = (type, data) => void dispatch(new MessageEvent(type, { data }));

  let there = false;
  pipe.addEventListener("there", () => (there = true), { once: true });
  pipe.addEventListener("deliver", (event) => page.deliver(event.data));
  pipe.addEventListener("handle", (event) => page.handle(event.data));
  // No script of the page has run yet. An event whose target belongs to both worlds can bring a second one along.
  window.dispatchEvent(new FocusEvent("qtshell:crossing", { relatedTarget: pipe }));
  if (!there) return undefined;

  const lines = [];

  const flush = () => {
    if (lines.length === 0) return;
    const text = lines.join("\n");
    lines.length = 0;
    tell("calls", text);
  };

  const call = (id, command, body, headers, raw) => {
    if (raw) {
      flush();
      // A copy of a part is a copy of the whole, and memory that threads share is not copied.
      const whole = body.buffer instanceof ArrayBuffer && body.byteLength === body.buffer.byteLength;
      return tell("bytes", [id, command, whole ? body : body.slice(), headers]);
    }
    if (lines.length === 0) queueMicrotask(flush);
    return void lines.push(`[${id},${stringify(command)},${body}${headers ? `,${stringify(headers)}` : ""}]`);
  };

  return {
    call,
    unpark: (message) => tell("unpark", message),
    acknowledge: () => tell("acknowledge"),
    hello: () => tell("hello"),
  };
};
