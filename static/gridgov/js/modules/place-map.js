// Where something is: the outline around it, the chosen place, and where the device was; other places, numbered.
import { leaflet, mapIn, removeWithPage } from "../leaflet.js";

export default async function start(element) {
  const { point, device, accuracy, outline, others = [] } = JSON.parse(element.dataset.place);
  const L = await leaflet(element);
  // The page moves on under a finger or a wheel; one looks at this map, one does not travel on it.
  const map = mapIn(L, element, element.dataset, { dragging: false, scrollWheelZoom: false, keyboard: false });
  const shown = L.featureGroup();
  if (outline) shown.addLayer(L.geoJSON(outline, { interactive: false, style: { className: "map-grid" } }));
  if (device) {
    if (accuracy) shown.addLayer(L.circle(device, { radius: accuracy, interactive: false, className: "map-accuracy" }));
    shown.addLayer(L.circleMarker(device, { radius: 6, interactive: false, className: "map-device" }));
  }
  others.forEach((other, i) => {
    const number = L.divIcon({ className: "map-number", html: String(i + 1), iconSize: [20, 20] });
    shown.addLayer(L.marker(other, { icon: number, interactive: false, keyboard: false }));
  });
  shown.addLayer(L.circleMarker(point, { radius: 7, interactive: false, className: "map-point" }));
  // A circle in metres has bounds only once it lies on a map.
  shown.addTo(map.setView(point, 17));
  // Of several places the nearest: an outline says where they lie, but may be far larger.
  const wanted = others.length ? L.latLngBounds([point, ...others]) : shown.getBounds();
  // At once: the next case may be open before a movement ends.
  map.fitBounds(wanted, { padding: [16, 16], maxZoom: others.length ? 18 : 17, animate: false });
  removeWithPage(map);
}
