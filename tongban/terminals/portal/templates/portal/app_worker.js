{% load static %}// Shows a page of its own when the network is gone. It keeps that page, the check of licences and what both are made of:
// never a page that somebody asked for, because states change and halls share computers.

const STORE = "app";
const NO_NETWORK = "{% url 'no-network' %}";
const CHECK = "{% url 'verify-offline' %}";
const PAGES = [NO_NETWORK, CHECK];
// Parts of the check that its page does not name, because a script asks for them.
const PARTS = ["{% static 'portal/licence.js' %}", "{% static 'portal/qr.js' %}", "{% static 'portal/qrbits.js' %}"];
const NAMED = /<(?:link rel="(?:stylesheet|icon)" href|script src|img src|use href)="([^"#]+)/g;

async function arrived(url, how) {
  const answer = await fetch(url, how);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer;
}

async function keep() {
  // A page without its reader: no cookie goes along, so no name comes back.
  const pages = await Promise.all(PAGES.map((url) => arrived(url, { credentials: "omit", cache: "no-store" })));
  const wanted = new Set(PARTS);
  for (const page of pages) for (const [, part] of (await page.clone().text()).matchAll(NAMED)) wanted.add(part);
  const parts = await Promise.all([...wanted].map((url) => arrived(url, {})));
  // Only with everything here does the new take the place of the old: on a bad connection the old must stay.
  await caches.delete(STORE);
  const store = await caches.open(STORE);
  const answers = [...pages, ...parts];
  await Promise.all([...PAGES, ...wanted].map((url, index) => store.put(url, answers[index])));
}

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const kept = (what) => caches.match(what, { cacheName: STORE });
  if (request.mode === "navigate") {
    const instead = url.pathname === CHECK ? CHECK : NO_NETWORK;
    event.respondWith(fetch(request).catch(async () => (await kept(instead)) ?? Response.error()));
  } else if (url.pathname.startsWith("{% get_static_prefix %}")) {
    event.respondWith(fetch(request).catch(async () => (await kept(request)) ?? Response.error()));
  }
});

// A push says one sentence; the rest stands behind the sign-in.
self.addEventListener("push", (event) => {
  const told = event.data?.json() ?? {};
  if (!told.text) return;
  const how = { body: "", tag: told.tag, icon: "{% static 'ui/mark.svg' %}", data: { url: told.url } };
  event.waitUntil(self.registration.showNotification(told.text, how));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data?.url ?? "/"));
});
