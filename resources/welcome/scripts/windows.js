/** The windows and their processes as a table: open one, close one, crash one. */

import { mebibytes } from "./processes.js";
import { duration, reason, Transcript } from "./transcript.js";

const REMEMBERED = "crashed";
const ROOM = 6;

/** @param {import("./processes.js").Processes} processes */
export function windows(processes) {
  const { invoke } = window.shell;
  const here = window.__TAURI_INTERNALS__.metadata.currentWindow.label;
  const body = document.getElementById("processes");
  const slot = document.getElementById("slot");
  const transcript = new Transcript(document.getElementById("windows-transcript"), 'invoke("open_window")');
  const rows = /** @type {Map<string, HTMLTableRowElement>} */ (new Map());

  /**
   * @param {string} command
   * @param {Record<string, unknown>} args
   * @param {(result: any) => string} say
   */
  async function run(command, args, say) {
    const answer = transcript.ask(`invoke("${command}"${Object.keys(args).length ? `, ${JSON.stringify(args)}` : ""})`);
    const start = performance.now();
    try {
      const result = await invoke(command, args);
      answer(say(result), { took: duration(performance.now() - start) });
      return result;
    } catch (error) {
      answer(reason(error), { kind: "refused" });
      return null;
    } finally {
      void processes.refresh();
    }
  }

  const open = () =>
    run("open_window", {}, (label) => `${label} is open, and its page has loaded`);
  const close = (/** @type {string} */ label) =>
    run("close_window", { label }, () => `${label} is closed`);

  async function crash(/** @type {string} */ label) {
    const pid = processes.last?.renderers.find((renderer) => renderer.label === label)?.pid;
    if (label === here) sessionStorage.setItem(REMEMBERED, String(pid));
    await run("crash_renderer", { label }, (back) => `Renderer ${back.before} was killed; ${label} is back as ${back.after}`);
  }

  function tellOfOwnCrash(/** @type {number} */ pid) {
    const before = sessionStorage.getItem(REMEMBERED);
    if (before === null) return;
    sessionStorage.removeItem(REMEMBERED);
    const answer = transcript.ask(`invoke("crash_renderer", {"label":"${here}"})`);
    answer(`This page was process ${before} until it was killed, and is ${pid} now. Its session storage remembered.`);
  }

  function rowOf(/** @type {string} */ label) {
    let row = rows.get(label);
    if (!row) {
      row = document.createElement("tr");
      row.append(cell("th"), cell("td", "number"), cell("td", "number"), cell("td", "actions"));
      if (label !== "core") {
        row.cells[3].append(button("Crash", label, () => crash(label)));
        if (label !== here) row.cells[3].append(button("Close", label, () => close(label)));
      }
      row.classList.toggle("core", label === "core");
      rows.set(label, row);
      body.append(row);
    }
    return row;
  }

  function show(/** @type {string} */ label, /** @type {string} */ note, /** @type {{pid: number, memory: number | null}} */ { pid, memory }, state = "running") {
    const row = rowOf(label);
    row.classList.toggle("gone", state === "gone");
    row.cells[0].replaceChildren(`${label} `, noteOf(note));
    row.cells[1].textContent = pid ? String(pid) : state;
    row.cells[2].textContent = pid ? mebibytes(memory) : "";
    for (const button of row.cells[3].querySelectorAll("button")) button.disabled = !pid;
  }

  let first = true;
  processes.follow(({ core, renderers }) => {
    const labels = new Set(["core", ...renderers.map(({ label }) => label)]);
    for (const [label, row] of rows) {
      if (labels.has(label)) continue;
      row.remove();
      rows.delete(label);
    }
    show("core", versions(core), core);
    for (const renderer of renderers) {
      show(renderer.label, renderer.label === here ? "this page" : "", renderer, renderer.state);
    }
    slot.hidden = renderers.length >= ROOM;
    const own = renderers.find(({ label }) => label === here);
    if (first && own) tellOfOwnCrash(own.pid);
    first = false;
  });
  for (const opener of [slot, document.getElementById("open-window")]) opener.addEventListener("click", () => void open());
  return { open };
}

function versions(/** @type {import("./processes.js").Core} */ { python, qt, chromium }) {
  // No line ends between a name and its number.
  return `Python\u00a0${python}, Qt\u00a0${qt}, Chromium\u00a0${chromium.split(".")[0]}`;
}

function cell(/** @type {"th" | "td"} */ name, kind = "") {
  const element = document.createElement(name);
  element.className = kind;
  if (name === "th") element.setAttribute("scope", "row");
  return element;
}

function noteOf(/** @type {string} */ text) {
  const note = document.createElement("span");
  note.className = "note";
  note.textContent = text;
  return note;
}

function button(/** @type {string} */ text, /** @type {string} */ label, /** @type {() => Promise<unknown>} */ action) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = text;
  element.setAttribute("aria-label", `${text} ${label}`);
  element.addEventListener("click", () => void action());
  return element;
}
