// Whoever turns the page with something typed and not sent is asked first; what the browser then says is its own.
export default function start(form) {
  let typed = "typed" in form.dataset;
  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("submit", () => { typed = false; });
  window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
}
