// A form is sent once: its buttons rest while it is under way, and come back when it failed.
export default function start(form) {
  // Those elsewhere on the page that name the form as well.
  const buttons = () => [...form.elements].filter(({ type }) => type === "submit");

  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented && !form.matches("[hx-post], [hx-get]")) return;
    event.submitter?.setAttribute("aria-busy", "true");
    // After the browser has read which button was pressed.
    setTimeout(() => { for (const button of buttons()) button.disabled = true; });
  });
  // What stands in the form may ask for something meanwhile.
  form.addEventListener("htmx:afterRequest", ({ target }) => { if (target === form) release(); });
  form.addEventListener("submit-once:release", release);
  window.addEventListener("pageshow", release);

  function release() {
    for (const button of buttons()) {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  }
}
