// Sends what waits in the queue, one thing at a time, whichever page is open.
//
// Nothing leaves the queue but by the server's own word: "sent" needs a receipt (JSON with a `number` or an `id`),
// "refused" an error in the API's form. Everything else (no network, a proxy's page, an empty answer) leaves the item
// where it is, with the reason.
import { canKeep, finishPhoto, forgetSent, listItems, mark, markPhoto, markSent, photosOf, tell, user, whenChanged } from "./queue.js";

const EVERY = 20_000;
const PROBE_MS = 10_000;
const PHOTO_MS = 120_000;
const BODY_MS = 60_000;
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 5 * 60_000;
const LONGEST_SILENCE = 60_000; // to ask whether the server is there costs next to nothing

/** Why something is not sent yet; `code` has words on the pages, `words` are the server's own. */
class Waits extends Error {
  constructor(code, { words = "", all = false, after = 0 } = {}) {
    super(code);
    Object.assign(this, { code, words, all, after });
  }
}

/** The server has said no. */
class Refused extends Error {
  constructor(code, words) {
    super(code);
    Object.assign(this, { code, words });
  }
}

let running = null;
let again = false;

/** Send whatever is due; `now` also what was to wait a little longer. Answers when there is nothing more to do. */
export function drain({ now = false } = {}) {
  if (running) {
    again ||= now ? "now" : "due";
    return running;
  }
  running = inTurn(() => sendAll(now)).finally(() => {
    running = null;
    const more = again;
    again = false;
    if (more) return drain({ now: more === "now" });
  });
  return running;
}

/** Drain on load, after each `enqueue`, when the network or the page comes back, and every now and then. */
export async function keepDraining() {
  if (!(await canKeep())) return;
  whenChanged(({ due }) => { if (due) drain(); });
  addEventListener("online", () => drain({ now: true }));
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") drain({ now: true }); });
  setInterval(() => drain(), EVERY);
  drain({ now: true });
}

/** One sender on this phone, however many pages are open. */
function inTurn(work) {
  return navigator.locks ? navigator.locks.request(`gridgov-sender-${user}`, work) : work();
}

async function sendAll(now) {
  try {
    const tried = new Set();
    for (let item; (item = await nextDue(now, tried)); ) {
      tried.add(item.id);
      if (!(await send(item))) return;
    }
    await forgetSent();
  } finally {
    tell({ stage: "rests" });
  }
}

async function nextDue(now, tried) {
  const waiting = (await listItems()).filter((item) => item.state === "waiting").sort(first);
  const due = (item) => now || item.next_try_at <= Date.now();
  const turn = (item) => !item.about || waiting.find((one) => one.about === item.about) === item;
  return waiting.find((item) => !tried.has(item.id) && due(item) && turn(item));
}

function first(one, other) {
  return one.waiting_since - other.waiting_since;
}

/** Send one item; false when it makes no sense to try the others now. */
async function send(item) {
  try {
    const csrf = await probe();
    await mark(item.id, { begun: true });
    await sendPhotos(item, csrf);
    const answer = await sendBody(item, csrf);
    await markSent(item.id, answer);
    return true;
  } catch (error) {
    if (error instanceof Refused) {
      await mark(item.id, { state: "refused", reason: { code: error.code, words: error.words, at: Date.now() } });
      return true;
    }
    const { code, words, all, after } = error instanceof Waits ? error : new Waits("failed", { words: String(error) });
    const tried = item.tried + 1;
    const longest = all ? LONGEST_SILENCE : LONGEST_PAUSE;
    const pause = Math.max(after, Math.min(longest, FIRST_PAUSE * 2 ** (tried - 1)));
    const reason = { code, words, at: Date.now() };
    await mark(item.id, { tried, reason, next_try_at: Date.now() + pause });
    if (all) await markOthers(item, reason);
    return !all;
  }
}

/** What keeps one from being sent keeps all of them. */
async function markOthers(item, reason) {
  for (const other of await listItems()) {
    if (other.state === "waiting" && other.id !== item.id) await mark(other.id, { reason });
  }
}

