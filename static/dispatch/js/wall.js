// The wall: fresh at a hint and every minute, for days, without a hand: nothing is added that is not taken away again.
import { wallMap } from "./wall-map.js";

const APART = 2000; // ms between two times of asking, however much changes
const PATIENCE = 15_000; // ms for an answer
const AGAIN = 10_000; // ms after a failure
const MINUTE = 60_000;
// Figures older than this say so.
const OLD = 100_000;

export default function start(wall) {
  const part = (name) => wall.querySelector(`[data-${name}]`);
  const fresh = part("fresh");
  const language = document.documentElement.lang;
  const { zone: timeZone } = wall.dataset;
  const time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
  const day = new Intl.DateTimeFormat(language, { month: "long", day: "numeric", weekday: "long", timeZone });
  const map = wallMap(part("map"), wall.dataset.outlines);
  let asOf = 0; // of the figures, by the server's clock
  let ahead = 0; // how far this screen's clock is ahead of the server's
  let heardAt = Date.now();
  let next;
  let busy = false;

  take();
  wait(MINUTE);
  document.body.addEventListener("live:case", () => wait(Math.max(heardAt + APART - Date.now(), 0)));
  addEventListener("online", () => wait(0));
  setInterval(tick, 1000);
  tick();

  function wait(ms) {
    const due = Date.now() + ms;
    if (next && next.due <= due) return;
    clearTimeout(next?.timer);
    next = { due, timer: setTimeout(refresh, ms) };
  }

  async function refresh() {
    next = undefined;
    if (busy) { wait(APART); return; }
    busy = true;
    try {
      const answer = await fetch(wall.dataset.now, { signal: AbortSignal.timeout(PATIENCE), headers: { Accept: "text/html" } });
      // A session that ended leads to the log-in page, which has no business on a wall.
      part("signed-out").hidden = !answer.redirected && answer.status !== 404;
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      const came = document.createElement("template");
      came.innerHTML = await answer.text();
      fresh.replaceChildren(came.content);
      heardAt = Date.now();
      take();
      // Just after the minute, so that midnight begins at midnight.
      wait(MINUTE - ((heardAt - ahead) % MINUTE) + 500);
    } catch {
      wait(AGAIN);
    } finally {
      busy = false;
    }
    tick();
  }

  function take() {
    const now = fresh.firstElementChild;
    asOf = now.dataset.at * 1000;
    ahead = Math.abs(heardAt - asOf) > MINUTE ? heardAt - asOf : 0;
    if (now.dataset.mapNow) map.show(JSON.parse(now.dataset.mapNow));
  }

  function tick() {
    const now = new Date(Date.now() - ahead);
    write(part("clock"), time.format(now));
    write(part("date"), day.format(now));
    part("age").hidden = Date.now() - heardAt < OLD;
    write(part("as-of"), time.format(asOf));
  }
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
