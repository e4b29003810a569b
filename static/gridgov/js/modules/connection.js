// The strip on top of every page of the phone: no connection, what waits to be sent and how long, what was refused.
// It also starts the sender, the track while on duty, and the service worker that keeps the pages; lights and cards stay true,
// and plain forms wait for a signal.
import { dutySince, isForgotten, isUnseen, keepTrack } from "../phone/duty.js";
import { markFilledIn } from "../phone/filled-in.js";
import { keepLights } from "../phone/lights.js";
import { canKeep, listItems, whenChanged } from "../phone/queue.js";
import { keepDraining } from "../phone/sender.js";
import { keepPages } from "../phone/pages.js";
import { holdForms } from "../phone/signal.js";
import { age, counted, words } from "../phone/words.js";

const MINUTE = 60_000;

export default async function start(strip) {
  const part = (name) => strip.querySelector(`[data-${name}]`);
  let unreachable = false;
  const showConnection = () => { part("offline").hidden = navigator.onLine && !unreachable; };
  addEventListener("online", showConnection);
  addEventListener("offline", showConnection);
  showConnection();
  sayWhatWasDone();
  keepLights();
  holdForms();
  keepPages();
  if (!(await canKeep())) return;

  async function show() {
    const items = await listItems();
    const waiting = items.filter((item) => item.state === "waiting");
    const refused = items.filter((item) => item.state === "refused");
    unreachable = waiting.some((item) => item.reason?.code === "unreachable");
    const oldest = Math.min(...waiting.map((item) => item.waiting_since));
    const old = Date.now() - oldest >= MINUTE ? ` · ${words("oldest", { age: age(oldest) })}` : "";
    fill(part("waiting"), waiting.length && counted("waiting", waiting.length) + old);
    fill(part("refused"), refused.length && counted("refused", refused.length));
    markFilledIn(items);
    showConnection();
  }

  let next = null;
  whenChanged(() => { next ??= setTimeout(() => { next = null; show(); }, 100); });
  setInterval(show, MINUTE);
  addEventListener("pageshow", show);
  await show();
  const showDuty = () => {
    part("duty").hidden = !dutySince();
    part("on").hidden = isForgotten() || isUnseen();
    part("unseen").hidden = isForgotten() || !isUnseen();
    part("forgotten").hidden = !isForgotten();
  };
  for (const change of ["duty", "storage"]) addEventListener(change, showDuty);
  showDuty();
  setInterval(showDuty, MINUTE);
  keepTrack(strip.dataset.track);
  await keepDraining();
}

function fill(sign, text) {
  if (!sign) return;
  sign.hidden = !text;
  if (text && sign.lastElementChild.textContent !== text) sign.lastElementChild.textContent = text;
}

/** What the page before has sent is said on the page that it led to. */
function sayWhatWasDone() {
  const text = sessionStorage.getItem("done");
  const pattern = document.getElementById("message-done");
  if (!text || !pattern) return;
  sessionStorage.removeItem("done");
  const message = pattern.content.firstElementChild.cloneNode(true);
  message.querySelector(".message__text").textContent = text;
  document.getElementById("messages")?.prepend(message);
}
