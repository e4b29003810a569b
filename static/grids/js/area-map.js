// An area's outline with those of the areas under it; each opens its own page.

// With more, names would cover the map: they show under the pointer instead.
const MOST_NAMES = 60;

export default async function start(element) {
  const { L } = window;
  const { outlines, code } = element.dataset;
  const features = await load(outlines).catch(() => null);
  if (!features) {
    element.querySelector("[data-error]").hidden = false;
    return;
  }
  const { tiles, zoomIn, zoomOut } = element.dataset;
  const map = L.map(element, { attributionControl: Boolean(tiles), zoomControl: false, zoomSnap: 0.25 });
  L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(map);
  addTiles(L, map, element);
  const whole = L.geoJSON(features.find((feature) => feature.id === code), {
    interactive: false,
    style: { className: "area-map__whole" },
  }).addTo(map);
  map.fitBounds(whole.getBounds(), { padding: [12, 12] });
  addChildren(L, map, features.filter((feature) => feature.id !== code), element);
}

async function load(url) {
  const response = await fetch(url, { headers: { Accept: "application/geo+json" } });
  if (!response.ok) throw new Error(response.statusText);
  return (await response.json()).features;
}

function addTiles(L, map, element) {
  const { tiles, attribution } = element.dataset;
  if (tiles) L.tileLayer(tiles, { attribution }).addTo(map);
}

function addChildren(L, map, children, element) {
  const named = children.length <= MOST_NAMES;
  L.geoJSON({ type: "FeatureCollection", features: children }, {
    style: { className: "area-map__part" },
    onEachFeature: (feature, layer) => {
      layer.bindTooltip(nameOf(feature, element.dataset.name), named ? { permanent: true, direction: "center" } : { sticky: true });
      layer.on("click", () => location.assign(element.dataset.page.replace("CODE", feature.id)));
    },
  }).addTo(map);
}

// Without the name of the whole: 第3网格, not 桂一社区第3网格. An element, because Leaflet takes a string for markup.
function nameOf(feature, whole) {
  const { name } = feature.properties;
  const box = document.createElement("span");
  box.textContent = (name.startsWith(whole) && name.slice(whole.length).trim()) || name;
  return box;
}
