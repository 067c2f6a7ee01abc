/** What waits on this device for its person, on every page: it is sent from there too, and one sees what is pending. What an open
 * page keeps is that page's own affair. */

import { element, icon } from "../elements.js";
import { alone, living, newKey } from "./alive.js";
import { Device } from "./device.js";
import { Files } from "./files.js";
import { Sender, Unkept, batches, grouped } from "./sender.js";

const RETRIES = [5_000, 15_000, 60_000];
const HELD = new Set(["signed out", "another"]); // until somebody signs in

/** `place`: where it is told; `words`: in the page's language; `renewed`: a record of each report whose form BNPB changed since the
 * page that answered it was made. */
export class Outbox {
  constructor(place, words) {
    this.place = place;
    this.words = words;
    this.page = newKey();
    this.device = new Device(place.dataset.outbox);
    this.files = new Files(this.device.person);
    this.sender = new Sender(this.device.person);
    this.refused = new Map();
    this.renewed = new Map();
    this.tables = new Set();
    this.nth = 0;
    this.failed = 0;
    this.sent = 0;
  }

  async start() {
    window.addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => document.hidden || this.send());
    await this.send();
  }

  /** Everything of the person's that the server does not hold: answers, and files with a blob of their own. */
  async unsent() {
    const [records, files] = await Promise.all([this.device.all(), this.files.all()]);
    return [...records.filter(({ kept }) => kept === undefined), ...files];
  }

  /** What of it no open page keeps. */
  async left() {
    const [alive, unsent] = await Promise.all([living(), this.unsent()]);
    const here = document.querySelector("form[data-report]")?.dataset.report;
    return unsent.filter(({ page, keeper = page, report }) => keeper === this.page || (report !== here && !alive.has(keeper)));
  }

  async send() {
    clearTimeout(this.timer);
    if (this.sending) return;
    this.sending = true;
    try {
      if ((await this.left()).length) await alone("emonev outbox", () => this.sendAll());
    } finally {
      this.sending = false;
    }
    const left = await this.left();
    this.show(left);
    const stays = left.filter(({ clash, report }) => clash || this.refused.has(report) || HELD.has(this.state));
    if ((await this.unsent()).length > stays.length) this.later(); // also what pages keep: they may be closing just now
  }

  async sendAll() {
    this.refused.clear();
    this.state = "sending";
    try {
      await this.sender.ask();
      const left = await this.left();
      const own = await this.takeOver(left.filter(({ clash, blob }) => !clash && !blob));
      for (const batch of batches(own)) await this.sendBatch(batch);
      for (const file of left.filter(({ blob }) => blob)) await this.sendFile(file);
      this.state = "left";
      this.failed = 0;
    } catch (error) {
      if (!(error instanceof Unkept)) throw error;
      this.state = error.state;
    }
  }

  /** Two closed pages may have answered one question: the newest answer counts, though it be sent already. Tables of two pages
   * hold other rows each: each goes as a page of its own, and the server merges them. */
  async takeOver(records) {
    const settled = (await this.device.all()).filter(({ clash }) => !clash);
    const newest = new Map(settled.map((record) => [questionOf(record), record.stamp]));
    const own = [];
    for (const record of records) {
      if (isTable(record)) own.push(this.tables.has(record.page) ? record : await this.takeTable(record));
      else if (record.stamp < newest.get(questionOf(record))) await this.device.drop([record]);
      else own.push(record.page === this.page ? record : await this.device.takeOver(record, this.page));
    }
    return own.filter(Boolean);
  }

  takeTable(record) {
    const page = newKey();
    this.tables.add(page);
    return this.device.takeOver(record, page);
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), RETRIES[Math.min(this.failed, RETRIES.length - 1)]);
    this.failed += 1;
  }

  /** One report refused is no reason to keep the others waiting. */
  async sendBatch(batch) {
    try {
      const { seq, stale, clashes } = await this.sender.send(batch, (this.nth += 1));
      if (stale) this.renewed.set(batch[0].report, batch[0]);
      for (const record of batch) await (record.code in clashes ? this.device.clash(record) : this.device.acknowledge(record, seq));
      this.sent += batch.length;
    } catch (error) {
      if (error.state !== "refused") throw error;
      this.refused.set(batch[0].report, error.words);
    }
  }

  async sendFile(file) {
    try {
      if (await this.files.send(file, this.sender, () => {})) this.sent += 1;
    } catch (error) {
      if (error.state !== "refused") throw error;
      this.refused.set(file.report, `${file.name}: ${error.words}`);
    }
  }

  show(left) {
    const { words } = this;
    const done = left.length === 0;
    const shown = JSON.stringify([this.state, this.sent, left.map(({ stamp, clash }) => [stamp, clash]), [...this.refused], [...this.renewed.keys()]]);
    if (shown === this.shown) return; // whoever reads it is not disturbed
    this.shown = shown;
    const open = new Set([...this.place.querySelectorAll("details[open]")].map(({ dataset }) => dataset.report));
    this.place.hidden = done && this.sent === 0;
    this.place.className = `note flash ${done ? "is-ok" : "is-warn"}`;
    const title = element("p", "strong", done ? words.done : counted(words.waiting, left.length));
    const parts = done ? [] : [this.why(), ...[...grouped(left, ({ report }) => report)].map(([report, records]) => this.reportLine(report, records))];
    const renewed = [...this.renewed.values()].map((record) => this.renewedLine(record));
    this.place.replaceChildren(icon(done ? "cloud" : "device"), title, ...parts, ...renewed);
    for (const list of this.place.querySelectorAll("details")) list.open = open.has(list.dataset.report);
  }

  why() {
    const line = element("p", "", this.words[this.state] ?? "");
    if (this.state === "signed out") line.append(" ", link(`/masuk?next=${encodeURIComponent(location.pathname)}`, this.words["sign in"]));
    line.hidden = line.textContent === "";
    return line;
  }

  /** The report, and what of it waits: what was typed can be read here whatever the server says. */
  reportLine(report, records) {
    const { words } = this;
    const address = `/laporan/${report}`;
    const name = nameOf(records[0]);
    const lines = records.map(({ label, said }) => element("li", "", `${label}: ${said || "–"}`));
    const count = element("summary", "", counted(words.answers, records.length));
    const clash = records.some((record) => record.clash);
    const refusal = this.refused.get(report);
    const list = element("details", "small", count, element("ul", "", ...lines));
    list.dataset.report = report;
    const parts = [link(address, name), list];
    if (clash) parts.push(element("p", "", words.clash));
    if (refusal) parts.push(element("p", "", refusal), this.discard(records));
    return element("div", "outbox-of", ...parts);
  }

  /** What its person has not seen yet, for no page was open that could have said so. */
  renewedLine(record) {
    const way = link(`/laporan/${record.report}?sejak=${record.version}`, this.words["what is new"]);
    return element("p", "", `${nameOf(record)}: ${this.words.renewed} `, way);
  }

  discard(records) {
    const button = element("button", "btn btn-small", this.words.discard);
    button.type = "button";
    button.addEventListener("click", async () => {
      if (!window.confirm(counted(this.words["discard asked"], records.length))) return;
      await this.device.drop(records.filter(({ blob }) => !blob));
      for (const { id, blob } of records) if (blob) await this.files.drop(id);
      this.show(await this.left());
    });
    return button;
  }
}

/** What a report is called: the first two parts of its page's title. */
function nameOf({ title }) {
  return title.split(" · ").slice(0, 2).join(" · ");
}

function isTable({ code, entries }) {
  return entries.some(([name]) => name === `f.${code}.row`);
}

function questionOf({ report, code }) {
  return `${report} ${code}`;
}

function link(address, words) {
  const made = element("a", "", words);
  made.href = address;
  return made;
}

function counted([one, many], num) {
  return (num === 1 ? one : many).replace("{num}", num);
}
