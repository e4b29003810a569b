// Starts on every element the modules that its data-module names, now and after each swap. Once all of them run, the
// element has data-started: from then on what is pressed on it is heard.
import * as liveRegion from "./modules/live-region.js";
import { keepTokenFresh } from "./token.js";

const modules = {
  "confirm-dialog": () => import("./modules/confirm-dialog.js"),
  "connection": () => import("./modules/connection.js"),
  "current-in-sight": () => import("./modules/current-in-sight.js"),
  "demo-people": () => import("./modules/demo-people.js"),
  "dialog": () => import("./modules/dialog.js"),
  "dot-map": () => import("./modules/dot-map.js"),
  "filter-form": () => import("./modules/filter-form.js"),
  "install": () => import("./modules/install.js"),
  "keep-typed": () => import("./modules/keep-typed.js"),
  "keyboard-list": () => import("./modules/keyboard-list.js"),
  "leave": () => import("./modules/leave.js"),
  // At once: what a page asks for by itself may fail before anything else is loaded.
  "live": () => import("./modules/live.js"),
  "live-region": async () => liveRegion,
  "menu": () => import("./modules/menu.js"),
  "moved-on": () => import("./modules/moved-on.js"),
  "photo-input": () => import("./modules/photo-input.js"),
  "photo-viewer": () => import("./modules/photo-viewer.js"),
  "picker": () => import("./modules/picker.js"),
  "place-map": () => import("./modules/place-map.js"),
  "print": () => import("./modules/print.js"),
  "push": () => import("./modules/push.js"),
  "queue-form": () => import("./modules/queue-form.js"),
  "queue-page": () => import("./modules/queue-page.js"),
  "queue-press": () => import("./modules/queue-press.js"),
  "select-rows": () => import("./modules/select-rows.js"),
  "sheet": () => import("./modules/sheet.js"),
  "shortcuts": () => import("./modules/shortcuts.js"),
  "submit-once": () => import("./modules/submit-once.js"),
  "theme": () => import("./modules/theme.js"),
  "unsent": () => import("./modules/unsent.js"),
  "upload-form": () => import("./modules/upload-form.js"),
};

const started = new WeakMap();
const waiting = new WeakMap(); // element → those of its modules that do not run yet

/** Add an app's own module: `load` answers a promise of it, as import() does. */
export function register(name, load) {
  modules[name] = load;
  startAll(document);
}

function startAll(root) {
  if (root.matches?.("[data-module]")) start(root);
  for (const element of root.querySelectorAll("[data-module]")) start(element);
}

function start(element) {
  const running = started.get(element) ?? new Set();
  started.set(element, running);
  for (const name of element.dataset.module.split(/\s+/)) {
    if (!modules[name] || running.has(name)) continue;
    running.add(name);
    modules[name]().then((module) => module.default(element)).then(() => done(element, name));
  }
}

function done(element, name) {
  const waits = waiting.get(element) ?? new Set(element.dataset.module.split(/\s+/));
  waiting.set(element, waits);
  waits.delete(name);
  if (!waits.size) element.dataset.started = "";
}

keepTokenFresh();
startAll(document);
document.body.addEventListener("htmx:load", (event) => startAll(event.detail.elt));
