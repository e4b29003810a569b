// Leaflet comes only where a map is, also when that was swapped in: element says from where (see map_assets).
let loading;

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
  return map;
}

/** Stop a map that a swap took off the page: its listeners would stay on the window. */
export function removeWithPage(map) {
  const watch = () => {
    if (map.getContainer().isConnected) return;
    document.body.removeEventListener("htmx:afterSettle", watch);
    map.remove();
  };
  document.body.addEventListener("htmx:afterSettle", watch);
}
