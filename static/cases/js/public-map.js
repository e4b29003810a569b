// The map for everybody: streets with their names, one dot a case, counts where dots would cover each other.
import { leaflet, mapIn } from "../../gridgov/js/leaflet.js";
import { overlap } from "../../grids/js/overlap.js";
import { decoded } from "../../grids/js/polyline.js";

const PAUSE = 150; // ms after the map stands still
const BLOCK_PX = 512; // outlines are asked for in boxes of this many pixels, so that the same ones come again
// Zoom → the finest level of areas that can be told apart there.
const FINEST = [[13, 2], [22, 4]];
const BELOW_NAME = 20; // px: where a street's count stands, its name stands too
const NEAREST = 18; // nearer than this, cases that still stand together are told apart in the list

export default async function start(element) {
  const { dataset } = element;
  element.hidden = false;
  const box = element.querySelector("[data-map]");
  const inView = element.querySelector("[data-in-view]");
  const failed = element.querySelector("[data-error]");
  const L = await leaflet(element).catch(() => { failed.hidden = false; });
  if (!L) return;
  const map = mapIn(L, box, dataset, { scrollWheelZoom: false });
  const areas = L.layerGroup().addTo(map);
  map.createPane("area-names").style.zIndex = 450;
  const names = L.layerGroup().addTo(map);
  map.createPane("dots").style.zIndex = 660;
  const dots = L.layerGroup().addTo(map);
  let asked = new AbortController();
  let drawn = "";
  let named = [];
  let timer;

  const [west, south, east, north] = dataset.extent.split(",").map(Number);
  map.fitBounds([[south, west], [north, east]], { padding: [8, 8] });
  map.on("moveend", () => { clearTimeout(timer); timer = setTimeout(show, PAUSE); });
  // The page scrolls over the map until somebody has taken it in hand.
  map.on("focus click", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(box);
  await show();

  async function show() {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    const zoom = Math.round(map.getZoom());
    const bounds = map.getBounds().toBBoxString();
    const finest = FINEST.find(([most]) => zoom <= most)[1];
    const outlines = `${dataset.outlines}?${new URLSearchParams({ view: blocks(), zoom, finest, v: dataset.version })}`;
    inView.href = `${dataset.list}?${listed(bounds)}`;
    try {
      const [found, outlined] = await Promise.all([
        json(`${dataset.cases}?${dataset.filters}&${new URLSearchParams({ view: bounds, zoom })}`, signal),
        json(outlines, signal),
      ]);
      if (outlines !== drawn) drawAreas(outlined);
      drawn = outlines;
      label();
      drawCases(found);
      failed.hidden = true;
      element.dataset.drawn = zoom;
    } catch (error) {
      failed.hidden = error.name === "AbortError";
    }
  }

  function drawAreas(found) {
    areas.clearLayers();
    for (const [, , , rings] of found.areas) areas.addLayer(L.polygon(rings.map((ring) => decoded(ring, found.decimals)), { className: "map-area", interactive: false }));
    named = found.areas.map(([, name, at]) => ({ name, at }));
  }

  /** Names where they cover no other. */
  function label() {
    names.clearLayers();
    const taken = [];
    for (const { name, at } of named.filter(({ at }) => map.getBounds().contains(at)).slice(0, 150)) {
      const text = Object.assign(document.createElement("span"), { textContent: name });
      const marker = L.marker(at, { pane: "area-names", interactive: false, keyboard: false, icon: L.divIcon({ className: "map-label", html: text, iconSize: [0, 0] }) }).addTo(names);
      const room = text.getBoundingClientRect();
      if (taken.some((other) => overlap(room, other))) names.removeLayer(marker);
      else taken.push(room);
    }
  }

  function drawCases(found) {
    dots.clearLayers();
    for (const [lat, lon, number, name, stands] of found.dots) {
      const marker = L.circleMarker([lat, lon], { pane: "dots", radius: 8, className: "open-dot", bubblingMouseEvents: false });
      marker.bindTooltip(() => Object.assign(document.createElement("span"), { textContent: `${found.names[name]} · ${stands}` }), { className: "map-told", opacity: 1, direction: "top", offset: [0, -6] });
      marker.on("click", () => location.assign(dataset.case.replace("NUMBER", number)));
      dots.addLayer(marker);
    }
    for (const [lat, lon, count] of found.cells) {
      const near = map.getZoom() >= NEAREST;
      dots.addLayer(counted([lat, lon], count, "open-many", (near ? dataset.listed : dataset.many).replace("%n", count), () => {
        if (near) location.assign(inView.href);
        else map.setView([lat, lon], Math.min(map.getZoom() + 2, 20));
      }));
    }
    for (const [lat, lon, count, code, name] of found.streets) {
      const marker = counted([lat, lon], count, "open-street", dataset.street.replace("%s", name).replace("%n", count), () => location.assign(`${dataset.list}?${ofStreet(code)}`), BELOW_NAME);
      dots.addLayer(marker);
    }
  }

  function counted(at, count, className, title, onClick, below = 0) {
    const size = Math.min(44, 28 + Math.round(Math.log10(count) * 7));
    const text = Object.assign(document.createElement("span"), { textContent: count > 9999 ? `${Math.round(count / 1000)}k` : count });
    return L.marker(at, { pane: "dots", keyboard: false, title, icon: L.divIcon({ className, html: text, iconSize: [size, size], iconAnchor: [size / 2, size / 2 - below] }) }).on("click", onClick);
  }

  function listed(bounds) {
    const filters = new URLSearchParams(dataset.filters);
    filters.set("bbox", bounds);
    return filters;
  }

  function ofStreet(code) {
    const filters = new URLSearchParams(dataset.filters);
    filters.set("area", code);
    filters.set("not_in", "community");
    return filters;
  }

  /** The view, widened to whole blocks. */
  function blocks() {
    const bounds = map.getPixelBounds();
    const bottom = Math.ceil(bounds.max.y / BLOCK_PX) * BLOCK_PX;
    const left = map.unproject([Math.floor(bounds.min.x / BLOCK_PX) * BLOCK_PX, bottom]);
    const right = map.unproject([Math.ceil(bounds.max.x / BLOCK_PX) * BLOCK_PX, Math.floor(bounds.min.y / BLOCK_PX) * BLOCK_PX]);
    const within = (value, most) => Math.min(Math.max(value, -most), most).toFixed(6);
    return [within(left.lng, 180), within(left.lat, 90), within(right.lng, 180), within(right.lat, 90)].join();
  }
}

async function json(url, signal) {
  const answer = await fetch(url, { signal });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}
