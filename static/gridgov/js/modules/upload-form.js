// Sends a form with its photos and shows how far it is. Whatever fails, the page keeps all that was entered,
// and the same key goes along again, so that a second try never does a thing twice.
import { sentenceOf } from "./error-page.js";

const LONGEST = 5 * 60 * 1000;

export default function start(form) {
  const state = document.querySelector(`[data-upload-of="${form.id}"]`);
  const part = (name) => state.querySelector(`[data-upload-${name}]`);
  const bar = part("progress").querySelector("progress");
  let sending = false;
  let unsent = false;
  let sent = false;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!sending) send(event.submitter);
  });
  for (const change of ["input", "photos:changed"]) form.addEventListener(change, () => { unsent = true; });
  // A slip of the thumb on the way back must not cost the photos.
  window.addEventListener("beforeunload", (event) => { if (sending || unsent) event.preventDefault(); });
  // Whoever comes back to a form that was sent gets a new one, with a key of its own.
  window.addEventListener("pageshow", (event) => { if (event.persisted && sent) location.reload(); });

  function send(submitter) {
    const data = new FormData(form);
    if (submitter?.name) data.set(submitter.name, submitter.value);
    // What copies have lost of what the camera wrote, see PhotosInput.
    for (const { name, dataset } of form.querySelectorAll("[data-photos][data-told]")) data.set(`${name}_told`, dataset.told);
    const request = new XMLHttpRequest();
    request.open("POST", submitter?.getAttribute("formaction") || form.getAttribute("action") || location.href);
    request.setRequestHeader("X-Sent-By", "upload-form");
    request.timeout = LONGEST;
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) show(event.loaded / event.total); });
    request.addEventListener("load", () => read(request));
    for (const name of ["error", "timeout", "abort"]) request.addEventListener(name, () => fail(state.dataset.unreachable));
    form.dispatchEvent(new CustomEvent("upload:started", { bubbles: true }));
    busy(submitter);
    show(0);
    request.send(data);
  }

  function read(request) {
    const next = request.getResponseHeader("HX-Redirect");
    if (next) {
      sending = unsent = false;
      sent = true;
      // Browsers give a form back as it was left: this one is done with, so it is left empty.
      form.reset();
      location.assign(next);
      return;
    }
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    const errors = answer.querySelector(".errors");
    // What can no longer be done at all takes the place of the form, and of all that stood there of before.
    const over = answer.querySelector("[data-step-over]");
    if (over) {
      unsent = false;
      (form.closest(".case") ?? form).replaceWith(over);
      errors.focus();
      return;
    }
    if (errors) {
      form.querySelector("[data-form-errors]").replaceChildren(errors);
      free();
      errors.scrollIntoView({ block: "center" });
      errors.focus({ preventScroll: true });
      return;
    }
    // A page that is neither an answer nor an error is the one to log in on.
    const loggedOut = request.status < 400;
    fail(loggedOut ? state.dataset.loggedOut : sentenceOf(request.responseText) || state.dataset.failed, loggedOut || request.status === 403);
  }

  function busy(submitter) {
    sending = true;
    form.querySelector("[data-form-errors]")?.replaceChildren();
    part("failure").hidden = true;
    part("progress").hidden = false;
    for (const button of buttons()) button.disabled = true;
    submitter?.setAttribute("aria-busy", "true");
  }

  function free() {
    sending = false;
    part("progress").hidden = true;
    for (const button of buttons()) {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  }

  function fail(text, withLogin = false) {
    free();
    part("login").hidden = !withLogin;
    part("reason").textContent = text;
    part("failure").hidden = false;
    // In the middle: at the edge the buttons, which stay in sight, would lie over it.
    part("failure").scrollIntoView({ block: "center" });
    part("failure").focus({ preventScroll: true });
  }

  /** How much is up, 0 to 1; after that only the server's work remains. */
  function show(share) {
    if (share < 1) bar.value = share;
    else bar.removeAttribute("value");
    part("words").textContent = share < 1 ? state.dataset.sending : state.dataset.storing;
    part("share").textContent = share < 1 ? `${Math.floor(share * 100)} %` : "";
  }

  // Those outside the form too, which belong to it by their form attribute.
  function buttons() {
    return [...form.elements].filter((element) => element.matches("button:not([type=button])"));
  }
}
