// A step that opened in the sheet begins where one fills it in, so that Enter, or typing, goes straight on.
export default function start(form) {
  if (form.querySelector(".errors")) return;
  const field = form.querySelector("[type=radio]:checked") ?? form.querySelector("textarea, select, input:not([type=hidden], [type=file], [type=search], .visually-hidden *)");
  (field ?? form.querySelector("button:not([type=button])"))?.focus();
}
