// Keeps the page for checking without a network at hand. It reaches no other page of the site: states are never kept.

const STORE = "verify-offline";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const keep = async () => {
    const store = await caches.open(STORE);
    const kept = await store.keys();
    await store.addAll(event.data.urls);
    const wanted = new Set(event.data.urls.map((url) => new URL(url, self.location).href));
    await Promise.all(kept.filter((one) => !wanted.has(one.url)).map((one) => store.delete(one)));
    event.source.postMessage("kept");
  };
  event.waitUntil(keep());
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const fromStore = () => caches.match(event.request, { cacheName: STORE, ignoreSearch: true });
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(async () => (await fromStore()) ?? Response.error()));
  } else {
    event.respondWith(fromStore().then((kept) => kept ?? fetch(event.request)));
  }
});
