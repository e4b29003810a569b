// A form that loses nothing: kept on the phone as it is filled in, put into the queue to be sent, and sent at once where
// that is possible. Without a store (no HTTPS, some private windows) it is sent as a plain form with progress.
//
// <form data-module="queue-form" data-queue-kind="report" data-queue-title="Report" data-queue-url="/api/v1/cases/"
//   data-queue-done="/m/report/{number}/"   the page of the result
//   data-queue-view="/cases/{number}/"      where the queue leads once it is sent, if not there
//   data-queue-subject="Manhole · High St 1" what it is about, for the queue
//   data-queue-said="Verified."             what that page says, if it does not by itself
//   data-queue-about="…"                    things about the same are sent in order
//   data-queue-asked="object"               what of the address after its ? says which form it is
//   data-queue-at="at"                      where the body says when it was written, should it wait for a signal
//   data-queue-changes                      say only what is otherwise than the page brought it
//   data-queue-map='{"longitude": "point.lon"}'>  names in the JSON body, where they are not the field's own
//   <template data-queue-needs="photos description" data-when="is_settled=on">Say one of the two.</template>
import { addPhoto, canKeep, draftOf, enqueue, getItem, outcomeOf, photosOf, removePhoto, saveDraft, takeBack, whenChanged } from "../phone/queue.js";
import { bodyOf, fieldsOf, missing, restore } from "../phone/form-fields.js";
import { formState } from "../phone/form-state.js";
import { fileOf } from "../phone/photo.js";
import { moment, reasonOf, words } from "../phone/words.js";

const SOON = 400; // milliseconds after the last key
const PATIENCE = 10_000;

