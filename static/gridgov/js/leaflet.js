// Leaflet comes only where a map is, also when that was swapped in: element says from where (see map_assets).
let loading;

// Zoom → the level of area whose outlines are shown.
const LEVELS = [[11, 2], [14, 4], [22, 5]];

/** Leaflet itself, once for the page; `element` carries data-leaflet and data-leaflet-style. */
export function leaflet(element) {
  if (window.L) return Promise.resolve(window.L);
  loading ??= new Promise((resolve, reject) => {
    document.head.append(
      Object.assign(document.createElement("link"), { rel: "stylesheet", href: element.dataset.leafletStyle }),
      Object.assign(document.createElement("script"), {
        src: element.dataset.leaflet,
        onload: () => resolve(window.L),
        onerror: () => { loading = undefined; reject(new Error("no map")); },
      }),
    );
  });
  return loading;
}

/** A map in the element, with tiles when an address is set; the third is the dataset that map_assets fills. */
export function mapIn(L, box, { tiles, attribution, zoomIn, zoomOut }, options = {}) {
  const plain = { attributionControl: Boolean(tiles), zoomControl: false, zoomSnap: 0.5, maxZoom: 20 };
  const map = L.map(box, { ...plain, ...options });
  L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(map);
  if (tiles) L.tileLayer(tiles, { attribution, maxZoom: 20 }).addTo(map);
  removeWithPage(map);
  return map;
}

/**
 * The outlines of the areas in view, under everything else and anew as the map moves. `level`: always of this one;
 * `kept`: a function that answers outlines for where there is no signal.
 */
export function outlineLayer(L, map, url, { className, level, kept = async () => [], ...options }) {
  const layer = L.geoJSON(null, { interactive: false, style: { className }, ...options }).addTo(map);
  let asked = 0;

  map.on("moveend", async () => {
    const zoom = Math.round(map.getZoom());
    await draw({ level: level ?? LEVELS.find(([most]) => zoom <= most)[1], zoom, bbox: map.getBounds().toBBoxString() });
    layer.bringToBack();
  });

  async function draw(where) {
    const mine = ++asked;
    const found = await fetch(`${url}?${new URLSearchParams(where)}`).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
    if (mine !== asked) return;
    if (found) layer.clearLayers().addData(found);
    else if (!layer.getLayers().length) for (const outline of await kept()) layer.addData(outline);
  }

  return {
    /** Show all of an area, by its code; answers whether it has outlines. */
    async whole(code) {
      await draw({ level: level ?? 4, within: code });
      const bounds = layer.getBounds();
      if (bounds.isValid()) map.fitBounds(bounds);
      return bounds.isValid();
    },
  };
}

/** Stop a map that a swap took off the page: its listeners would stay on the window. */
function removeWithPage(map) {
  const watch = () => {
    if (map.getContainer().isConnected) return;
    document.body.removeEventListener("htmx:afterSettle", watch);
    map.remove();
  };
  document.body.addEventListener("htmx:afterSettle", watch);
}
