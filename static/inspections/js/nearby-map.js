// What is listed nearby as dots around me; each leads to its card.
import { leaflet, mapIn, outlineLayer } from "../../gridgov/js/leaflet.js";

/** A map in the box around a fix of the device; `show()` draws what is listed now, `kept()` answers outlines for where there is no signal. */
export async function drawNearby(box, list, { latitude, longitude }, kept) {
  const L = await leaflet(box);
  const map = mapIn(L, box, box.dataset, { minZoom: 10 });
  outlineLayer(L, map, box.dataset.outlines, { className: "place__outline", level: 5, kept });
  const dots = L.layerGroup().addTo(map);
  // Markers need to know where they are drawn.
  map.setView([latitude, longitude], 16);
  L.circleMarker([latitude, longitude], { radius: 8, interactive: false, className: "place__here" }).addTo(map);

  function show() {
    dots.clearLayers();
    const around = [[latitude, longitude]];
    for (const card of list.querySelectorAll("[data-point]")) {
      const place = card.dataset.point.split(",").map(Number).reverse();
      around.push(place);
      const link = Object.assign(document.createElement("a"), { className: "button", textContent: card.querySelector(".card__title").textContent, href: card.querySelector(".card__title a").href });
      L.circleMarker(place, { radius: 9, className: "map-dot map-dot--none" }).bindPopup(link).addTo(dots);
    }
    map.fitBounds(L.latLngBounds(around).pad(0.2), { maxZoom: 17 });
  }
  show();
  return { show };
}
