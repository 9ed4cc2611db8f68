/** Where the core and its renderers stand in the picture, and how large they are. No DOM in here. */

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{width: number, height: number, centre: Point, rx: number, ry: number, scale: number}} Stage */

const MARGIN = 10;

/**
 * The stage for a picture of this size, in CSS pixels.
 *
 * @param {number} width
 * @param {number} height
 * @returns {Stage}
 */
export function stageFor(width, height) {
  const scale = Math.min(1.25, Math.max(0.6, Math.min(width, height) / 480));
  const reach = ringFor(90, scale) + MARGIN;
  const ry = Math.max(60, height / 2 - reach);
  const rx = Math.max(60, Math.min(width / 2 - reach, ry * 1.35));
  return { width, height, centre: { x: width / 2, y: height / 2 }, rx, ry: Math.min(ry, rx * 1.25), scale };
}

/**
 * The radius of a disc whose area stands for memory.
 *
 * @param {number | null} memory in MiB; null where the system does not tell
 * @param {number} scale
 */
export function radiusFor(memory, scale) {
  return memory === null ? 0 : scale * 5.2 * Math.sqrt(memory);
}

/**
 * The radius of the ring around that disc, with room for three lines.
 *
 * @param {number | null} memory in MiB
 * @param {number} scale
 */
export function ringFor(memory, scale) {
  return Math.max(38, 42 * scale, radiusFor(memory, scale) + 5);
}

/**
 * One place of `count` on the ellipse: the first at the top, or at the left where the edge would be short there.
 *
 * @param {number} index
 * @param {number} count
 * @param {Stage} stage
 * @returns {Point}
 */
export function placeOf(index, count, stage) {
  const start = stage.rx > stage.ry && stage.ry < radiusFor(600, stage.scale) + 20 ? Math.PI : -Math.PI / 2;
  const angle = start + (index / count) * 2 * Math.PI;
  return { x: stage.centre.x + stage.rx * Math.cos(angle), y: stage.centre.y + stage.ry * Math.sin(angle) };
}

/**
 * The point at a distance from `from` on the way to `to`.
 *
 * @param {Point} from
 * @param {Point} to
 * @param {number} distance
 * @returns {Point}
 */
export function along(from, to, distance) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: from.x + ((to.x - from.x) * distance) / length, y: from.y + ((to.y - from.y) * distance) / length };
}
