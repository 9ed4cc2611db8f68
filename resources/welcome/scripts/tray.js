/** The program without its window: hidden, and whether it stays in the tray when the last one is closed. */

import { reason, Transcript } from "./transcript.js";

export function tray() {
  const { follow, invoke } = window.shell;
  const button = document.getElementById("hide");
  const stay = /** @type {HTMLInputElement} */ (document.getElementById("stay"));
  const transcript = new Transcript(document.getElementById("tray-transcript"), 'invoke("hide_window")');

  button.addEventListener("click", async () => {
    const answer = transcript.ask('invoke("hide_window")');
    const start = performance.now();
    const back = untilBack();
    try {
      await invoke("hide_window");
      await back;
      answer("The window was hidden, and the page ran on", { took: `${((performance.now() - start) / 1000).toFixed(1)} s` });
    } catch (error) {
      answer(reason(error), { kind: "refused" });
    }
  });
  stay.addEventListener("change", () => void invoke("stay_in_tray", { stays: stay.checked }));
  return follow("stay", (stays) => {
    stay.checked = stays;
  });
}

/** The next time that the page is seen after it was not. */
function untilBack() {
  return new Promise((resolve) => {
    document.addEventListener("visibilitychange", function seen() {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", seen);
      resolve(null);
    });
  });
}
