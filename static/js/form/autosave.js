/** Keeps each changed answer on the device as it is typed and on the server as soon as that can be reached, and says honestly
 * which of the two has it. What another page left unsent comes back into its boxes. */

import { element, icon } from "../elements.js";
import { live as staysAlive, living, newKey } from "../queue/alive.js";
import { Device } from "../queue/device.js";
import { copyShows } from "../queue/offline.js";
import { Sender, Unkept, batches, pause } from "../queue/sender.js";
import { Clashes } from "./clashes.js";

const PAUSE = 1_200;
const SOON = 250;
const GATHERING = 250;
const LARGE = 200; // boxes: of such a question not every keystroke is written down

/** The answers of one live form. `waiting`: records of queue/device.js the server has not acknowledged, by code; `files`: how many
 * are on their way. */
export class Autosave {
  constructor(live) {
    const { elements, dataset } = live.form;
    elements._op.value = newKey();
    this.live = live;
    this.form = live.form;
    this.words = live.words;
    this.about = { person: elements._person.value, report: dataset.report, page: elements._op.value, version: elements._version.value };
    this.seq = Number(elements._seq.value);
    this.device = new Device(this.about.person);
    this.sender = new Sender(this.about.person);
    this.sender.token = elements.csrf_token.value;
    this.clashes = new Clashes(live, this);
    this.waiting = new Map();
    this.heir = new Set();
    this.large = new Map();
    this.unseen = new Map();
    this.newer = new Map();
    this.typed = new Set();
    this.files = 0;
    this.nth = 0;
    this.failed = 0;
    this.sending = false;
    this.problem = undefined;
  }

  async listen() {
    staysAlive(this.about.page);
    for (const code of this.live.early) this.note(code, true);
    this.form.autocomplete = "off"; // what a browser puts back by itself later would pass for typed
    this.form.addEventListener("answered", ({ detail }) => this.note(detail.code, detail.left));
    this.form.addEventListener("focusout", ({ target, relatedTarget }) => this.catchUp(target.closest("[data-q]"), relatedTarget));
    this.form.addEventListener("submit", () => this.leave());
    window.addEventListener("online", () => this.soon(0));
    window.addEventListener("pagehide", () => this.gather());
    document.addEventListener("visibilitychange", () => this.hurry());
    await this.restore();
  }

  /** An answer was changed here. */
  note(code, left) {
    if (this.large.has(code)) {
      this.large.set(code, true);
      setTimeout(() => this.gather(), GATHERING);
    } else {
      this.write(code);
    }
    this.soon(left ? SOON : PAUSE);
  }

  gather() {
    for (const [code, unwritten] of this.large) if (unwritten) this.write(code);
  }

  /** What the boxes of a question hold is what is to be kept of it. */
  write(code) {
    this.typed.add(code);
    const entries = this.live.entries(code);
    if (entries.length > LARGE) this.large.set(code, false);
    const base = this.waiting.get(code)?.base ?? this.clashes.baseOf(code) ?? this.unseen.get(code)?.base ?? this.shows(code);
    const named = { title: document.title, label: this.live.labelOf(code), said: this.live.wordsOf(code) };
    const record = { ...this.about, code, base, stamp: this.device.stamp(), entries, heir: [...this.heir], ...named };
    if (this.clashes.typed(record)) return this.keepHere(record);
    this.waiting.set(code, record);
    this.say();
    this.keepHere(record);
  }

  /** The change up to which this page shows an answer. */
  shows(code) {
    return Math.max(this.seq, this.newer.get(code) ?? 0);
  }

  keepHere(record) {
    this.device.put(record).then(() => this.say());
  }

  /** The page is put aside, perhaps for good, or comes back. */
  hurry() {
    clearTimeout(this.timer);
    return this.send();
  }

