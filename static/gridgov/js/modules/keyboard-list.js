// J and K (or the arrows) walk the rows, Enter opens one. While the sheet is open, J opens the next at once.
import { lettersOn } from "./shortcuts.js";

const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

export default function start(list) {
  const links = () => [...list.querySelectorAll("[data-open]")];
  const current = () => list.querySelector("[aria-current=true]");

  function mark(link) {
    current()?.removeAttribute("aria-current");
    link.closest("[data-row]")?.setAttribute("aria-current", "true");
  }

  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row]");
    const link = row?.querySelector("[data-open]");
    if (!link) return;
    mark(link);
    // A press anywhere in the row opens it, unless it was meant for something of its own.
    if (!event.target.closest("a, button, input, select, label, details")) link.click();
  });

  document.body.addEventListener("sheet:closed", () => current()?.removeAttribute("aria-current"));

  document.addEventListener("keydown", (event) => {
    if (!list.isConnected || event.ctrlKey || event.altKey || event.metaKey || busyElsewhere(event.target)) return;
    const letter = event.key.length === 1;
    const step = STEPS[letter ? event.key.toLowerCase() : event.key];
    if (!step || (letter && !lettersOn())) return;
    if (!letter && !list.contains(event.target)) return;
    event.preventDefault();
    const all = links();
    const here = all.indexOf(list.contains(document.activeElement) ? document.activeElement : current()?.querySelector("[data-open]"));
    const next = all[here === -1 ? (step > 0 ? 0 : all.length - 1) : here + step];
    if (!next) return;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    if (document.getElementById("sheet")?.childElementCount) next.click();
  });
}

function busyElsewhere(target) {
  return Boolean(target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open], details[open]"));
}
