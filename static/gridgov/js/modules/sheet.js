// The console's right side: Esc or its cross empties it, and the focus returns to the row.
export default function start(sheet) {
  let cameFrom = null;

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target === sheet && !sheet.contains(event.detail.elt)) cameFrom = event.detail.elt;
  });
  sheet.addEventListener("click", (event) => {
    if (event.target.closest("[data-sheet-close]")) close();
  });
  document.addEventListener("keydown", (event) => {
    const elsewhere = event.target.closest?.("dialog[open], details[open]");
    if (event.key === "Escape" && !event.defaultPrevented && !elsewhere && sheet.childElementCount) close();
  });

  function close() {
    sheet.replaceChildren();
    sheet.dispatchEvent(new CustomEvent("sheet:closed", { bubbles: true }));
    // A step may have drawn the row anew meanwhile.
    const back = cameFrom?.isConnected ? cameFrom : document.getElementById(cameFrom?.id);
    back?.focus();
  }
}
