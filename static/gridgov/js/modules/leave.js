// Logging out: a warning when something is still unsent, and the kept pages go. On the log-in form: the pages of whoever was here before go.
import { ask } from "../phone/ask.js";
import { forgetPages } from "../phone/pages.js";
import { canKeep, listItems } from "../phone/queue.js";

export default function start(form) {
  let sure = false;
  form.addEventListener("submit", async (event) => {
    if (sure) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.dataset.leaveWarning && (await canKeep())) {
      const unsent = (await listItems()).filter((item) => item.state !== "sent").length;
      const { leaveWarning, leaveDetail, leaveLabel } = form.dataset;
      if (unsent && !(await ask({ question: leaveWarning.replace("{n}", unsent), detail: leaveDetail, label: leaveLabel }))) return;
    }
    // Whatever the cache does, nobody is kept from logging in or out.
    await Promise.race([forgetPages().catch(() => {}), new Promise((resolve) => { setTimeout(resolve, 2000); })]);
    sure = true;
    form.requestSubmit(event.submitter);
    sure = false;
  }, { capture: true });
}
