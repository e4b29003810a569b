// The list of shortcuts behind "?", the "/" to search, and the switch for single letters (WCAG 2.1.4).
const KEY = "single-letters";

export function lettersOn() {
  return localStorage.getItem(KEY) !== "off";
}

export default function start(dialog) {
  const toggle = dialog.querySelector("[data-shortcuts-on]");
  toggle.checked = lettersOn();
  toggle.addEventListener("change", () => localStorage.setItem(KEY, toggle.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (!lettersOn() || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable], dialog[open]")) return;
    if (event.key === "?") dialog.showModal();
    const search = document.querySelector("[data-search]");
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
    }
  });
}
