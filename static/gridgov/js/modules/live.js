// Hears within a second that something has changed; what shows it asks for it anew: hx-trigger="live:case from:body".
//
// One connection for all tabs of a person, because browsers open only a few to a server. Without one, and after a
// while away, everything is asked for again; what also asks every now and then loses nothing.
const TOGETHER = 30; // ms: hints that come this close are told at once
const APART = 500; // ms between two times of asking, however much changes
const SILENCE = 40_000; // ms; the server says something every 15 s
const AGAIN = 30_000; // ms until a connection that was refused is tried anew
const KINDS = ["case", "notice", "operation", "emergency", "rota"];

export default function start(sign) {
  const { user } = document.body.dataset;
  const name = `gridgov-live-${user}`;
  const channel = new BroadcastChannel(name);
  let heard = new Map(); // kind → what changed
  let last = "";
  let state = "";
  let leads = false;
  let source = null;
  let watch = null;
  let toldAt = 0;
  channel.addEventListener("message", ({ data }) => {
    if (data.asks) { if (leads) channel.postMessage({ state, last }); } else take(data);
  });
  channel.postMessage({ asks: true });
  addEventListener("offline", () => { if (leads) lose(AGAIN); });
  addEventListener("online", () => { if (leads) connect(); });
  if (navigator.locks) navigator.locks.request(name, () => new Promise(connect));
  else connect();

  function connect() {
    leads = true;
    clearTimeout(watch);
    source?.close();
    source = new EventSource(last ? `${sign.dataset.live}?since=${last}` : sign.dataset.live);
    const hear = (name, read) => source.addEventListener(name, (event) => {
      clearTimeout(watch);
      // Who hears nothing at all is cut off, though the browser may not know it.
      watch = setTimeout(() => lose(0), SILENCE);
      pass({ state: "on", last: event.lastEventId, ...read?.(event) });
    });
    hear("ready");
    hear("still");
    hear("reset", () => ({ reset: true }));
    hear("hint", ({ data }) => ({ hint: JSON.parse(data) }));
    // A browser connects anew by itself unless it was refused, as by a server that can't stream.
    source.addEventListener("error", () => (source.readyState === EventSource.CLOSED ? lose(AGAIN) : lost()));
  }

  function lose(pause) {
    clearTimeout(watch);
    source.close();
    lost();
    watch = setTimeout(connect, pause);
  }

  /** What never was can't be lost: pages ask now and then anyway. */
  function lost() {
    if (state) pass({ state: "off" });
  }

  function pass(told) {
    channel.postMessage(told);
    take(told);
  }

  function take(told) {
    last = told.last || last;
    if (told.state && told.state !== state) show(told.state);
    for (const kind of told.reset ? KINDS : told.hint ? [told.hint.kind] : []) {
      if (!heard.size) setTimeout(tell, Math.max(TOGETHER, toldAt + APART - Date.now()));
      heard.set(kind, [...(heard.get(kind) ?? []), told.hint?.about ?? ""]);
    }
  }

  function tell() {
    const now = heard;
    heard = new Map();
    toldAt = Date.now();
    for (const [kind, changed] of now) document.body.dispatchEvent(new CustomEvent(`live:${kind}`, { detail: { changed } }));
  }

  function show(now) {
    // What came while there was no connection is asked for, once there is one that goes on from before.
    state = now;
    sign.hidden = state !== "off";
    sign.dataset.state = state;
  }
}
