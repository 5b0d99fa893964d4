/**
 * Keeps the screen's own files, so that it opens without a network. Nothing that Cin7 says passes through here.
 *
 * With a network the page is always the server's, so a new version is there at the next load. The files of an older one stay
 * for as long as a tab has it open: such a tab may still need one, and the server may have it no more.
 */

declare const self: ServiceWorkerGlobalScope;
/** Written in front of this file by the build: what the version is called, and the addresses of its files. */
declare const VERSION: string;
declare const FILES: string[];
export {};

/** Also the name of the lock that a tab holds which has this version open. */
const PREFIX = "quote-screen/";
/** How long the server may take over a page that is kept, in milliseconds. */
const PATIENCE = 4_000;

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(Promise.all([self.clients.claim(), dropOld()])));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/assets/")) return void event.respondWith(file(request));
  if (request.mode !== "navigate" || pathname.startsWith("/cin7/") || pathname === "/healthz") return;
  event.respondWith(page(request));
  event.waitUntil(dropOld());
});

async function keep(): Promise<void> {
  const index = await fetch("/", { cache: "reload" });
  // A newer version may have been put there since; its own worker then keeps it.
  if (!index.ok || !(await index.clone().text()).includes(VERSION)) throw new Error("The page is of another version.");
  const cache = await caches.open(PREFIX + VERSION);
  await cache.addAll(FILES);
  await cache.put("/", index);
}

/** Its name holds a hash of its content: whoever has it has the right one. */
async function file(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

/** The server's page, or the kept one where the server cannot be reached, fails or takes too long. */
async function page(request: Request): Promise<Response> {
  const asked = fetch(request);
  const inTime = await Promise.race([
    asked.catch(() => undefined),
    new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE)),
  ]);
  if (inTime !== undefined && inTime.status < 500) return inTime;
  return (await caches.match("/", { cacheName: PREFIX + VERSION, ignoreVary: true })) ?? asked;
}

async function dropOld(): Promise<void> {
  const names = await caches.keys();
  const { held = [] } = await self.navigator.locks.query();
  // What a newer one has kept is no older version.
  if (self.registration.installing !== null || self.registration.waiting !== null || self.serviceWorker.state === "redundant")
    return;
  const needed = new Set([PREFIX + VERSION, ...held.map(({ name }) => name)]);
  for (const name of names) if (name.startsWith(PREFIX) && !needed.has(name)) await caches.delete(name);
}
