/** Evidence on its way: a file waits on this device until it stands with its answer on the server, and is sent in pieces from any
 * page. IndexedDB; what finds no room there is held by its page alone.
 *
 * A file: {id, person, report, version, keeper, code, name, blob, base, stamp, title, label, said, address?}. `keeper`: the page that sends
 * it as long as it is open; `base`: the change that one was made from; `address`: where its pieces go, once begun. */

import { createStore, del, entries, set } from "../../vendor/idb-keyval-6.3.0.js";
import { alone } from "./alive.js";
import { sendInPieces } from "./tus.js";

const store = createStore("emonev-files", "files");

export class Files {
  constructor(person) {
    this.person = person;
    this.held = new Map();
  }

  /** Keep a file; whether the device does. */
  async keep(file) {
    this.held.set(file.id, file);
    const kept = await set(file.id, file, store).then(() => true, () => false);
    if (kept) this.held.delete(file.id);
    return kept;
  }

  /** The person's, oldest first. */
  async all() {
    const found = await entries(store).catch(() => []);
    const own = [...found.map(([, file]) => file), ...this.held.values()].filter(({ person }) => person === this.person);
    return own.sort((one, other) => one.stamp - other.stamp);
  }

  async drop(id) {
    this.held.delete(id);
    await del(id, store).catch(() => undefined);
  }

  /** Send one and set it beside its answer, unless another page is at it. `told`: hears the share that has arrived. Gives the
   * acknowledgement; nothing when it is another page's affair. Throws as Sender does. */
  async send(file, sender, told) {
    let said;
    await alone(`file ${file.id}`, async () => {
      const begun = (address) => this.keep(Object.assign(file, { address }));
      const kept = await sender.trying(() => sendInPieces(file, sender.token, { told, begun }));
      const record = { ...file, page: file.id, attach: true, entries: [[`f.${file.code}.have`, kept]] };
      said = await sender.send([record], 1);
      await this.drop(file.id);
    });
    return said;
  }
}
