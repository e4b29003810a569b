// Things with a place, the nearest first; how an object looks on a list, and how many of all objects this phone knows.
import { metres } from "./visit-rules.js";
import { fill, pattern, words } from "./visit-view.js";

/** Rows with `away` in metres from the fix, null where one of the two is unknown; the nearest first, then what has most due. */
export function byDistance(rows, fix) {
  return rows
    .map((row) => ({ ...row, away: fix && row.point ? metres(row.point, fix) : null }))
    .sort((one, other) => (one.away ?? Infinity) - (other.away ?? Infinity) || (other.due ?? 0) - (one.due ?? 0) || (one.code ?? "").localeCompare(other.code ?? ""));
}

/** How far, in words; "" where that is unknown. */
export function farAway(root, away) {
  if (away === null) return "";
  return away < 950 ? words(root, "metres", { n: Math.round(away) }) : words(root, "kilometres", { n: (away / 1000).toFixed(1) });
}

/** A copy of one of the page's patterns, filled; lines that have nothing to say are left out. */
export function card(root, name, told, href) {
  const box = fill(pattern(root, name), told);
  for (const line of box.querySelectorAll("[data-line]")) if (!line.textContent.trim()) line.remove();
  if (href) box.querySelector("a").href = href;
  return box;
}

export function objectCard(root, object, href) {
  return card(root, "object", {
    name: object.name,
    type: object.type,
    address: object.address || object.area,
    away: farAway(root, object.away),
    due: object.due ? words(root, "dueHere", { n: object.due }) : "",
    findings: object.findings.length ? words(root, "findingsHere", { n: object.findings.length }) : "",
  }, href);
}

/** Say so where the phone knows only some of the objects. */
export function sayHowMany(root, day) {
  const line = root.querySelector("[data-how-many]");
  line.hidden = day.objects_in_all <= day.objects.length;
  fill(line, { said: words(line, "said", { n: day.objects.length, all: day.objects_in_all }) });
}
