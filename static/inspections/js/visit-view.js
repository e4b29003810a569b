// How a visit looks: an object, its items, their photos. Knows nothing of drafts or sending.

/** A copy of one of the page's patterns. */
export function pattern(root, name) {
  return root.querySelector(`template[data-pattern="${name}"]`).content.firstElementChild.cloneNode(true);
}

/** Fill the parts named data-part with words; what has none is taken away. */
export function fill(element, words) {
  for (const [name, text] of Object.entries(words)) {
    const part = element.querySelector(`[data-part="${name}"]`);
    if (text === null || text === undefined || text === "") part?.remove();
    else if (part) part.textContent = text;
  }
  return element;
}

/** A sentence of the page with its gaps filled: words(root, "lastVisit", {who: …}). */
export function words(root, name, gaps = {}) {
  return Object.entries(gaps).reduce((text, [gap, value]) => text.replace(`{${gap}}`, value), root.dataset[name]);
}

/** All groups of items, due ones first, the others behind a press. */
export function drawGroups(root, groups) {
  return groups.map((group) => {
    const box = fill(pattern(root, "group"), { department: group.department });
    const place = box.querySelector("[data-lists]");
    for (const list of group.lists) if (list.due.length) place.append(drawList(root, list, list.due));
    const later = group.lists.flatMap((list) => list.later);
    const more = box.querySelector("[data-later]");
    if (later.length) {
      fill(more, { count: words(root, "later", { n: later.length }) });
      more.append(...group.lists.filter((list) => list.later.length).map((list) => drawList(root, list, list.later)));
    } else more.remove();
    return box;
  });
}

function drawList(root, list, items) {
  const box = fill(pattern(root, "list"), { name: list.name });
  box.querySelector("[data-items]").append(...items.map((item) => drawItem(root, item)));
  return box;
}

function drawItem(root, item) {
  const box = pattern(root, "item");
  box.dataset.item = item.id;
  fill(box, {
    question: item.question,
    severity: item.severity === "general" ? "" : item.severity_label,
    rule: item.rule,
    guidance: item.guidance,
    finding: item.finding && words(root, "foundBefore", { state: item.finding.state, case: item.finding.case ?? "" }).trim(),
  });
  if (!item.guidance) box.querySelector("[data-help]").remove();
  const severity = box.querySelector('[data-part="severity"]');
  if (severity) severity.classList.add(`check__severity--${item.severity}`);
  for (const input of box.querySelectorAll('input[type="radio"][data-result]')) input.name = `result-${item.id}`;
  for (const input of box.querySelectorAll('input[type="radio"][data-way]')) input.name = `way-${item.id}`;
  if (!item.may_settle) box.querySelector("[data-ways]").remove();
  return box;
}

/** Show what was answered, and what follows from it. */
export function showAnswer(box, answer) {
  const result = answer?.result ?? "";
  box.dataset.result = result;
  for (const input of box.querySelectorAll("[data-result]")) input.checked = input.dataset.result === result;
  const abnormal = result === "abnormal";
  const settled = abnormal && Boolean(answer?.settled);
  // What is not abnormal may have a photo and a note too, for who wants it.
  if (abnormal || answer?.note) box.dataset.told = "";
  for (const part of box.querySelectorAll('[data-part="rule"], [data-ways]')) part.hidden = !abnormal;
  for (const input of box.querySelectorAll("[data-way]")) input.checked = (input.dataset.way === "settle") === settled;
  const after = box.querySelector("[data-after]");
  if (after) after.hidden = !settled;
  const note = box.querySelector("[data-note]");
  if (note.value !== (answer?.note ?? "")) note.value = answer?.note ?? "";
  showMore(box);
}

/** Room for photos and a note: there once asked for, or used; otherwise a way to it beside the answer. */
export function showMore(box) {
  const { result, told } = box.dataset;
  box.querySelector("[data-more]").hidden = !result || told === undefined;
  box.querySelector("[data-add]").hidden = !result || told !== undefined;
}

const urls = new Map();

/** Photos as they will be sent; each can be taken away again. */
export function showPhotos(root, box, photos) {
  for (const kind of ["before", "after"]) {
    const shots = box.querySelector(`[data-shots="${kind}"]`);
    shots?.replaceChildren(...photos.filter((photo) => photo.kind === kind).map((photo) => shot(root, photo)));
  }
  if (photos.length) box.dataset.told = "";
  showMore(box);
}

function shot(root, photo) {
  const element = pattern(root, "shot");
  element.dataset.photo = photo.uuid;
  const image = element.querySelector("img");
  if (!urls.has(photo.uuid)) {
    const bytes = photo.thumb ?? photo.bytes;
    urls.set(photo.uuid, bytes ? URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })) : "");
  }
  image.src = urls.get(photo.uuid);
  // A kind of picture that this browser can't show can't be drawn on either.
  element.querySelector("[data-draw]").hidden = !photo.thumb;
  return element;
}

/** Say what went wrong with an item, beside it. */
export function showProblem(box, text) {
  const problem = box.querySelector("[data-problem]");
  problem.hidden = false;
  problem.querySelector("[data-words]").textContent = text;
  return problem;
}

/** Name what is missing beside the item it is missing from, and go to the first. */
export function showLacks(root, missing) {
  for (const problem of root.querySelectorAll("[data-problem]")) problem.hidden = true;
  const places = missing.map(({ item, word }) => {
    const box = item ? root.querySelector(`[data-item="${item.id}"]`) : root.querySelector(`[data-lack="${word}"]`);
    box.closest("details")?.setAttribute("open", "");
    return showProblem(box, words(root, `lacks${word.replace(/(^|_)./g, (part) => part.at(-1).toUpperCase())}`));
  });
  places[0]?.scrollIntoView({ block: "center" });
  places[0]?.focus({ preventScroll: true });
}
