/** One exchange as it happened: what was asked, what came back, and how long it took. */
export class Transcript {
  #asked = document.createElement("div");
  #answers = document.createElement("output");

  /**
   * @param {Element} element
   * @param {string} code what stands there until something was asked
   */
  constructor(element, code) {
    this.#answers.setAttribute("aria-live", "polite");
    element.append(this.#asked, this.#answers);
    this.ask(code);
  }

  /**
   * Show a question; the last answers go.
   *
   * @param {string} code
   */
  ask(code) {
    this.#asked.className = "asked";
    this.#asked.replaceChildren(span("value", code));
    this.#answers.replaceChildren();
  }

  /**
   * Add an answer.
   *
   * @param {string} text
   * @param {{kind?: "" | "refused" | "event", took?: string, who?: string}} [how]
   */
  answer(text, { kind = "", took = "", who = "" } = {}) {
    const row = line(`answer ${kind}`, text);
    if (who) row.firstElementChild.prepend(span("who", who), " ");
    if (took) row.append(span("took", took));
    this.#answers.append(row);
  }
}

/** @param {number} milliseconds */
export function duration(milliseconds) {
  // Chromium rounds its clock to 100 µs where a page is not isolated from other origins.
  const digits = milliseconds >= 100 ? 0 : globalThis.crossOriginIsolated && milliseconds < 10 ? 2 : 1;
  return `${milliseconds.toFixed(digits)} ms`;
}

/** The message of whatever a promise was rejected with. */
export function reason(/** @type {unknown} */ error) {
  if (typeof error === "string") return error;
  return error instanceof Error ? error.message : JSON.stringify(error);
}

function line(/** @type {string} */ kind, /** @type {string} */ text) {
  const row = document.createElement("div");
  row.className = kind;
  row.append(span("value", text));
  return row;
}

function span(/** @type {string} */ kind, /** @type {string} */ text) {
  const element = document.createElement("span");
  element.className = kind;
  element.textContent = text;
  return element;
}
