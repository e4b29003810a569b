// A class found by its name joins those that are offered, chosen at once; the search closes.
export default function start(picker) {
  const picks = picker.querySelector("[data-picks]");
  const found = picker.querySelector("[data-found]");
  for (const button of picker.querySelectorAll("[data-without-js]")) button.hidden = true;

  // Enter searches; it never sends what is being filled in.
  picker.querySelector("input[type=search]").addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  found.addEventListener("change", (event) => {
    const pick = event.target.closest(".pick");
    if (!pick) return;
    for (const twin of picks.querySelectorAll(`[value="${event.target.value}"]`)) twin.closest(".pick").remove();
    picks.prepend(pick);
    found.replaceChildren();
    picker.querySelector("input[type=search]").value = "";
    event.target.focus();
  });
}
