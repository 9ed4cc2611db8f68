/** The processes of this program, as the core reads them. */

/**
 * @typedef {object} Core
 * @property {number} pid
 * @property {number | null} memory MiB, proportional
 * @property {string} python
 * @property {string} qt
 * @property {string} chromium
 */

/**
 * @typedef {object} Renderer
 * @property {string} label
 * @property {string} title
 * @property {number} pid 0 while there is no process
 * @property {number | null} memory MiB, proportional
 * @property {"starting" | "running" | "gone"} state gone: there was a process, and there will be another one
 */

/** @typedef {{core: Core, renderers: Renderer[]}} Snapshot */

const EVERY = 1000;
const EVERY_WHILE_ONE_IS_MISSING = 100;

/** Asks for the processes once a second, while the page can be seen, and tells whoever follows. */
export class Processes {
  /** @type {Snapshot | null} */
  last = null;
  #followers = /** @type {((snapshot: Snapshot) => void)[]} */ ([]);
  #timer = 0;
  #asking = /** @type {Promise<void> | null} */ (null);

  constructor() {
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.refresh();
      else clearTimeout(this.#timer);
    });
  }

  /** @param {(snapshot: Snapshot) => void} follower */
  follow(follower) {
    this.#followers.push(follower);
  }

  /** Ask now, and not once for each that wants to know. */
  refresh() {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** The labels of the windows whose renderers run, this page's own first. */
  get labels() {
    return (this.last?.renderers ?? []).filter(({ state }) => state === "running").map(({ label }) => label);
  }

  async #ask() {
    clearTimeout(this.#timer);
    const snapshot = await window.shell.invoke("processes");
    for (const renderer of snapshot.renderers) renderer.state = this.#stateOf(renderer);
    this.last = /** @type {Snapshot} */ (snapshot);
    for (const follower of this.#followers) follower(this.last);
    if (document.visibilityState === "visible") {
      const missing = this.last.renderers.some(({ state }) => state !== "running");
      this.#timer = setTimeout(() => void this.refresh(), missing ? EVERY_WHILE_ONE_IS_MISSING : EVERY);
    }
  }

  #stateOf(/** @type {{label: string, pid: number}} */ { label, pid }) {
    if (pid) return "running";
    const before = this.last?.renderers.find((renderer) => renderer.label === label)?.state ?? "starting";
    return before === "starting" ? "starting" : "gone";
  }
}

/** @param {number | null} memory MiB */
export function mebibytes(memory) {
  return memory === null ? "–" : `${Math.round(memory)} MiB`;
}
