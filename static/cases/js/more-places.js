// On the phone: the point that is chosen now joins the list of places that the matter runs through.
export default function start(part) {
  const form = part.closest("form");
  const list = part.querySelector("[name=extent_points]");
  const button = part.querySelector("[data-add]");
  button.hidden = false;
  button.addEventListener("click", () => {
    const [longitude, latitude] = ["longitude", "latitude"].map((name) => form.elements.namedItem(name).value);
    if (!longitude || !latitude) return part.querySelector("[data-none]").removeAttribute("hidden");
    part.querySelector("[data-none]").hidden = true;
    const line = `${Number(longitude).toFixed(6)}, ${Number(latitude).toFixed(6)}`;
    const lines = list.value.split("\n").filter((one) => one.trim());
    if (lines.at(-1) !== line) list.value = [...lines, line].join("\n");
    list.dispatchEvent(new Event("input", { bubbles: true }));
    list.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
