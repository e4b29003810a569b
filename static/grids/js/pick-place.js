// Where something stands: the device's position at a press, or a point that one chooses on the map.
const WEAK = 50; // metres: beyond this the point may lie in another street

export default function start(part) {
  const form = part.closest("form");
  const field = (name) => form.elements.namedItem(name);
  const locateButton = part.querySelector("[data-locate]");
  const moveButton = part.querySelector("[data-move]");
  let chosen = given();
  let restored = false;

  locateButton.hidden = moveButton.hidden = false;
  locateButton.addEventListener("click", () => { restored = false; locate(); });
  form.addEventListener("draft:restored", bringBack);
  moveButton.addEventListener("click", openMap);
  if (chosen) show("moved");
  else locate();

  function given() {
    return field("longitude").value ? { longitude: Number(field("longitude").value), latitude: Number(field("latitude").value) } : null;
  }

  /** The place of a draft is its own, wherever one opens it again. */
  function bringBack() {
    chosen = given() ?? chosen;
    restored = Boolean(given());
    if (restored) show("moved");
  }

  function locate() {
    if (!navigator.geolocation) return show("missing");
    show("searching");
    navigator.geolocation.getCurrentPosition(found, () => show("missing"), { enableHighAccuracy: true, maximumAge: 5000, timeout: 30000 });
  }

  function found({ coords }) {
    if (restored) return;
    write("device_", coords);
    part.dispatchEvent(new CustomEvent("position:device"));
    for (const element of part.querySelectorAll("[data-accuracy]")) element.textContent = Math.max(1, Math.round(coords.accuracy));
    show(coords.accuracy > WEAK ? "weak" : "found");
    choose(coords);
  }

  function choose({ longitude, latitude }) {
    chosen = { longitude, latitude };
    write("", chosen);
    part.dispatchEvent(new CustomEvent("position:chosen", { detail: chosen }));
  }

  async function openMap() {
    const { showMap } = await import("../../gridgov/js/point-map.js");
    await showMap(part, chosen, (position) => {
      show("moved");
      choose(position);
    });
    moveButton.hidden = true;
  }

  function write(prefix, { longitude, latitude }) {
    field(`${prefix}longitude`).value = longitude.toFixed(7);
    field(`${prefix}latitude`).value = latitude.toFixed(7);
  }

  function show(state) {
    for (const element of part.querySelectorAll("[data-when]")) element.hidden = element.dataset.when !== state;
  }
}
