// Filters apply as they are set; typing waits for a pause. The apply button is for those without JavaScript.
const PAUSE = 350;

export default function start(form) {
  let timer;
  let typing = false;
  let asked = wanted(form);
  for (const button of form.querySelectorAll("[data-without-js]")) button.hidden = true;
  form.addEventListener("change", (event) => {
    typing = false;
    if (!typed(event.target)) form.requestSubmit();
  });
  form.addEventListener("input", (event) => {
    if (!typed(event.target)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      form.requestSubmit();
      typing = true;
    }, PAUSE);
  });
  // Before htmx: "back" takes away one filter, or one word, not a letter or the same once more.
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    const isNew = wanted(form) !== asked && !typing;
    asked = wanted(form);
    if (!form.hasAttribute("hx-get")) return;
    form.removeAttribute(isNew ? "hx-replace-url" : "hx-push-url");
    form.setAttribute(isNew ? "hx-push-url" : "hx-replace-url", "true");
  }, { capture: true });
}

function wanted(form) {
  return new URLSearchParams(new FormData(form)).toString();
}

function typed(input) {
  return input.matches("input[type=search], input[type=text], input:not([type])");
}
