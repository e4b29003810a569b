// The way somebody walked, with the times, through the grids where that was.
import { leaflet, mapIn } from "../../gridgov/js/leaflet.js";

export default async function start(element) {
  const L = await leaflet(element);
  const map = mapIn(L, element, element.dataset, { scrollWheelZoom: false });
  const named = ({ properties }, grid) => grid.bindTooltip(properties.name, { permanent: true, direction: "center", className: "track__name" });
  const grids = { interactive: false, style: { className: "track__grid" }, onEachFeature: named };
  L.geoJSON(JSON.parse(element.dataset.grids), grids).addTo(map);
  const way = L.geoJSON(JSON.parse(element.dataset.path), { interactive: false, style: { className: "track__way" } });
  map.fitBounds(way.getBounds(), { padding: [32, 32], maxZoom: 17 });
  way.addTo(map);
  for (const { at, point } of JSON.parse(element.dataset.marks)) {
    L.circleMarker([point[1], point[0]], { interactive: false, radius: 5, className: "track__mark" })
      .bindTooltip(at, { permanent: true, direction: "top", offset: [0, -4], className: "track__time" })
      .addTo(map);
  }
}
