/** The number that all windows share. The core has it; pages follow it. */

/** @param {(value: number) => void} [changed] */
export async function counter(changed = () => {}) {
  const { invoke, listen } = window.shell;
  const output = document.getElementById("counter");
  const show = (/** @type {number} */ value) => {
    output.textContent = String(value);
  };
  await listen("counter", ({ payload }) => {
    show(payload);
    changed(payload);
  });
  show(await invoke("counter"));
  for (const [id, by] of /** @type {[string, number][]} */ ([["counter-less", -1], ["counter-more", 1]])) {
    document.getElementById(id).addEventListener("click", () => void invoke("shared_counter_add", { by }));
  }
}
