// Shows on the phone's strip that there is no connection; the server's own silence is the queue's matter.
export default function start(strip) {
  const sign = strip.querySelector("[data-offline]");
  const show = () => { sign.hidden = navigator.onLine; };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
}
