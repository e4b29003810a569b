// A small map of outlines under a fixed pin: one moves the map, not the pin, so that no finger hides the place.
import { leaflet, mapIn } from "../../gridgov/js/leaflet.js";

const CLOSE = 16;
const NAMES_FROM = 15;

/** Show the map at a position, or where the person's grids lie; `moved` hears of each place they choose on it. */
export async function showMap(part, position, moved) {
  const L = await leaflet(part);
  const box = part.querySelector("[data-map]");
  box.hidden = false;
  const map = mapIn(L, box, part.dataset, { minZoom: 9 });
  const outlines = L.geoJSON(null, { interactive: false, style: { className: "place__outline" }, onEachFeature: name }).addTo(map);
  const here = L.circleMarker([0, 0], { radius: 8, interactive: false, className: "place__here" });
  let byHand = false;

  for (const event of ["dragstart", "keydown"]) map.on(event, () => { byHand = true; });
  map.on("moveend", () => {
    draw({ bbox: map.getBounds().toBBoxString() });
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
  } else {
    await draw({ within: part.dataset.home });
    map.fitBounds(outlines.getBounds());
  }

  /** The person's own place as a dot, as far as the device tells it. */
  function showHere() {
    const [latitude, longitude] = ["latitude", "longitude"].map((name) => part.querySelector(`[name=device_${name}]`).value);
    if (latitude && longitude) here.setLatLng([latitude, longitude]).addTo(map);
  }

  async function draw(where) {
    const answer = await fetch(`${part.dataset.outlines}?${new URLSearchParams({ level: 5, ...where })}`);
    if (answer.ok) outlines.clearLayers().addData(await answer.json());
  }

  // As an element, because Leaflet takes a string for markup.
  function name(area, outline) {
    if (map.getZoom() < NAMES_FROM) return;
    const words = Object.assign(document.createElement("span"), { textContent: area.properties.name });
    outline.bindTooltip(words, { permanent: true, direction: "center", className: "place__name" });
  }
}
