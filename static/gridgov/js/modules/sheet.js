// The console's right side: Esc or its cross empties it, and the focus returns to the row.
export default function start(sheet) {
  let cameFrom = null;

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const { target, elt } = event.detail;
    // A form can't take the focus; whoever sent it by a letter stood somewhere else.
    if (target === sheet && !sheet.contains(elt)) cameFrom = elt.matches("form") ? document.activeElement : elt;
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
