// The areas of the live map: outlines that the browser keeps, coloured by how the areas stand.
import { overlap } from "../../grids/js/overlap.js";
import { decoded } from "../../grids/js/polyline.js";
import { lateStep, openStep, openSteps } from "./shades.js";

// With more areas in view their names would cover the map.
const MOST_NAMES = 100;

export function areaLayer(L, map, element) {
  const group = L.layerGroup().addTo(map);
  map.createPane("area-names").style.zIndex = 450;
  const names = L.layerGroup().addTo(map);
  const words = element.dataset;
  const areas = new Map(); // code → { polygon, name, at }
  let above = []; // { name, at } of a coarser level, where those drawn are too many to be named
  let drawn = "";
  let standing = {};

  return {
    /** Draw other outlines; `key` says which they are. */
    draw(found, key) {
      if (key === drawn) return;
      drawn = key;
      above = [];
      group.clearLayers();
      areas.clear();
      for (const [code, name, at, rings] of found.areas) {
        const polygon = L.polygon(rings.map((ring) => decoded(ring, found.decimals)), { className: "map-area", interactive: true, bubblingMouseEvents: true });
        polygon.bindTooltip(() => told(code, name), { sticky: true, className: "map-told", opacity: 1 });
        group.addLayer(polygon);
        areas.set(code, { polygon, name, at });
      }
    },
    /** Whether more are in view than can be named. */
    isCrowded: () => isMany([...areas.values()]) && (!above.length || isMany(above)),
    /** Name what these areas lie in instead. */
    nameBy(found) {
      above = found.areas.map(([, name, at]) => ({ name, at }));
    },
    /** Colour them: `counts` is code → [open, overdue]; returns what the steps of "open" stand for. */
    shade(counts, by) {
      standing = counts;
      const steps = openSteps(Object.values(counts).map(([open]) => open));
      for (const [code, { polygon }] of areas) {
        const [open = 0, late = 0] = counts[code] ?? [];
        const step = by === "late" ? lateStep(open, late) : by === "open" ? openStep(open, steps) : 0;
        const path = polygon.getElement();
        if (path) path.setAttribute("class", `map-area leaflet-interactive${step ? ` map-area--${by}-${step}` : ""}`);
      }
      label(by);
      return steps;
    },
  };

  function told(code, name) {
    const [open = 0, late = 0] = standing[code] ?? [];
    const box = document.createElement("span");
    box.textContent = `${name} · ${words.standing.replace("%n", open).replace("%l", late)}`;
    return box;
  }

  function inView(some) {
    return some.filter(({ at }) => map.getBounds().contains(at));
  }

  function isMany(some) {
    return inView(some).length > MOST_NAMES;
  }

  function label(by) {
    names.clearLayers();
    const own = [...areas].map(([code, area]) => ({ ...area, code }));
    const named = isMany(own) ? above : own;
    if (isMany(named)) return;
    const taken = [];
    for (const { name, at, code } of inView(named)) {
      const box = document.createElement("span");
      box.textContent = name;
      if (by === "open" && code) box.append(Object.assign(document.createElement("b"), { textContent: standing[code]?.[0] ?? 0 }));
      const label = L.marker(at, { pane: "area-names", interactive: false, keyboard: false, icon: L.divIcon({ className: "map-label", html: box, iconSize: [0, 0] }) }).addTo(names);
      const room = box.getBoundingClientRect();
      if (taken.some((other) => overlap(room, other))) names.removeLayer(label);
      else taken.push(room);
    }
  }
}
