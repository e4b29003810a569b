// The phone's service worker: keeps pages and files for when there is no signal. It leaves everything but GET alone.
//
// In front of it the server puts RELEASE (changes with every release), FILES (the phone's static files), PAGES (the
// shell), OFFLINE (the page for what was never kept), OBJECTS and PROFILE (what the phone's day knows of the registry
// and of one object), REPORT. Its own address says whose pages it keeps, in which language.
/* global RELEASE, FILES, PAGES, OFFLINE, OBJECTS, PROFILE, REPORT */
const PATIENCE = 3000; // milliseconds that a page may take before the kept one is shown
const FRESH = 5 * 60_000; // a page that was kept so lately is not fetched ahead again
const AT_ONCE = 3; // what is fetched ahead must not hold up what is sent
const EXACTLY = { ignoreVary: true };
// From logging out to this person's next page nothing is kept, not even what is under way, and nothing kept is shown.
let closed = false;
// Of what pages ask for ahead, one after the other: what two ask for is fetched once.
let ahead = Promise.resolve();
const whose = new URL(self.location.href).searchParams;
// What their pages say, and those of whoever logs in after them do not.
const THEIR_PAGE = `data-user="${whose.get("user")}"`;
const OWNER = `-${whose.get("user")}-${whose.get("language")}`;
const PAGES_KEPT = `gridgov.pages-${RELEASE}${OWNER}`;
// In whatever language: what this person reads stays until it is there in the new one.
const THEIRS = `-${whose.get("user")}-`;
// Whoever uses the phone next needs the same files.
const FILES_KEPT = `gridgov.files-${RELEASE}`;
// The phone's own, steps of cases, and the cases and objects that one has looked at.
const PAGE = /^\/(m\/|notices\/$|me\/$|cases\/[^/]+\/[^/]+\/$|cases\/[\d-]+\/$|registry\/[^/]*\d[^/]*\/$)/;
const REGISTRY = /^\/registry\/(?:([^/]*\d[^/]*)\/)?$/;
const PROPOSAL = /^\/registry\/(?:([^/]+)\/)?propose\/$/;
const NO_PAGE = /^\/m\/(sw\.js|manifest\.webmanifest)$/;
const THUMB = /^\/cases\/[^/]+\/photos\/[^/]+\/thumb\/$/;
const HASHED = /\.[0-9a-f]{12}\.\w+$/;

self.addEventListener("install", (event) => {
  event.waitUntil(moveIn().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(moveOut().then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  const { precache, user, forget } = event.data ?? {};
  // Another person's page asks for another worker, which is on its way.
  if (Array.isArray(precache) && user === whose.get("user")) {
    closed = false;
    const asked = precache.map((address) => new URL(address, self.location).pathname).filter(isPage);
    ahead = ahead.catch(() => {}).then(() => keepPages([OFFLINE, ...PAGES, ...asked]));
    event.waitUntil(ahead);
  }
  if (forget) {
    closed = true;
    event.waitUntil(forgetPages().finally(() => event.ports[0]?.postMessage("forgotten")));
  }
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (address.pathname.startsWith("/static/")) event.respondWith(HASHED.test(address.pathname) ? keptFirst(request, FILES_KEPT) : keptAndRenewed(event));
  else if (THUMB.test(address.pathname)) event.respondWith(thumb(event));
  else if (request.mode === "navigate") event.respondWith(isPage(address.pathname) ? page(event) : elsewhere(request));
});

function isPage(path) {
  return PAGE.test(path) && !NO_PAGE.test(path);
}

// Pages: the server's, unless it is silent or broken

async function page(event) {
  const fresh = fetch(event.request).then(async (response) => {
    await keep(PAGES_KEPT, event.request, response.clone());
    return response;
  });
  event.waitUntil(fresh.catch(() => {}));
  const answer = await Promise.race([fresh.catch(() => null), later(PATIENCE)]);
  if (answer && answer.status < 500) return answer;
  const kept = await find(event.request);
  if (kept && !closed) return kept;
  // A slow answer is better than none.
  return (await fresh.catch(() => null)) ?? instead(event.request);
}

/** A photo: parts of it may have been blackened since it was kept, so the server is asked, and answers briefly where nothing has changed. */
async function thumb(event) {
  const fresh = fetch(event.request).then(async (response) => {
    await keep(PAGES_KEPT, event.request, response.clone());
    return response;
  });
  event.waitUntil(fresh.catch(() => {}));
  const answer = await Promise.race([fresh.catch(() => null), later(PATIENCE)]);
  if (answer && answer.status < 500) return answer;
  return (await (await caches.open(PAGES_KEPT)).match(event.request, EXACTLY)) ?? fresh;
}

/** A page that is not kept. */
async function elsewhere(request) {
  return fetch(request).catch(() => instead(request));
}

/** Without signal: of the registry what the phone's day knows, a report for what is otherwise; else words rather than the browser's error. */
async function instead({ url }) {
  const { pathname } = new URL(url);
  const [proposed, object] = PROPOSAL.exec(pathname) ?? [];
  if (proposed && (await find(REPORT))) return Response.redirect(`${REPORT}?instead=proposal${object ? `&object=${object}` : ""}`);
  const [asked, code] = REGISTRY.exec(pathname) ?? [];
  const known = code ? PROFILE : OBJECTS;
  if (asked && (await find(known))) return Response.redirect(code ? `${known}?object=${code}` : known);
  return (await find(OFFLINE)) ?? Response.error();
}

function later(milliseconds) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds, null); });
}