/** Whether the server is there and knows this person; answers the CSRF token of this moment. */
async function probe() {
  const response = await ask("/api/v1/session/", { cache: "no-store" }, PROBE_MS);
  if (response.status === 401 || response.status === 403) throw new Waits("logged_out", { all: true });
  const session = response.ok ? await jsonOf(response) : null;
  if (!session?.csrf || !session.user) throw new Waits(response.status >= 500 ? "failed" : "unreachable", { all: true });
  if (session.user.id !== user) throw new Waits("somebody_else", { all: true });
  return session.csrf;
}

async function sendPhotos(item, csrf) {
  const photos = await photosOf(item.id);
  if (photos.length < item.photos.length) throw new Refused("photo_lost", "");
  for (const [place, kept] of photos.entries()) {
    tell({ id: item.id, stage: "photo", place: place + 1, of: photos.length });
    if (kept.sent) continue;
    const photo = await finishPhoto(kept);
    if (!(await hasArrived(photo, item))) await sendPhoto(photo, csrf);
    await markPhoto(photo.uuid, { sent: true });
  }
}

/** After a first try one asks before sending again: it may have arrived, and only its answer got lost. */
async function hasArrived(photo, item) {
  if (!item.begun) return false;
  const response = await ask(`/api/v1/photos/${photo.uuid}/`, { cache: "no-store" }, PROBE_MS);
  if (response.status === 404) return false;
  const kept = await receipt(response);
  return kept.sha256 === photo.sha256;
}

async function sendPhoto(photo, csrf) {
  const form = new FormData();
  form.set("client_uuid", photo.uuid);
  form.set("sha256", photo.sha256);
  if (photo.taken_at) form.set("taken_at", photo.taken_at);
  if (photo.position) {
    form.set("lon", photo.position.longitude);
    form.set("lat", photo.position.latitude);
  }
  if (photo.is_marked_copy) form.set("is_marked_copy", "true");
  if (photo.copy_of) form.set("copy_of", photo.copy_of);
  form.set("photo", new Blob([photo.bytes], { type: photo.type }), "photo");
  const response = await ask("/api/v1/photos/", { method: "POST", headers: { "X-CSRFToken": csrf }, body: form }, PHOTO_MS);
  const kept = await receipt(response);
  if (kept.sha256 !== photo.sha256) throw new Waits("damaged");
}

async function sendBody(item, csrf) {
  tell({ id: item.id, stage: "body" });
  const headers = { "X-CSRFToken": csrf, "Content-Type": "application/json", "Idempotency-Key": item.id };
  const response = await ask(item.url, { method: "POST", headers, body: JSON.stringify(item.body) }, BODY_MS);
  try {
    const answer = await receipt(response);
    if (!answer.number && !answer.id) throw new Waits("no_receipt");
    return answer;
  } catch (error) {
    if (error.code !== "photos_missing") throw error;
    for (const photo of await photosOf(item.id)) await markPhoto(photo.uuid, { sent: false });
    throw new Waits("photos_missing");
  }
}

async function ask(address, options, longest) {
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang, ...options.headers };
  const signal = AbortSignal.timeout?.(longest);
  try {
    return await fetch(address, { ...options, headers, signal, redirect: "manual", credentials: "same-origin" });
  } catch {
    throw new Waits("unreachable", { all: true });
  }
}

/** What the server answered a write with. Everything that is not its own yes or no leaves the thing waiting. */
async function receipt(response) {
  const { status } = response;
  const told = await jsonOf(response);
  if (response.ok && told) return told;
  const errors = Array.isArray(told?.errors) ? told.errors : [];
  const code = errors[0]?.code ?? "";
  const words = errors.map((error) => error.detail).filter(Boolean).join(" ");
  const after = 1000 * (Number(response.headers.get("Retry-After")) || 0);
  if (response.ok) throw new Waits("no_receipt");
  if (status === 401 || (status === 403 && code !== "not_permitted")) throw new Waits("logged_out", { all: true });
  // Too late, too large or too often for a proxy in between, or damaged on its way: another try may do.
  if (code === "photo_too_large") throw new Refused(code, words);
  const passing = [408, 413, 425, 429].includes(status) || status >= 500 || ["photo_changed", "photo_empty"].includes(code);
  if (passing || !code) throw new Waits(PASSING[status] ?? "failed", { words, after });
  throw new Refused(code, words);
}

const PASSING = { 408: "slow", 413: "too_large", 429: "busy" };

async function jsonOf(response) {
  try {
    const told = await response.json();
    return told && typeof told === "object" ? told : null;
  } catch {
    return null;
  }
}
