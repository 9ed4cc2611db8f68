/** What moves in the picture: values on springs, and messages on their way. */

const STIFFNESS = 130;
const DAMPING = 17;

/** A number that follows its target as on a spring that hardly swings. */
export class Spring {
  #velocity = 0;

  /** @param {number} value */
  constructor(value) {
    this.value = value;
    this.target = value;
  }

  get still() {
    return this.value === this.target && this.#velocity === 0;
  }

  /** Be there at once. */
  settle() {
    this.value = this.target;
    this.#velocity = 0;
  }

  /** @param {number} seconds */
  step(seconds) {
    this.#velocity += (STIFFNESS * (this.target - this.value) - DAMPING * this.#velocity) * seconds;
    this.value += this.#velocity * seconds;
    if (Math.abs(this.target - this.value) < 0.05 && Math.abs(this.#velocity) < 0.5) this.settle();
  }
}

/**
 * A way that starts and ends gently and is even in between.
 *
 * @param {number} t 0…1
 */
export function eased(t) {
  return t - Math.sin(2 * Math.PI * t) / 14;
}

/** Calls `step` once a frame for as long as it says that something moves; costs nothing otherwise. */
export class Frames {
  #request = 0;
  #before = 0;
  #step;

  /** @param {(seconds: number, now: number) => boolean} step */
  constructor(step) {
    this.#step = step;
  }

  wake() {
    if (this.#request) return;
    this.#before = 0;
    this.#request = requestAnimationFrame((now) => this.#frame(now));
  }

  /** @param {number} now */
  #frame(now) {
    // A frame that comes late must not throw the springs off.
    const seconds = this.#before ? Math.min(0.032, (now - this.#before) / 1000) : 0.016;
    this.#before = now;
    this.#request = this.#step(seconds, now) ? requestAnimationFrame((later) => this.#frame(later)) : 0;
  }
}