// Files and thumbnails

async function keptFirst(request, name) {
  const kept = await (await caches.open(name)).match(request, EXACTLY);
  if (kept) return kept;
  const response = await fetch(request);
  await keep(name, request, response.clone());
  return response;
}

async function keptAndRenewed(event) {
  const kept = await (await caches.open(FILES_KEPT)).match(event.request, EXACTLY);
  const fresh = fetch(event.request).then(async (response) => {
    await keep(FILES_KEPT, event.request, response.clone());
    return response;
  });
  event.waitUntil(fresh.catch(() => {}));
  return kept ?? fresh;
}

// The caches

/** A kept page; when it was asked for with other words behind the ?, the page without them. */
async function find(request) {
  for (const name of [PAGES_KEPT, ...(await inOtherLanguages())]) {
    const cache = await caches.open(name);
    const kept = (await cache.match(request, EXACTLY)) ?? (await cache.match(request, { ...EXACTLY, ignoreSearch: true }));
    if (kept) return kept;
  }
  return undefined;
}

async function inOtherLanguages() {
  return (await caches.keys()).filter((name) => name !== PAGES_KEPT && name.startsWith(`gridgov.pages-${RELEASE}${THEIRS}`));
}

/** Keep an answer that is the page itself: no errors, no way to the log-in, nobody else's. */
async function keep(name, request, response) {
  if (!response.ok || response.redirected || response.type !== "basic") return;
  if (name === PAGES_KEPT && isHtml(response) && !(await response.clone().text()).includes(THEIR_PAGE)) return;
  if (closed && name === PAGES_KEPT) return;
  await (await caches.open(name)).put(request, response);
}

function isHtml(response) {
  return response.headers.get("Content-Type")?.startsWith("text/html");
}

/** Files that the cache lacks; all of them, or it fails. */
async function keepFiles(name, addresses) {
  const cache = await caches.open(name);
  await inParts(addresses, async (address) => {
    if (await cache.match(address, EXACTLY)) return;
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    await cache.put(address, response);
  });
}

/** Fetch pages ahead with the thumbnails on them, unless they are fresh; what can't be had now is not missed. */
async function keepPages(addresses) {
  await inParts([...new Set(addresses)], async (address) => {
    if (closed || (await isFresh(address))) return;
    try {
      const response = await fetch(address, { credentials: "same-origin", headers: { Accept: "text/html" } });
      const text = await response.clone().text();
      await keep(PAGES_KEPT, address, response);
      const thumbs = [...text.matchAll(/\ssrc="([^"]+)"/g)].map((found) => found[1]).filter((source) => THUMB.test(source));
      if (!closed) await keepFiles(PAGES_KEPT, thumbs);
    } catch {
      // No signal: what was kept before stays.
    }
  });
  await forgetOtherLanguages();
}

async function isFresh(address) {
  const kept = await (await caches.open(PAGES_KEPT)).match(address, EXACTLY);
  return kept !== undefined && Date.now() - Date.parse(kept.headers.get("Date")) < FRESH;
}

async function inParts(list, work) {
  const rest = [...list];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (rest.length) await work(rest.shift());
  }));
}

async function forgetPages() {
  for (const name of await caches.keys()) if (name.startsWith("gridgov.") && name !== FILES_KEPT) await caches.delete(name);
}

/** A new release fetches anew what the one before had kept, before it takes over. */
async function moveIn() {
  await keepFiles(FILES_KEPT, FILES);
  await keepPages([OFFLINE, ...PAGES, ...(await keptBefore())]);
}

async function keptBefore() {
  const before = (await caches.keys()).filter((name) => name.startsWith("gridgov.pages-") && name.endsWith(OWNER) && name !== PAGES_KEPT);
  const requests = await Promise.all(before.map(async (name) => (await caches.open(name)).keys()));
  return requests.flat().map((request) => new URL(request.url).pathname).filter(isPage);
}

/** Pages in another language go once this one has of the shell whatever they have. */
async function forgetOtherLanguages() {
  for (const name of await inOtherLanguages()) {
    const [before, cache] = await Promise.all([caches.open(name), caches.open(PAGES_KEPT)]);
    const isThere = await Promise.all([OFFLINE, ...PAGES].map(async (address) => !(await before.match(address, EXACTLY)) || Boolean(await cache.match(address, EXACTLY))));
    if (isThere.every(Boolean)) await caches.delete(name);
  }
}

/** Let go of other releases' files and of everything of other people. */
async function moveOut() {
  for (const name of await caches.keys()) {
    const ours = name === FILES_KEPT || name.startsWith(`gridgov.pages-${RELEASE}${THEIRS}`) || (name.includes(THEIRS) && !name.startsWith("gridgov.pages-"));
    if (name.startsWith("gridgov.") && !ours) await caches.delete(name);
  }
}
