// What the pages of all programs share. A work is a script of its own, which calls `work(function)`; the function gets
// the `core`, which says how this program is called, and the parameters of the page's URL, and returns figures.

const parameters = new URLSearchParams(location.search);
const now = () => performance.now();

/** Milliseconds that each of many calls takes, one after another. */
async function each(call, warmUp, times) {
  for (let i = 0; i < warmUp; i++) await call();
  const start = now();
  for (let i = 0; i < times; i++) await call();
  return (now() - start) / times;
}

/** Calls a second, all begun at once. */
async function atOnce(call, warmUp, times) {
  await Promise.all(Array.from({ length: warmUp }, () => call()));
  const start = now();
  await Promise.all(Array.from({ length: times }, () => call()));
  return (times / (now() - start)) * 1000;
}

/** The middle of what several calls took, in milliseconds. */
async function middle(call, times) {
  const taken = [];
  for (let i = 0; i < times; i++) {
    const start = now();
    await call();
    taken.push(now() - start);
  }
  return taken.sort((a, b) => a - b)[times >> 1];
}

/** What 99 of 100 values do not exceed. */
const percentile99 = (values) => values.sort((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1];

/** Rows as programs send them, of about a size in JSON. */
function rows(size) {
  const row = (id) => ({ id, name: `person number ${id}`, mail: `person.${id}@example.com`, score: id / 8, active: id % 2 === 0 });
  return Array.from({ length: Math.max(1, Math.round(size / 100)) }, (_, id) => row(id + 1000));
}

const firstPaint = () =>
  new Promise((resolve) => {
    new PerformanceObserver((list) => {
      for (const { name, startTime } of list.getEntries()) {
        if (name === "first-contentful-paint") resolve(performance.timeOrigin + startTime);
      }
    }).observe({ type: "paint", buffered: true });
  });

/** Begin: `core.nothing()` is a call without arguments, `core.report(figures)` tells the program. */
async function begin(core) {
  await core.nothing();
  const answered = performance.timeOrigin + now();
  const name = parameters.get("work");
  if (name === "start") return core.report({ answered, painted: await firstPaint() });
  if (name === "ready") return core.report({});
  globalThis.work = async (measure) => {
    try {
      await core.report(await measure(core, parameters));
    } catch (error) {
      await core.report({ failure: String(error?.stack ?? error) });
    }
  };
  document.head.append(Object.assign(document.createElement("script"), { src: `${name}.js` }));
}
