// The one question before something that cannot be undone, in the page's own dialog.

/** Answers whether the person said yes. */
export function ask({ question, detail = "", label }) {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("h2").textContent = question;
  dialog.querySelector("[data-confirm-detail]").textContent = detail;
  dialog.querySelector("[data-confirm-yes]").textContent = label;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
