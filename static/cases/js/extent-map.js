// A line or several places on a map: each press adds a point to the list beside it, which is what is sent.
import { leaflet, mapIn, outlineLayer } from "../../gridgov/js/leaflet.js";

const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const STEP_PX = 24;

export default async function start(part) {
  const fold = part.closest("details");
  if (!fold || fold.open) return begin(part);
  // A map in a folded part has no size, and most cases need none.
  fold.addEventListener("toggle", () => begin(part), { once: true });
}

async function begin(part) {
  const box = part.querySelector("[data-map]");
  const list = part.querySelector("[name=extent_points]");
  const number = part.querySelector("[data-number]");
  const L = await leaflet(part);
  box.hidden = false;
  part.querySelector("[data-tools]").hidden = false;
  const map = mapIn(L, box, part.dataset, { keyboard: false });
  const outlines = outlineLayer(L, map, part.dataset.outlines, { className: "map-grid" });
  const drawn = L.featureGroup().addTo(map);

  map.on("click", (event) => add(event.latlng));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") add(map.getCenter());
    else if (STEPS[event.key]) map.panBy(L.point(...STEPS[event.key]).multiplyBy(STEP_PX), { animate: false });
    else return;
    event.preventDefault();
  });
  part.querySelector("[data-undo]").addEventListener("click", () => write(lines().slice(0, -1)));
  list.addEventListener("input", draw);
  for (const kind of part.querySelectorAll("[name=extent_kind]")) kind.addEventListener("change", draw);

  draw();
  if (drawn.getLayers().length) map.fitBounds(drawn.getBounds(), { padding: [24, 24], maxZoom: 17 });
  else if (part.dataset.longitude) map.setView([part.dataset.latitude, part.dataset.longitude], 16);
  else await outlines.whole(part.dataset.home);

  function lines() {
    return list.value.split("\n").filter((line) => line.trim());
  }

  function add({ lng, lat }) {
    write([...lines(), `${lng.toFixed(6)}, ${lat.toFixed(6)}`]);
  }

  function write(all) {
    list.value = all.join("\n");
    list.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** What stands in the list; lines that name an area are drawn by nobody but counted. */
  function draw() {
    const points = lines().map((line) => line.split(/[\s,，]+/).map(Number)).filter(([lng, lat]) => Number.isFinite(lng) && Number.isFinite(lat)).map(([lng, lat]) => [lat, lng]);
    drawn.clearLayers();
    if (part.querySelector("[name=extent_kind]:checked")?.value === "LineString" && points.length > 1) drawn.addLayer(L.polyline(points, { interactive: false, fill: false, className: "map-extent map-extent--line" }));
    for (const point of points) drawn.addLayer(L.circleMarker(point, { radius: 5, interactive: false, className: "map-extent" }));
    number.textContent = number.dataset.words.replace("{n}", lines().length);
  }
}
