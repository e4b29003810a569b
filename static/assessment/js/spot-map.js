// Spots over the outlines of areas: their extent, and a mark with the number that the list gives them.
import { leaflet, mapIn, outlineLayer } from "../../gridgov/js/leaflet.js";

export default async function start(element) {
  const { spots: source, outlines } = element.dataset;
  const spots = JSON.parse(document.getElementById(source).textContent);
  const L = await leaflet(element);
  const map = mapIn(L, element, element.dataset, { scrollWheelZoom: false });
  outlineLayer(L, map, outlines, { className: "map-area" });
  const shown = L.featureGroup();
  for (const spot of spots) {
    shown.addLayer(L.geoJSON(spot.outline, { interactive: false, style: { className: "spot-outline" }, pointToLayer: (_, at) => L.circleMarker(at, { radius: 9, className: "spot-outline" }) }));
    shown.addLayer(mark(L, spot));
  }
  map.fitBounds(shown.getBounds(), { padding: [32, 32], maxZoom: 15 });
  shown.addTo(map);
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