export default async function start(form) {
  if (!(await canKeep())) return (await import("./upload-form.js")).default(form);
  const state = formState(form);
  const about = form.dataset;
  const path = location.pathname + askedFor(about.queueAsked);
  const uuids = new Map(); // file → {uuid, field} of the photo that was made of it
  const shown = new Map(); // field → its files, in the order in which they stand
  let id = null;
  let filled = false;
  let sending = false;
  let left = false;
  let timer = null;
  // What is kept is kept in order; a failure is told and does not hold up what follows.
  let kept = Promise.resolve();
  let ready;
  const isReady = new Promise((resolve) => { ready = resolve; });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!sending) send(event.submitter);
  });
  const draft = await findDraft();
  form.addEventListener("input", (event) => { if (event.target.type !== "file") touched(); });
  form.addEventListener("change", (event) => { if (event.target.type !== "file") { touched(); keepNow(); } });
  form.addEventListener("photos:changed", (event) => keepPhotos(event.target, event.detail.photos));
  // The tab may die behind the camera, or while the phone is in the pocket.
  form.addEventListener("click", (event) => { if (event.target.closest("[type=file], .capture")) keepNow(); });
  addEventListener("pagehide", keepNow);
  document.addEventListener("visibilitychange", keepNow);
  addEventListener("pageshow", (event) => { if (event.persisted && left) location.reload(); });
  whenChanged(followOthers);
  if (draft) bringBack(draft);
  for (const box of form.querySelectorAll(".photo-input")) whenReady(box, () => bringBackPhotos(box, draft));
  ready();

  // Keeping

  function touched() {
    filled = true;
    clearTimeout(timer);
    timer = setTimeout(keepNow, SOON);
  }

  function keepNow() {
    clearTimeout(timer);
    if (filled && !sending && !left && (id || isWorthKeeping())) inOrder(keepFields);
  }

  /** A class alone is no work yet, and must not bring back the place of yesterday. */
  function isWorthKeeping() {
    return [...form.querySelectorAll("textarea, input[type=text]")].some((field) => field.value.trim());
  }

  function inOrder(work) {
    kept = kept.then(work).catch((error) => fail(words(error.name === "QuotaExceededError" ? "full" : "notKept")));
    return kept;
  }

  async function keepFields() {
    id = await saveDraft({ id: id ?? undefined, ...described() });
  }

  function described() {
    const fields = fieldsOf(form);
    const detail = [about.queueSubject, ...fields.map(({ shown }) => shown)].filter(Boolean).join(" · ");
    return { kind: about.queueKind, title: about.queueTitle, detail, view_path: about.queueView, about: about.queueAbout, form_path: path, done_path: about.queueDone, fields };
  }

  function keepPhotos(box, files) {
    const field = nameOf(box);
    shown.set(field, files);
    filled = true;
    return inOrder(async () => {
      await keepFields();
      for (const file of files) if (!uuids.has(file)) await keepPhoto(box, field, file);
      for (const [file, { uuid, field: of }] of uuids) {
        if (of !== field || shown.get(field).includes(file)) continue;
        uuids.delete(file);
        await removePhoto(id, uuid);
      }
    });
  }

  async function keepPhoto(box, field, file) {
    try {
      const { uuid } = await addPhoto(id, file, { field, name: file.name, ...file.told, copy_of: uuids.get(file.copyOf)?.uuid });
      uuids.set(file, { uuid, field });
    } catch (error) {
      const why = words(error.name === "QuotaExceededError" ? "full" : "photoUnreadable");
      box.dispatchEvent(new CustomEvent("photos:leave-out", { detail: { file, why } }));
    }
  }

  // Bringing back what was kept

  async function findDraft() {
    const asked = new URLSearchParams(location.search);
    if (asked.has("new")) return null;
    const found = asked.has("draft") ? await getItem(asked.get("draft")) : await draftOf(path);
    return found?.state === "draft" ? found : null;
  }

  function bringBack(draft) {
    id = draft.id;
    filled = true;
    restore(form, draft.fields);
    form.dataset.restored = "";
    form.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
    const note = form.querySelector("[data-queue-restored]");
    if (note) {
      note.hidden = false;
      note.querySelector("[data-at]").textContent = moment(draft.changed_at ?? draft.created_at);
    }
    if (draft.refused) showErrors([reasonOf({ reason: draft.refused })]);
  }

  async function bringBackPhotos(box, draft) {
    const field = nameOf(box);
    const photos = draft ? (await photosOf(draft.id)).filter((photo) => photo.field === field) : [];
    // Taken before this module was there, or given back by the browser.
    const early = [...box.querySelector("[data-photos]").files];
    if (!photos.length) {
      if (early.length) keepPhotos(box, early);
      return;
    }
    const files = photos.map((photo) => {
      const file = fileOf(photo);
      uuids.set(file, { uuid: photo.uuid, field });
      return file;
    });
    shown.set(field, files);
    box.dispatchEvent(new CustomEvent("photos:restore", { detail: { files } }));
  }

  /** In another tab the same draft may have been sent or thrown away. */
  async function followOthers(news) {
    if (!id || news.id !== id || sending || left) return;
    const item = await getItem(id);
    if (item?.state !== "draft") location.reload();
  }

  // Sending

  async function send(submitter) {
    sending = true;
    state.busy(submitter);
    await isReady;
    const gaps = missing(form, submitter);
    if (gaps.length) return showErrors(gaps);
    form.dispatchEvent(new CustomEvent("upload:started", { bubbles: true }));
    state.say(words("keeping"));
    clearTimeout(timer);
    let item;
    await kept;
    try {
      const photos = photosIn();
      const body = bodyOf(form, submitter, photos);
      if (about.queueAt) body[about.queueAt] = new Date().toISOString();
      item = await enqueue({ id: id ?? undefined, ...described(), verdict: verdictOf(submitter), url: about.queueUrl, body, photos: photos.map(({ uuid }) => uuid) });
    } catch (error) {
      return fail(words(error.name === "QuotaExceededError" ? "full" : "notKept"));
    }
    id = item.id;
    const outcome = await outcomeOf(id, PATIENCE, sayStage);
    if (outcome?.state === "sent") return leaveFor(pathOf(outcome), about.queueSaid);
    if (outcome?.state === "refused") {
      id = await takeBack(id);
      return showErrors([reasonOf(outcome)]);
    }
    return keepForLater(outcome);
  }

  function sayStage(news) {
    if (news.stage === "photo") state.say(words("sendingPhoto", news), news.place - 1, news.of);
    else if (news.stage === "body") state.say(words("sendingBody"));
  }

  /** It waits on this phone: the queue shows it, unless that page can't be had now. */
  async function keepForLater(item) {
    const code = item?.reason?.code;
    const there = code === "logged_out" ? false : code !== "unreachable" || (await self.caches?.match(about.queuePage, { ignoreSearch: true, ignoreVary: true }));
    if (there) return leaveFor(about.queuePage, words("kept"));
    left = true;
    form.reset();
    clearPhotos();
    state.kept([words("kept"), reasonOf(item)].join(" "), code === "logged_out");
    whenChanged(async (news) => {
      if (news.id !== item.id) return;
      const now = await getItem(item.id);
      if (now?.state === "sent") leaveFor(pathOf(now), about.queueSaid);
    });
  }

  function pathOf({ answer }) {
    return about.queueDone.replace(/\{(\w+)\}/g, (_, key) => answer[key] ?? "");
  }

  function leaveFor(address, said) {
    left = true;
    if (said) sessionStorage.setItem("done", said);
    // Browsers give a form back as it was left: this one is done with, so it is left empty.
    form.reset();
    location.assign(address);
  }

  function clearPhotos() {
    for (const box of form.querySelectorAll(".photo-input")) box.dispatchEvent(new CustomEvent("photos:restore", { detail: { files: [] } }));
  }

  /** The photos that go along, in the order in which they stand; those in a part that is folded away stay behind. */
  function photosIn() {
    return [...form.querySelectorAll(".photo-input")].filter((box) => box.offsetParent !== null).flatMap((box) =>
      (shown.get(nameOf(box)) ?? []).filter((file) => uuids.has(file)).map((file) => uuids.get(file)));
  }

  function fail(text, withLogin) {
    sending = false;
    state.fail(text, withLogin);
  }

  function showErrors(texts) {
    sending = false;
    state.showErrors(texts);
  }
}

/** The part of the address after its ? that has this name. */
function askedFor(name) {
  const value = name && new URLSearchParams(location.search).get(name);
  return value ? `?${new URLSearchParams({ [name]: value })}` : "";
}

/** What the button says that was pressed, where that is part of what is sent. */
function verdictOf(submitter) {
  return submitter?.name ? submitter.textContent.trim() : "";
}

function nameOf(box) {
  return box.querySelector("[data-photos]").name;
}

function whenReady(box, work) {
  if ("ready" in box.dataset) work();
  else box.addEventListener("photos:ready", work, { once: true });
}
