/** The discs of the picture: the core in the middle, and a renderer with its edge. */

import { along, radiusFor, ringFor } from "./layout.js";
import { Spring } from "./motion.js";
import { mebibytes } from "./processes.js";
import { Travellers } from "./traveller.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} name
 * @param {string} kind
 * @param {Element} parent
 */
export function draw(name, kind, parent) {
  const element = document.createElementNS(SVG, name);
  element.setAttribute("class", kind);
  parent.append(element);
  return element;
}

/** A disc as large as its memory, a ring around it, and three lines in it. */
class Disc {
  x = new Spring(0);
  y = new Spring(0);
  radius = new Spring(0);
  ring = new Spring(0);
  memory = /** @type {number | null} */ (null);
  group;
  #disc;
  #ring;
  #lines;

  /**
   * @param {Element} layer
   * @param {string} kind
   */
  constructor(layer, kind) {
    this.group = draw("g", kind, layer);
    this.#ring = draw("circle", "ring", this.group);
    this.#disc = draw("circle", "disc", this.group);
    this.#lines = ["label", "detail", "detail"].map((line) => draw("text", line, this.group));
  }

  /** @param {string[]} lines */
  write(lines) {
    this.#lines.forEach((line, n) => {
      line.textContent = lines[n] ?? "";
    });
  }

  get at() {
    return { x: this.x.value, y: this.y.value };
  }

  /**
   * @param {import("./layout.js").Point} place
   * @param {number} scale
   */
  stand(place, scale) {
    this.x.target = place.x;
    this.y.target = place.y;
    this.radius.target = radiusFor(this.memory, scale);
    this.ring.target = ringFor(this.memory, scale);
    const size = Math.max(0.88, Math.min(1.12, scale));
    this.group.style.setProperty("--type", String(size));
    this.#lines.forEach((line, n) => line.setAttribute("y", String((n * 15 - 11) * size)));
  }

  get springs() {
    return [this.x, this.y, this.radius, this.ring];
  }

  paint() {
    this.group.setAttribute("transform", `translate(${this.x.value.toFixed(2)} ${this.y.value.toFixed(2)})`);
    this.#disc.setAttribute("r", Math.max(0, this.radius.value).toFixed(2));
    this.#ring.setAttribute("r", Math.max(0, this.ring.value).toFixed(2));
  }

  /**
   * A ring that spreads and fades, unless the person wants nothing to move.
   *
   * @param {string} kind
   */
  ripple(kind) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const ring = draw("circle", `ripple ${kind}`, this.group);
    const radius = this.ring.target;
    ring.animate([{ r: `${radius}px`, opacity: 0.9 }, { r: `${radius + 22}px`, opacity: 0 }], {
      duration: 700,
      easing: "ease-out",
    }).finished.finally(() => ring.remove());
  }
}

/** The core, with Qt's and Chromium's own threads in it. */
export class CoreNode extends Disc {
  /** @param {Element} layer */
  constructor(layer) {
    super(layer, "core");
  }

  /** @param {import("./processes.js").Core} core */
  show(core) {
    this.memory = core.memory;
    this.write(["core", `pid ${core.pid}`, mebibytes(core.memory)]);
  }
}

/** A window's renderer, with the edge to the core and what travels on it. */
export class RendererNode extends Disc {
  travellers;
  #wasGone = false;
  #edge;
  #busy = 0;

  /**
   * @param {Element} layer
   * @param {Element} edges
   * @param {Element} dots
   * @param {boolean} here whether it is the renderer that draws this picture
   */
  constructor(layer, edges, dots, here) {
    super(layer, here ? "renderer here" : "renderer");
    this.#edge = draw("line", "edge", edges);
    this.travellers = new Travellers(dots);
  }

  /** @param {import("./processes.js").Renderer} renderer */
  show(renderer) {
    const running = renderer.state === "running";
    this.group.classList.toggle("gone", renderer.state === "gone");
    if (running) {
      if (this.#wasGone) this.ripple("call");
      this.memory = renderer.memory;
      this.write([renderer.label, `pid ${renderer.pid}`, mebibytes(renderer.memory)]);
    } else {
      this.write([renderer.label, renderer.state]);
    }
    this.#wasGone = renderer.state === "gone";
  }

  /** Light the edge up for a moment, for those who want nothing to move. */
  flash() {
    clearTimeout(this.#busy);
    this.#edge.classList.add("busy");
    this.#busy = setTimeout(() => this.#edge.classList.remove("busy"), 350);
  }

  /**
   * @param {number} now
   * @param {CoreNode} core
   */
  connect(now, core) {
    const inner = along(core.at, this.at, core.ring.value);
    const outer = along(this.at, core.at, this.ring.value);
    this.#edge.setAttribute("x1", inner.x.toFixed(1));
    this.#edge.setAttribute("y1", inner.y.toFixed(1));
    this.#edge.setAttribute("x2", outer.x.toFixed(1));
    this.#edge.setAttribute("y2", outer.y.toFixed(1));
    this.travellers.step(now, outer, inner);
  }

  remove() {
    this.travellers.clear();
    this.#edge.remove();
    this.group.remove();
  }
}
