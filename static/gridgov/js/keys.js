// Letters as shortcuts: never while somebody types or has a menu open, never beside Ctrl, Alt or Cmd, and only while
// they are switched on (WCAG 2.1.4). Whoever ranks first takes a letter, the others don't hear of it.
const KEY = "single-letters";
const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open], details[open]";

export const SELECTION = 1; // what is selected in a list
export const OPEN = 2; // what is open beside it, or the page itself
export const LIST = 3; // the row one stands on

let takers = [];

export function lettersOn() {
  return localStorage.getItem(KEY) !== "off";
}

export function switchLetters(on) {
  localStorage.setItem(KEY, on ? "on" : "off");
}

export function isTyping(target) {
  return Boolean(target.closest?.(TYPING));
}

/** Offer every letter to `take(letter, event)` while the element is on the page; it answers true if it took it. */
export function onLetter(element, rank, take) {
  takers = [...takers, { element, rank, take }].sort((one, other) => one.rank - other.rank);
}

document.addEventListener("keydown", (event) => {
  if (event.key.length !== 1 || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  // Among choices of one a figure means nothing else.
  const free = event.target.type === "radio" && /\d/.test(event.key);
  if (event.defaultPrevented || !lettersOn() || (isTyping(event.target) && !free)) return;
  takers = takers.filter(({ element }) => element.isConnected);
  if (takers.some(({ take }) => take(event.key.toLowerCase(), event))) event.preventDefault();
});
