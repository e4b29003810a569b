// What is around: tasks and cases from the server, objects from the phone's day; without signal all of it from the day.
import { moment } from "../../gridgov/js/phone/words.js";
import { outlinesOf, recentDay } from "./day.js";
import { byDistance, card, farAway, objectCard, sayHowMany } from "./places.js";
import { dueCount } from "./visit-rules.js";
import { words } from "./visit-view.js";

const PATIENCE = 4000; // ms; then what is kept must do
const PAGE = 20; // cards more at a press

export default function start(part) {
  const again = document.querySelector("[data-nearby-again]");
  const found = part.querySelector("[data-found]");
  const mapButton = document.querySelector("[data-nearby-map]");
  const known = recentDay(part.dataset.day).then((day) => day && { ...day, objects: day.objects.map((object) => ({ ...object, due: dueCount(day, object) })) });
  let here = null;
  let reached = Boolean(found.childElementCount);
  const shown = { tasks: 5, cases: 5, objects: PAGE };
  let map = null;
  mapButton.addEventListener("click", toMap);
  again.addEventListener("click", look);
  for (const button of part.querySelectorAll("[data-more]")) button.addEventListener("click", () => { shown[button.closest("[data-kept]").dataset.kept] += PAGE; draw(); });
  again.hidden = false;
  if (reached) draw();
  else look();

  function look() {
    if (!navigator.geolocation) return missed();
    show("searching");
    navigator.geolocation.getCurrentPosition(ask, missed, { enableHighAccuracy: true, maximumAge: 10000, timeout: 20000 });
  }

  async function ask({ coords }) {
    here = coords;
    const address = `${part.dataset.url}?${new URLSearchParams({ longitude: coords.longitude.toFixed(6), latitude: coords.latitude.toFixed(6) })}`;
    const answered = fetched(address);
    reached = await Promise.race([answered, new Promise((resolve) => { setTimeout(resolve, PATIENCE, false); })]);
    await settle();
    if (!reached && (reached = await answered)) await settle();
  }

  /** Whether the server's answer stands there now: htmx ends well with an error too, and says so in its event only. */
  function fetched(address) {
    return new Promise((resolve) => {
      part.addEventListener("htmx:afterRequest", ({ detail }) => resolve(Boolean(detail.successful)), { once: true });
      htmx.ajax("GET", address, { source: part, target: found, swap: "innerHTML" }).catch(() => {});
    });
  }

  async function settle() {
    if (!reached) found.replaceChildren();
    show(reached || (await known) ? "" : "failed");
    await draw();
    mapButton.hidden = Boolean(map) || !part.querySelector("[data-point]");
  }

  /** Without a position there is no distance, but what the phone knows is there all the same. */
  function missed(error) {
    show(!error || error.code === error.PERMISSION_DENIED ? "denied" : "missing");
    draw();
  }

  async function draw() {
    const day = await known;
    if (!day) return;
    const since = part.querySelector("[data-kept-since]");
    since.hidden = reached || (!here && navigator.onLine); // without a position nobody was asked
    since.querySelector("span").textContent = words(part, "known", { moment: moment(Date.parse(day.as_of)) });
    list("tasks", reached ? [] : day.tasks, (task) => work(task, task.kind_label, part.dataset.task.replace("/0/", `/${task.id}/`)));
    list("cases", reached ? [] : day.cases, (one) => work(one, one.what, part.dataset.case.replace("NUMBER", one.number)));
    list("objects", day.objects, (object) => objectCard(part, object, part.dataset.object.replace("CODE", encodeURIComponent(object.code))));
    sayHowMany(part, day);
    map?.show();
  }

  function list(name, rows, draw) {
    const section = part.querySelector(`[data-kept="${name}"]`);
    section.hidden = !rows.length;
    section.querySelector(".number").textContent = rows.length;
    section.querySelector("[data-more]").hidden = rows.length <= shown[name];
    section.querySelector(".cards").replaceChildren(...byDistance(rows, here).slice(0, shown[name]).map((row) => {
      const box = draw(row);
      if (row.point && here) box.dataset.point = row.point.join();
      return box;
    }));
  }

  function work(row, what, href) {
    const due = row.due_at && words(part, "until", { moment: moment(Date.parse(row.due_at)) });
    return card(part, "work", { what, title: row.title, place: row.place, away: farAway(part, row.away), due }, href);
  }

  async function toMap() {
    const box = part.querySelector("[data-nearby-box]");
    const { drawNearby } = await import("./nearby-map.js");
    box.hidden = false;
    mapButton.hidden = true;
    const outlines = async () => outlinesOf((await known) ?? { home: [] }, box.dataset.outlines);
    map = await drawNearby(box, part, here, outlines).catch(() => { box.hidden = true; return null; });
    box.scrollIntoView({ block: "nearest" });
  }

  function show(state) {
    for (const element of part.querySelectorAll("[data-when]")) element.hidden = element.dataset.when !== state;
  }
}
