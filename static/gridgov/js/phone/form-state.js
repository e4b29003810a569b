// How far a form is on its way, and what went wrong: fills templates/components/upload_state.html and the form's errors.

export function formState(form) {
  const state = document.querySelector(`[data-upload-of="${form.id}"]`);
  const part = (name) => state.querySelector(`[data-upload-${name}]`);
  // Those outside the form too, which belong to it by their form attribute.
  const buttons = () => [...form.elements].filter((element) => element.matches("button:not([type=button])"));

  return { busy, free, say, fail, kept, showErrors };

  /** Under way: nothing can be sent twice. */
  function busy(submitter) {
    form.querySelector("[data-form-errors]")?.replaceChildren();
    part("failure").hidden = true;
    for (const button of buttons()) button.disabled = true;
    submitter?.setAttribute("aria-busy", "true");
  }

  function free() {
    part("progress").hidden = true;
    for (const button of buttons()) {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  }

  /** What is being done; `done` of `of` where that can be counted. */
  function say(text, done = null, of = 1) {
    const bar = part("progress").querySelector("progress");
    part("progress").hidden = false;
    part("words").textContent = text;
    if (done === null) bar.removeAttribute("value");
    else bar.value = done / of;
  }

  function fail(text, withLogin = false) {
    free();
    part("login").hidden = !withLogin;
    part("reason").textContent = text;
    part("failure").hidden = false;
    lookAt(part("failure"));
  }

  /** It waits on this phone, so that the form is done with. */
  function kept(text, withLogin) {
    part("failure").classList.replace("message--error", "message--warning");
    fail(text, withLogin);
    for (const button of buttons()) button.disabled = true;
  }

  function showErrors(texts) {
    free();
    const errors = document.getElementById("queue-errors").content.firstElementChild.cloneNode(true);
    errors.querySelector("ul").replaceChildren(...texts.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    form.querySelector("[data-form-errors]").replaceChildren(errors);
    lookAt(errors);
  }
}

function lookAt(element) {
  // In the middle: at the edge the buttons, which stay in sight, would lie over it.
  element.scrollIntoView({ block: "center" });
  element.focus({ preventScroll: true });
}
