// The areas of the live map: outlines that the browser keeps, coloured by how the areas stand.
import { decoded } from "./polyline.js";
import { lateStep, openStep, openSteps } from "./shades.js";

// With more areas in view their names would cover the map.
const MOST_NAMES = 60;

export function areaLayer(L, map, element) {
  const group = L.layerGroup().addTo(map);
  map.createPane("area-names").style.zIndex = 450;
  const names = L.layerGroup().addTo(map);
  const words = element.dataset;
  const areas = new Map(); // code → { polygon, name, at }
  let drawn = "";
  let standing = {};

  return {
    /** Draw other outlines; `key` says which they are. */
    draw(found, key) {
      if (key === drawn) return;
      drawn = key;
      group.clearLayers();
      areas.clear();
      for (const [code, name, at, rings] of found.areas) {
        const polygon = L.polygon(rings.map((ring) => decoded(ring, found.decimals)), { className: "map-area", interactive: true, bubblingMouseEvents: true });
        polygon.bindTooltip(() => told(code, name), { sticky: true, className: "map-told", opacity: 1 });
        group.addLayer(polygon);
        areas.set(code, { polygon, name, at });
      }
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
    /** [name, open, overdue] of the areas in view, the most overdue first. */
    listed(bounds) {
      return [...areas].filter(([, { at }]) => bounds.contains(at)).map(([code, { name }]) => [name, ...(standing[code] ?? [0, 0])]).sort((a, b) => b[2] - a[2] || b[1] - a[1]);
    },
  };

  function told(code, name) {
    const [open = 0, late = 0] = standing[code] ?? [];
    const box = document.createElement("span");
    box.textContent = `${name} · ${words.standing.replace("%n", open).replace("%l", late)}`;
    return box;
  }

  function label(by) {
    names.clearLayers();
    const inView = [...areas].filter(([, { at }]) => map.getBounds().contains(at));
    if (inView.length > MOST_NAMES) return;
    for (const [code, { name, at }] of inView) {
      const box = document.createElement("span");
      box.textContent = name;
      if (by === "open") box.append(Object.assign(document.createElement("b"), { textContent: standing[code]?.[0] ?? 0 }));
      names.addLayer(L.marker(at, { pane: "area-names", interactive: false, keyboard: false, icon: L.divIcon({ className: "map-label", html: box, iconSize: [0, 0] }) }));
    }
  }
}
