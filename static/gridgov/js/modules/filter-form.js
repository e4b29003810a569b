// Filters apply as they are set; typing waits for a pause. The apply button is for those without JavaScript.
const PAUSE = 350;

export default function start(form) {
  let timer;
  for (const button of form.querySelectorAll("[data-without-js]")) button.hidden = true;
  form.addEventListener("change", (event) => {
    if (!typed(event.target)) form.requestSubmit();
  });
  form.addEventListener("input", (event) => {
    if (!typed(event.target)) return;
    clearTimeout(timer);
    timer = setTimeout(() => form.requestSubmit(), PAUSE);
  });
}

function typed(input) {
  return input.matches("input[type=search], input[type=text], input:not([type])");
}
