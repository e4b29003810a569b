import { present } from "../../gridgov/js/token.js";

// Somebody has this case open: others are told when it is closed, and this line hears at once of who comes and goes.
export default function start(line) {
  const { number, leave } = line.dataset;
  const stop = new AbortController();
  const { signal } = stop;
  document.body.addEventListener("live:presence", ({ detail }) => {
    if (line.isConnected && detail.changed.includes(number)) window.htmx.trigger(line, "presence");
  }, { signal });
  for (const name of ["htmx:afterSettle", "sheet:closed"]) document.body.addEventListener(name, look, { signal });
  addEventListener("pagehide", goodbye, { signal });

  /** The next heartbeat, or the form of a step, stands for the same case in its place. */
  function look() {
    if (line.isConnected) return;
    stop.abort();
    if (!document.querySelector(`[data-module~="presence"][data-number="${number}"]`)) goodbye();
  }

  function goodbye() {
    fetch(leave, { method: "POST", headers: { "X-CSRFToken": present() ?? "" }, keepalive: true }).catch(() => {});
  }
}
