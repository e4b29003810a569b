// Where it is, chosen by somebody without an account: their own position when they ask for it, or the map. What is known
// around the place is shown before they send.
import { apart } from "../../gridgov/js/geo.js";
import { showMap } from "../../gridgov/js/point-map.js";

const FAR = 5; // metres: less moves nothing on the list

export default function start(part) {
  const form = part.closest("form");
  const field = (name) => form.elements.namedItem(name);
  const nearby = form.querySelector("[data-nearby]");
  const forget = part.querySelector("[data-forget]");
  const words = part.querySelector("[data-place-words]");
  let chosen = null;
  let looked = null;
  let asked = 0;

  part.querySelector("[data-ways]").hidden = false;
  part.querySelector("[data-locate]").addEventListener("click", locate);
  part.querySelector("[data-open-map]").addEventListener("click", openMap);
  forget.addEventListener("click", drop);
  form.addEventListener("change", (event) => { if (event.target.name === "topic" || event.target.name === "description") look(true); });
  const before = { longitude: Number(field("longitude").value), latitude: Number(field("latitude").value) };
  if (before.longitude && before.latitude) take(before, { again: !nearby.childElementCount });

  function locate() {
    if (!navigator.geolocation) return show("denied");
    show("searching");
    navigator.geolocation.getCurrentPosition(({ coords }) => take(coords), () => show("denied"), { enableHighAccuracy: true, timeout: 20000 });
  }

  async function openMap({ currentTarget: button }) {
    button.setAttribute("aria-busy", "true");
    try {
      await showMap(part, chosen, (position) => take(position));
      button.hidden = true;
    } catch {
      show("unmapped");
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  function take({ longitude, latitude }, { again = true } = {}) {
    chosen = { longitude, latitude };
    field("longitude").value = longitude.toFixed(6);
    field("latitude").value = latitude.toFixed(6);
    forget.hidden = false;
    show("chosen");
    part.dispatchEvent(new CustomEvent("position:chosen", { detail: chosen }));
    if (again) look();
  }

  function drop() {
    chosen = looked = null;
    asked += 1;
    field("longitude").value = field("latitude").value = "";
    forget.hidden = true;
    nearby.replaceChildren();
    show("");
    field("address").focus();
  }

  /** What is known around the place, and its name. */
  async function look(anew = false) {
    if (!chosen || (!anew && looked && apart(looked, chosen) < FAR)) return;
    looked = chosen;
    const question = ++asked;
    const query = new URLSearchParams({ longitude: field("longitude").value, latitude: field("latitude").value });
    const topic = form.querySelector("[name=topic]:checked");
    if (topic) query.set("topic", topic.value);
    const text = field("description").value.trim().slice(0, 200);
    if (text) query.set("description", text);
    try {
      const answer = await fetch(`${part.dataset.nearbyUrl}?${query}`);
      if (!answer.ok || question !== asked) return;
      nearby.innerHTML = await answer.text();
      const name = nearby.querySelector("[data-place-says]");
      if (name) words.textContent = name.content.textContent;
      else words.textContent = "";
      show(nearby.querySelector("[data-outside]") ? "" : "chosen");
    } catch {
      // The report asks again when it arrives.
    }
  }

  function show(state) {
    part.dataset.state = state;
    for (const element of part.querySelectorAll("[data-when]")) element.hidden = element.dataset.when !== state;
  }
}
