// Lets a page move its window by an element that says so, as Tauri does:
//   data-tauri-drag-region          this element itself, not what is in it
//   data-tauri-drag-region="deep"   this element and what is in it, except what can be clicked or typed into
//   data-tauri-drag-region="false"  not this element, even inside a deep one
(() => {
  "use strict";
  const ATTRIBUTE = "data-tauri-drag-region";
  const CLICKABLE =
    "a[href], button, input, select, textarea, label, summary, option, audio[controls], video[controls]," +
    ' [contenteditable]:not([contenteditable="false"]), [tabindex]:not([tabindex="-1"]), [role="button"],' +
    ' [role="link"], [role="menuitem"], [role="tab"], [role="checkbox"], [role="radio"], [role="switch"]';

  const drags = (path) => {
    for (const [depth, element] of path.entries()) {
      if (!(element instanceof Element)) continue;
      const region = element.getAttribute(ATTRIBUTE);
      if (region === "false") return false;
      if (region === "deep" || (region !== null && depth === 0)) return true;
      if (element.matches(CLICKABLE)) return false;
    }
    return false;
  };

  addEventListener("mousedown", (event) => {
    if (event.button !== 0 || event.detail < 1 || event.detail > 2 || !drags(event.composedPath())) return;
    // Neither a text cursor nor a selection begins here, and the page hears of no press that it will not see end.
    event.preventDefault();
    event.stopImmediatePropagation();
    const command = event.detail === 2 ? "internal_toggle_maximize" : "start_dragging";
    window.__TAURI_INTERNALS__.invoke(`plugin:window|${command}`);
  });
})();
