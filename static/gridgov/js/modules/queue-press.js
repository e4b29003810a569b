// On the phone a press that says nothing but itself goes through the queue, so that it counts without signal too.
//
// <form method="post" data-module="queue-press" data-queue-kind="begin_task" data-queue-title="…" data-queue-url="/api/v1/…/"
//   data-queue-about="task 7"  things about the same are sent in order
//   data-queue-view="/m/…/"    where the queue leads once it is sent
//   data-queue-done="/m/…/">   where it goes on from here
//   <template data-queue-after data-shows="finish">  stands in the form's place while it waits to be sent, and what is shown then
import { canKeep, deleteItem, enqueue, listItems, outcomeOf } from "../phone/queue.js";

const PATIENCE = 4000; // ms to wait for the server's word

export default async function start(form) {
  if (document.body.dataset.posture !== "phone" || !(await canKeep())) return;
  const { queueKind: kind, queueTitle: title, queueUrl: url, queueAbout: about, queueView, queueDone } = form.dataset;
  if ((await listItems()).some((item) => item.url === url && item.state === "waiting")) showPressed();

  // Before the form's other modules: it is no plain form here.
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = form.querySelector("button");
    button.disabled = true;
    const item = await enqueue({ kind, title, about, url, view_path: queueView, done_path: queueView, body: {} });
    const told = await outcomeOf(item.id, PATIENCE);
    if (told?.state === "refused") return askPlainly(item);
    if (told?.state === "sent" || (await isElsewhereAndKept())) return location.assign(queueDone);
    showPressed();
  }, { capture: true });

  /** The server's page says why not, and how it stands. */
  async function askPlainly(item) {
    await deleteItem(item.id);
    form.submit();
  }

  async function isElsewhereAndKept() {
    const { pathname } = new URL(queueDone, location);
    return pathname !== location.pathname && Boolean(await self.caches?.match(pathname, { ignoreSearch: true, ignoreVary: true }));
  }

  function showPressed() {
    const after = form.querySelector("[data-queue-after]");
    document.getElementById(after.dataset.shows)?.removeAttribute("hidden");
    form.replaceWith(after.content);
  }
}
