// Photos large, one after another, without leaving the page; arrows step, Esc closes.
export default function start(grid) {
  const photos = [...grid.querySelectorAll("[data-photo]")];
  const viewer = grid.querySelector("dialog");
  const part = (name) => viewer.querySelector(`[data-viewer-${name}]`);
  let place = 0;

  function show(index) {
    place = (index + photos.length) % photos.length;
    const link = photos[place];
    part("image").src = link.href;
    part("image").alt = link.querySelector("img").alt || link.dataset.caption;
    part("caption").textContent = link.dataset.caption;
    part("original").href = link.href;
    part("place").textContent = `${place + 1} / ${photos.length}`;
  }

  grid.addEventListener("click", (event) => {
    const link = event.target.closest("[data-photo]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(photos.indexOf(link));
    viewer.showModal();
  });
  viewer.addEventListener("click", (event) => {
    const step = event.target.closest("[data-viewer-step]");
    if (step) show(place + Number(step.dataset.viewerStep));
    else if (event.target.closest("[data-viewer-close]") || event.target === viewer) viewer.close();
  });
  viewer.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) show(place + step);
  });
  viewer.addEventListener("close", () => photos[place].focus());
  for (const button of viewer.querySelectorAll("[data-viewer-step]")) button.hidden = photos.length < 2;
}
