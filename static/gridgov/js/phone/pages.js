// Keeps the phone's pages for when there is no signal: registers the service worker and tells it what to fetch ahead.
const MOST = 50;

/** One worker for each person and language: another one throws away what the one before kept. */
export async function keepPages() {
  const { user, worker } = document.body.dataset;
  if (!worker || !user || !navigator.serviceWorker) return;
  const address = `${worker}?${new URLSearchParams({ user, language: document.documentElement.lang })}`;
  // After the page: what is fetched ahead must not hold up what is looked at.
  if (document.readyState !== "complete") await new Promise((resolve) => addEventListener("load", resolve, { once: true }));
  try {
    await navigator.serviceWorker.register(address, { scope: "/" });
    await keepAhead(wanted());
  } catch {
    // Without it the pages need a signal; the queue does not.
  }
}

/** Let the worker fetch pages, to be there later. */
export async function keepAhead(addresses) {
  if (!navigator.serviceWorker) return;
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage({ precache: addresses, user: document.body.dataset.user });
}

/** The pages behind its links with data-precache, and the steps of cases that it leads to. */
function wanted() {
  const named = [...document.querySelectorAll("a[data-precache]")].map((link) => link.href);
  const steps = [...document.querySelectorAll("main a[href], .phone__actions a[href]")].map((link) => link.href).filter((href) => /\/cases\/[^/]+\/[^/]+\/$/.test(new URL(href).pathname));
  return [...new Set([...named, ...steps])].slice(0, MOST);
}

/** Throw away what was kept for reading, whoever's it is; what waits to be sent stays, and so do the files. */
export async function forgetPages() {
  if (!self.caches) return;
  await tellWorker();
  for (const name of await caches.keys()) if (name.startsWith("gridgov.") && !name.startsWith("gridgov.files-")) await caches.delete(name);
}

/** What the worker has under way must not come back after it was thrown away. */
async function tellWorker() {
  const worker = (await navigator.serviceWorker?.getRegistration())?.active;
  if (!worker) return;
  const { port1, port2 } = new MessageChannel();
  const answered = new Promise((resolve) => { port1.onmessage = resolve; });
  worker.postMessage({ forget: true }, [port2]);
  await answered;
}
