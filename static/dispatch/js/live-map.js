// The live map: cases over areas, fresh within a second of a change; a case opens beside it, and the address keeps the view.
import { leaflet, mapIn } from "../../gridgov/js/leaflet.js";
import { areaLayer } from "./map-areas.js";
import { dotLayer } from "./map-dots.js";
import { switchedLayers } from "./map-layers.js";

const PAUSE = 150; // ms after the map stands still
const APART = 400; // ms between two times of asking by itself
const EVERY = 60_000; // lights change by the clock too
const BLOCK_PX = 512; // outlines are asked for in boxes of this many pixels, so that the same ones come again
// Zoom → the finest level of areas that can be told apart there.
const FINEST = [[10, 2], [13.4, 4], [22, 5]];
// Level → the one above it by whose names one finds one's way where its own would cover the map.
const ABOVE = { 5: 4, 4: 2, 3: 2, 2: 1 };
const SOON = 5_000; // ms until it is tried again after a failure
const ROOM_FOR_A_SHEET = "(min-width: 800px)";
// Nearer than this, cases that still stand together are told apart in the list.
const NEAREST = 19;

export default async function start(element) {
  const { dataset } = element;
  const form = document.getElementById("filters");
  const list = document.getElementById("in-view");
  const sheet = document.getElementById("sheet");
  const box = element.querySelector("[data-map]");
  const note = element.querySelector("[data-note]");
  const L = await leaflet(element).catch(() => fail(true));
  if (!L) return;
  const map = mapIn(L, box, dataset, { zoomSnap: 0.25, zoomDelta: 1, wheelPxPerZoomLevel: 90 });
  begin();
  const areas = areaLayer(L, map, element);
  const dots = dotLayer(L, map, element, { open, comeNearer });
  const layers = switchedLayers(L, map, element, form);
  let asked = new AbortController();
  let changed = new Set();
  let timer;
  let again;
  let busy = false;
  let askedAt = 0;
  let freshAt = new Date();
  let failures = 0;

  map.on("moveend", () => { clearTimeout(timer); timer = setTimeout(show, PAUSE); });
  new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(box);
  form.addEventListener("submit", (event) => {
    const before = new URLSearchParams(location.search);
    const now = new FormData(form);
    // Another choice of those that lead brings other choices, so the page comes anew, at its own place.
    if (dataset.leading.split(" ").some((field) => (before.get(field) ?? "") !== (now.get(field) ?? ""))) return;
    event.preventDefault();
    show();
  });
  document.body.addEventListener("live:case", ({ detail }) => { for (const number of detail.changed) changed.add(number); refresh(); });
  document.body.addEventListener("case-changed", refresh);
  addEventListener("online", refresh);
  document.querySelector("[data-map-late]").addEventListener("click", () => {
    const counted = map.getBounds();
    form.elements.light.value = "red";
    form.elements.list.checked = true;
    showList();
    // The list takes room: all that was counted stays in view.
    map.invalidateSize({ pan: false });
    map.fitBounds(counted);
    show();
  });
  document.body.addEventListener("sheet:closed", () => dots.mark(""));
  setInterval(refresh, EVERY);
  await show();

  /** Where the address says, else the whole of one's area. */
  function begin() {
    const [lat, lon, zoom] = (new URLSearchParams(location.search).get("at") ?? "").split(",").map(Number);
    const [west, south, east, north] = dataset.extent.split(",").map(Number);
    if (Number.isFinite(zoom) && Math.abs(lat) <= 90 && zoom >= 0) map.setView([lat, lon], zoom);
    else map.fitBounds([[south, west], [north, east]], { padding: [8, 8] });
  }

  /** Everything of the view. */
  async function show() {
    asked.abort();
    asked = new AbortController();
    const signal = asked.signal;
    keepAddress();
    const get = (url) => json(url, signal);
    try {
      const around = blocks();
      const zoom = Math.round(map.getZoom());
      const finest = form.elements.finest.value || FINEST.find(([most]) => zoom <= most)[1];
      const outlined = (level) => `${dataset.outlines}?${new URLSearchParams({ bbox: around, zoom, finest: level, v: dataset.version })}`;
      const outlines = outlined(finest);
      const [found, drawn] = await Promise.all([get(cases(around, zoom, finest)), get(outlines)]);
      areas.draw(drawn, outlines);
      for (let level = ABOVE[finest]; level && areas.isCrowded(); level = ABOVE[level]) areas.nameBy(await get(outlined(level)));
      paint(found, false);
      const said = await layers(view(), get);
      note.hidden = !said;
      if (note.textContent !== said) note.textContent = said;
      showList();
    } catch (error) {
      miss(error);
    }
  }

  /** The cases alone, a little apart: outlines and objects do not change by a case. */
  async function refresh() {
    clearTimeout(again);
    const wait = askedAt + APART - Date.now();
    if (busy || wait > 0) { again = setTimeout(refresh, Math.max(wait, 100)); return; }
    busy = true;
    askedAt = Date.now();
    try {
      const zoom = Math.round(map.getZoom());
      const finest = form.elements.finest.value || FINEST.find(([most]) => zoom <= most)[1];
      paint(await json(cases(blocks(), zoom, finest), asked.signal), true);
      if (!list.contains(document.activeElement)) showList();
    } catch (error) {
      miss(error);
    } finally {
      busy = false;
    }
  }

  function paint(found, pulse) {
    const shade = form.elements.shade.value;
    dots.show(found, changed, pulse);
    const steps = areas.shade(found.areas, shade);
    for (const legend of element.querySelectorAll("[data-legend]")) legend.hidden = legend.dataset.legend !== shade;
    steps.forEach((most, index) => { element.querySelector(`[data-step="${index + 1}"]`).textContent = index ? `≤ ${most.toLocaleString()}` : `1–${most.toLocaleString()}`; });
    const count = document.querySelector("[data-map-count]");
    const total = found.total === 1 ? dataset.one : dataset.many.replace("%n", found.total.toLocaleString());
    if (count.textContent !== total) count.textContent = total;
    const late = document.querySelector("[data-map-late]");
    late.hidden = !found.late;
    late.textContent = dataset.late.replace("%n", found.late.toLocaleString());
    freshAt = new Date();
    failures = 0;
    document.querySelector("[data-map-stale]").hidden = true;
    fail(false);
    element.classList.add("live-map--drawn");
    // What came from the memory that colleagues share may be a moment old.
    if (found.again) { clearTimeout(again); again = setTimeout(refresh, found.again * 1000 + 50); } else changed = new Set();
  }

  function cases(around, zoom, finest) {
    return `${dataset.cases}?${filters()}&${new URLSearchParams({ bbox: map.getBounds().toBBoxString(), around, zoom, finest })}`;
  }

  function view() {
    return new URLSearchParams({ bbox: map.getBounds().toBBoxString(), zoom: Math.round(map.getZoom()) });
  }

  function filters() {
    const chosen = new FormData(form);
    for (const name of ["shade", "finest", "layer", "type", "day", "person", "list"]) chosen.delete(name);
    return new URLSearchParams([...chosen].filter(([, value]) => value));
  }

  /** The view, widened to whole blocks. */
  function blocks() {
    const bounds = map.getPixelBounds();
    const south = Math.ceil(bounds.max.y / BLOCK_PX) * BLOCK_PX;
    const west = map.unproject([Math.floor(bounds.min.x / BLOCK_PX) * BLOCK_PX, south]);
    const east = map.unproject([Math.ceil(bounds.max.x / BLOCK_PX) * BLOCK_PX, Math.floor(bounds.min.y / BLOCK_PX) * BLOCK_PX]);
    const within = (value, most) => Math.min(Math.max(value, -most), most).toFixed(6);
    return [within(west.lng, 180), within(west.lat, 90), within(east.lng, 180), within(east.lat, 90)].join();
  }

  function keepAddress() {
    const { lat, lng } = map.getCenter();
    const chosen = [...new FormData(form)].filter(([, value]) => value);
    history.replaceState(null, "", `?${new URLSearchParams([...chosen, ["at", `${lat.toFixed(5)},${lng.toFixed(5)},${map.getZoom()}`]])}`);
  }

  function open(number) {
    const url = dataset.case.replace("NUMBER", number);
    if (!matchMedia(ROOM_FOR_A_SHEET).matches) return location.assign(url);
    dots.mark(number);
    return window.htmx.ajax("GET", url, { source: box, target: sheet, swap: "innerHTML" });
  }

  function comeNearer(at) {
    if (map.getZoom() >= NEAREST) {
      form.elements.list.checked = true;
      showList();
    }
    map.setView(at, Math.min(map.getZoom() + 2, 20));
  }

  /** What is in view as tables, for those who read or press keys. */
  function showList() {
    const wanted = form.elements.list.checked;
    list.hidden = !wanted;
    element.parentElement.classList.toggle("live-map--listed", wanted);
    if (!wanted) return list.replaceChildren();
    return window.htmx.ajax("GET", `${dataset.rows}?${filters()}&${view()}`, { source: list, target: list, swap: "innerHTML" });
  }

  /** What is drawn stays, and from the second failure on says of when it is. */
  function miss(error) {
    if (error.name === "AbortError") return;
    if (!element.classList.contains("live-map--drawn")) return fail(true);
    clearTimeout(again);
    again = setTimeout(refresh, SOON);
    failures += 1;
    if (failures < 2) return;
    const stale = document.querySelector("[data-map-stale]");
    const time = freshAt.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: dataset.zone || undefined });
    stale.lastElementChild.textContent = dataset.stale.replace("%t", time);
    stale.hidden = false;
  }

  function fail(now) {
    element.querySelector("[data-error]").hidden = !now;
  }
}

async function json(url, signal) {
  const answer = await fetch(url, { signal });
  // Whoever is no longer signed in is led to where they can.
  if (answer.redirected) location.reload();
  if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
  return answer.json();
}
