// Where it is: as the device says until somebody moves the point. Both go along, with the accuracy.
import { apart } from "../../gridgov/js/geo.js";
import { positionOf } from "../../gridgov/js/phone/exif.js";

const WEAK = 50; // metres: beyond this the point may lie in another street
const STEADY = 10; // metres: good enough to stop asking

export default function start(part) {
  const form = part.closest("form");
  const field = (name) => form.elements.namedItem(name);
  const place = part.querySelector("[data-place]");
  let watch = null;
  let chosen = null;
  let byHand = false;
  let asked = 0;

  // A browser that comes back gives old values back: this is another report, perhaps at another place.
  if (!("restored" in form.dataset)) for (const name of ["longitude", "latitude", "device_longitude", "device_latitude", "accuracy_m"]) field(name).value = "";
  part.querySelector("[data-locate]").addEventListener("click", () => { byHand = false; locate(); });
  part.querySelector("[data-move]").addEventListener("click", openMap);
  part.querySelector("[data-move]").hidden = false;
  form.addEventListener("photos:changed", (event) => propose(event.detail.photos));
  // What is sent stays as it is until it has gone through.
  form.addEventListener("upload:started", rest);
  // A draft was brought back: it is about where it was begun, not where it is gone on with.
  form.addEventListener("draft:restored", takeBack);
  askWhyOutside(part);
  if (!("restored" in form.dataset) || !takeBack()) {
    const given = givenPlace();
    if (given) stayAt(given);
    else locate();
  }

  function locate() {
    if (!navigator.geolocation) return show("denied");
    show("searching");
    listen();
  }

  /** Where the object is that the report is about; where the person stands goes along. */
  function stayAt(place) {
    byHand = true;
    show("given");
    choose(place);
    if (navigator.geolocation) listen();
  }

  function listen() {
    rest();
    watch = navigator.geolocation.watchPosition(found, missed, { enableHighAccuracy: true, maximumAge: 5000, timeout: 30000 });
  }

  function rest() {
    if (watch !== null) navigator.geolocation.clearWatch(watch);
    watch = null;
  }

  function found({ coords }) {
    const known = Number(field("accuracy_m").value || Infinity);
    if (coords.accuracy > known && !part.dataset.state.includes("searching")) return;
    write("device_", coords);
    part.dispatchEvent(new CustomEvent("position:device"));
    field("accuracy_m").value = Math.round(coords.accuracy * 10) / 10;
    for (const element of part.querySelectorAll("[data-accuracy]")) element.textContent = Math.max(1, Math.round(coords.accuracy));
    if (coords.accuracy <= STEADY) rest();
    if (byHand) return;
    show(coords.accuracy > WEAK ? "weak" : "found");
    choose(coords);
  }

  function missed(error) {
    if (chosen) return;
    if (error.code === error.PERMISSION_DENIED) rest();
    show(error.code === error.PERMISSION_DENIED ? "denied" : "missing");
  }

  /** The place as the draft has it; false when it has none. */
  function takeBack() {
    const place = { longitude: Number(field("longitude").value), latitude: Number(field("latitude").value) };
    if (!place.longitude && !place.latitude) return false;
    rest();
    byHand = true;
    show("drafted");
    choose(place);
    return true;
  }

  /** Without a position of the device, the first photo that knows where it was taken. */
  async function propose(photos) {
    if (field("device_longitude").value || byHand) return;
    for (const photo of photos) {
      const position = await positionOf(photo);
      if (!position || field("device_longitude").value || byHand) continue;
      show("photo");
      choose(position);
      return;
    }
  }

  function choose(position) {
    const before = chosen;
    chosen = { longitude: position.longitude, latitude: position.latitude };
    write("", chosen);
    if (!before || apart(before, chosen) > 3 || !place.childElementCount) askPlace();
    part.dispatchEvent(new CustomEvent("position:chosen", { detail: chosen }));
  }

  async function askPlace() {
    const question = ++asked;
    try {
      const answer = await fetch(`${part.dataset.placeUrl}?${new URLSearchParams(chosen)}`);
      if (!answer.ok || answer.redirected) return;
      const words = await answer.text();
      if (question !== asked) return;
      place.innerHTML = words;
      part.dispatchEvent(new CustomEvent("position:placed", { detail: { isOutside: Boolean(place.querySelector("[data-is-outside]")) } }));
    } catch {
      // The server finds the grid again when the report arrives.
    }
  }

  async function openMap() {
    const button = part.querySelector("[data-move]");
    button.setAttribute("aria-busy", "true");
    try {
      const { showMap } = await import("../../gridgov/js/point-map.js");
      await showMap(part, chosen, (position) => {
        byHand = true;
        show("moved");
        choose(position);
      });
      button.hidden = true;
    } catch {
      show("unmapped");
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  function write(prefix, { longitude, latitude }) {
    field(`${prefix}longitude`).value = longitude.toFixed(7);
    field(`${prefix}latitude`).value = latitude.toFixed(7);
  }

  function show(state) {
    part.dataset.state = state;
    for (const element of part.querySelectorAll("[data-when]")) element.hidden = !element.dataset.when.split(" ").includes(state);
  }
}

/** Whoever reports from outside their own grids says why: a usual reason with one tap, or another in words. */
function askWhyOutside(part) {
  const box = part.querySelector("[data-outside-asked]");
  const words = box.querySelector("[name=outside_reason]");
  const mark = box.querySelector("[data-outside]");
  const ask = (isOutside) => {
    box.hidden = !isOutside;
    mark.checked = isOutside;
    words.disabled = !isOutside;
  };
  box.addEventListener("click", (event) => {
    const reason = event.target.closest("[data-says]");
    if (!reason) return;
    words.value = reason.dataset.says;
    words.dispatchEvent(new Event("input", { bubbles: true }));
  });
  part.addEventListener("position:placed", (event) => ask(event.detail.isOutside));
  ask(Boolean(words.value));
}

/** The place that the page of an object hands over in the address; null without one. */
function givenPlace() {
  const [longitude, latitude] = ["longitude", "latitude"].map((name) => Number(new URLSearchParams(location.search).get(name)));
  return longitude && latitude ? { longitude, latitude } : null;
}
