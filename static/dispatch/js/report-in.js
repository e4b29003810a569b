// Where the phone is, when a unit reports in: the position goes along with how sure it is; far from the place, or without
// one, the reason is asked for.
import { apart } from "../../gridgov/js/geo.js";

const WEAK = 50; // metres

export default function start(part) {
  const form = part.closest("form");
  const field = (name) => form.elements.namedItem(name);
  const [latitude, longitude] = JSON.parse(part.dataset.centre);
  const reach = Number(part.dataset.within);
  part.querySelector("[data-locate]").hidden = false;
  part.querySelector("[data-locate]").addEventListener("click", locate);
  locate();

  function locate() {
    if (!navigator.geolocation) return missing();
    show("searching");
    navigator.geolocation.getCurrentPosition(found, missing, { enableHighAccuracy: true, maximumAge: 5000, timeout: 30000 });
  }

  function found({ coords }) {
    field("longitude").value = coords.longitude.toFixed(7);
    field("latitude").value = coords.latitude.toFixed(7);
    field("accuracy_m").value = Math.round(coords.accuracy * 10) / 10;
    const away = Math.round(apart({ latitude, longitude }, coords));
    for (const element of part.querySelectorAll("[data-away]")) element.textContent = away;
    for (const element of part.querySelectorAll("[data-accuracy]")) element.textContent = Math.max(1, Math.round(coords.accuracy));
    const there = away - Math.min(coords.accuracy, reach) <= reach;
    show(there ? (coords.accuracy > WEAK ? "weak" : "there") : "far");
    ask(!there);
  }

  function missing() {
    for (const name of ["longitude", "latitude", "accuracy_m"]) field(name).value = "";
    show("missing");
    ask(true);
  }

  function ask(needed) {
    const reason = form.querySelector("[data-reason]");
    reason.hidden = !needed && !field("note").value;
  }

  function show(state) {
    part.dataset.state = state;
    for (const element of part.querySelectorAll("[data-when]")) element.hidden = !element.dataset.when.split(" ").includes(state);
  }
}
