// What may be done on this page has changed: it comes anew, but not while somebody is writing on it.
const WRITTEN = "main form :is(textarea, input:not([type=hidden], [type=checkbox], [type=radio]))";

export default function start(message) {
  const changed = [...document.querySelectorAll(WRITTEN)].some((field) => field.value !== field.defaultValue);
  // What was refused came back as it was written.
  if (changed || document.querySelector("main form .errors")) message.hidden = false;
  else window.location.assign(message.querySelector("a").href);
}
