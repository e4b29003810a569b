// The phone's day: objects of my grids, what is asked of them, my tasks; kept so that it is there without signal.
import { user } from "../../gridgov/js/phone/queue.js";

const WORDS = document.documentElement.lang;
const PATIENCE = 2500; // ms; then what is kept must do
const FRESH = 5 * 60_000; // ms
const MINE = `gridgov.day-${user}-`;
const KEPT = `${MINE}${WORDS}`;

/**
 * What the day says of an object: {day, object}, `object` undefined when neither server nor phone know it.
 * With a signal it is the server's answer, unless that takes longer than a moment.
 */
export async function objectOf(address, code) {
  const one = `${address}?object=${encodeURIComponent(code)}`;
  const fresh = refresh(one);
  const found = pick(await soon(fresh), code) ?? pick(await kept(address), code) ?? pick(await kept(one), code);
  // Nothing is kept: then one waits as long as it takes.
  return found ?? pick(await fresh.catch(() => null), code) ?? {};
}

/** The whole day: the server's, unless that takes longer than a moment; else what is kept; null where nothing is. */
export async function wholeDay(address) {
  const fresh = refresh(address);
  return (await soon(fresh)) ?? (await kept(address)) ?? fresh.catch(() => null);
}

/** The whole day as it is kept, while that is fresh enough; else as `wholeDay`. */
export async function recentDay(address) {
  const day = await kept(address);
  return day && Date.now() - Date.parse(day.as_of) < FRESH ? day : wholeDay(address);
}

/** GeoJSON outlines of the grids in my areas, kept for where there is no signal. */
export async function outlinesOf(day, address) {
  const found = await Promise.all(day.home.map(async ({ code }) => {
    const place = `${address}?level=5&within=${code}`;
    const fresh = fetch(place).then(async (answer) => {
      if (!answer.ok) throw new Error(`outlines ${answer.status}`);
      await keep(place, answer.clone());
      return answer.json();
    });
    return (await soon(fresh)) ?? (await kept(place)) ?? null;
  }));
  return found.filter(Boolean);
}

/** Fetch the whole day, to be there later; answers it, or null without signal. */
export async function refreshDay(address) {
  return refresh(address).catch(() => null);
}

/** What was just answered is not due any more, although the server has not heard of it yet. */
export async function rememberVisit(address, code, itemIds, by) {
  const today = isoDay(new Date());
  for (const place of [address, `${address}?object=${encodeURIComponent(code)}`]) {
    const day = await kept(place);
    const object = day?.objects.find((one) => one.code === code);
    if (!object) continue;
    for (const id of itemIds) object.asked[id] = today;
    object.last_visit = { at: new Date().toISOString(), by };
    // Without its ETag: the next answer of the server is the truth.
    await keep(place, new Response(JSON.stringify(day)));
  }
}

export function isoDay(date) {
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

async function refresh(address) {
  const before = await self.caches?.open(KEPT).then((own) => own.match(address));
  const etag = before?.headers.get("ETag");
  const headers = { Accept: "application/json", "Accept-Language": WORDS, ...(etag ? { "If-None-Match": etag } : {}) };
  const answer = await fetch(address, { headers, cache: "no-store", redirect: "manual" });
  if (answer.status === 304) return confirmed(address, await before.json(), answer);
  if (!answer.ok) throw new Error(`day ${answer.status}`);
  await keep(address, answer.clone());
  return answer.json();
}

/** Nothing has changed: what is kept holds as of now. */
async function confirmed(address, day, answer) {
  const etag = answer.headers.get("ETag");
  day.as_of = new Date(answer.headers.get("Date") ?? Date.now()).toISOString();
  const now = await match(address); // a visit may have been remembered meanwhile
  if (now?.headers.get("ETag") === etag) await keep(address, new Response(JSON.stringify(day), { headers: { ETag: etag } }));
  return day;
}

function soon(promise) {
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE, null); });
  return Promise.race([promise.catch(() => null), late]);
}

function pick(day, code) {
  const object = day?.objects.find((one) => one.code === code);
  return object && { day, object };
}

async function kept(address) {
  return (await match(address))?.json();
}

/** In another language rather than not at all. */
async function match(address) {
  if (!self.caches) return undefined;
  for (const name of [KEPT, ...(await inOtherLanguages())]) {
    const found = await (await caches.open(name)).match(address);
    if (found) return found;
  }
  return undefined;
}

async function keep(address, answer) {
  if (!self.caches) return;
  await (await caches.open(KEPT)).put(address, answer);
  for (const name of await inOtherLanguages()) await (await caches.open(name)).delete(address);
}

async function inOtherLanguages() {
  return (await caches.keys()).filter((name) => name.startsWith(MINE) && name !== KEPT);
}
