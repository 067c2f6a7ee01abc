/** Which pages are still open: each holds a lock under its key for as long as it lives. Browsers without locks call every other
 * page closed; then two may send the same answer, which the server takes once. */

/** Hold the lock of this page until it goes. */
export function live(page) {
  navigator.locks?.request(page, () => new Promise(() => {}));
}

/** The keys of open pages. */
export async function living() {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return new Set(held.map(({ name }) => name));
}

/** Do it unless another page of this device is at it; whether it was done. */
export async function alone(what, act) {
  const done = () => act().then(() => true);
  return navigator.locks ? navigator.locks.request(what, { ifAvailable: true }, (lock) => lock !== null && done()) : done();
}

/** A key for a page. Made here, for one and the same copy of a page may be opened again and again without a line. */
export function newKey() {
  return hex(crypto.getRandomValues(new Uint8Array(13)));
}

/** Bytes in letters. */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
