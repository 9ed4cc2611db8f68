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
 * @property {number} pid
 * @property {number | null} memory MiB, proportional
 * @property {"running" | "gone"} state
 */

/** @typedef {{core: Core, renderers: Renderer[]}} Snapshot */

const EVERY = 1000;
const EVERY_WHILE_ONE_IS_GONE = 100;

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
    this.last = /** @type {Snapshot} */ (await window.shell.invoke("processes"));
    for (const follower of this.#followers) follower(this.last);
    if (document.visibilityState === "visible") {
      const gone = this.last.renderers.some(({ state }) => state === "gone");
      this.#timer = setTimeout(() => void this.refresh(), gone ? EVERY_WHILE_ONE_IS_GONE : EVERY);
    }
  }
}

/** @param {number | null} memory MiB */
export function mebibytes(memory) {
  return memory === null ? "–" : `${Math.round(memory)} MiB`;
}
