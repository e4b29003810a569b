// The way somebody walked, through the grids where that was.
import { leaflet, mapIn, removeWithPage } from "../../gridgov/js/leaflet.js";

export default async function start(element) {
  const L = await leaflet(element);
  const map = mapIn(L, element, element.dataset, { scrollWheelZoom: false });
  L.geoJSON(JSON.parse(element.dataset.grids), { interactive: false, style: { className: "track__grid" } }).addTo(map);
  const way = L.geoJSON(JSON.parse(element.dataset.path), { interactive: false, style: { className: "track__way" } });
  map.fitBounds(way.getBounds(), { padding: [16, 16], maxZoom: 17 });
  way.addTo(map);
  removeWithPage(map);
}
