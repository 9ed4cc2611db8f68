/** Messages as dots on an edge of the picture. */

import { along } from "./layout.js";
import { eased } from "./motion.js";

/** @typedef {import("./node.js").RendererNode} RendererNode */
/** @typedef {"call" | "answer" | "event" | "refused"} Kind */
/** @typedef {"up" | "down"} Direction up is to the core */

export const LEG = 480;
const APART = 72;
const AT_MOST_IN_A_BURST = 14;
const SVG = "http://www.w3.org/2000/svg";

class Dot {
  /**
   * @param {Kind} kind
   * @param {Direction} direction
   * @param {number} size
   * @param {number} starts
   * @param {() => void} arrived
   */
  constructor(kind, direction, size, starts, arrived) {
    this.direction = direction;
    this.starts = starts;
    this.arrived = arrived;
    this.element = document.createElementNS(SVG, "circle");
    this.element.setAttribute("class", `pulse ${kind}`);
    this.element.setAttribute("r", String(size));
    this.element.setAttribute("visibility", "hidden");
  }
}

/** The messages between one renderer and the core. */
export class Travellers {
  #layer;
  #dots = /** @type {Set<Dot>} */ (new Set());
  #free = 0;

  /** @param {Element} layer where dots are drawn */
  constructor(layer) {
    this.#layer = layer;
  }

  get none() {
    return this.#dots.size === 0;
  }

  /**
   * Send `count` messages: one dot each, or larger dots for more than can be seen apart.
   *
   * @param {Kind} kind
   * @param {Direction} direction
   * @param {number} count
   * @param {() => void} [arrived] called for each dot
   */
  send(kind, direction, count, arrived = () => {}) {
    const dots = Math.min(count, AT_MOST_IN_A_BURST);
    const size = 3.25 + Math.min(1.25, Math.log10(count / dots) / 2);
    const now = performance.now();
    for (let n = 0; n < dots; n += 1) {
      const starts = Math.max(now, this.#free);
      // Bursts follow each other for as long as that stays near what happens.
      this.#free = Math.min(starts + APART, now + 1000);
      const dot = new Dot(kind, direction, size, starts, arrived);
      this.#dots.add(dot);
      this.#layer.append(dot.element);
    }
  }

  /**
   * @param {number} now
   * @param {import("./layout.js").Point} outer where the edge meets the renderer
   * @param {import("./layout.js").Point} inner where it meets the core
   */
  step(now, outer, inner) {
    const length = Math.hypot(outer.x - inner.x, outer.y - inner.y);
    for (const dot of this.#dots) {
      const t = (now - dot.starts) / LEG;
      if (t < 0) continue;
      if (t >= 1) {
        this.#dots.delete(dot);
        dot.element.remove();
        dot.arrived();
        continue;
      }
      const [from, to] = dot.direction === "up" ? [outer, inner] : [inner, outer];
      const at = along(from, to, eased(t) * length);
      dot.element.setAttribute("cx", at.x.toFixed(1));
      dot.element.setAttribute("cy", at.y.toFixed(1));
      dot.element.setAttribute("visibility", "visible");
    }
  }

  clear() {
    for (const dot of this.#dots) dot.element.remove();
    this.#dots.clear();
  }
}
