// A small map of outlines under a fixed pin: one moves the map, not the pin, so that no finger hides the place.
const CLOSE = 16;
const NAMES_FROM = 15;

/** Show the map at a position, or where the person's grids lie; `moved` hears of each place they choose on it. */
export async function showMap(part, position, moved) {
  const box = part.querySelector("[data-map]");
  await load(part.dataset.leaflet, part.dataset.leafletStyle);
  box.hidden = false;
  const map = window.L.map(box, { attributionControl: false, maxZoom: 20, minZoom: 9 });
  const outlines = window.L.geoJSON(null, {
    interactive: false,
    style: () => ({ className: "place__outline" }),
    onEachFeature: (area, outline) => {
      if (map.getZoom() >= NAMES_FROM) outline.bindTooltip(area.properties.name, { permanent: true, direction: "center", className: "place__name" });
    },
  }).addTo(map);
  let byHand = false;

  for (const event of ["dragstart", "keydown"]) map.on(event, () => { byHand = true; });
  map.on("moveend", () => {
    draw({ bbox: map.getBounds().toBBoxString() });
    if (!byHand) return;
    byHand = false;
    const { lng, lat } = map.getCenter();
    moved({ longitude: lng, latitude: lat });
  });
  part.addEventListener("position:chosen", ({ detail }) => {
    if (map.getCenter().distanceTo([detail.latitude, detail.longitude]) > 1) {
      map.setView([detail.latitude, detail.longitude], Math.max(map.getZoom(), CLOSE));
    }
  });

  if (position) {
    map.setView([position.latitude, position.longitude], CLOSE);
  } else {
    await draw({ within: part.dataset.home });
    map.fitBounds(outlines.getBounds());
  }

  async function draw(where) {
    const answer = await fetch(`${part.dataset.outlinesUrl}?${new URLSearchParams({ level: 5, ...where })}`);
    if (!answer.ok) return;
    outlines.clearLayers().addData(await answer.json());
  }
}

/** Leaflet comes only when somebody opens the map. */
function load(script, style) {
  if (window.L) return Promise.resolve();
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style }));
  return new Promise((resolve, reject) => {
    document.head.append(Object.assign(document.createElement("script"), { src: script, onload: resolve, onerror: reject }));
  });
}
