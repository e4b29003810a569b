// Going on duty and off, with signal and without: kept in the queue with its time, told to the server when that is possible.
import { dutySince, setDuty } from "../../gridgov/js/phone/duty.js";
import { canKeep, enqueue, listItems, outcomeOf } from "../../gridgov/js/phone/queue.js";

const PATIENCE = 4000; // ms to wait for the server's word

export default async function start(form) {
  if (!(await canKeep())) return;
  const button = form.querySelector("button");
  const unsent = (await listItems()).some((item) => item.kind === "duty" && item.state === "waiting");
  // The server's word, unless something of ours has not reached it yet.
  if (unsent) show();
  else setDuty(form.dataset.since || null);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    const at = new Date().toISOString();
    const on = !dutySince();
    const item = await enqueue({ kind: "duty", about: "duty", title: on ? form.dataset.goingOn : form.dataset.goingOff, done_path: form.dataset.done, url: form.dataset.url, body: { on, at } });
    setDuty(on ? at : null);
    const told = await outcomeOf(item.id, PATIENCE);
    if (told?.state === "sent") return location.reload();
    button.disabled = false;
    show();
  });

  function show() {
    const since = dutySince();
    form.classList.toggle("duty--on", Boolean(since));
    for (const part of form.querySelectorAll("[data-duty-on]")) part.hidden = !since;
    for (const part of form.querySelectorAll("[data-duty-off]")) part.hidden = Boolean(since);
    if (since) form.querySelector("[data-duty-since]").textContent = new Date(since).toTimeString().slice(0, 5);
  }
}
