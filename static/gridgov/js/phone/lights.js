// Lights go on with the phone's clock, on pages that were kept too: as the tag `light` of gridgov/templatetags/ui.py says
// them, from the moments that stand on each (seconds since 1970).
const MINUTE = 60_000;
const HOURS_A_DAY = 24;
const said = document.getElementById("light-words")?.dataset;

export function keepLights() {
  if (!said) return;
  showAll();
  setInterval(showAll, MINUTE);
  addEventListener("pageshow", showAll);
  document.addEventListener("visibilitychange", showAll);
}

function showAll() {
  for (const light of document.querySelectorAll(".light[data-due]")) show(light);
}

function show(light) {
  const now = Date.now();
  const due = light.dataset.due * 1000;
  const colour = now >= due ? "red" : "warn" in light.dataset && now >= light.dataset.warn * 1000 ? "yellow" : "green";
  light.classList.remove("light--green", "light--yellow", "light--red");
  light.classList.add(`light--${colour}`);
  const mark = light.querySelector("use");
  mark.setAttribute("href", mark.getAttribute("href").replace(/#.*/, `#${colour}`));
  const unseen = light.querySelector(".visually-hidden");
  if (unseen) unseen.textContent = said[colour] ? `${said[colour]} ` : "";
  const words = light.querySelector(".light__words").firstChild;
  const text = timeLeft(due - now);
  if (words.data !== text) words.data = text;
}

function timeLeft(left) {
  return filled(left > 0 ? "left" : "overdue", duration(Math.floor(Math.abs(left) / MINUTE)));
}

/** In its two largest units, like the filter `duration`. */
function duration(minutes) {
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / HOURS_A_DAY);
  if (!minutes) return said.moment;
  const parts = days
    ? [filled(days === 1 ? "day" : "days", days), days < 10 && hours % HOURS_A_DAY && filled("hours", hours % HOURS_A_DAY)]
    : [hours && filled("hours", hours), minutes % 60 && filled("minutes", minutes % 60)];
  return parts.filter(Boolean).join(" ");
}

/** A sentence in which the server would put one thing: %(duration)s or %(count)d. */
function filled(name, value) {
  return said[name].replace(/%\(\w+\)[sd]/, value);
}
