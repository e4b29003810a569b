// What can be switched on over the live map: people on duty, the ways of a day, objects of the registry.
import { decoded } from "../../grids/js/polyline.js";

// A position older than this may be far from where somebody is.
const OLD_MINUTES = 15;

export function switchedLayers(L, map, element, form) {
  const { dataset } = element;
  map.createPane("ways").style.zIndex = 420;
  map.createPane("things").style.zIndex = 640;
  const people = L.layerGroup().addTo(map);
  const ways = L.layerGroup().addTo(map);
  const objects = L.layerGroup().addTo(map);

  /** Fetch what is switched on for a view; answers sentences to be said. */
  return async function show(view, json) {
    const chosen = new FormData(form);
    const layers = chosen.getAll("layer");
    const types = chosen.getAll("type");
    const said = await Promise.all([
      layers.includes("people") ? json(`${dataset.people}?${view}`).then(drawPeople) : people.clearLayers() && "",
      layers.includes("tracks") ? json(`${dataset.tracks}?${view}&${new URLSearchParams(["day", "person"].filter((name) => chosen.get(name)).map((name) => [name, chosen.get(name)]))}`).then(drawWays) : ways.clearLayers() && "",
      types.length ? json(`${dataset.objects}?${view}&${new URLSearchParams(types.map((type) => ["type", type]))}`).then(drawObjects) : objects.clearLayers() && "",
    ]);
    return said.filter(Boolean).join(" ");
  };

  function drawPeople({ people: found, unseen }) {
    people.clearLayers();
    for (const [lat, lon, , name, minutes] of found) {
      const box = document.createElement("span");
      box.textContent = name;
      box.append(Object.assign(document.createElement("small"), { textContent: dataset.seen.replace("%n", minutes) }));
      people.addLayer(L.marker([lat, lon], { pane: "things", keyboard: false, interactive: false, icon: L.divIcon({ className: `map-person${minutes > OLD_MINUTES ? " map-person--old" : ""}`, html: box, iconSize: [0, 0] }) }));
    }
    return unseen.length ? `${dataset.unseen} ${unseen.join(", ")}` : "";
  }

  function drawWays({ tracks }) {
    ways.clearLayers();
    for (const [, name, from, to, line] of tracks) {
      L.polyline(decoded(line), { pane: "ways", className: "map-way", bubblingMouseEvents: false })
        .bindTooltip(Object.assign(document.createElement("span"), { textContent: `${name} ${from}–${to}` }), { sticky: true, className: "map-told", opacity: 1 })
        .addTo(ways);
    }
    offer(tracks);
    return tracks.length ? "" : dataset.nobody;
  }

  /** Whoever walked in view can be chosen alone. */
  function offer(tracks) {
    const select = form.elements.person;
    const chosen = select.value;
    if (chosen && select.options.length > 1) return;
    const names = new Map(tracks.map(([id, name]) => [String(id), name]));
    select.replaceChildren(new Option(select.dataset.everybody, ""), ...[...names].map(([id, name]) => new Option(name, id, false, id === chosen)));
    if (chosen && !names.has(chosen)) select.append(new Option(chosen, chosen, true, true));
  }

  function drawObjects({ types, objects: found, more }) {
    objects.clearLayers();
    const names = types.map((type) => form.querySelector(`[name=type][value="${CSS.escape(type)}"]`)?.dataset.name ?? type);
    for (const [lat, lon, type, name, code] of found) {
      const letter = Object.assign(document.createElement("span"), { textContent: names[type].slice(0, 1) });
      const marker = L.marker([lat, lon], { pane: "things", keyboard: false, icon: L.divIcon({ className: "map-object", html: letter, iconSize: [18, 18] }) });
      marker.bindTooltip(Object.assign(document.createElement("span"), { textContent: `${names[type]} · ${name}` }), { className: "map-told", opacity: 1, direction: "top", offset: [0, -8] });
      marker.on("click", () => window.open(dataset.object.replace("CODE", encodeURIComponent(code)), "_blank", "noopener"));
      objects.addLayer(marker);
    }
    return more ? dataset.tooMany : "";
  }
}
