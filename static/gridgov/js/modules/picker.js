// What was found by its name joins what is offered, chosen at once; the search closes.
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

export default function start(picker) {
  const picks = picker.querySelector("[data-picks]");
  const found = picker.querySelector("[data-found]");
  const search = picker.querySelector("input[type=search]");
  // Taken away, not hidden: Enter in another field would press it.
  for (const button of picker.querySelectorAll("[data-without-js]")) button.remove();

  search.addEventListener("keydown", (event) => {
    // Enter searches; it never sends what is being filled in.
    if (event.key === "Enter") event.preventDefault();
    if (event.key === "ArrowDown") walk(event, 1);
  });
  // Arrows walk through what was found without choosing, as they would in a group of radio buttons; space or Enter chooses.
  found.addEventListener("keydown", (event) => {
    if (STEPS[event.key]) walk(event, STEPS[event.key]);
    if (event.key === "Enter") {
      event.preventDefault();
      event.target.click();
    }
  });
  found.addEventListener("change", (event) => {
    const pick = event.target.closest(".pick");
    if (!pick) return;
    for (const twin of picks.querySelectorAll(`[value="${CSS.escape(event.target.value)}"]`)) twin.closest(".pick").remove();
    picks.prepend(pick);
    found.replaceChildren();
    search.value = "";
    event.target.focus();
  });

  function walk(event, step) {
    const all = [search, ...found.querySelectorAll("input")];
    event.preventDefault();
    all[all.indexOf(event.target) + step]?.focus();
  }
}
