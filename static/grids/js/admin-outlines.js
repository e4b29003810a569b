// Outlines of areas under a map of the admin, so that one sees where one draws.
const LEVELS = [[15, 5], [13, 4], [0, 2]]; // From this zoom on: grids, communities, streets.

window.addEventListener("map:init", ({ detail: { map } }) => {
  const address = JSON.parse(document.getElementById("outlines-address").textContent);
  const outlines = L.geoJSON(null, {
    interactive: false,
    style: { color: "#5b6f73", weight: 1, fillOpacity: 0.06 },
    onEachFeature: ({ properties }, layer) => layer.bindTooltip(text(properties.name), { permanent: true, direction: "center" }),
  }).addTo(map);
  let asked = 0;

  async function show() {
    const mine = ++asked;
    const [, level] = LEVELS.find(([from]) => map.getZoom() >= from);
    const where = { level, zoom: map.getZoom(), bbox: map.getBounds().toBBoxString() };
    const answer = await fetch(`${address}?${new URLSearchParams(where)}`).catch(() => null);
    if (answer?.ok && mine === asked) outlines.clearLayers().addData(await answer.json());
  }

  map.on("moveend", show);
  map.whenReady(show);
});

// An element, because Leaflet takes a string for markup.
function text(name) {
  const element = document.createElement("span");
  element.textContent = name;
  return element;
}
