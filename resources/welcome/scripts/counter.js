/** The number that all windows share. The core has it; pages follow it. */

/** @param {(value: number) => void} [changed] called at each change, and not for the value that there was */
export function counter(changed = () => {}) {
  const { follow, invoke } = window.shell;
  const output = document.getElementById("counter");
  let late = true;
  const add = (/** @type {string} */ id, /** @type {number} */ by) =>
    document.getElementById(id).addEventListener("click", () => void invoke("add_to_counter", { by }));
  add("counter-less", -1);
  add("counter-more", 1);
  return follow("counter", (value) => {
    output.textContent = String(value);
    if (!late) changed(value);
    late = false;
  });
}
