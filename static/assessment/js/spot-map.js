// Spots over the outlines of areas: their extent, and a mark with the number that the list gives them.
import { leaflet, mapIn, removeWithPage } from "../../gridgov/js/leaflet.js";

// Leaflet's zoom → the level of area whose outlines are shown.
const LEVELS = [[11, 2], [14, 4], [22, 5]];
const PAUSE = 200;

export default async function start(element) {
  const { spots: source, outlines, home } = element.dataset;
  const spots = JSON.parse(document.getElementById(source).textContent);
  const L = await leaflet(element);
  const map = mapIn(L, element, element.dataset, { scrollWheelZoom: false });
  const areas = L.geoJSON(null, { interactive: false, style: { className: "map-area" } }).addTo(map);
  const shown = L.featureGroup();
  for (const spot of spots) {
    shown.addLayer(L.geoJSON(spot.outline, { interactive: false, style: { className: "spot-outline" }, pointToLayer: (_, at) => L.circleMarker(at, { radius: 9, className: "spot-outline" }) }));
    shown.addLayer(mark(L, spot));
  }
  map.fitBounds(shown.getBounds(), { padding: [32, 32], maxZoom: 17 });
  shown.addTo(map);
  let timer;
  map.on("moveend", () => { clearTimeout(timer); timer = setTimeout(around, PAUSE); });
  removeWithPage(map);
  await around();

  async function around() {
    const level = LEVELS.find(([zoom]) => map.getZoom() <= zoom)[1];
    const asked = new URLSearchParams({ bbox: map.getBounds().toBBoxString(), level, zoom: Math.round(map.getZoom()) });
    const answer = await fetch(`${outlines}?${asked}`);
    // Outlines are filled: spots lie on top.
    if (answer.ok) areas.clearLayers().addData(await answer.json()).bringToBack();
  }
}

/** A mark leads to its line in the list. */
function mark(L, { n, at, count, name, treated }) {
  const size = 24 + Math.round(Math.log10(count) * 8);
  const marker = L.marker(at, { title: `${name}: ${count}`, alt: `${n}. ${name}: ${count}`, zIndexOffset: count, icon: L.divIcon({ className: treated ? "spot-mark spot-mark--treated" : "spot-mark", html: String(n), iconSize: [size, size] }) });
  marker.on("click", () => {
    const row = document.getElementById(`spot-${n}`);
    row?.scrollIntoView({ block: "center" });
    row?.querySelector("a")?.focus();
  });
  return marker;
}
