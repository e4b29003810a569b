// A visit on the phone, from opening the object to leaving it. Every tap is kept before anything else happens.
import { fileOf } from "../../gridgov/js/phone/photo.js";
import { addPhoto, canKeep, draftOf, enqueue, getItem, outcomeOf, photosOf, removePhoto, saveDraft, takeBack } from "../../gridgov/js/phone/queue.js";
import { reasonOf as whyOf, words as said } from "../../gridgov/js/phone/words.js";
import { isoDay, objectOf, refreshDay, rememberVisit } from "./day.js";
import { bodyOf, groupsOf, isAway, isBetter, lacks, listsOf, metres, tooSoon } from "./visit-rules.js";
import { drawGroups, fill, showAnswer, showLacks, showMore, showPhotos, showProblem, words } from "./visit-view.js";

const WEAK = 50; // metres
const MOST_PHOTOS = 9; // of an item, before and after each
const TWICE = 700; // ms
const PATIENCE = 10_000; // ms to wait for the server's receipt before going on

export default async function start(root) {
  const asked = new URLSearchParams(location.search);
  const code = asked.get("object") ?? "";
  const path = `${location.pathname}?object=${encodeURIComponent(code)}`;
  const part = (name) => root.querySelector(`[data-${name}]`);
  if (!(await canKeep())) return show("nowhere");
  const draft = asked.has("draft") ? await openDraft(asked.get("draft")) : await draftOf(path);
  // A draft knows its object, should that have closed or gone to another grid meanwhile.
  const { day = draft?.fields.day, object = draft?.fields.known } = await objectOf(root.dataset.day, code);
  refreshDay(root.dataset.day);
  if (!object) return show("unknown");

  let id = draft?.id;
  let photos = id ? await photosOf(id) : [];
  const task = Number(asked.get("task")) || null;
  const fields = draft?.fields ?? {
    object: code,
    task,
    reason: reasonOf(day.tasks.find((one) => one.id === task)),
    started_at: new Date().toISOString(),
    lists: listsOf(day, object),
    day: { tasks: [], visit_every_days: day.visit_every_days },
    known: object,
    answers: {},
  };
  // Begun on one's own, and opened from its task afterwards: it is the task's visit.
  if (task && !fields.task) Object.assign(fields, { task, reason: reasonOf(day.tasks.find((one) => one.id === task)) });
  const items = new Map(fields.lists.flatMap((list) => list.items).map((item) => [item.id, item]));
  let saving = null;
  let changes = 0;
  let answeredAt = -TWICE;

  head();
  part("groups").append(...drawGroups(root, groupsOf(fields.lists, object, { everything: fields.reason === "patrol", answered: fields.answers })));
  for (const [item, answer] of Object.entries(fields.answers)) showItem(item, answer);
  for (const [name, field] of [["note", "note"], ["away", "away_reason"]]) {
    part(`whole-${name}`).value = fields[field] ?? "";
    part(`whole-${name}`).addEventListener("input", (event) => { fields[field] = event.target.value; keep(); });
  }
  root.addEventListener("change", changed);
  root.addEventListener("input", noted);
  root.addEventListener("click", pressed);
  part("finish").addEventListener("click", finish);
  count();
  where();
  show(items.size ? "open" : "empty");

  function head() {
    fill(root, {
      name: object.name,
      type: object.type,
      address: object.address,
      risk: object.risk_label,
      last: object.last_visit ? words(root, "lastVisit", { day: isoDay(new Date(object.last_visit.at)), who: object.last_visit.by }) : words(root, "neverVisited"),
      licences: object.licences.filter((licence) => licence.valid_to && licence.valid_to < isoDay(new Date())).map((licence) => words(root, "licenceEnded", { kind: licence.kind, day: licence.valid_to })).join(" "),
      refused: draft?.refused && whyOf({ reason: draft.refused }),
      resumed: draft && words(root, "resumed", { n: Object.keys(fields.answers).length }),
    });
    part("profile").href = part("profile").href.replace("CODE", encodeURIComponent(code));
    part("propose").href = part("propose").href.replace("CODE", encodeURIComponent(code));
    // A campaign may choose its objects; other tasks name theirs.
    const soon = (!fields.task || fields.reason === "campaign") && tooSoon(day, object);
    part("soon").hidden = !soon;
    if (soon) part("soon-words").textContent = words(root, "tooSoon", { n: day.visit_every_days, who: object.last_visit.by, day: isoDay(new Date(object.last_visit.at)) });
    for (const input of root.querySelectorAll('[name="reason"]')) input.checked = input.value === fields.reason;
  }

  async function openDraft(asked) {
    const item = await getItem(asked);
    return item?.state === "draft" ? item : undefined;
  }

  // Answers

  function changed({ target }) {
    const box = target.closest("[data-item]");
    heard(target);
    if (target.name === "reason") { fields.reason = target.value; keep(); }
    else if (target.matches("[data-away-reason]")) { fields.away_reason = part("whole-away").value = target.value; keep(); }
    else if (target.matches("[data-result]")) answer(box.dataset.item, { result: target.dataset.result });
    else if (target.matches("[data-way]")) answer(box.dataset.item, { settled: target.dataset.way === "settle" });
    else if (target.matches("[data-camera]")) photograph(box.dataset.item, target);
  }

  /** What was missing here may be there now; finishing says so if not. */
  function heard(target) {
    const problem = target.closest("[data-item], [data-lack]")?.querySelector("[data-problem]");
    if (problem) problem.hidden = true;
  }

  function noted({ target }) {
    heard(target);
    if (target.matches("[data-note]")) answer(target.closest("[data-item]").dataset.item, { note: target.value });
  }

  function pressed({ target }) {
    const all = target.closest("[data-all-normal]");
    const again = target.closest("input[data-result]");
    const gone = target.closest("[data-remove]");
    const drawn = target.closest("[data-draw]");
    const folded = target.closest("[data-unfold]");
    const added = target.closest("[data-add]");
    if (all) allNormal(all.closest("[data-list]"));
    if (target.closest("[data-rest-normal]")) for (const list of root.querySelectorAll("[data-lists] [data-list]")) allNormal(list);
    if (again) takeAnswerBack(again);
    if (added) addMore(added.closest("[data-item]"));
    if (folded) fold(folded.closest("[data-list]"), false);
    if (drawn) draw(drawn.closest("[data-item]").dataset.item, drawn.closest("[data-photo]").dataset.photo);
    if (gone) takeAway(gone.closest("[data-item]").dataset.item, gone.closest("[data-photo]").dataset.photo);
  }

  function addMore(box) {
    box.dataset.told = "";
    showMore(box);
    box.querySelector("[data-camera=before]").focus();
  }

  /** The answer that stands, pressed once more: it was a slip, or is asked no longer. */
  function takeAnswerBack(input) {
    const { item, result } = input.closest("[data-item]").dataset;
    // A press comes before the change that it makes. Twice in a moment is one answer given in gloves.
    if (input.dataset.result !== result || performance.now() - answeredAt < TWICE) return;
    delete fields.answers[item];
    showItem(item);
    count();
    keep();
  }

  function allNormal(list) {
    for (const box of list.querySelectorAll("[data-item]")) {
      if (!fields.answers[box.dataset.item]) answer(box.dataset.item, { result: "normal" });
    }
    fold(list, true);
  }

  /** What is normal gets out of the way; what is not stays. */
  function fold(list, folded) {
    list.classList.toggle("checks--folded", folded);
    const button = list.querySelector("[data-unfold]");
    button.hidden = !folded;
    fill(button, { folded: words(root, "folded", { n: list.querySelectorAll('[data-result="normal"]:not(input)').length }) });
    if (folded) button.focus({ preventScroll: true });
  }

  function answer(item, told) {
    fields.answers[item] = { ...fields.answers[item], ...told };
    answeredAt = performance.now();
    showItem(item, fields.answers[item]);
    count();
    keep();
  }

  function showItem(item, answer) {
    const box = root.querySelector(`[data-item="${item}"]`);
    if (!box) return; // asked of this object no longer; it goes along all the same
    showAnswer(box, answer);
    showPhotos(root, box, photos.filter((photo) => photo.field === `item-${item}`));
  }

  /** Keep everything as it is now; what changes while that is under way goes along next, in one go. */
  function keep() {
    changes += 1;
    saving ??= save().catch(unkept).finally(() => { saving = null; });
    return saving;
  }

  async function save() {
    const told = { kind: "visit", title: object.name, detail: detail(), about: `object ${code}`, form_path: path };
    for (let kept = 0; kept < changes; ) {
      kept = changes;
      id = await saveDraft({ ...(id && { id }), ...told, fields: structuredClone(fields) });
    }
  }

  /** What the queue says of it below the object's name. */
  function detail() {
    const bad = badCount();
    return [root.dataset.visitWord, object.type, object.address, bad ? words(root, "bad", { n: bad }) : ""].filter(Boolean).join(" · ");
  }

  async function photograph(item, input) {
    const files = [...input.files];
    const label = input.closest("label");
    label.setAttribute("aria-busy", "true");
    await addPhotos(item, files, { kind: input.dataset.camera });
    label.removeAttribute("aria-busy");
    input.value = "";
  }

  /** A copy to draw on goes beside its photo, which stays as it is. */
  async function draw(item, uuid) {
    const original = photos.find((photo) => photo.uuid === uuid);
    const { drawOn } = await import("../../gridgov/js/phone/draw.js");
    const copy = await drawOn(fileOf(original));
    if (copy) await addPhotos(item, [copy], { kind: original.kind, ...copy.told, copy_of: uuid });
  }

  async function addPhotos(item, files, extra) {
    await keep();
    const field = `item-${item}`;
    const room = MOST_PHOTOS - photos.filter((photo) => photo.field === field && photo.kind === extra.kind).length;
    let trouble = files.length > room ? words(root, "tooMany") : "";
    try {
      for (const file of files.slice(0, room)) {
        const photo = await addPhoto(id, file, { field, ...extra });
        photos.push(photo); // into those of now: one may have been taken away meanwhile
      }
    } catch (error) {
      trouble = said(error.name === "QuotaExceededError" ? "full" : "photoUnreadable");
    }
    showItem(item, fields.answers[item]);
    count();
    if (trouble) showProblem(root.querySelector(`[data-item="${item}"]`), trouble);
  }

  async function takeAway(item, uuid) {
    await removePhoto(id, uuid);
    photos = photos.filter((photo) => photo.uuid !== uuid);
    showItem(item, fields.answers[item]);
  }

  function unkept() {
    part("unkept").hidden = false;
  }

  function count() {
    const boxes = [...root.querySelectorAll("[data-lists] [data-item]")];
    const left = boxes.filter((box) => !fields.answers[box.dataset.item]).length;
    const bad = badCount();
    part("progress").value = boxes.length - left;
    part("progress").max = Math.max(boxes.length, 1);
    part("rest-normal").hidden = !left || root.querySelectorAll("[data-lists] [data-list]").length < 2;
    part("left").textContent = left ? words(root, "left", { n: left }) : words(root, "allAnswered");
    part("bad").textContent = bad ? words(root, "bad", { n: bad }) : "";
    for (const list of root.querySelectorAll("[data-list]")) {
      const open = [...list.querySelectorAll("[data-item]")].filter((box) => !fields.answers[box.dataset.item]).length;
      const button = list.querySelector("[data-all-normal]");
      button.hidden = !open;
      fill(button, { open });
    }
  }

  function badCount() {
    return Object.values(fields.answers).filter((one) => one.result === "abnormal").length;
  }

  // Where

  function where() {
    if (!navigator.geolocation) return at({ denied: true });
    navigator.geolocation.watchPosition(({ coords }) => {
      const fix = { longitude: coords.longitude, latitude: coords.latitude, accuracy: Math.round(coords.accuracy) };
      if (!isBetter(object, fix, fields.fix)) return;
      fields.fix = fix;
      at();
      if (id) keep();
    }, ({ code }) => at({ denied: code === 1 }), { enableHighAccuracy: true, maximumAge: 10_000, timeout: 30_000 });
    at();
  }

  function at({ denied = false } = {}) {
    const { fix } = fields;
    const away = isAway(object, fields);
    part("away").hidden = !away;
    part("where").classList.toggle("visit__where--weak", !fix || fix.accuracy > WEAK);
    const far = fix && object.point && Math.round(metres(object.point, fix));
    part("where-words").textContent = !fix ? words(root, denied ? "denied" : "noFix") : [
      object.point ? words(root, "fix", { n: far, accuracy: fix.accuracy }) : words(root, "fixOnly", { accuracy: fix.accuracy }),
      fix.accuracy > WEAK ? words(root, "weak") : "",
    ].join(" ");
  }

  // Leaving

  async function finish() {
    const missing = lacks(fields, object, items, photos);
    showLacks(root, missing);
    if (missing.length) return;
    fields.finished_at = new Date().toISOString();
    part("finish").setAttribute("aria-busy", "true");
    await keep();
    photos = await photosOf(id);
    const answered = Object.keys(fields.answers);
    const done_path = root.dataset.visited.replace("/0/", "/{id}/");
    await enqueue({ id, url: root.dataset.visits, done_path, body: bodyOf(id, fields, photos), photos: photos.map(({ uuid }) => uuid) });
    await rememberVisit(root.dataset.day, code, answered, root.dataset.me);
    done(await outcomeOf(id, PATIENCE));
  }

  function done(item) {
    const cases = (item?.answer?.answers ?? []).map((one) => one.finding?.case).filter(Boolean);
    const state = item?.state === "sent" ? "sent" : item?.state === "refused" ? "refused" : "kept";
    fill(root, { outcome: words(root, `done_${state}`.replace(/_(.)/, (_, letter) => letter.toUpperCase())), refusal: state === "refused" ? item.reason?.words : "" });
    part("cases").replaceChildren(...cases.map((number) => {
      const link = document.createElement("a");
      link.href = root.dataset.case.replace("NUMBER", number);
      link.textContent = number;
      return link;
    }));
    part("cases-box").hidden = !cases.length;
    part("moved-on").hidden = !item?.answer?.task_moved_on;
    part("too-soon").hidden = !item?.answer?.too_soon;
    part("mend").hidden = state !== "refused";
    part("mend").addEventListener("click", async () => location.assign(`${path}&draft=${await takeBack(item.id)}`));
    show("done");
    part("outcome").focus();
  }

  function show(state) {
    root.dataset.state = state;
    for (const element of document.querySelectorAll("[data-when]")) element.hidden = !element.dataset.when.split(" ").includes(state);
  }
}

function reasonOf(task) {
  return ["recheck", "campaign", "order", "patrol"].find((reason) => reason === task?.kind) ?? "routine";
}
