// What stands in a form: to be kept and put back, and as the body that the API takes.

// Not part of what is said; the queue has a name of its own for each thing, a kept page only one for all.
const NOT_SAID = new Set(["csrfmiddlewaretoken", "idempotency_key", "client_uuid", "next"]);
const LONGEST_SHOWN = 60;

/**
 * [{name, value, shown}] of all that is filled in; `shown` where the queue's list should name it.
 *
 * With `data-queue-changes` only what is otherwise than the page brought it: put back into a later page, the rest would
 * undo what others have changed meanwhile.
 */
export function fieldsOf(form) {
  const counts = "queueChanges" in form.dataset ? isChanged : () => true;
  return said(form).filter(([name, value]) => counts(form, name, value)).map(([name, value]) => ({ name, value, shown: shownOf(form, name, value) }));
}

/** Put back what `fieldsOf` answered. */
export function restore(form, fields) {
  const values = Map.groupBy ? Map.groupBy(fields, (field) => field.name) : grouped(fields);
  for (const box of form.querySelectorAll("[type=checkbox][name]")) box.checked = (values.get(box.name) ?? []).some(({ value }) => value === box.value);
  for (const { name, value, shown } of fields) {
    const elements = [...form.elements].filter((element) => element.name === name && element.type !== "file");
    if (elements[0]?.type === "radio") choose(elements, value, shown);
    else if (elements[0]?.type !== "checkbox" && elements[0]) elements[0].value = value;
  }
}

/**
 * The JSON body: the form's `data-queue-map` says where a value stands, when it is not under its own name. What is empty
 * stays away; with `data-queue-changes` what is as the page brought it, so that what was emptied is said.
 */
export function bodyOf(form, submitter, photos) {
  const map = JSON.parse(form.dataset.queueMap || "{}");
  const body = {};
  const counts = "queueChanges" in form.dataset ? isChanged : (_form, _name, value) => value !== "";
  for (const [name, value] of said(form, submitter)) if (counts(form, name, value)) put(body, (map[name] ?? name).split("."), value);
  for (const { field, uuid } of photos) (body[field.replace("photos", "photo_uuids")] ??= []).push(uuid);
  return body;
}

/** The sentences of the form's rules that are not kept: <template data-queue-needs="a b" data-when="c=on">. */
export function missing(form, submitter) {
  const values = new Map(said(form, submitter));
  const there = (name) => (values.get(name) ?? "").trim() || hasPhotos(form, name);
  const rules = [...form.querySelectorAll("template[data-queue-needs]")];
  return rules.filter(({ dataset }) => {
    const [name, value] = (dataset.when ?? "").split("=");
    return (!name || values.get(name) === value) && !dataset.queueNeeds.split(" ").some(there);
  }).map((rule) => rule.innerHTML.trim());
}

function said(form, submitter) {
  const data = new FormData(form);
  if (submitter?.name) data.set(submitter.name, submitter.value);
  return [...data].filter(([name, value]) => typeof value === "string" && !NOT_SAID.has(name));
}

/** Otherwise than the page brought it; what nobody fills in by hand always goes along. */
function isChanged(form, name, value) {
  const fields = [...form.elements].filter((element) => element.name === name);
  const [field] = fields;
  if (!field || field.type === "hidden") return value !== "";
  if (field.matches("[type=radio], [type=checkbox]")) return !fields.some((one) => one.defaultChecked && one.value === value);
  if (field.options) return value !== ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value;
  return field.value !== field.defaultValue;
}

function hasPhotos(form, name) {
  const input = form.querySelector(`[data-photos][name="${name}"]`);
  return Boolean(input?.files.length);
}

function shownOf(form, name, value) {
  if (!value) return "";
  const elements = [...form.elements].filter((element) => element.name === name);
  const radio = elements.find((element) => element.type === "radio" && element.value === value);
  if (radio) return radio.closest("label")?.textContent.trim() ?? "";
  return elements[0]?.matches("textarea") ? value.slice(0, LONGEST_SHOWN) : "";
}

/** One that was found by a search is not among those that the page offers: it joins them. */
function choose(radios, value, shown) {
  let radio = radios.find((one) => one.value === value);
  if (!radio && shown) {
    const label = radios[0].closest("label").cloneNode(true);
    radio = label.querySelector("input");
    radio.value = value;
    label.querySelector("span").textContent = shown;
    radios[0].closest("label").before(label);
  }
  if (radio) radio.checked = true;
}

function put(body, [name, ...rest], value) {
  if (rest.length) put((body[name] ??= {}), rest, value);
  else body[name] = value;
}

function grouped(fields) {
  const groups = new Map();
  for (const field of fields) groups.set(field.name, [...(groups.get(field.name) ?? []), field]);
  return groups;
}
