// What the phone knows of an object: facts, licences, what is due, who answers for it; in place of its page where there is no signal.
import { moment } from "../../gridgov/js/phone/words.js";
import { isoDay, objectOf } from "./day.js";
import { dueOf, licencesOf, placesOf } from "./object-rules.js";
import { card } from "./places.js";
import { fill, words } from "./visit-view.js";

const FACTS = ["address", "owner", "credit_code", "business_scope"];

export default async function start(root) {
  const code = new URLSearchParams(location.search).get("object") ?? "";
  const { day, object } = await objectOf(root.dataset.day, code);
  const part = (name) => root.querySelector(`[data-${name}]`);
  if (!object) return show("unknown");
  const places = placesOf(day, object);
  const licences = licencesOf(object);
  head();
  facts();
  list("licences", licences, licence);
  list("due", dueOf(day, object), due);
  list("findings", object.findings, finding);
  list("people", places.flatMap((place) => place.people.map((person) => ({ ...person, area: place.name }))), person);
  actions();
  show("open");

  function head() {
    document.title = document.title.replace(/^[^·]*/, `${object.name} `);
    fill(root, {
      known: words(root, "known", { moment: moment(Date.parse(day.as_of)) }),
      name: object.name,
      type: object.type,
      state: object.state,
      risk: object.risk_label,
      code,
      places: places.map((place) => place.name).reverse().join(" › ") || object.area,
      last: object.last_visit ? words(root, "lastVisit", { day: isoDay(new Date(object.last_visit.at)), who: object.last_visit.by }) : words(root, "neverVisited"),
    });
    root.querySelector(".risk")?.classList.add(`risk--${object.risk}`);
    part("ended").hidden = !licences.some((one) => one.standing === "ended");
  }

  function facts() {
    const box = part("facts");
    const known = FACTS.filter((name) => object[name]).map((name) => [box.dataset[name], object[name]]);
    const asOf = [box.dataset.as_of, [object.as_of, object.told_by].filter(Boolean).join(" · ")];
    const [address, ...others] = object.address ? known : [null, ...known];
    for (const [name, value] of [address, ...object.facts, ...others, asOf].filter(Boolean)) {
      box.append(Object.assign(document.createElement("dt"), { textContent: name }), Object.assign(document.createElement("dd"), { textContent: value }));
    }
  }

  function list(name, rows, draw) {
    part(name).append(...rows.map(draw));
    root.querySelector(`[data-none="${name}"]`).hidden = rows.length > 0;
  }

  function licence(one) {
    const standing = one.standing === "soon" && !one.days ? "soonToday" : one.standing;
    const dates = one.valid_from || one.valid_to ? `${one.valid_from ?? ""} – ${one.valid_to ?? ""}` : root.dataset.endless;
    const row = card(root, "licence", { ...one, standing: words(root, standing, { n: one.days }), dates });
    row.classList.add(`licence--${one.standing}`);
    return row;
  }

  function due(one) {
    return card(root, "due", {
      name: one.name,
      department: one.department,
      due: one.due ? words(root, "dueHere", { n: one.due }) : "",
      next: !one.due && one.next ? words(root, "nextOn", { day: one.next }) : "",
    });
  }

  function finding(one) {
    return card(root, "finding", { question: one.question, day: isoDay(new Date(one.found_at)), state: one.state, case: one.case }, one.case && root.dataset.case.replace("NUMBER", one.case));
  }

  function person(one) {
    return card(root, "person", { name: one.name, post: `${one.post} · ${one.area}`, phone: one.phone }, one.phone && `tel:${one.phone}`);
  }

  function actions() {
    const whole = document.querySelector("[data-whole]");
    const visit = document.querySelector("[data-visit]");
    whole.href = whole.href.replace("CODE", encodeURIComponent(code));
    visit.href = `${visit.getAttribute("href")}?object=${encodeURIComponent(code)}`;
    const report = document.querySelector("[data-report]");
    report.href = `${report.getAttribute("href")}?${new URLSearchParams({ object: code, ...(object.point && { longitude: object.point[0], latitude: object.point[1] }) })}`;
    const online = () => { whole.hidden = !navigator.onLine; };
    for (const change of ["online", "offline"]) addEventListener(change, online);
    online();
  }

  function show(state) {
    for (const element of root.querySelectorAll("[data-when]")) element.hidden = !element.dataset.when.split(" ").includes(state);
    if (state !== "open") for (const action of document.querySelectorAll("[data-visit], [data-report]")) action.hidden = true;
  }
}
