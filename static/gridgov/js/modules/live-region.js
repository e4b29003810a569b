// Says aloud what a swap changed, and shows on the page when a request failed.
import { sentenceOf } from "./error-page.js";

export default function start(region) {
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    const said = target.matches?.("[data-announce]") ? target : target.querySelector?.("[data-announce]");
    if (said) say(said.dataset.announce);
  });
  // A session that ended answers with the log-in page; it must not land inside this one.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const answered = new URL(event.detail.xhr.responseURL || location.href).pathname;
    if (!region.dataset.login || answered !== region.dataset.login || answered === location.pathname) return;
    event.detail.shouldSwap = false;
    fail(region.dataset.loggedOut, event.detail.requestConfig.elt, false, true);
  });
  for (const silence of ["htmx:sendError", "htmx:timeout"]) document.body.addEventListener(silence, ({ detail }) => unreached(detail));
  document.body.addEventListener("signal:missing", ({ target }) => {
    fail(region.dataset.noSignal, target);
    document.querySelector("[data-failure]")?.scrollIntoView({ block: "center" });
  });
  document.body.addEventListener("htmx:responseError", ({ detail }) => {
    fail(sentenceOf(detail.xhr.responseText) || region.dataset.failed, detail.elt, detail.xhr.status === 409);
  });
  // What happened stands until the next deed; what a page asks for by itself is none.
  document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.elt.matches("[data-by-itself]")) return;
    const failure = document.querySelector("[data-failure]");
    if (!failure?.contains(detail.elt)) failure?.remove();
  });
  document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".message").remove());

  /** Nobody pressed anything for what a page asks for by itself: that says so quietly, in its own place. */
  function unreached({ elt, target }) {
    if (elt.dataset.unreached === undefined) fail(region.dataset.unreachable, elt);
    else target.textContent = elt.dataset.unreached;
  }

  function say(text) {
    region.textContent = "";
    // A pause lets readers notice that the same words came again.
    setTimeout(() => { region.textContent = text; }, 50);
  }

  /** Where it was done: in the sheet, with a way to see what is true now (`moved`), or among the page's messages. */
  function fail(text, elt, moved = false, loggedOut = false) {
    const message = document.getElementById("message-error").content.firstElementChild.cloneNode(true);
    message.dataset.failure = "";
    message.querySelector(".message__text").textContent = text;
    document.querySelector("[data-failure]")?.remove();
    const login = message.querySelector("[data-login]");
    if (loggedOut) login.hidden = false;
    else login.remove();
    const sheet = elt?.closest(".sheet");
    const again = message.querySelector("[data-again]");
    if (moved && sheet?.dataset.here) {
      again.href = sheet.dataset.here;
      again.setAttribute("hx-get", again.href);
    } else {
      again.remove();
    }
    (sheet?.querySelector(".sheet__body") ?? document.getElementById("messages"))?.prepend(message);
    if (!sheet) return;
    window.htmx.process(message);
    message.scrollIntoView({ block: "center" });
    message.focus({ preventScroll: true });
  }
}
