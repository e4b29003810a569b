// The phone's service worker: keeps pages and files for when there is no signal. It leaves everything but GET alone.
//
// In front of it the server puts RELEASE (changes with every release), FILES (the phone's static files), PAGES (the
// shell) and OFFLINE (the page for what was never kept). Its own address says whose pages it keeps, in which language.
/* global RELEASE, FILES, PAGES, OFFLINE */
const PATIENCE = 3000; // milliseconds that a page may take before the kept one is shown
const AT_ONCE = 4;
const whose = new URL(self.location.href).searchParams;
const CACHE = `gridgov-${whose.get("user")}-${whose.get("language")}-${RELEASE}`;
const PAGE = /^\/(m\/|notices\/$|me\/$|cases\/[^/]+\/[^/]+\/$)/;
const NO_PAGE = /^\/m\/(sw\.js|manifest\.webmanifest)$/;
const THUMB = /^\/cases\/[^/]+\/photos\/[^/]+\/thumb\/$/;
const HASHED = /\.[0-9a-f]{12}\.\w+$/;

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll(FILES).then(() => keepPages([OFFLINE, ...PAGES])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  const asked = event.data?.precache;
  if (Array.isArray(asked)) event.waitUntil(keepPages([OFFLINE, ...PAGES, ...asked.map((address) => new URL(address, self.location).pathname).filter(isPage)]));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (address.pathname.startsWith("/static/")) event.respondWith(HASHED.test(address.pathname) ? keptFirst(request) : keptAndRenewed(event));
  else if (THUMB.test(address.pathname)) event.respondWith(keptFirst(request));
  else if (request.mode === "navigate" && isPage(address.pathname)) event.respondWith(page(event));
});

function isPage(path) {
  return PAGE.test(path) && !NO_PAGE.test(path);
}

// Pages: the server's, unless it is silent or broken

async function page(event) {
  const fresh = fetch(event.request).then(async (response) => {
    await keep(event.request, response.clone());
    return response;
  });
  event.waitUntil(fresh.catch(() => {}));
  const answer = await Promise.race([fresh.catch(() => null), later(PATIENCE)]);
  if (answer && answer.status < 500) return answer;
  const kept = await find(event.request);
  if (kept) return kept;
  // A slow answer is better than none.
  return (await fresh.catch(() => null)) ?? (await find(OFFLINE)) ?? Response.error();
}

function later(milliseconds) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds, null); });
}

// Files and thumbnails

async function keptFirst(request) {
  const kept = await find(request, false);
  if (kept) return kept;
  const response = await fetch(request);
  await keep(request, response.clone());
  return response;
}

async function keptAndRenewed(event) {
  const fresh = fetch(event.request).then(async (response) => {
    await keep(event.request, response.clone());
    return response;
  });
  event.waitUntil(fresh.catch(() => {}));
  return (await find(event.request, false)) ?? fresh;
}

// The cache

async function find(request, whateverSearch = true) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreVary: true })) ?? (whateverSearch ? cache.match(request, { ignoreSearch: true, ignoreVary: true }) : undefined);
}

/** Keep an answer that is the page itself: no errors, no way to the log-in. */
async function keep(request, response) {
  if (!response.ok || response.redirected || response.type !== "basic") return;
  const cache = await caches.open(CACHE);
  await cache.put(request, response);
}

async function keepAll(addresses) {
  const cache = await caches.open(CACHE);
  await inParts(addresses, async (address) => {
    if (await cache.match(address, { ignoreVary: true })) return;
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    await cache.put(address, response);
  });
}

/** Fetch pages ahead with the thumbnails on them; what can't be had now is not missed. */
async function keepPages(addresses) {
  await inParts([...new Set(addresses)], async (address) => {
    try {
      const response = await fetch(address, { credentials: "same-origin", headers: { Accept: "text/html" } });
      const text = await response.clone().text();
      await keep(address, response);
      const thumbs = [...text.matchAll(/\ssrc="([^"]+)"/g)].map((found) => found[1]).filter((source) => THUMB.test(source));
      await keepAll(thumbs);
    } catch {
      // No signal: what was kept before stays.
    }
  });
}

async function inParts(list, work) {
  const rest = [...list];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (rest.length) await work(rest.shift());
  }));
}

async function forgetOthers() {
  for (const name of await caches.keys()) if (name.startsWith("gridgov-") && name !== CACHE) await caches.delete(name);
}
