/* Service worker of the presence page: keeps its empty frame and its files, nothing of a person.
   `SHELL` is set by the address that loads this file; its version changes with everything that is kept. */
/* global SHELL, PresenceQueue */
"use strict";
importScripts(self.SHELL.queue);
const CACHE = `presence-${self.SHELL.version}`;
const PATIENCE_MS = 8000;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll([self.SHELL.frame, ...self.SHELL.assets].map((url) => new Request(url, { credentials: "omit" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("presence-") && name !== CACHE).map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

/* The page comes from the network; where there is none, or it is slow, its frame does. */
const page = async (request) => {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), PATIENCE_MS);
  try {
    return await fetch(request, { signal: control.signal });
  } catch {
    return (await caches.match(self.SHELL.frame)) || Response.error();
  } finally {
    clearTimeout(timer);
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === self.SHELL.page) event.respondWith(page(request));
  } else if (self.SHELL.assets.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname).then((kept) => kept || fetch(request)));
  }
});

/* Where the browser offers it, entries are sent when the connection is back, even with the page closed. */
self.addEventListener("sync", (event) => {
  if (event.tag !== "presence") return;
  event.waitUntil((async () => {
    const [first] = await PresenceQueue.all();
    if (!first) return;
    const { state, results } = await PresenceQueue.flush(first.addresses);
    if (state === "sent") (await self.clients.matchAll()).forEach((page) => page.postMessage({ sent: results.length }));
    if (state === "offline") throw new Error("still offline");
  })());
});
