// What is due at an object, what a visit still lacks, and how it is sent: without a page, so that it can be read alone.
import { apart } from "../../gridgov/js/geo.js";
import { isoDay } from "./day.js";

const STEADY = 10; // metres: good enough

/** The lists of an object as they are now; a draft keeps them, whatever is published meanwhile. */
export function listsOf(day, object) {
  return object.lists.map((version) => day.lists.find((list) => list.version === version)).filter(Boolean);
}

/**
 * [{department, lists: [{…list, due: [items], later: [items]}]}]. What was found and not seen in order since is always
 * due, and what was `answered` in this visit; on a patrol `everything` is.
 */
export function groupsOf(lists, object, { everything = false, answered = {}, today = isoDay(new Date()) } = {}) {
  const found = new Map(object.findings.map((finding) => [finding.key, finding]));
  const groups = new Map();
  for (const list of lists) {
    const items = list.items.map((item) => ({ ...item, finding: found.get(item.key), last: object.asked[item.id] }));
    const due = items.filter((item) => everything || item.finding || item.id in answered || isDue(item, object.risk, today));
    const later = items.filter((item) => !due.includes(item));
    const group = groups.get(list.department) ?? { department: list.department, lists: [] };
    group.lists.push({ ...list, due, later });
    groups.set(list.department, group);
  }
  return [...groups.values()];
}

/** How many items are due at an object; none while it is left alone. */
export function dueCount(day, object) {
  return tooSoon(day, object) ? 0 : groupsOf(listsOf(day, object), object).flatMap((group) => group.lists).reduce((sum, list) => sum + list.due.length, 0);
}

/** Due again after its days at this risk; never asked is due. */
export function isDue(item, risk, today) {
  const day = dueOn(item, risk, today);
  return day !== null && day <= today;
}

/** The day on which an item is due, `today` if it was never asked; null for what has no rhythm at this risk. */
export function dueOn(item, risk, today) {
  const days = item.days[risk];
  if (days === null) return null;
  if (!item.last) return today;
  const next = new Date(`${item.last}T00:00`);
  next.setDate(next.getDate() + days);
  return isoDay(next);
}

/**
 * The day before which nobody is to call at an object again, "" where there is none: some days after its last visit,
 * unless something that was found is open. The rule of left_alone_until in inspections/checklists.py.
 */
export function aloneUntil(day, object) {
  if (!object.last_visit || object.findings.length) return "";
  const next = new Date(object.last_visit.at);
  next.setDate(next.getDate() + day.visit_every_days);
  return isoDay(next);
}

/** Whether an object is to be left alone for now. */
export function tooSoon(day, object, today = isoDay(new Date())) {
  return today < aloneUntil(day, object);
}

/** Metres between [longitude, latitude] and a fix of the device. */
export function metres([longitude, latitude], fix) {
  return apart({ longitude, latitude }, fix);
}

/** Surely elsewhere: farther than the object reaches and the fix may be off; a patrol goes everywhere. As inspections/reach.py. */
export function isAway(object, { fix, reason }) {
  return Boolean(object.point && fix) && reason !== "patrol" && doubtless(object, fix) > object.reach;
}

/** Whether a fix says more of being at the object than the one before: surely nearer, or as near and better. */
export function isBetter(object, fix, before) {
  if (!before) return true;
  const [now, then] = [doubtless(object, fix), doubtless(object, before)];
  return now < then || (now === then && fix.accuracy <= Math.max(before.accuracy, STEADY));
}

/** How many metres a fix is from the object at least; 0 where that can't be said. */
function doubtless(object, fix) {
  return object.point ? Math.max(0, metres(object.point, fix) - fix.accuracy) : 0;
}

/** What is still missing: [{item, word}], word one of photo, after_photo; or [{word}], word one of nothing, away. */
export function lacks(fields, object, items, photos) {
  const answered = Object.entries(fields.answers);
  if (!answered.length) return [{ word: "nothing" }];
  const missing = [];
  for (const [id, answer] of answered) {
    if (answer.result !== "abnormal") continue;
    const item = items.get(Number(id));
    const has = (kind) => photos.some((photo) => photo.field === `item-${id}` && photo.kind === kind);
    if (item.photo_required && !has("before")) missing.push({ item, word: "photo" });
    if (answer.settled && !has("after")) missing.push({ item, word: "after_photo" });
  }
  if (isAway(object, fields) && !fields.away_reason) missing.push({ word: "away" });
  return missing;
}

/** The visit as the API takes it; photos by their names. */
export function bodyOf(id, fields, photos) {
  const of = (item, kind) => photos.filter((photo) => photo.field === `item-${item}` && photo.kind === kind).map((photo) => photo.uuid);
  const fix = fields.fix;
  return {
    client_uuid: id,
    object: fields.object,
    task: fields.task ?? null,
    reason: fields.reason ?? "routine",
    started_at: fields.started_at,
    finished_at: fields.finished_at,
    note: fields.note ?? "",
    away_reason: fields.away_reason ?? "",
    ...(fix ? { device_point: { lon: fix.longitude, lat: fix.latitude }, accuracy_m: fix.accuracy } : {}),
    answers: Object.entries(fields.answers).map(([item, answer]) => ({
      item: Number(item),
      result: answer.result,
      note: answer.note ?? "",
      photo_uuids: of(item, "before"),
      settled: answer.result === "abnormal" && Boolean(answer.settled),
      after_photo_uuids: answer.result === "abnormal" && answer.settled ? of(item, "after") : [],
    })),
  };
}
