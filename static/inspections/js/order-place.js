// What is ordered about an object is done where that stands: the place follows it, and is free again without one.
export default function start(box) {
  const place = box.querySelector("select"), { form } = place;
  let own = place.value;

  const follow = () => {
    const { area } = form.querySelector("[data-picks] input:checked")?.dataset ?? {};
    if (!place.disabled) own = place.value;
    place.disabled = Boolean(area);
    place.value = area ?? (own || box.dataset.area);
  };
  form.addEventListener("change", (event) => event.target.name === "object" && follow());
  follow();
}
