// Photos are gathered one after the other, seen at once, and can be taken away again before they are sent.
export default function start(box) {
  const input = box.querySelector("input[data-photos]");
  const shots = box.querySelector("[data-shots]");
  const pattern = box.querySelector("template");
  const trouble = box.querySelector("[data-photo-trouble]");
  const { most, maxBytes, tooMany, tooLarge } = box.dataset;
  const urls = new Map();
  let photos = [];

  for (const way of box.querySelectorAll("input[type=file]")) {
    way.addEventListener("change", () => {
      add([...way.files]);
      if (way !== input) way.value = "";
    });
  }
  box.querySelector("[data-photo-album]")?.removeAttribute("hidden");
  shots.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove], [data-draw]");
    if (!button) return;
    const place = [...shots.children].indexOf(button.closest("li"));
    if ("draw" in button.dataset) draw(place);
    else remove(place);
  });
  // The queue brings back what it kept, and leaves out what it can't keep.
  box.addEventListener("photos:restore", (event) => {
    photos = [];
    set(event.detail.files, false);
  });
  box.addEventListener("photos:leave-out", (event) => {
    set(photos.filter((photo) => photo !== event.detail.file));
    say(event.detail.why);
  });
  // Some browsers keep the files over a reload.
  add([...input.files]);
  box.dataset.ready = "";
  box.dispatchEvent(new CustomEvent("photos:ready"));

  function add(files) {
    const light = files.filter((file) => file.size <= Number(maxBytes));
    const fresh = light.filter((file) => !photos.some((photo) => same(photo, file)));
    const kept = [...photos, ...fresh].slice(0, Number(most));
    say([
      light.length < files.length && tooLarge,
      kept.length < photos.length + fresh.length && tooMany,
    ].filter(Boolean).join(" "));
    set(kept);
  }

  async function draw(place) {
    const { drawOn } = await import("../phone/draw.js");
    const copy = await drawOn(photos[place]);
    if (copy) add([Object.assign(copy, { copyOf: photos[place] })]);
  }

  function remove(place) {
    const gone = photos[place];
    set(photos.filter((photo) => photo !== gone));
    URL.revokeObjectURL(urls.get(gone));
    urls.delete(gone);
    (shots.querySelectorAll("[data-remove]")[Math.min(place, photos.length - 1)] ?? input).focus();
  }

  function set(kept, tells = true) {
    const changed = tells && kept.length !== photos.length;
    photos = kept;
    // The input carries them, so that the form is the same to whoever sends it.
    const carrier = new DataTransfer();
    for (const photo of photos) carrier.items.add(photo);
    input.files = carrier.files;
    if (photos.some((photo) => photo.told)) input.dataset.told = JSON.stringify(photos.map(({ told }) => ({ ...told, ...told?.position })));
    else delete input.dataset.told;
    shots.replaceChildren(...photos.map(shot));
    box.classList.toggle("photo-input--filled", photos.length > 0);
    if (changed) box.dispatchEvent(new CustomEvent("photos:changed", { bubbles: true, detail: { photos } }));
  }

  function shot(photo, place) {
    if (!urls.has(photo)) urls.set(photo, URL.createObjectURL(photo));
    const element = pattern.content.firstElementChild.cloneNode(true);
    const image = element.querySelector("img");
    image.src = urls.get(photo);
    image.alt = `${image.alt} ${place + 1}`;
    // A kind of picture that this browser can't show, such as HEIC, goes by its name.
    image.addEventListener("error", () => {
      element.querySelector("[data-draw]").hidden = true;
      image.replaceWith(Object.assign(document.createElement("span"), { className: "shot__name", textContent: photo.name }));
    });
    for (const button of element.querySelectorAll("button")) button.setAttribute("aria-label", `${button.getAttribute("aria-label")} ${place + 1}`);
    element.querySelector("[data-draw]").hidden = !document.getElementById("drawing");
    return element;
  }

  function say(text) {
    trouble.hidden = !text;
    trouble.querySelector("[data-words]").textContent = text;
  }
}

function same(one, other) {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}
