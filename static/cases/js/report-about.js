// The object that a report is about: the one whose page led here, or that of the draft; until somebody says it is another.
export default function start(part) {
  const form = part.closest("form");
  const field = form.elements.namedItem("object");
  // Without signal the page is one that was kept, perhaps for another object: the address says which one is asked for.
  const address = new URLSearchParams(location.search);
  const asked = address.get("object") ?? "";
  form.querySelector("[data-instead]").hidden = address.get("instead") !== "proposal";
  form.addEventListener("draft:restored", show);
  part.querySelector("[data-drop]").addEventListener("click", () => {
    field.value = "";
    field.dispatchEvent(new Event("change", { bubbles: true }));
    show();
  });
  if (!("restored" in form.dataset)) {
    if (asked !== part.dataset.code) form.elements.namedItem("address").value = "";
    field.value = asked;
  }
  show();

  function show() {
    part.hidden = !field.value;
    part.querySelector("[data-shown]").textContent = field.value === part.dataset.code ? part.dataset.name : field.value;
  }
}
