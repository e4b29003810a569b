// A place chosen on a map: press where it is, drag the pin, or move it with the arrow keys. Two number fields carry it.
import { leaflet, mapIn, outlineLayer } from "../../gridgov/js/leaflet.js";

const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const STEP_PX = 8;

export default async function start(picker) {
  const box = picker.querySelector("[data-map]");
  const longitude = picker.querySelector("[name=longitude]");
  const latitude = picker.querySelector("[name=latitude]");
  const L = await leaflet(picker);
  box.hidden = false;
  picker.querySelector("[data-coordinates]").classList.add("visually-hidden");
  const map = mapIn(L, box, picker.dataset, { keyboard: false });
  const outlines = outlineLayer(L, map, picker.dataset.outlines, { className: "map-grid" });
  const pin = L.marker([0, 0], { draggable: true, keyboard: false, icon: L.divIcon({ className: "map-pin", iconSize: [18, 18] }) });

  map.on("click", (event) => choose(event.latlng));
  pin.on("dragend", () => choose(pin.getLatLng()));
  box.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const from = map.latLngToContainerPoint(map.hasLayer(pin) ? pin.getLatLng() : map.getCenter());
    choose(map.containerPointToLatLng(from.add(L.point(...step).multiplyBy(STEP_PX))));
  });
  if (longitude.value && latitude.value) {
    const place = L.latLng(latitude.value, longitude.value);
    pin.setLatLng(place).addTo(map);
    map.setView(place, 17);
    say(place);
  } else {
    await outlines.whole(picker.dataset.home);
  }

  function choose(place) {
    pin.setLatLng(place).addTo(map);
    longitude.value = place.lng.toFixed(6);
    latitude.value = place.lat.toFixed(6);
    if (!map.getBounds().contains(place)) map.panTo(place);
    say(place);
  }

  /** Where that is, in words: grid, community, who gets it. */
  async function say(place) {
    const query = new URLSearchParams({ longitude: place.lng.toFixed(6), latitude: place.lat.toFixed(6), amends: 1 });
    const answer = await fetch(`${picker.dataset.placeUrl}?${query}`);
    if (answer.ok) picker.querySelector("[data-where]").innerHTML = await answer.text();
  }
}
