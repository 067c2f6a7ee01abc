/** What opens without a line: the service worker, and copies of the pages this person has to fill. Copies belong to one person
 * and go when another signs in, or nobody is signed in any more. */

const AGAIN = 60 * 60 * 1000;
const CALM = 2_000;
const PAGES = "pages ";
const NOBODY = "nobody"; // a cache that stands as long as nobody is signed in: what was on its way is not kept

/** Once the page has come to rest register the worker and fetch what is due; that once an hour, or when the program is new. */
export async function prepare(person, program) {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return;
  await forgetOthers(person);
  await new Promise((done) => setTimeout(done, CALM));
  await navigator.serviceWorker.register("/sw.js");
  const [at, of] = (localStorage.getItem(PAGES + person) ?? "").split(" ");
  const fresh = of === program && Math.abs(Date.now() - at) < AGAIN && (await caches.has(PAGES + person));
  if (fresh || navigator.connection?.saveData) return;
  if (await keepDue(person)) localStorage.setItem(PAGES + person, `${Date.now()} ${program}`);
}

/** Whether all of it is here now. */
async function keepDue(person) {
  const { pages, files } = await (await fetched("/luring", { Accept: "application/json" })).json();
  const cache = await caches.open(PAGES + person);
  let whole = true;
  for (const address of files) if (!(await cache.match(address))) whole = (await keep(cache, person, address)) && whole;
  for (const address of pages) whole = (await keep(cache, person, address)) && whole;
  if (!(await caches.has(NOBODY))) return whole;
  await forgetOthers(""); // signed out on another page meanwhile
  return false;
}

async function keep(cache, person, address) {
  const answer = await fetched(address);
  if (!answer.ok || answer.headers.get("Kept-For") !== person) return false;
  await cache.put(address, answer);
  return true;
}

function fetched(address, headers = {}) {
  return fetch(address, { headers, redirect: "error" });
}

/** Delete copies of everybody else's pages; without a person, of all. */
export async function forgetOthers(person) {
  await (person ? caches.delete(NOBODY) : caches.open(NOBODY));
  const names = await caches.keys();
  const others = names.filter((name) => name.startsWith(PAGES) && name !== PAGES + person);
  await Promise.all(others.map((name) => caches.delete(name)));
  for (const name of others) localStorage.removeItem(name);
}

/** The change up to which the copy of a page shows answers; without a copy there is none to show less. */
export async function copyShows(address) {
  const copy = "caches" in window ? await caches.match(address) : undefined;
  const found = copy && /name="_seq" value="(\d+)"/.exec(await copy.text());
  return found ? Number(found[1]) : Infinity;
}

/** Copies of reports: [address, title] of each, the newest first. */
export async function keptReports(person) {
  const cache = await caches.open(PAGES + person);
  const kept = (await cache.keys()).filter(({ url }) => new URL(url).pathname.startsWith("/laporan/"));
  const titled = kept.map(async (request) => {
    const page = new DOMParser().parseFromString(await (await cache.match(request)).text(), "text/html");
    return [request.url, page.title.split(" · ").slice(0, -1).join(" · ")];
  });
  return (await Promise.all(titled)).reverse();
}
