// Where something is: the outline around it, the chosen place, and where the device was; other places, numbered.
import { leaflet, mapIn } from "../leaflet.js";

export default async function start(element) {
  const { point, device, accuracy, outline, extent, others = [] } = JSON.parse(element.dataset.place);
  const L = await leaflet(element);
  // The page moves on under a finger or a wheel; one looks at this map, one does not travel on it.
  const map = mapIn(L, element, element.dataset, { dragging: false, scrollWheelZoom: false, keyboard: false });
  const shown = L.featureGroup();
  if (outline) shown.addLayer(L.geoJSON(outline, { interactive: false, style: { className: "map-grid" } }));
  if (device) {
    if (accuracy) shown.addLayer(L.circle(device, { radius: accuracy, interactive: false, className: "map-accuracy" }));
    shown.addLayer(L.circleMarker(device, { radius: 6, interactive: false, className: "map-device" }));
  }
  const icon = (name, text, size = 20) => L.divIcon({ className: `map-number ${name}`, html: text, iconSize: [size, size] });
  others.forEach((other, i) => {
    shown.addLayer(L.marker(other, { icon: icon("map-number--other", String(i + 1)), interactive: false, keyboard: false }));
  });
  // What runs across borders: a line, or several places.
  if (extent) shown.addLayer(L.geoJSON(extent, { interactive: false, style: { className: "map-extent map-extent--line", fill: false }, pointToLayer: (_, at) => L.circleMarker(at, { radius: 5, interactive: false, className: "map-extent" }) }));
  // Over the numbers around it.
  if (others.length) shown.addLayer(L.marker(point, { icon: icon("map-number--this", "", 14), zIndexOffset: 1000, interactive: false, keyboard: false }));
  else shown.addLayer(L.circleMarker(point, { radius: 7, interactive: false, className: "map-point" }));
  // A circle in metres has bounds only once it lies on a map.
  shown.addTo(map.setView(point, 17));
  // Of several places the nearest: an outline says where they lie, but may be far larger.
  const wanted = others.length ? L.latLngBounds([point, ...others]) : shown.getBounds();
  // At once: the next case may be open before a movement ends.
  map.fitBounds(wanted, { padding: [16, 16], maxZoom: others.length ? 18 : 17, animate: false });
}
