// The list of shortcuts behind "?", "/" to search, "g" and a letter to go somewhere, the letters of what is open, and
// Ctrl+Enter to send, or to come to the buttons where there are several. The switch for single letters is here too.
import { lettersOn, onLetter, OPEN, switchLetters } from "../keys.js";

const PATIENCE = 2000; // ms between "g" and where to go

export default function start(dialog) {
  const toggle = dialog.querySelector("[data-shortcuts-on]");
  let goesSince = 0;
  toggle.checked = lettersOn();
  toggle.addEventListener("change", () => switchLetters(toggle.checked));

  // Before all others: the letter after "g" is nobody else's.
  onLetter(dialog, 0, (letter) => {
    const goes = Date.now() - goesSince < PATIENCE;
    goesSince = letter === "g" && !goes ? Date.now() : 0;
    if (goes) document.querySelector(`[data-go="${CSS.escape(letter)}"]`)?.click();
    return goes || letter === "g";
  });
  onLetter(dialog, OPEN, (letter) => {
    if (letter === "?") dialog.showModal();
    else if (letter === "/") document.querySelector("[data-search]")?.focus();
    else return press(letter);
    return true;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
    const form = event.target.form;
    const buttons = [...(form?.querySelectorAll("button:not([type=button])") ?? [])].filter((button) => button.offsetParent);
    if (!buttons.length || buttons[0].disabled) return;
    event.preventDefault();
    if (buttons.length === 1) form.requestSubmit(buttons[0]);
    // Between several somebody has to choose: to grant is not to refuse.
    else if (!buttons.includes(event.target)) buttons[0].focus();
  });
}

/** Press what carries the letter in the sheet, or without a sheet on the page; answers whether there is such a thing. */
export function press(letter) {
  const sheet = document.getElementById("sheet");
  const room = sheet?.childElementCount ? sheet : document.getElementById("main");
  const found = room?.querySelector(`[data-key="${CSS.escape(letter)}"]`);
  // Just swapped in, a link would still leave the page: htmx binds it in a moment.
  if (found?.closest(".htmx-settling")) room.addEventListener("htmx:afterSettle", () => found.click(), { once: true });
  else found?.click();
  return Boolean(found);
}
