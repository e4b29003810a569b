// Dots over the outlines of areas, by light, and counts where dots would cover each other.
import { leaflet, mapIn } from "../leaflet.js";

// Leaflet's zoom → the level of area whose outlines are shown.
const LEVELS = [[11, 2], [14, 4], [22, 5]];
// With more areas in view their names would cover the map.
const MOST_NAMES = 70;
const PAUSE = 200;
// The shapes of the lights, so that they are told apart without colour; a circle for the rest.
const SHAPES = {
  yellow: ({ x, y }, r) => `M${x},${y - r * 1.2}L${x + r * 1.2},${y + r}H${x - r * 1.2}Z`,
  red: ({ x, y }, r) => `M${x - r},${y - r}h${2 * r}v${2 * r}h${-2 * r}Z`,
};

export default async function start(element) {
  const { dots: source, leading = "", outlines, home, one, many } = element.dataset;
  const form = document.getElementById("filters");
  const count = form.querySelector("[data-map-count]");
  const L = await leaflet(element).catch(fail);
  if (!L) return;
  const map = mapIn(L, element, element.dataset);
  const areas = L.geoJSON(null, { interactive: false, style: { className: "map-area" } });
  const dots = L.layerGroup();
  // Above the names, which Leaflet puts at 650.
  map.createPane("dots").style.zIndex = 660;
  let asked = new AbortController();
  let timer;

  const start = L.geoJSON(await json(`${outlines}?${new URLSearchParams({ within: home })}&level=1&level=2&level=4&level=5&zoom=9`));
  if (start.getLayers().length) map.fitBounds(start.getBounds());
  areas.addTo(map);
  dots.addTo(map);
  map.on("moveend", () => { clearTimeout(timer); timer = setTimeout(show, PAUSE); });
  // Most filters change the dots alone; another choice of those that lead brings other choices, so the page comes anew.
  form.addEventListener("submit", (event) => {
    const before = new URLSearchParams(location.search);
    const now = new URLSearchParams(new FormData(form));
    if (leading.split(" ").some((field) => (before.get(field) ?? "") !== (now.get(field) ?? ""))) return;
    event.preventDefault();
    history.replaceState(null, "", `?${now}`);
    show();
  });
  await show();

  async function show() {
    asked.abort();
    asked = new AbortController();
    const bbox = map.getBounds().toBBoxString();
    const level = LEVELS.find(([zoom]) => map.getZoom() <= zoom)[1];
    const chosen = new URLSearchParams(new FormData(form));
    try {
      const [found, around] = await Promise.all([
        json(`${source}?${chosen}&${new URLSearchParams({ bbox })}`, asked.signal),
        json(`${outlines}?${new URLSearchParams({ bbox, level, zoom: Math.round(map.getZoom()) })}`, asked.signal),
      ]);
      areas.clearLayers().addData(around);
      if (around.features.length <= MOST_NAMES) areas.eachLayer(name);
      dots.clearLayers();
      for (const cluster of found.clusters) dots.addLayer(countAt(cluster));
      for (const dot of found.dots) dots.addLayer(dotAt(dot));
      element.querySelector("[data-error]").hidden = true;
      say(found);
    } catch (error) {
      if (error.name !== "AbortError") fail();
    }
  }

  function dotAt(dot) {
    const marker = L.circleMarker(dot.at, { pane: "dots", radius: 6, className: `map-dot map-dot--${dot.light}` });
    const shape = SHAPES[dot.light];
    // Leaflet draws circles only; this is the one place where it makes a marker's path.
    if (shape) marker._updatePath = () => marker._renderer._setPath(marker, shape(marker._point, marker._radius));
    marker.bindPopup(() => card(dot));
    marker.on("add", () => reachable(marker, `${dot.name || dot.number}, ${dot.left}`));
    return marker;
  }

  function countAt({ at, count: number, late }) {
    const size = 24 + Math.round(Math.log10(number) * 8);
    const marker = L.marker(at, { pane: "dots", icon: L.divIcon({ className: late ? "map-count map-count--late" : "map-count", html: String(number), iconSize: [size, size] }) });
    marker.on("click", () => map.setView(at, map.getZoom() + 2));
    return marker;
  }

  function say({ dots: shown, clusters }) {
    const number = clusters.reduce((sum, cluster) => sum + cluster.count, shown.length);
    count.textContent = number === 1 ? one : many.replace("%n", number.toLocaleString());
  }

  function fail() {
    element.querySelector("[data-error]").hidden = false;
  }
}

/** A dot is drawn, so it must be told that it can be reached and pressed by keyboard. */
function reachable(marker, label) {
  const dot = marker.getElement();
  dot.setAttribute("tabindex", "0");
  dot.setAttribute("role", "button");
  dot.setAttribute("aria-label", label);
  dot.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    marker.openPopup();
    marker.getPopup().getElement().querySelector("a[href]").focus();
  });
}

async function json(url, signal) {
  const answer = await fetch(url, { signal });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

/** An area's name at its middle; an element, because Leaflet takes a string for markup. */
function name(layer) {
  const label = document.createElement("span");
  label.textContent = layer.feature.properties.name;
  layer.bindTooltip(label, { permanent: true, direction: "center", className: "map-name" });
}

function card({ name: words, left, number, url, light }) {
  const link = Object.assign(document.createElement("a"), { href: url, textContent: words || number });
  const about = Object.assign(document.createElement("p"), { className: `map-card__left map-card__left--${light}`, textContent: left });
  const told = Object.assign(document.createElement("p"), { className: "muted", textContent: number });
  const box = Object.assign(document.createElement("div"), { className: "map-card" });
  box.append(link, about, told);
  return box;
}
