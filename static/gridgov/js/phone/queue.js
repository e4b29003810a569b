// The queue of this phone: work is kept here before anything is sent, and leaves only when the server has it.
//
// An ITEM is one thing to send: a report, a step, a visit. It is always in one of four places:
//   draft → waiting → sent, or → refused (by the server, in its own words) → mended → waiting …
// A PHOTO belongs to one item; its bytes are an ArrayBuffer (Safari sends 0 bytes of a File that was read back).
//
// (The page imports what it needs from here, by a relative path, as all our modules do.)
//
//   const id = await saveDraft({                       // as often as you like, before anything else can happen
//     kind: "visit", title: "百花饭店",                  // what people see in the queue
//     form_path: "/m/visit/abc/",                      // the page that this draft is opened in again
//     fields: { … },                                   // whatever the page needs to show it again
//   });                                                // with an id: the same draft again, other fields stay
//   const photo = await addPhoto(id, file, { field: "item-17" });   // reads time and place, makes it smaller, keeps it
//   await enqueue({ id, url: "/api/v1/visits/", body: { …, photo_uuids: [photo.uuid] } });   // now it is to be sent
//   whenChanged(async ({ id }) => … await getItem(id) …);            // here or in another tab
//
// Sending is `sender.js`'s, which phone.html starts. `body` is sent as JSON under `Idempotency-Key: <id>`, after all
// the item's photos have gone ahead one by one to /api/v1/photos/; the answer must be JSON with a `number` or an `id`,
// and stands in `item.answer`. Things with the same `about` are sent in order, the later only once the earlier has
// left the queue. `done_path` is the page of the result, such as /m/report/{number}/, and `view_path`
// where the queue leads afterwards, when that is another one.
import { read } from "./photo.js";
import { open, within } from "./store.js";

export const user = Number(document.body.dataset.user) || null;
/** Things that were sent are shown for so long. */
const KEEP_SENT = 7 * 24 * 3600 * 1000;

const channel = "BroadcastChannel" in self ? new BroadcastChannel(`gridgov-${user}`) : null;
const here = new EventTarget();
let opened;

/** True where this browser can keep work: logged in, with IndexedDB and secure (https or localhost). */
export async function canKeep() {
  if (!user || !self.isSecureContext || !self.indexedDB) return false;
  return store().then(() => true, () => false);
}

function store() {
  return (opened ??= open(user).catch((error) => { opened = undefined; throw error; }));
}

async function change(id, work) {
  const answer = await within(await store(), "readwrite", work);
  tell({ id });
  return answer;
}

/** Call `listener({id, …})` after every change of an item, in whichever tab; `stage` tells how far the sender is. Answers how to stop. */
export function whenChanged(listener) {
  const heard = (event) => listener(event.detail ?? event.data);
  here.addEventListener("changed", heard);
  channel?.addEventListener("message", heard);
  return () => {
    here.removeEventListener("changed", heard);
    channel?.removeEventListener("message", heard);
  };
}

/** Tell all open pages; for the sender, which also tells how far it is. */
export function tell(news) {
  here.dispatchEvent(new CustomEvent("changed", { detail: news }));
  channel?.postMessage(news);
}

// Reading

/** All items, the newest first. */
export async function listItems() {
  const items = await within(await store(), "readonly", ({ items }) => items.all());
  return items.sort((one, other) => other.created_at - one.created_at);
}

export async function getItem(id) {
  return within(await store(), "readonly", ({ items }) => items.get(id));
}

/** The last draft of a page, or undefined. */
export async function draftOf(formPath) {
  return (await listItems()).find((item) => item.state === "draft" && item.form_path === formPath);
}

/** The item's photos in the order in which they were added. */
export async function photosOf(id) {
  return within(await store(), "readonly", async ({ items, photos }) => {
    const item = await items.get(id);
    const found = new Map((await photos.of(id)).map((photo) => [photo.uuid, photo]));
    return (item?.photos ?? []).map((uuid) => found.get(uuid)).filter(Boolean);
  });
}

// Writing

/**
 * Keep a draft and answer its id; with `id` the draft there is changed, and what isn't named stays.
 *
 * {id?, kind, title, detail?, about?, form_path, done_path?, view_path?, fields, url?, body?}. Drafts only; what was refused
 * becomes one again with `takeBack`.
 */
export async function saveDraft({ id = crypto.randomUUID(), ...told }) {
  keepForGood();
  await change(id, async ({ items }) => {
    const before = await items.get(id);
    if (before && before.state !== "draft") throw new Error(`${id} is ${before.state}`);
    await items.put({ ...empty(id), ...before, ...told, changed_at: Date.now() });
  });
  return id;
}

/**
 * Keep a photo with a draft: time and place are read from the file, then it is made smaller.
 *
 * `extra` stands on the photo as it is ({field: "item-17"}). Answers {uuid, sha256, width, height, taken_at,
 * position, thumb, …}. Rejects when the file is empty or not to be read.
 */
export async function addPhoto(id, file, extra = {}) {
  if (!file.size) throw new Error("empty");
  // As it came, before it is read: that takes seconds, in which the tab may die.
  const raw = { ...extra, extra, uuid: crypto.randomUUID(), item: id, sent: false, raw: true, bytes: await file.arrayBuffer(), type: file.type };
  await change(id, async ({ items, photos }) => {
    const item = (await items.get(id)) ?? empty(id);
    if (item.state !== "draft") throw new Error(`${id} is ${item.state}`);
    await photos.put(raw);
    await items.put({ ...item, photos: [...item.photos, raw.uuid], changed_at: Date.now() });
  });
  try {
    return await finishPhoto(raw);
  } catch (error) {
    await removePhoto(id, raw.uuid);
    throw error;
  }
}

