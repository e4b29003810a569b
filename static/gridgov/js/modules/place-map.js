// Where something is: the outline around it, the chosen place, and where the device was.
import { leaflet, mapIn, removeWithPage } from "../leaflet.js";

export default async function start(element) {
  const { point, device, accuracy, outline } = JSON.parse(element.dataset.place);
  const L = await leaflet(element);
  // The page moves on under a finger or a wheel; one looks at this map, one does not travel on it.
  const map = mapIn(L, element, element.dataset, { dragging: false, scrollWheelZoom: false, keyboard: false });
  const shown = L.featureGroup();
  if (outline) shown.addLayer(L.geoJSON(outline, { interactive: false, style: { className: "map-grid" } }));
  if (device) {
    if (accuracy) shown.addLayer(L.circle(device, { radius: accuracy, interactive: false, className: "map-accuracy" }));
    shown.addLayer(L.circleMarker(device, { radius: 6, interactive: false, className: "map-device" }));
  }
  shown.addLayer(L.circleMarker(point, { radius: 7, interactive: false, className: "map-point" }));
  // A circle in metres has bounds only once it lies on a map.
  shown.addTo(map.setView(point, 17));
  map.fitBounds(shown.getBounds(), { padding: [16, 16], maxZoom: 17 });
  removeWithPage(map);
}
