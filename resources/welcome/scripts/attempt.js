/** The call that one window may make and the others may not. */

import { reason } from "./transcript.js";

/** @typedef {{label: string, allowed: boolean, text: string, took: number}} Outcome */

export const ASK = "try-to-retitle";
export const TOLD = "tried-to-retitle";

/**
 * Ask for another title of the main window, and say what came of it.
 *
 * @param {string} here this window's label
 * @returns {Promise<Outcome>}
 */
export async function attempt(here) {
  const start = performance.now();
  try {
    await window.shell.invoke("plugin:window|set_title", { label: "main", value: titleBy(here) });
    return { label: here, allowed: true, text: `may. The title is now “${titleBy(here)}”`, took: performance.now() - start };
  } catch (error) {
    return { label: here, allowed: false, text: reason(error), took: performance.now() - start };
  }
}

export function titleBy(/** @type {string} */ label) {
  return `qtshell, retitled by ${label}`;
}
