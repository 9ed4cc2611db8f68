/** A command, once and ten thousand times at once. */

import { duration, reason, Transcript } from "./transcript.js";

const MANY = 10_000;

export function greeting() {
  const form = /** @type {HTMLFormElement} */ (document.getElementById("greet"));
  const many = /** @type {HTMLButtonElement} */ (document.getElementById("greet-many"));
  const transcript = new Transcript(document.getElementById("greet-transcript"), 'invoke("greet", …)');
  const name = () => String(new FormData(form).get("name")).trim();

  async function once() {
    const args = { name: name() };
    const answer = transcript.ask(`invoke("greet", { name: ${JSON.stringify(args.name)} })`);
    const start = performance.now();
    try {
      const sentence = await window.shell.invoke("greet", args);
      answer(sentence, { took: duration(performance.now() - start) });
    } catch (error) {
      answer(reason(error), { kind: "refused", took: duration(performance.now() - start) });
    }
  }

  async function manyAtOnce() {
    const args = { name: name() || "World" };
    const answer = transcript.ask(`Promise.all(10,000 × invoke("greet", …))`);
    many.disabled = true;
    try {
      const start = performance.now();
      await Promise.all(Array.from({ length: MANY }, () => window.shell.invoke("greet", args)));
      const took = performance.now() - start;
      const perSecond = Math.round((MANY / took) * 1000);
      answer(`${thousands(perSecond)} calls a second, every one answered`, { took: duration(took) });
    } catch (error) {
      answer(reason(error), { kind: "refused" });
    } finally {
      many.disabled = false;
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void once();
  });
  many.addEventListener("click", () => void manyAtOnce());
  // Once the page has nothing else to do, so that the time is the call's alone.
  requestIdleCallback(() => void once());
}

function thousands(/** @type {number} */ number) {
  return (Math.round(number / 100) * 100).toLocaleString("en-US");
}
