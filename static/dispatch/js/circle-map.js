// A place with the circle around it, and dots for what lies there. Where a number field belongs to it, the circle is drawn
// by dragging its edge as well: the field always says how wide it is, and the keyboard has the field.
//
// <div data-module="circle-map" data-centre="[lat, lon]" data-radius="300"
//   data-radius-field="id"   the field that goes with it
//   data-outlines="url"      outlines of the grids there, under everything
//   data-dots-from="id"      an element whose data-dots are shown; it may be swapped
//   data-layers-in="id">     where checkboxes data-layer="KIND" switch kinds on and off, lists data-layer-list="KIND" too
import { leaflet, mapIn, outlineLayer } from "../../gridgov/js/leaflet.js";

const STEP = 10; // metres

export default async function start(box) {
  const { centre, radius, radiusField, dotsFrom, layersIn } = box.dataset;
  const field = document.getElementById(radiusField);
  // Swapped parts bring their own switches: what was switched off stays off.
  const off = new Set();
  const L = await leaflet(box);
  const middle = L.latLng(JSON.parse(centre));
  const map = mapIn(L, box, box.dataset, { scrollWheelZoom: false });
  if (box.dataset.outlines) outlineLayer(L, map, box.dataset.outlines, { className: "circle-map__outline" });
  map.setView(middle, 16);
  const circle = L.circle(middle, { radius: Number(field?.value || radius), interactive: false, className: "circle-map__circle" }).addTo(map);
  L.circleMarker(middle, { radius: 7, interactive: false, className: "map-point" }).addTo(map);
  const dots = L.layerGroup().addTo(map);
  fit();
  if (field && !field.disabled) editable();
  if (dotsFrom) {
    show();
    const again = (event) => { if (event.target.id === dotsFrom || event.target.querySelector?.(`#${dotsFrom}`)) { show(); switchLayers(); } };
    document.body.addEventListener("htmx:afterSettle", again);
    map.on("unload", () => document.body.removeEventListener("htmx:afterSettle", again));
  }
  document.getElementById(layersIn)?.addEventListener("change", ({ target }) => {
    const kind = target.dataset.layer;
    if (!kind) return;
    if (target.checked) off.delete(kind); else off.add(kind);
    switchLayers();
    show();
  });

  function editable() {
    const handle = L.marker(edge(), { draggable: true, keyboard: false, icon: L.divIcon({ className: "circle-map__handle", iconSize: [20, 20] }) }).addTo(map);
    handle.on("drag", () => {
      const metres = Math.round(middle.distanceTo(handle.getLatLng()) / STEP) * STEP;
      field.value = Math.min(Math.max(metres, Number(field.min)), Number(field.max));
      circle.setRadius(Number(field.value));
    });
    handle.on("dragend", () => {
      handle.setLatLng(edge());
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    field.addEventListener("input", () => {
      if (!field.checkValidity() || !field.value) return;
      circle.setRadius(Number(field.value));
      handle.setLatLng(edge());
      fit();
    });
  }

  /** The easternmost point of the circle. */
  function edge() {
    return L.latLng(middle.lat, circle.getBounds().getEast());
  }

  function fit() {
    map.fitBounds(circle.getBounds(), { padding: [24, 24], maxZoom: 17 });
  }

  function show() {
    dots.clearLayers();
    for (const { at, kind, name } of JSON.parse(document.getElementById(dotsFrom)?.dataset.dots || "[]")) {
      if (off.has(kind)) continue;
      // As an element, because Leaflet takes a string for markup.
      const words = Object.assign(document.createElement("span"), { textContent: name });
      L.circleMarker(at, { radius: 7, className: `circle-map__dot circle-map__dot--${kind}` }).bindTooltip(words).addTo(dots);
    }
  }

  function switchLayers() {
    const root = document.getElementById(layersIn);
    if (!root) return;
    for (const box of root.querySelectorAll("[data-layer]")) box.checked = !off.has(box.dataset.layer);
    for (const list of root.querySelectorAll("[data-layer-list]")) list.hidden = off.has(list.dataset.layerList);
  }
}
