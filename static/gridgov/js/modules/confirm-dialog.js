// Asks before a form or link with data-confirm does what cannot be undone.
export default function start(element) {
  const dialog = document.getElementById("confirm");
  const yes = dialog.querySelector("[data-confirm-yes]");
  let sure = false;

  function ask(go) {
    dialog.querySelector("h2").textContent = element.dataset.confirm;
    dialog.querySelector("[data-confirm-detail]").textContent = element.dataset.confirmDetail ?? "";
    yes.textContent = element.dataset.confirmLabel ?? yes.dataset.label;
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "yes") go();
      else element.dispatchEvent(new CustomEvent("submit-once:release"));
    }, { once: true });
  }

  element.addEventListener("htmx:confirm", (event) => {
    if (event.target !== element) return;
    event.preventDefault();
    ask(() => event.detail.issueRequest(true));
  });
  if (element.matches("form") && !element.matches("[hx-post], [hx-delete], [hx-put], [hx-patch]")) {
    element.addEventListener("submit", (event) => {
      if (sure) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(() => {
        sure = true;
        element.requestSubmit(event.submitter);
        sure = false;
      });
    }, { capture: true });
  }
}
