/** @typedef {{kind?: "" | "refused" | "event", took?: string, who?: string}} How */
/** @typedef {(text: string, how?: How) => void} Answer adds an answer, for as long as nothing else was asked */

/** The last exchange as it happened: what was asked, what came back, and how long it took. */
export class Transcript {
  #asked = document.createElement("div");
  #answers = document.createElement("output");
  #turn = 0;

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
   * Show a question; the answers to the last one go.
   *
   * @param {string} code
   * @returns {Answer}
   */
  ask(code) {
    this.#asked.className = "asked";
    this.#asked.replaceChildren(span("value", code));
    this.#answers.replaceChildren();
    this.#turn += 1;
    const turn = this.#turn;
    return (text, how) => {
      if (turn === this.#turn) this.#answers.append(answerRow(text, how));
    };
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

/**
 * @param {string} text
 * @param {How} [how]
 */
function answerRow(text, { kind = "", took = "", who = "" } = {}) {
  const row = document.createElement("div");
  row.className = `answer ${kind}`;
  const value = span("value", text);
  if (who) value.prepend(span("who", who), " ");
  row.append(value);
  if (took) row.append(span("took", took));
  return row;
}

function span(/** @type {string} */ kind, /** @type {string} */ text) {
  const element = document.createElement("span");
  element.className = kind;
  element.textContent = text;
  return element;
}
