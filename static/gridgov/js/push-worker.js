// Shows what is pushed though no page is open, and opens the page that it tells of. It stands between no page and the
// server: what is asked for and sent is the phone's own worker's, or nobody's.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const { title, text, url } = read(event.data);
  event.waitUntil(self.registration.showNotification(title, {
    body: text,
    data: ownPage(url),
    icon: "/favicon.ico",
    tag: `${url} ${text}`, // the same thing told twice is shown once
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(ownPage(event.notification.data)));
});

function read(data) {
  try {
    const { title = "GridGov", text = "", url = "/" } = data.json();
    return { title, text, url };
  } catch {
    return { title: "GridGov", text: "", url: "/" };
  }
}

/** The page on this site alone: whatever leads elsewhere leads home. */
function ownPage(url) {
  try {
    const address = new URL(url, self.location.origin);
    return address.origin === self.location.origin ? address.href : `${self.location.origin}/`;
  } catch {
    return `${self.location.origin}/`;
  }
}

async function open(address) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((each) => each.url === address);
  return there ? there.focus() : self.clients.openWindow(address);
}
