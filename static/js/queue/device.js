/** Where answers wait on this device until the server has them, and stand a while longer: a page opened without a line is as old
 * as its copy, and must not show less than was typed. IndexedDB; where that is blocked or full nothing is kept and `works` says so.
 *
 * A record: {person, report, page, code, version, base, stamp, entries, title, label, said, heir?, kept?, clash?}. `page`: the
 * key of the page that keeps it; `heir`: of the closed pages it had it from, the first of which is where it was typed; `base`:
 * the change that one was made from; `entries`: [name, value] as its boxes post them, `said`: the same in words; `stamp` grows
 * with every record of this device, whatever its clock says; `kept`: the change under which the server holds it; `clash`: someone
 * else answered differently, and nobody has chosen yet. */

import { createStore, entries, promisifyRequest } from "../../vendor/idb-keyval-6.3.0.js";

const store = createStore("emonev", "answers");
const keyOf = ({ person, report, page, code }) => [person, report, page, code].join(" ");

/** The records of one person. */
export class Device {
  constructor(person) {
    this.person = person;
    this.works = true;
    this.newest = 0;
  }

  /** All of the person's, oldest first. */
  async all() {
    const found = await this.trying(() => entries(store), []);
    const own = found.map(([, record]) => record).filter(({ person }) => person === this.person);
    own.sort((one, other) => one.stamp - other.stamp);
    this.newest = Math.max(this.newest, own.at(-1)?.stamp ?? 0);
    return own;
  }

  /** A stamp newer than any other. */
  stamp() {
    return (this.newest = Math.max(Date.now(), this.newest + 1));
  }

  /** Keep a record in the place of an earlier one; resolves once it stands on the device, or cannot. It is committed at once:
   * what is not dies with a page that is closed in the middle of a word. */
  async put(record) {
    await this.writing((records) => {
      records.put(record, keyOf(record));
      records.transaction.commit?.();
    });
  }

  /** The server has it, under the change `seq`; unless something newer was typed since. */
  async acknowledge(record, seq) {
    await this.change(record, (there) => ({ ...there, kept: seq, clash: undefined }));
  }

  /** Someone else answered differently. */
  async clash(record) {
    await this.change(record, (there) => ({ ...there, clash: true }));
  }

  async change(record, made) {
    await this.writing((records) => {
      at(records, record, (there, key) => {
        if (there.stamp === record.stamp) records.put(made(there), key);
        else if (there.stamp < record.stamp) records.delete(key); // the newer one found no room here
      });
    });
  }

  /** Make a closed page's record one of `page`; gives what became of it, nothing when it is another or gone by now. */
  async takeOver(record, page) {
    const own = { ...record, page, heir: [...new Set([...(record.heir ?? []), record.page])] };
    let taken;
    await this.writing((records) => {
      at(records, record, (there, key) => {
        if (there.stamp !== record.stamp || there.kept !== undefined) return;
        records.put(own, keyOf(own));
        records.delete(key);
        taken = own;
      });
    });
    return taken;
  }

  /** Forget records, unless something newer was typed in their place. */
  async drop(dropped) {
    await this.writing((records) => {
      for (const record of dropped) at(records, record, (there, key) => there.stamp <= record.stamp && records.delete(key));
    });
  }

  /** One transaction; the browser does them in the order they were begun. */
  writing(act) {
    return this.trying(() =>
      store("readwrite", (records) => {
        act(records);
        return promisifyRequest(records.transaction);
      }),
    );
  }

  async trying(act, otherwise) {
    try {
      const done = await act();
      this.works = true;
      return done;
    } catch (error) {
      console.warn(error);
      this.works = false;
      return otherwise;
    }
  }
}

/** Do something with what stands in the place of a record, if anything does. */
function at(records, record, act) {
  const key = keyOf(record);
  records.get(key).onsuccess = ({ target: { result: there } }) => there && act(there, key);
}

/** Forget what the server holds already, whoever typed it: nobody is signed in here any more. What it does not hold stays. */
export async function forgetKept() {
  await store("readwrite", (records) => {
    records.openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (cursor?.value.kept !== undefined) cursor.delete();
      cursor?.continue();
    };
    return promisifyRequest(records.transaction);
  });
}
