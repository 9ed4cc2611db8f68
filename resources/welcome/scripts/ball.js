/** The event `ball`, which goes from window to window and back to where it came from. */

/**
 * @typedef {object} Ball
 * @property {number} number which ball it is, by its thrower
 * @property {string[]} route labels in order; the last is the first
 * @property {number} at index in `route` of the window that it is sent to
 */

/**
 * Take part: whatever comes by is handed to the next window of its route.
 *
 * @param {string} here this window's label
 * @param {(ball: Ball) => void} seen called for every ball that reaches this window
 */
export function passOn(here, seen) {
  return window.shell.listen("ball", (/** @type {{payload: Ball}} */ { payload: ball }) => {
    // A listener also hears what is sent to other windows, as in Tauri.
    if (ball.route[ball.at] !== here) return;
    if (ball.at + 1 < ball.route.length) void throwTo({ ...ball, at: ball.at + 1 });
    seen(ball);
  });
}

/** @param {Ball} ball */
export function throwTo(ball) {
  return window.shell.emitTo(ball.route[ball.at], "ball", ball);
}
