// The objects of my grids: what is due, how far, on a list and on a map; the same with and without signal.
import { outlinesOf, wholeDay } from "./day.js";
import { byDistance, objectCard, sayHowMany } from "./places.js";
import { dueCount } from "./visit-rules.js";
import { fill, words } from "./visit-view.js";

const PAGE = 40;

export default async function start(root) {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const day = await wholeDay(root.dataset.day);
  if (!day) return show("unknown");
  let fix = null;
  let shown = PAGE;
  let map = null;
  const objects = day.objects.map((object) => ({ ...object, due: dueCount(day, object), dot: null }));

  for (const input of root.querySelectorAll('[name="which"]')) input.addEventListener("change", () => { shown = PAGE; draw(); });
  part("search").addEventListener("input", () => { shown = PAGE; draw(); });
  part("more").addEventListener("click", () => { shown += PAGE; draw(); });
  part("to-map").addEventListener("click", toMap);
  fill(root, { due: objects.filter((object) => object.due).length, all: objects.length });
  sayHowMany(root, day);
  show(objects.length ? "open" : "empty");
  draw();
  navigator.geolocation?.getCurrentPosition(({ coords }) => { fix = coords; draw(); }, () => {}, { enableHighAccuracy: true, maximumAge: 30_000, timeout: 20_000 });

  function wanted() {
    const all = root.querySelector('[name="which"]:checked').value === "all";
    const words = part("search").value.trim().toLowerCase();
    const fits = (object) => !words || [object.name, object.code, object.address, object.type].some((text) => text.toLowerCase().includes(words));
    return byDistance(objects.filter((object) => (all || words || object.due) && fits(object)), fix);
  }

  function draw() {
    const found = wanted();
    part("found").replaceChildren(...found.slice(0, shown).map((object) => objectCard(root, object, visitOf(object))));
    part("more").hidden = found.length <= shown;
    part("none").hidden = found.length > 0;
    part("count").textContent = words(root, "count", { n: found.length });
    if (map) map.show(found);
  }

  function visitOf({ code }) {
    return `${root.dataset.visit}?object=${encodeURIComponent(code)}`;
  }

  async function toMap() {
    part("to-map").setAttribute("aria-busy", "true");
    try {
      const { drawMap } = await import("./visit-map.js");
      const outlines = await outlinesOf(day, root.dataset.outlines);
      part("map").hidden = false;
      map = await drawMap(part("map"), outlines, fix, (object) => { location.href = visitOf(object); });
      map.show(wanted());
      part("to-map").hidden = true;
    } catch {
      part("map").hidden = true;
      part("unmapped").hidden = false;
    }
    part("to-map").removeAttribute("aria-busy");
  }

  function show(state) {
    for (const element of root.querySelectorAll("[data-when]")) element.hidden = !element.dataset.when.split(" ").includes(state);
  }
}