  soon(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  async send() {
    this.gather();
    if (this.sending || this.waiting.size === 0) return;
    this.sending = true;
    this.say();
    const [batch] = batches([...this.waiting.values()].map((record) => ({ ...record, heir: [...this.heir] })));
    try {
      const said = await this.sender.send(batch, (this.nth += 1));
      this.problem = undefined;
      this.failed = 0;
      await this.settle(batch, said);
    } catch (error) {
      if (!(error instanceof Unkept)) throw error;
      this.problem = error;
      this.failed += 1;
      if (error.passes) this.soon(pause(this.failed));
    } finally {
      this.sending = false;
      this.say();
    }
    if (this.waiting.size && !this.failed) this.soon(SOON);
  }

  async settle(batch, { seq, said, stale, others, clashes }) {
    const before = this.seq;
    const whole = batch[0].base <= before; // else what others changed up to its base is not on this page
    if (whole) this.seq = seq;
    this.said = said;
    this.stale ||= stale;
    for (const record of batch) {
      const { code, stamp } = record;
      const newest = this.waiting.get(code)?.stamp === stamp;
      if (newest) this.waiting.delete(code);
      if (!whole) this.newer.set(code, seq);
      if (code in clashes) this.clashes.ask(record, clashes[code], others[code]);
      else this.device.acknowledge(record, seq);
    }
    for (const [code, markup] of Object.entries(others)) if (!(code in clashes) && !this.waiting.has(code)) this.adopt(code, markup, before);
    if (this.waiting.size === 0 && this.clashes.none) this.form.elements._seq.value = this.seq; // what waits was typed upon an older state
  }

  /** Someone else has changed an answer: it stands on this page too, once nobody is at it here. `base`: the change up to which
   * this page shows it until then. */
  adopt(code, markup, base) {
    this.unseen.delete(code);
    if (this.live.places.get(code)?.contains(document.activeElement)) return this.unseen.set(code, { markup, base });
    this.live.replace(code, markup);
    this.live.announce(this.words.fill(this.words.page["changed by others"], { field: this.live.labelOf(code) }));
  }

  /** A question was left: what others answered meanwhile is shown, unless it was answered here as well. */
  catchUp(place, next) {
    const code = place?.dataset.q;
    const unseen = this.unseen.get(code);
    if (unseen && !place.contains(next) && !this.waiting.has(code)) setTimeout(() => this.adopt(code, unseen.markup, unseen.base));
  }

  /** The whole form is sent the ordinary way: it comes after whatever is still on its way. */
  leave() {
    this.gather();
    this.form.elements._nth.value = this.nth += 1;
    this.form.elements._heir.value = [...this.heir].join(" ");
    clearTimeout(this.timer);
  }

  /** What other pages of this device left: unsent answers of closed ones, and sent ones this page's copy is too old to show. */
  async restore() {
    const alive = await living();
    const mine = (await this.device.all()).filter(({ report }) => report === this.about.report);
    const left = mine.filter(({ kept, page }) => kept !== undefined || !alive.has(page));
    const [kept, unsent] = split(left, (record) => record.kept !== undefined);
    const [seen, missed] = split(kept, (record) => record.kept <= this.seq);
    await this.forget(seen);
    for (const record of missed) this.newer.set(record.code, record.kept);
    const told = unsent.filter((record) => !this.stands(record));
    for (const record of unsent) await this.takeOver(record);
    const back = [...missed, ...told].filter(({ version, code }) => version === this.about.version && !this.typed.has(code));
    if (back.length) this.live.fillIn(back);
    if (unsent.length === 0) return;
    if (told.length) this.live.announce(this.words.counting("brought back", told.length));
    this.sender.token = undefined;
    this.soon(0);
  }

  /** What this page shows the device need not keep, once the copy of the page shows it too. */
  async forget(records) {
    const shown = await copyShows(location.pathname);
    this.device.drop(records.filter(({ kept }) => kept <= shown));
  }

  /** Whether a record says what the page says already. */
  stands({ code, entries }) {
    return this.live.places.has(code) && JSON.stringify(this.live.entries(code)) === JSON.stringify(entries);
  }

  /** Make a closed page's record one of this page. */
  async takeOver(record) {
    for (const page of [...(record.heir ?? []), record.page]) this.heir.add(page);
    if (this.typed.has(record.code)) return this.device.drop([record]); // answered anew on this page before this one was found
    const own = await this.device.takeOver(record, this.about.page);
    if (own && !this.typed.has(record.code)) this.waiting.set(record.code, own);
  }

  /** The line at the top: what is kept and where. */
  say() {
    const [state, tone, drawn] = this.state();
    if (this.device.works || this.waiting.size === 0) this.form.dispatchEvent(new CustomEvent("kept"));
    const line = document.querySelector(".fillbar .save");
    const here = this.words.page[state];
    const words = here ? this.words.fill(here, { time: timeOf(new Date()) }) : state === "server" ? this.said : this.problem.words;
    if (words === undefined) return;
    line.className = `save ${tone && `is-${tone}`}`.trim();
    line.setAttribute("role", "status");
    const files = this.files ? ` ${this.words.counting("files", this.files)}` : "";
    const said = element("span", "", words + files, ...this.wayOn(state));
    if (line.textContent !== said.textContent) line.replaceChildren(icon(drawn), said);
  }

  state() {
    if (this.waiting.size === 0) return !this.clashes.none ? ["to choose", "warn", "warn"] : this.stale ? ["renewed", "warn", "warn"] : ["server", "ok", "cloud"];
    if (this.problem === undefined || (this.sending && !this.failed)) return ["saving", "", "save"];
    return [this.device.works ? this.problem.state : `${this.problem.state} alone`, "warn", "warn"];
  }

  /** Where to go from a state, if anywhere. */
  wayOn(state) {
    const ways = {
      "signed out": ["sign in", `/masuk?next=${encodeURIComponent(location.pathname)}`],
      renewed: ["what is new", `${location.pathname}?sejak=${this.about.version}`],
    };
    if (!(state in ways)) return [];
    const [words, address] = ways[state];
    const link = element("a", "", this.words.page[words]);
    link.href = address;
    return [" ", link];
  }
}

/** As it is written in Indonesian: 14.05. */
function timeOf(moment) {
  return [moment.getHours(), moment.getMinutes()].map((part) => String(part).padStart(2, "0")).join(".");
}

function split(all, holds) {
  return [all.filter(holds), all.filter((one) => !holds(one))];
}
