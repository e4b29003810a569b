// Cases on the live map: dots by light, and counts where dots would cover each other. What did not change stays as it is.

// The shapes of the lights, so that they are told apart without colour; a circle for the rest.
const SHAPES = {
  yellow: ({ x, y }, r) => `M${x},${y - r * 1.25}L${x + r * 1.2},${y + r}H${x - r * 1.2}Z`,
  red: ({ x, y }, r) => `M${x - r},${y - r}h${2 * r}v${2 * r}h${-2 * r}Z`,
  stopped: ({ x, y }, r) => `M${x - r},${y - r}h${r * 0.8}v${2 * r}h${-r * 0.8}ZM${x + r * 0.2},${y - r}h${r * 0.8}v${2 * r}h${-r * 0.8}Z`,
};
const SMALL = 26;
const LARGE = 44;

export function dotLayer(L, map, element, { open, comeNearer }) {
  const { dataset } = element;
  const lights = dataset.lightNames.split(" ");
  const labels = Object.fromEntries([...document.getElementById("light-labels").content.children].map((label) => [label.dataset.light, label.textContent]));
  map.createPane("dots").style.zIndex = 660;
  const group = L.layerGroup().addTo(map);
  let shown = new Map(); // what it is → its marker
  let current = "";

  return {
    /** Show what a view has; `changed` are the numbers of cases that have just changed. */
    show({ cells, dots, names }, changed = new Set(), pulse = false) {
      const now = new Map();
      for (const dot of dots) {
        const [lat, lon, light, number, name, , emergency] = dot;
        const key = `${number} ${light} ${lat} ${lon} ${emergency}`;
        const known = shown.has(key);
        now.set(key, shown.get(key) ?? dotAt(dot, names[name] || dataset.noClass));
        if (pulse && (!known || changed.has(number))) beat(now.get(key), map);
      }
      for (const cell of cells) {
        const key = cell.join(" ");
        const known = shown.has(key);
        now.set(key, shown.get(key) ?? countAt(cell));
        if (pulse && !known) beat(now.get(key), map);
      }
      for (const [key, marker] of shown) if (!now.has(key)) group.removeLayer(marker);
      for (const [key, marker] of now) if (!shown.has(key)) group.addLayer(marker);
      shown = now;
      mark(current);
    },
    mark,
  };

  /** Ring the case whose sheet is open. */
  function mark(number) {
    current = number;
    for (const [key, marker] of shown) marker.getElement()?.classList.toggle("map-dot--current", Boolean(number) && key.startsWith(`${number} `));
  }

  function dotAt([lat, lon, light, number, , due, emergency], name) {
    const colour = lights[light];
    const marker = L.circleMarker([lat, lon], { pane: "dots", radius: emergency ? 10 : 6.5, className: `map-dot map-dot--${colour}${emergency ? " map-dot--emergency" : ""}`, bubblingMouseEvents: false });
    const shape = SHAPES[colour];
    // Leaflet draws circles only; this is the one place where it makes a marker's path.
    if (shape) marker._updatePath = () => marker._renderer._setPath(marker, shape(marker._point, marker._radius));
    const when = due ? ` · ${new Date(due * 1000).toLocaleString(document.documentElement.lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", timeZone: dataset.zone || undefined })}` : "";
    marker.bindTooltip(() => Object.assign(document.createElement("span"), { textContent: `${emergency ? `${dataset.emergency} · ` : ""}${name} · ${labels[colour]}${when}` }), { className: "map-told", opacity: 1, direction: "top", offset: [0, -6] });
    marker.on("click", () => open(number));
    return marker;
  }

  function countAt([lat, lon, count, late, soon, emergencies]) {
    const size = Math.min(LARGE, SMALL + Math.round(Math.log10(count) * 7));
    const box = document.createElement("span");
    box.textContent = count > 9999 ? `${Math.round(count / 1000)}k` : count;
    const marker = L.marker([lat, lon], { pane: "dots", keyboard: false, icon: L.divIcon({ className: `map-cell${late ? " map-cell--late" : ""}${emergencies ? " map-cell--emergency" : ""}`, html: box, iconSize: [size, size] }), title: `${emergencies ? `${dataset.emergency} · ` : ""}${dataset.cell.replace("%n", count).replace("%l", late)}` });
    marker.on("add", () => {
      const { style } = marker.getElement();
      style.setProperty("--late", `${(100 * late) / count}%`);
      style.setProperty("--soon", `${(100 * (late + soon)) / count}%`);
    });
    marker.on("click", () => comeNearer([lat, lon]));
    return marker;
  }
}

function beat(marker) {
  const start = () => {
    const element = marker.getElement();
    element?.classList.add("map-beat");
    element?.addEventListener("animationend", () => element.classList.remove("map-beat"), { once: true });
  };
  if (marker.getElement()) start();
  else marker.once("add", start);
}
