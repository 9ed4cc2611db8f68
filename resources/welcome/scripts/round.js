/** Sends the event `ball` round all windows, takes its time and shows its way. */

import { passOn, throwTo } from "./ball.js";
import { duration, reason, Transcript } from "./transcript.js";

const LOST_AFTER = 3000;

/**
 * @param {import("./processes.js").Processes} processes
 * @param {import("./picture.js").Picture} picture
 * @param {() => Promise<unknown>} openOne
 */
export function round(processes, picture, openOne) {
  const here = window.__TAURI_INTERNALS__.metadata.currentWindow.label;
  const button = /** @type {HTMLButtonElement} */ (document.getElementById("ball"));
  const transcript = new Transcript(document.getElementById("ball-transcript"), 'emitTo("second-1", "ball", { route: … })');
  const waiting = /** @type {Map<number, () => void>} */ (new Map());
  let number = 0;

  const listening = passOn(here, (ball) => {
    if (ball.at === ball.route.length - 1) waiting.get(ball.number)?.();
  });

  async function send() {
    await listening;
    if (processes.labels.length < 2) await openOne();
    await processes.refresh();
    const route = [here, ...processes.labels.filter((label) => label !== here), here];
    number += 1;
    const answer = transcript.ask(`emitTo("${route[1]}", "ball", { route: … })`);
    const start = performance.now();
    const back = new Promise((resolve, reject) => {
      waiting.set(number, () => resolve(performance.now() - start));
      setTimeout(() => reject(new Error("It did not come back: a window on its way has gone.")), LOST_AFTER);
    });
    try {
      const [took] = await Promise.all([back, throwTo({ number, route, at: 1 })]);
      answer(route.join(" → "), { kind: "event", took: duration(took) });
    } catch (error) {
      answer(reason(error), { kind: "refused" });
      return;
    } finally {
      waiting.clear();
    }
    await picture.journey(route);
  }

  button.addEventListener("click", async () => {
    button.disabled = true;
    await send().finally(() => {
      button.disabled = false;
    });
  });
}