/** A kept photo, read and made smaller if that was not done before the tab died. */
export async function finishPhoto(photo) {
  if (!photo.raw) return photo;
  const { uuid, item, sent, extra } = photo;
  const finished = { ...(await read(new Blob([photo.bytes], { type: photo.type }))), ...extra, uuid, item, sent };
  await change(item, async ({ photos }) => {
    if (await photos.get(uuid)) await photos.put(finished); // it may have been taken away meanwhile
  });
  return finished;
}

/** Take a photo away from a draft. */
export async function removePhoto(id, uuid) {
  await change(id, async ({ items, photos }) => {
    const item = await items.get(id);
    if (!item) return;
    await photos.delete(uuid);
    await items.put({ ...item, photos: item.photos.filter((one) => one !== uuid), changed_at: Date.now() });
  });
}

/** From now on it is to be sent: what `saveDraft` takes, with `url` and `body`. Answers the item; sending begins at once. */
export async function enqueue({ id = crypto.randomUUID(), ...told }) {
  keepForGood();
  const item = await change(id, async ({ items }) => {
    const before = await items.get(id);
    if (before && before.state !== "draft") return before; // a second tap
    const item = { ...empty(id), ...before, ...told, state: "waiting", reason: null, tried: 0, next_try_at: 0, waiting_since: Date.now() };
    await items.put(item);
    return item;
  });
  tell({ id, due: true }); // heard by the sender, which runs on every page of the phone
  return item;
}

/**
 * The item as soon as it is sent, refused or has a reason to wait; after `patience` (ms) as it is then.
 *
 * `onStage(news)` hears how far the sender is with it.
 */
export function outcomeOf(id, patience, onStage = () => {}) {
  return new Promise((resolve) => {
    const look = async () => {
      const item = await getItem(id);
      if (item?.state !== "waiting" || item.reason) end(item);
    };
    const stop = whenChanged((news) => {
      if (news.id === id) onStage(news);
      if (news.id === id || news.stage === "rests") look();
    });
    const limit = setTimeout(async () => end(await getItem(id)), patience);
    function end(item) {
      clearTimeout(limit);
      stop();
      resolve(item);
    }
    look();
  });
}

/**
 * Make a draft again of what was refused; answers the draft's id. Photos go with it.
 *
 * The id is another one: another body must not go under the same name. What waits can't be taken back, because it
 * may have arrived although no answer did.
 */
export async function takeBack(id) {
  const next = crypto.randomUUID();
  await change(id, async ({ items, photos }) => {
    const item = await items.get(id);
    if (item?.state !== "refused") throw new Error(`${id} is ${item?.state}`);
    for (const photo of await photos.of(id)) await photos.put({ ...photo, item: next });
    await items.put({ ...item, id: next, state: "draft", refused: item.reason, reason: null, changed_at: Date.now() });
    await items.delete(id);
  });
  return next;
}

/** Throw away a draft or something that was refused, with its photos. */
export async function deleteItem(id) {
  await change(id, async ({ items, photos }) => {
    const item = await items.get(id);
    if (!item || item.state === "waiting") return;
    for (const photo of await photos.of(id)) await photos.delete(photo.uuid);
    await items.delete(id);
  });
}

/** Add items with their photos from elsewhere; those whose id is here already stay as they are. Answers how many came. */
export async function bringIn(items, photos) {
  const came = await within(await store(), "readwrite", async (tables) => {
    const fresh = [];
    for (const item of items) if (!(await tables.items.get(item.id))) fresh.push(item);
    for (const item of fresh) await tables.items.put(item);
    for (const photo of photos) if (fresh.some((item) => item.id === photo.item)) await tables.photos.put(photo);
    return fresh.length;
  });
  tell({ due: true });
  return came;
}

/** For the sender: change what is known of an item that waits. Answers it, or undefined when it is gone. */
export async function mark(id, known) {
  return change(id, async ({ items }) => {
    const item = await items.get(id);
    if (item) await items.put({ ...item, ...known });
    return item && { ...item, ...known };
  });
}

/** For the sender: the server has the item. The bytes of its photos are let go at once, whatever becomes of the page. */
export async function markSent(id, answer) {
  return change(id, async ({ items, photos }) => {
    for (const photo of await photos.of(id)) await photos.put({ ...photo, bytes: null });
    const item = await items.get(id);
    if (item) await items.put({ ...item, state: "sent", answer, reason: null, sent_at: Date.now() });
  });
}

/** For the sender: what is known of a photo. */
export async function markPhoto(uuid, known) {
  return within(await store(), "readwrite", async ({ photos }) => {
    const photo = await photos.get(uuid);
    if (photo) await photos.put({ ...photo, ...known });
  });
}

/** Let go of what was sent long ago. */
export async function forgetSent() {
  const old = Date.now() - KEEP_SENT;
  for (const item of await listItems()) if (item.state === "sent" && item.sent_at < old) await deleteItem(item.id);
}

function empty(id) {
  return { id, kind: "", title: "", state: "draft", photos: [], fields: {}, reason: null, tried: 0, next_try_at: 0, created_at: Date.now() };
}

let asked = false;
/** Ask the browser not to clear this away when space runs short. */
function keepForGood() {
  if (asked) return;
  asked = true;
  navigator.storage?.persist?.().catch(() => {});
}
