// The way somebody walked.
import { leaflet, mapIn, removeWithPage } from "../../gridgov/js/leaflet.js";

export default async function start(element) {
  const L = await leaflet(element);
  const map = mapIn(L, element, element.dataset, { scrollWheelZoom: false });
  const way = L.geoJSON(JSON.parse(element.dataset.path), { interactive: false, style: { className: "track__way" } });
  map.fitBounds(way.getBounds(), { padding: [16, 16], maxZoom: 17 });
  way.addTo(map);
  removeWithPage(map);
}
