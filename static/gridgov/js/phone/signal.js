// What the queue does not keep needs a signal: plain forms are sent only when the server answers, and nothing leads away
// from the page into the browser's own error.
const PATIENCE = 5000; // milliseconds
const underWay = new WeakSet();

/** Whether the server itself answers, not the log-in page of some network in between. */
export async function isReachable() {
  try {
    const answer = await fetch("/api/v1/session/", { cache: "no-store", headers: { Accept: "application/json" }, redirect: "manual", signal: AbortSignal.timeout?.(PATIENCE) });
    return Boolean(await answer.json()) && answer.status < 500;
  } catch {
    return false;
  }
}

/** Says that this needs a signal; heard by live-region. */
export function sayNoSignal(element) {
  element.dispatchEvent(new CustomEvent("signal:missing", { bubbles: true }));
}

/** Hold every plain form of the page until the server has answered. */
export function holdForms() {
  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || form.method !== "post") return;
    event.preventDefault();
    if (underWay.has(form)) return;
    underWay.add(form);
    if (await isReachable()) sendPlainly(form, submitter);
    else {
      form.dispatchEvent(new CustomEvent("submit-once:release"));
      sayNoSignal(form);
    }
    underWay.delete(form);
  });
}

/** Send it without asking anybody again; what the pressed button says goes along. */
export function sendPlainly(form, submitter) {
  const said = Object.assign(document.createElement("input"), { type: "hidden", name: submitter?.name ?? "", value: submitter?.value ?? "" });
  form.append(said);
  form.submit();
  said.remove();
}
