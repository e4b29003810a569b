// J and K (or the arrows) walk the rows, Enter opens one, N opens the next. While the sheet is open, J opens the next at
// once. A letter of data-step-keys opens the row one stands on and presses what carries it there.
import { isTyping, LIST, onLetter } from "../keys.js";
import { press } from "./shortcuts.js";

const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

export default function start(list) {
  const sheet = document.getElementById("sheet");
  const links = () => [...list.querySelectorAll("[data-open]")];
  const current = () => list.querySelector("[aria-current=true]");
  let opened = ""; // id of the row that is open: drawn anew, it has forgotten
  const here = () => (list.contains(document.activeElement) ? document.activeElement.closest("[data-row]") : current())?.querySelector("[data-open]");

  function mark(link) {
    current()?.removeAttribute("aria-current");
    const row = link.closest("[data-row]");
    row.setAttribute("aria-current", "true");
    opened = row.id;
  }

  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row]");
    const link = row?.querySelector("[data-open]");
    if (!link || event.target.closest("label, input")) return;
    mark(link);
    // A press anywhere in the row opens it, unless it was meant for something of its own.
    if (!event.target.closest("a, button, select, details")) link.click();
  });

  const stop = new AbortController();
  document.body.addEventListener("sheet:closed", () => {
    current()?.removeAttribute("aria-current");
    opened = "";
  }, { signal: stop.signal });
  document.body.addEventListener("htmx:afterSettle", () => {
    if (!list.isConnected) return stop.abort();
    if (opened && !current()) document.getElementById(opened)?.setAttribute("aria-current", "true");
  }, { signal: stop.signal });

  onLetter(list, LIST, (letter, { shiftKey }) => {
    if (letter === "n") return walk(1, true);
    if (STEPS[letter]) return walk(STEPS[letter], sheet?.childElementCount && !shiftKey);
    return list.dataset.stepKeys?.includes(letter) && openAndPress(letter);
  });
  list.addEventListener("keydown", (event) => {
    if (!STEPS[event.key] || event.key.length === 1 || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    event.preventDefault();
    walk(STEPS[event.key], sheet?.childElementCount);
  });

  function walk(step, opens) {
    const all = links();
    const place = all.indexOf(here());
    const next = all[place === -1 ? (step > 0 ? 0 : all.length - 1) : place + step];
    if (!next) say(list.dataset.last);
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
    if (opens) next?.click();
    return true;
  }

  /** What is being filled in beside the list stays; what is open there already has not this to offer. */
  function openAndPress(letter) {
    const link = here();
    if (!link || sheet?.querySelector("form#step")) return false;
    if (sheet?.childElementCount && link.closest("[data-row]") === current()) say(list.dataset.notOffered);
    else {
      sheet?.addEventListener("htmx:afterSettle", () => press(letter) || say(list.dataset.notOffered), { once: true });
      link.click();
    }
    return true;
  }
}

/** After what is said of the sheet that has just opened. */
function say(words) {
  const region = document.getElementById("live");
  if (words) setTimeout(() => { region.textContent = words; }, 100);
}
