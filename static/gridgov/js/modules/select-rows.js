// Rows that are ticked: one by one (X), a range (Shift and a press, Shift+J, Shift+K), all of them (Shift+X, or the box in
// the head). Esc lets go of them. What data-done names on a later answer is ticked no more; the others stay.
import { isTyping, onLetter, SELECTION } from "../keys.js";

export default function start(table) {
  const form = document.getElementById(table.dataset.selects);
  const all = table.querySelector("[data-select-all]");
  const words = form.querySelector("[data-selected]");
  const selected = new Set();
  let anchor = null;
  const boxes = () => [...table.querySelectorAll("[data-select]")];
  const row = () => (table.contains(document.activeElement) ? document.activeElement.closest("[data-row]") : table.querySelector("[aria-current=true]"));
  const boxOf = (element) => element?.querySelector("[data-select]");

  table.addEventListener("click", ({ target, shiftKey }) => {
    if (target.matches("[data-select]")) tick(target, target.checked, shiftKey);
    if (target === all) for (const box of boxes()) tick(box, all.checked);
  });
  form.addEventListener("click", ({ target }) => { if (target.closest("[data-select-none]")) clear(); });

  onLetter(table, SELECTION, (letter, { shiftKey }) => {
    if (letter === "x" && shiftKey) {
      const every = boxes().every((box) => box.checked);
      for (const box of boxes()) tick(box, !every);
      return true;
    }
    const box = boxOf(row());
    if (letter === "x" && box) tick(box, !box.checked);
    if (letter === "x") return true;
    if (shiftKey && "jk".includes(letter)) {
      const next = boxes()[boxes().indexOf(box) + (letter === "j" ? 1 : -1)];
      for (const one of [box, next]) if (one) tick(one, true);
      return false; // the list walks on
    }
    if (!selected.size || !(letter === "b" || form.dataset.keys.includes(letter))) return false;
    form.elements.key.value = letter === "b" ? "" : letter;
    form.requestSubmit();
    form.elements.key.value = "";
    return true;
  });

  // Before the sheet hears it: one Esc closes the sheet, the next one lets go of the rows.
  const stop = new AbortController();
  document.addEventListener("keydown", (event) => {
    if (!table.isConnected) return stop.abort();
    if (event.key === "Escape" && selected.size && !document.getElementById("sheet")?.childElementCount && !isTyping(event.target)) clear();
  }, { capture: true, signal: stop.signal });
  document.body.addEventListener("htmx:afterSettle", () => {
    if (!table.isConnected) return stop.abort();
    const done = document.querySelector("#sheet [data-done]")?.dataset.done.split(" ") ?? [];
    for (const number of done) selected.delete(number);
    show(); // a row that was drawn anew has forgotten
  }, { signal: stop.signal });

  function tick(box, on, asRange = false) {
    const order = boxes();
    const from = asRange && anchor ? order.findIndex(({ value }) => value === anchor) : -1;
    const to = order.indexOf(box);
    const range = from === -1 ? [box] : order.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const { value } of range) selected[on ? "add" : "delete"](value);
    anchor = box.value;
    show();
  }

  function clear() {
    selected.clear();
    show();
  }

  function show() {
    for (const box of boxes()) box.checked = selected.has(box.value);
    all.checked = selected.size > 0 && boxes().every((box) => box.checked);
    all.indeterminate = selected.size > 0 && !all.checked;
    words.textContent = (selected.size === 1 ? words.dataset.one : words.dataset.many).replace("{n}", selected.size);
  }
}
