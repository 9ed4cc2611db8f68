/** Lets every window make the same call, and shows what the core said to each. */

import { ASK, attempt, TOLD } from "./attempt.js";
import { duration, Transcript } from "./transcript.js";

/** @typedef {import("./attempt.js").Outcome} Outcome */

const CODE = 'invoke("plugin:window|set_title", { label: "main", value: … })';

/**
 * @param {import("./processes.js").Processes} processes
 * @param {import("./picture.js").Picture} picture
 * @param {() => Promise<unknown>} openOne
 */
export function refusal(processes, picture, openOne) {
  const here = window.__TAURI_INTERNALS__.metadata.currentWindow.label;
  const button = /** @type {HTMLButtonElement} */ (document.getElementById("refusal"));
  const transcript = new Transcript(document.getElementById("refusal-transcript"), CODE);

  let answer = transcript.ask(CODE);

  function tell(/** @type {Outcome} */ { label, allowed, text, took }) {
    if (!allowed) picture.refuse(label);
    answer(text, { who: label, kind: allowed ? "" : "refused", took: duration(took) });
  }

  const listening = window.shell.listen(TOLD, ({ payload }) => tell(payload));
  button.addEventListener("click", async () => {
    button.disabled = true;
    await listening;
    if (processes.labels.length < 2) await openOne();
    answer = transcript.ask(CODE);
    tell(await attempt(here));
    await window.shell.emit(ASK);
    button.disabled = false;
  });
}
