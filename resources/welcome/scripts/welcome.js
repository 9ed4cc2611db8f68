import { counter } from "./counter.js";
import { greeting } from "./greeting.js";
import { Picture } from "./picture.js";
import { Processes } from "./processes.js";
import { refusal } from "./refusal.js";
import { round } from "./round.js";
import { tray } from "./tray.js";
import { windows } from "./windows.js";

const here = window.__TAURI_INTERNALS__.metadata.currentWindow.label;
const processes = new Processes();
const picture = new Picture(document.querySelector("#picture"), document.querySelector("#slot"), here);

const { open } = windows(processes);
processes.follow((snapshot) => picture.update(snapshot));

await window.shell.listen("traffic", ({ payload }) => {
  for (const [label, count] of Object.entries(payload)) picture.call(label, count);
});
for (const event of ["renderer-gone", "tauri://window-created", "tauri://destroyed"]) {
  await window.shell.listen(event, () => processes.refresh());
}
await processes.refresh();
round(processes, picture, open);
refusal(processes, picture, open);
greeting();
await Promise.all([counter(() => picture.broadcast()), tray()]);
