// What shows that a form comes from our own page is that of this moment, not of when the page was made: whoever logged
// in again meanwhile, in another window too, has another one, and what was typed here must still arrive.
const FIELD = "csrfmiddlewaretoken";

export function keepTokenFresh() {
  // Also before `new FormData(form)`, so that what modules send themselves has it as well.
  document.addEventListener("formdata", ({ formData }) => {
    if (formData.has(FIELD) && present()) formData.set(FIELD, present());
  });
  document.body.addEventListener("htmx:configRequest", ({ detail }) => {
    if (!present()) return;
    if (FIELD in detail.parameters) detail.parameters[FIELD] = present();
    if ("X-CSRFToken" in detail.headers) detail.headers["X-CSRFToken"] = present();
  });
}

/** The token of this moment; undefined where the page has none. */
export function present() {
  return document.cookie.split("; ").find((each) => each.startsWith("csrftoken="))?.slice("csrftoken=".length);
}
