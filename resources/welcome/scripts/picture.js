/** The live picture of the processes and of the messages between them. */

import { placeOf, stageFor } from "./layout.js";
import { Frames } from "./motion.js";
import { CoreNode, draw, RendererNode } from "./node.js";
import { LEG } from "./traveller.js";

/** Draws what it is told; it asks nobody and knows nothing of windows but their labels. */
export class Picture {
  #svg;
  #slot;
  #here;
  #orbit;
  #core;
  #layers;
  #renderers = /** @type {Map<string, RendererNode>} */ (new Map());
  #leaving = /** @type {Set<RendererNode>} */ (new Set());
  #stage = stageFor(480, 480);
  #quiet = matchMedia("(prefers-reduced-motion: reduce)");
  #frames = new Frames((seconds, now) => this.#step(seconds, now));

  /**
   * @param {SVGSVGElement} svg
   * @param {HTMLElement} slot stands where the next renderer will
   * @param {string} here label of the window that shows the picture
   */
  constructor(svg, slot, here) {
    this.#svg = svg;
    this.#slot = slot;
    this.#here = here;
    this.#orbit = draw("ellipse", "orbit", svg);
    const edges = draw("g", "edges", svg);
    const dots = draw("g", "dots", svg);
    this.#layers = { edges, dots, discs: draw("g", "discs", svg) };
    this.#core = new CoreNode(this.#layers.discs);
    new ResizeObserver(() => this.#resize()).observe(svg);
  }

  /**
   * Show these processes.
   *
   * @param {import("./processes.js").Snapshot} snapshot
   */
  update({ core, renderers }) {
    this.#core.show(core);
    const labels = new Set(renderers.map(({ label }) => label));
    for (const [label, node] of this.#renderers) {
      if (!labels.has(label)) this.#leave(label, node);
    }
    for (const renderer of renderers) this.#nodeOf(renderer.label).show(renderer);
    this.#arrange();
  }

  /**
   * Calls of a window, and their answers.
   *
   * @param {string} label
   * @param {number} count
   */
  call(label, count = 1) {
    const node = this.#visible(label);
    node?.travellers.send("call", "up", count, () => node.travellers.send("answer", "down", 1));
  }

  /**
   * A call that the core turned away at its gate.
   *
   * @param {string} label
   */
  refuse(label) {
    this.#visible(label)?.travellers.send("refused", "up", 1, () => this.#core.ripple("refused"));
  }

  /**
   * An event that the core delivers to every window.
   */
  broadcast() {
    for (const label of this.#renderers.keys()) this.#visible(label)?.travellers.send("event", "down", 1);
  }

  /**
   * An event on its way from window to window, slowly.
   *
   * @param {string[]} route labels in the order in which they had it
   */
  async journey(route) {
    for (let n = 1; n < route.length; n += 1) {
      this.#visible(route[n - 1])?.travellers.send("event", "up", 1);
      await passed(LEG);
      const node = this.#visible(route[n]);
      node?.travellers.send("event", "down", 1, () => node.ripple("event"));
      await passed(LEG);
    }
  }

  /** The node of a label, if dots can be seen there; otherwise its edge lights up, or nothing happens. */
  #visible(/** @type {string} */ label) {
    const node = this.#renderers.get(label);
    if (!node || document.visibilityState === "hidden") return null;
    if (this.#quiet.matches) {
      node.flash();
      return null;
    }
    this.#frames.wake();
    return node;
  }

  #nodeOf(/** @type {string} */ label) {
    let node = this.#renderers.get(label);
    if (!node) {
      const { discs, edges, dots } = this.#layers;
      node = new RendererNode(discs, edges, dots, label === this.#here);
      const { x, y } = this.#stage.centre;
      [node.x.value, node.y.value] = [x, y];
      this.#renderers.set(label, node);
    }
    return node;
  }

  #leave(/** @type {string} */ label, /** @type {RendererNode} */ node) {
    this.#renderers.delete(label);
    this.#leaving.add(node);
    node.group.classList.add("leaving");
    for (const spring of node.springs) spring.target = spring.value;
    node.radius.target = 0;
    node.ring.target = 0;
  }

  #resize() {
    this.#stage = stageFor(this.#svg.clientWidth, this.#svg.clientHeight);
    this.#arrange();
    for (const disc of this.#discs) for (const spring of disc.springs) spring.settle();
  }

  get #discs() {
    return [this.#core, ...this.#renderers.values(), ...this.#leaving];
  }

  #arrange() {
    const stage = this.#stage;
    const places = this.#renderers.size + (this.#slot.hidden ? 0 : 1);
    this.#core.stand(stage.centre, stage.scale);
    let index = 0;
    for (const node of this.#renderers.values()) {
      node.stand(placeOf(index, places, stage), stage.scale);
      index += 1;
    }
    const free = placeOf(index, places, stage);
    this.#slot.style.transform = `translate(${free.x.toFixed(1)}px, ${free.y.toFixed(1)}px)`;
    this.#orbit.setAttribute("cx", String(stage.centre.x));
    this.#orbit.setAttribute("cy", String(stage.centre.y));
    this.#orbit.setAttribute("rx", String(stage.rx));
    this.#orbit.setAttribute("ry", String(stage.ry));
    this.#frames.wake();
  }

  #step(/** @type {number} */ seconds, /** @type {number} */ now) {
    let moving = false;
    for (const disc of this.#discs) {
      for (const spring of disc.springs) {
        if (this.#quiet.matches) spring.settle();
        else spring.step(seconds);
        moving ||= !spring.still;
      }
      disc.paint();
    }
    for (const node of [...this.#renderers.values(), ...this.#leaving]) {
      node.connect(now, this.#core);
      moving ||= !node.travellers.none;
    }
    for (const node of this.#leaving) {
      if (node.ring.value > 1) continue;
      this.#leaving.delete(node);
      node.remove();
    }
    return moving;
  }
}

function passed(/** @type {number} */ milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
