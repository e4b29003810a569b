// Logging out: a warning when something is still unsent, and the kept pages go, once the server is there to log out from.
// On the log-in form: the pages of whoever was here before go.
import { ask } from "../phone/ask.js";
import { forgetPages } from "../phone/pages.js";
import { canKeep, listItems } from "../phone/queue.js";
import { isReachable, sayNoSignal, sendPlainly } from "../phone/signal.js";

export default function start(form) {
  let leaving = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (leaving) return;
    leaving = true;
    await leave(event.submitter);
    leaving = false;
  }, { capture: true });

  async function leave(submitter) {
    if (!(await isReachable())) return sayNoSignal(form);
    if (form.dataset.leaveWarning && !(await isSure())) return;
    // Whatever the cache does, nobody is kept from logging in or out.
    await Promise.race([forgetPages().catch(() => {}), new Promise((resolve) => { setTimeout(resolve, 2000); })]);
    submitter?.setAttribute("aria-busy", "true");
    sendPlainly(form, submitter);
  }

  async function isSure() {
    const unsent = (await canKeep()) ? (await listItems()).filter((item) => item.state !== "sent").length : 0;
    const { leaveWarning, leaveDetail, leaveLabel } = form.dataset;
    return !unsent || ask({ question: leaveWarning.replace("{n}", unsent), detail: leaveDetail, label: leaveLabel });
  }
}
