// What follows on a day from what is known of an object: its licences, who answers for it, what is due when.
import { isoDay } from "./day.js";
import { aloneUntil, dueOn, listsOf } from "./visit-rules.js";

const SOON_DAYS = 30;
const ORDER = ["ended", "soon", "valid", "later", "replaced"];

/** Licences with their `standing` and the `days` left, those that ended first; the rule of grids/registry.py. */
export function licencesOf(object, today = isoDay(new Date())) {
  const same = (one, other) => one.department === other.department && one.kind === other.kind;
  const runs = (one) => !one.valid_to || one.valid_to >= today;
  const standing = (one) => {
    if (!runs(one)) return object.licences.some((other) => same(one, other) && runs(other)) ? "replaced" : "ended";
    if (one.valid_from && one.valid_from > today) return "later";
    return one.valid_to && daysTo(one.valid_to, today) <= SOON_DAYS ? "soon" : "valid";
  };
  return object.licences
    .map((one) => ({ ...one, standing: standing(one), days: one.valid_to ? daysTo(one.valid_to, today) : null }))
    .sort((one, other) => ORDER.indexOf(one.standing) - ORDER.indexOf(other.standing));
}

/** The areas that an object lies in, the smallest first. */
export function placesOf(day, object) {
  const chain = [];
  for (let code = object.place; code; code = chain.at(-1).above) {
    const place = day.places.find((one) => one.code === code);
    if (!place) break;
    chain.push(place);
  }
  return chain;
}

/** [{department, name, due, next}] of each list: how many items are due now, else the day on which the next one is. */
export function dueOf(day, object, today = isoDay(new Date())) {
  const found = new Set(object.findings.map((finding) => finding.key));
  const later = (due, alone = aloneUntil(day, object)) => (due && due < alone ? alone : due);
  return listsOf(day, object).map((list) => {
    const days = list.items.map((item) => (found.has(item.key) ? today : later(dueOn({ ...item, last: object.asked[item.id] }, object.risk, today)))).filter(Boolean);
    return { department: list.department, name: list.name, due: days.filter((one) => one <= today).length, next: days.sort()[0] ?? null };
  });
}

function daysTo(end, today) {
  return Math.round((Date.parse(end) - Date.parse(today)) / 86_400_000);
}
