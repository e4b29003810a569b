// On duty or off, as far as this phone knows, and the way walked in between: recorded only on duty, only while a page
// of ours is open, and sent in stretches that the server keeps once.
import { apart } from "../geo.js";
import { listItems, user } from "./queue.js";

const SINCE = `gridgov-duty-${user}`; // ISO moment while on duty
const WALKED = `gridgov-track-${user}`; // points not yet in a stretch: [longitude, latitude, seconds since 1970, accuracy]
const STRETCH = `gridgov-stretch-${user}`; // the stretch that is being sent, until the server has it
const EVERY = 60_000; // ms between stretches
const MOST = 1500; // points of one stretch
const ACCURATE = 100; // metres; worse says nothing about the way
const STEP = 8; // metres; less is standing still
const REST = 60; // seconds after which standing still counts as a point
const LONGEST = 12 * 3_600_000; // ms; who is on duty for longer has forgotten to go off, and walks at home

/** Since when this person is on duty, or null. */
export function dutySince() {
  return user ? localStorage.getItem(SINCE) : null;
}

/** Whether somebody has been on duty for so long that they may have forgotten it; their way is kept no longer. */
export function isForgotten() {
  return Boolean(dutySince()) && Date.now() - Date.parse(dutySince()) > LONGEST;
}

let unseen = !navigator.geolocation;

/** Whether the phone does not tell this page where it is, so that no way is kept. */
export function isUnseen() {
  return unseen;
}

/** Say so on all open pages; null goes off duty. */
export function setDuty(since) {
  if (since) localStorage.setItem(SINCE, since);
  else localStorage.removeItem(SINCE);
  dispatchEvent(new CustomEvent("duty"));
}

/** Record the way for as long as one is on duty, and send it. */
export function keepTrack(address) {
  let watch = null;
  const follow = () => {
    const on = Boolean(dutySince()) && !isForgotten() && Boolean(navigator.geolocation);
    if (on && watch === null) watch = navigator.geolocation.watchPosition(({ coords, timestamp }) => note(coords, timestamp), missed, { enableHighAccuracy: true, maximumAge: 5000 });
    if (!on && watch !== null) {
      navigator.geolocation.clearWatch(watch);
      watch = null;
      send(address);
    }
  };
  addEventListener("duty", follow);
  addEventListener("storage", ({ key }) => { if (key === SINCE) follow(); });
  setInterval(() => { follow(); send(address); }, EVERY);
  follow();
  send(address);
}

function missed({ code, PERMISSION_DENIED }) {
  // No fix for a moment is no news; a page that may not ask gets none until somebody allows it.
  if (code === PERMISSION_DENIED) sayUnseen(true);
}

function sayUnseen(is) {
  if (unseen === is) return;
  unseen = is;
  dispatchEvent(new CustomEvent("duty"));
}

function note({ longitude, latitude, accuracy }, timestamp) {
  sayUnseen(false);
  if (accuracy > ACCURATE) return;
  const points = read(WALKED, []);
  const point = [round(longitude), round(latitude), timestamp / 1000, Math.round(accuracy)];
  const last = points.at(-1);
  if (last && apart({ longitude: last[0], latitude: last[1] }, { longitude, latitude }) < STEP && point[2] - last[2] < REST) return;
  localStorage.setItem(WALKED, JSON.stringify([...points, point]));
}

/** Send what was walked; without signal it stays, and one page sends at a time. */
async function send(address) {
  if (!navigator.locks || !(localStorage.getItem(WALKED) || localStorage.getItem(STRETCH))) return;
  await navigator.locks.request(`gridgov-track-${user}`, { ifAvailable: true }, async (lock) => {
    // The server must know of the duty before it hears of its way.
    if (!lock || (await listItems()).some((item) => item.kind === "duty" && item.state === "waiting")) return;
    const stretch = read(STRETCH, null) ?? cut();
    if (!stretch) return;
    try {
      const session = await fetch("/api/v1/session/", { cache: "no-store", headers: { Accept: "application/json" } }).then((answer) => answer.json());
      if (session.user?.id !== user) return;
      const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": session.csrf, "Idempotency-Key": stretch.client_uuid };
      const { status } = await fetch(address, { method: "POST", headers, body: JSON.stringify(stretch) });
      // What the server does not want now it will not want later.
      if ((status >= 200 && status < 300) || [400, 404, 409, 422].includes(status)) localStorage.removeItem(STRETCH);
    } catch {
      // No signal: the stretch waits.
    }
  });
}

function cut() {
  const points = read(WALKED, []);
  if (points.length < 2 && dutySince()) return null; // one point is no way yet
  if (!points.length) return null;
  const stretch = { client_uuid: crypto.randomUUID(), points: points.slice(0, MOST) };
  localStorage.setItem(STRETCH, JSON.stringify(stretch));
  // The next stretch begins where this one ends.
  const rest = points.slice(MOST - 1);
  localStorage.setItem(WALKED, JSON.stringify(points.length > MOST ? rest : points.slice(-1)));
  if (!dutySince()) localStorage.removeItem(WALKED);
  return stretch;
}

function read(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function round(degrees) {
  return Math.round(degrees * 1e6) / 1e6;
}
