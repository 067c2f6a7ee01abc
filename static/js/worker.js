/* The service worker. The server puts SHELL, its NAME and the addresses before it (web/offline.py).
 *
 * Static files come from the device; pages from the server and, where that does not answer, from the copy made when they were last
 * seen. Only answers that say whom they may be kept for are kept, apart for each person. */
/* global SHELL, NAME, WITHOUT_LINE, NOBODYS_PAGE, SIGN_IN */

const PAGES = "pages ";
const SHELLS = "shell ";
const NOBODY = "nobody"; // as in queue/offline.js
const LIST = /^\/laporan\/\w+\/pilihan\/[^/]+\/daftar$/;
const HASHED = /\?v=|\/skrip\//;
const MOST = 60;
const PATIENCE = 10_000;
const GATEWAY = new Set([502, 503, 504]); // the server behind it does not answer

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin || request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (pathname.startsWith("/static/") || pathname.startsWith("/skrip/")) event.respondWith(still(request));
  else if (pathname.startsWith("/aturan/") || LIST.test(pathname)) event.respondWith(rules(event));
});

async function install() {
  const cache = await caches.open(NAME);
  await cache.addAll(SHELL.map((address) => new Request(address, { cache: HASHED.test(address) ? "default" : "no-cache" })));
  await self.skipWaiting();
}

/** Copies of pages name the files of the program they were made by: the one before this stays. */
async function activate() {
  const shells = (await caches.keys()).filter((name) => name.startsWith(SHELLS) && name !== NAME);
  await Promise.all(shells.slice(0, -1).map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

async function still(request) {
  const newest = await (await caches.open(NAME)).match(request);
  return newest ?? (await caches.match(request)) ?? fetch(request);
}

async function rules(event) {
  const copy = await caches.match(event.request);
  return copy ?? seen(event, await fetch(event.request));
}

async function page(event) {
  const answered = fromServer(event);
  event.waitUntil(answered.catch(() => undefined)); // it may come too late to be shown, and is kept all the same
  const copy = await copyOf(event.request.url);
  if (copy === undefined) return answered.catch(withoutLine);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const first = await Promise.race([answered.catch(() => undefined), late]);
  return first === undefined || GATEWAY.has(first.status) ? marked(copy) : first;
}

/** A report is one page however it was asked for; a list that was searched is another list. */
async function copyOf(url) {
  const address = bare(url);
  return address === url || new URL(url).pathname.startsWith("/laporan/") ? caches.match(address) : undefined;
}

async function fromServer(event) {
  return seen(event, (await event.preloadResponse) ?? (await fetch(event.request)));
}

/** An answer of the server passes by. */
function seen(event, answer) {
  const { url, mode } = event.request;
  const person = answer.headers.get("Kept-For");
  if (mode === "navigate" && new URL(url).pathname === SIGN_IN && answer.status === 200) event.waitUntil(forgetOthers(""));
  const whole = mode !== "navigate" || bare(url) === url; // a list that was searched is no copy of the list
  if (person && whole && answer.status === 200) event.waitUntil(keep(person, url, answer.clone()));
  return answer;
}

async function keep(person, address, answer) {
  await forgetOthers((await caches.has(NOBODY)) ? "" : person);
  const cache = await caches.open(PAGES + person);
  await cache.put(address, answer);
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, -MOST).map((request) => cache.delete(request)));
  if (await caches.has(NOBODY)) await caches.delete(PAGES + person); // signed out while it was on its way
}

async function forgetOthers(person) {
  const others = (await caches.keys()).filter((name) => name.startsWith(PAGES) && name !== PAGES + person);
  await Promise.all(others.map((name) => caches.delete(name)));
}

async function withoutLine() {
  return (await caches.match(WITHOUT_LINE)) ?? (await caches.match(NOBODYS_PAGE)) ?? Response.error();
}

/** A copy that says it is one, and of when. */
async function marked(copy) {
  const headers = new Headers(copy.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  const text = await copy.text();
  return new Response(text.replace("<html", `<html data-of="${new Date(headers.get("Date") ?? Date.now()).toISOString()}"`), { headers });
}

function bare(address) {
  const { origin, pathname } = new URL(address);
  return origin + pathname;
}
