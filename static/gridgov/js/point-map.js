// A small map of outlines under a fixed pin: one moves the map, not the pin, so that no finger hides the place.
import { leaflet, mapIn, outlineLayer } from "./leaflet.js";

const CLOSE = 16;
const NAMES_FROM = 15;

/** Show the map at a position, or where the person's grids lie; `moved` hears of each place they choose on it. */
export async function showMap(part, position, moved) {
  const L = await leaflet(part);
  const box = part.querySelector("[data-map]");
  box.hidden = false;
  const map = mapIn(L, box, part.dataset, { minZoom: 9 });
  const kept = () => keptOutlines(part.dataset.outlines);
  const outlines = outlineLayer(L, map, part.dataset.outlines, { className: "place__outline", level: 5, kept, onEachFeature: name });
  const here = L.circleMarker([0, 0], { radius: 8, interactive: false, className: "place__here" });
  let byHand = false;

  for (const event of ["dragstart", "keydown"]) map.on(event, () => { byHand = true; });
  map.on("moveend", () => {
    if (!byHand) return;
    byHand = false;
    box.classList.add("place__map--moved");
    const { lng, lat } = map.getCenter();
    moved({ longitude: lng, latitude: lat });
  });
  part.addEventListener("position:chosen", ({ detail }) => {
    if (map.getCenter().distanceTo([detail.latitude, detail.longitude]) > 1) {
      map.setView([detail.latitude, detail.longitude], Math.max(map.getZoom(), CLOSE));
    }
  });

  part.addEventListener("position:device", showHere);
  showHere();

  if (position) {
    map.setView([position.latitude, position.longitude], CLOSE);
  } else if (!(await outlines.whole(part.dataset.home))) {
    throw new Error("no outlines"); // then the page says so
  }

  /** The person's own place as a dot, as far as the device tells it. */
  function showHere() {
    const [latitude, longitude] = ["latitude", "longitude"].map((name) => part.querySelector(`[name=device_${name}]`)?.value);
    if (latitude && longitude) here.setLatLng([latitude, longitude]).addTo(map);
  }

  // As an element, because Leaflet takes a string for markup.
  function name(area, outline) {
    if (map.getZoom() < NAMES_FROM) return;
    const words = Object.assign(document.createElement("span"), { textContent: area.properties.name });
    outline.bindTooltip(words, { permanent: true, direction: "center", className: "place__name" });
  }
}

/** The outlines that the phone has kept with its day, for where there is no signal. */
async function keptOutlines(address) {
  const found = [];
  for (const name of (await self.caches?.keys()) ?? []) {
    if (!name.startsWith("gridgov.day-")) continue;
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      if (new URL(request.url).pathname === address) found.push(await (await cache.match(request)).json());
    }
  }
  return found;
}
