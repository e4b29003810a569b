// Says aloud what a swap changed, and shows on the page when a request failed.
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
    fail(region.dataset.loggedOut);
  });
  document.body.addEventListener("htmx:sendError", () => fail(region.dataset.unreachable));
  document.body.addEventListener("htmx:timeout", () => fail(region.dataset.unreachable));
  document.body.addEventListener("htmx:responseError", (event) => {
    fail(reasonIn(event.detail.xhr.responseText) || region.dataset.failed);
  });
  document.body.addEventListener("htmx:beforeRequest", () => document.querySelector("[data-failure]")?.remove());

  function say(text) {
    region.textContent = "";
    // A pause lets readers notice that the same words came again.
    setTimeout(() => { region.textContent = text; }, 50);
  }

  function fail(text) {
    const message = document.getElementById("message-error").content.firstElementChild.cloneNode(true);
    message.dataset.failure = "";
    message.querySelector(".message__text").textContent = text;
    document.querySelector("[data-failure]")?.remove();
    document.getElementById("messages")?.append(message);
    message.scrollIntoView({ block: "nearest" });
  }
}

/** The sentence of an error page, marked there with data-error-message. */
function reasonIn(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return page.querySelector("[data-error-message]")?.textContent.trim();
}
