// Objects as dots on the outlines of my grids, without tiles and without signal.
import { leaflet, mapIn } from "../../gridgov/js/leaflet.js";

/** A map in the box; `show(objects)` draws them, a tap on one's name calls `open(object)`. */
export async function drawMap(box, outlines, fix, open) {
  const L = await leaflet(box);
  const map = mapIn(L, box, box.dataset, { minZoom: 9 });
  const grids = L.geoJSON(outlines, { interactive: false, style: { className: "map__outline" } }).addTo(map);
  const dots = L.layerGroup().addTo(map);
  const bounds = grids.getBounds();
  if (bounds.isValid()) map.fitBounds(bounds);

  function show(objects) {
    dots.clearLayers();
    if (fix) L.circleMarker([fix.latitude, fix.longitude], { radius: 8, interactive: false, className: "place__here" }).addTo(dots);
    for (const object of objects.filter((one) => one.point)) {
      const [longitude, latitude] = object.point;
      const words = Object.assign(document.createElement("button"), { className: "button", textContent: object.name, type: "button" });
      words.addEventListener("click", () => open(object));
      L.circleMarker([latitude, longitude], { radius: 9, className: object.due ? "visit-dot visit-dot--due" : "visit-dot" }).bindPopup(words).addTo(dots);
    }
    if (!bounds.isValid() && objects.length) map.fitBounds(L.latLngBounds(objects.filter((one) => one.point).map(({ point }) => [point[1], point[0]])));
  }
  return { show };
}
