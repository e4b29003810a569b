// Being told though no page is open: this browser asks its push service, and the server, or withdraws. Hidden where the
// browser can't; what it is now stands beside the button.
import { present } from "../token.js";

export default async function start(part) {
  if (!("PushManager" in window) || !navigator.serviceWorker) return;
  const { pushKey, pushMarks, pushWorker, pushScope } = part.dataset;
  const [on, off, state] = ["on", "off", "state"].map((name) => part.querySelector(`[data-${name}]`));
  const marks = new Set(pushMarks.split(" ").filter(Boolean));
  part.hidden = false;
  on.addEventListener("click", () => act(subscribe));
  off.addEventListener("click", () => act(withdraw));
  show(marks.has(await mark(await subscription())));

  async function act(what) {
    on.disabled = off.disabled = true;
    try {
      show(await what());
    } catch {
      show(marks.has(await mark(await subscription())), part.dataset[Notification.permission === "denied" ? "saysDenied" : "saysFailed"]);
    }
  }

  async function subscribe() {
    if ((await Notification.requestPermission()) !== "granted") throw new Error("denied");
    await navigator.serviceWorker.register(pushWorker, { scope: pushScope });
    const registration = await active();
    let found = await registration.pushManager.getSubscription();
    if (found && !isFor(found, pushKey)) {
      await found.unsubscribe(); // the site has another key by now
      found = null;
    }
    found ??= await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(pushKey) });
    const { endpoint, keys } = found.toJSON();
    await tell(part.dataset.pushUrl, { endpoint, ...keys });
    marks.add(await mark(found));
    return true;
  }

  async function withdraw() {
    const found = await subscription();
    if (found) await tell(part.dataset.pushEndUrl, { endpoint: found.endpoint });
    marks.delete(await mark(found));
    return false;
  }

  async function subscription() {
    return (await navigator.serviceWorker.getRegistration(pushScope))?.pushManager?.getSubscription() ?? null;
  }

  /** The registration once its worker runs: before that no push service takes it. */
  async function active() {
    const registration = await navigator.serviceWorker.getRegistration(pushScope);
    const worker = registration.installing ?? registration.waiting;
    if (!registration.active && worker) {
      await new Promise((resolve) => {
        worker.addEventListener("statechange", () => { if (worker.state === "activated") resolve(); });
      });
    }
    return registration;
  }

  function show(isOn, words) {
    on.hidden = isOn;
    off.hidden = !isOn;
    on.disabled = off.disabled = false;
    state.textContent = words ?? part.dataset[isOn ? "saysOn" : "saysOff"];
  }
}

async function tell(address, fields) {
  const response = await fetch(address, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "X-CSRFToken": present() ?? "" },
    redirect: "error",
  });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
}

async function mark(found) {
  if (!found) return undefined;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(found.endpoint));
  return [...new Uint8Array(digest)].map((each) => each.toString(16).padStart(2, "0")).join("");
}

function isFor(found, key) {
  const own = found.options.applicationServerKey;
  const wanted = bytes(key);
  return own && own.byteLength === wanted.length && new Uint8Array(own).every((each, n) => each === wanted[n]);
}

function bytes(base64url) {
  return Uint8Array.from(atob(base64url.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
}
