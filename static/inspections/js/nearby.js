// Asks the phone where it is and fetches the cases around it.
export default function start(part) {
  const again = document.querySelector("[data-nearby-again]");
  const found = part.querySelector("[data-found]");
  const mapButton = document.querySelector("[data-nearby-map]");
  let here = null;
  let map = null;
  mapButton.addEventListener("click", toMap);
  again.addEventListener("click", look);
  if (!found.childElementCount) look();
  again.hidden = false;

  function look() {
    if (!navigator.geolocation) return show("denied");
    show("searching");
    navigator.geolocation.getCurrentPosition(ask, missed, { enableHighAccuracy: true, maximumAge: 10000, timeout: 20000 });
  }

  async function ask({ coords }) {
    here = coords;
    const address = `${part.dataset.url}?${new URLSearchParams({ longitude: coords.longitude.toFixed(6), latitude: coords.latitude.toFixed(6) })}`;
    try {
      await htmx.ajax("GET", address, { target: found, swap: "innerHTML" });
      show("");
      map?.show();
      mapButton.hidden = Boolean(map) || !found.querySelector("[data-point]");
    } catch {
      show("failed");
    }
  }

  async function toMap() {
    const box = document.querySelector("[data-nearby-box]");
    const { drawNearby } = await import("./nearby-map.js");
    box.hidden = false;
    mapButton.hidden = true;
    map = await drawNearby(box, found, here).catch(() => { box.hidden = true; return null; });
    box.scrollIntoView({ block: "nearest" });
  }

  function missed(error) {
    show(error.code === error.PERMISSION_DENIED ? "denied" : "missing");
  }

  function show(state) {
    for (const element of part.querySelectorAll("[data-when]")) element.hidden = element.dataset.when !== state;
  }
}
