import { ASK, attempt, TOLD } from "./attempt.js";
import { passOn } from "./ball.js";
import { counter } from "./counter.js";

const here = window.__TAURI_INTERNALS__.metadata.currentWindow.label;
const ball = document.querySelector("#ball");
const refusal = document.querySelector("#refusal");

document.querySelector("#label").textContent = here;
window.shell.invoke("process_id").then((pid) => {
  document.querySelector("#pid").textContent = `A renderer of its own, process ${pid}`;
});

async function tryToRetitle() {
  const outcome = await attempt(here);
  refusal.textContent = outcome.text;
  return outcome;
}

document.querySelector("#retitle").addEventListener("click", tryToRetitle);
await Promise.all([
  counter(),
  passOn(here, ({ number, route, at }) => {
    ball.textContent = `Ball ${number}: from ${route[at - 1]}, on to ${route[at + 1]}`;
    ball.animate([{ color: "var(--event)" }, { color: "var(--muted)" }], { duration: 1500, easing: "ease-in" });
  }),
  window.shell.listen(ASK, async () => window.shell.emitTo("main", TOLD, await tryToRetitle())),
]);
