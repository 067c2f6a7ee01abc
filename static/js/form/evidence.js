/** Evidence of the live form: chosen files are made small, kept on the device, sent in pieces and set beside their answers, whatever
 * becomes of the page. */

import { element } from "../elements.js";
import { living, newKey } from "../queue/alive.js";
import { Files } from "../queue/files.js";
import { Sender, Unkept, pause } from "../queue/sender.js";
import { shrunk } from "./photo.js";

const LONGEST_MARK = 4;
const PLACE = "foto"; // where the browser remembers whether time and place of photographs go along

export class Evidence {
  constructor(live, autosave) {
    this.live = live;
    this.form = live.form;
    this.words = live.words;
    this.autosave = autosave;
    this.files = new Files(autosave.about.person);
    this.sender = new Sender(autosave.about.person);
    this.failed = 0;
    this.waiting = [];
    this.refused = new Map();
  }

  async listen() {
    this.form.addEventListener("change", (event) => this.chosen(event), { capture: true });
    this.form.addEventListener("click", ({ target }) => this.pressed(target.closest("button")));
    document.addEventListener("replaced", ({ target }) => this.lay(target.closest("[data-q]")));
    window.addEventListener("online", () => this.send());
    this.offerPlace(this.form);
    const alive = await living();
    const mine = (await this.files.all()).filter(({ report, keeper }) => report === this.autosave.about.report && !alive.has(keeper));
    for (const file of mine) this.waiting.push(file);
    for (const { code } of mine) this.lay(this.live.places.get(code));
    await this.send();
  }

  /** A box for files was filled: what is in it is this page's to send, not the form's. */
  async chosen(event) {
    const { target: box } = event;
    if (box.type !== "file") return;
    event.stopImmediatePropagation();
    const place = box.closest("[data-q]");
    const chosen = [...box.files];
    box.value = "";
    for (const file of chosen) await this.take(place, file);
    await this.send();
  }

  async take(place, file) {
    const [blob, name] = await shrunk(file, tellsPlace());
    const { person, report, page, version } = this.autosave.about;
    const code = place.dataset.q;
    const named = { title: document.title, label: this.live.labelOf(code), said: name };
    const made = { id: newKey(), person, report, version, keeper: page, code, name, blob, base: this.autosave.seq, stamp: Date.now(), ...named };
    this.waiting.push(made);
    await this.files.keep(made);
    this.lay(this.live.places.get(code));
  }

  /** The lines of what is on its way for a question. */
  lay(place) {
    this.autosave.files = this.waiting.filter(({ id }) => !this.refused.has(id)).length;
    const box = place?.querySelector(".proof [type=file]");
    if (!box) return; // evidence that is a link has none
    this.offerPlace(place);
    const before = place.querySelectorAll("[data-file], [data-refused-file]");
    const lines = this.waiting.filter(({ code }) => code === place.dataset.q).map((file) => this.lineOf(file));
    for (const old of before) old.remove();
    box.before(...lines);
    this.autosave.say();
    if (before.length || lines.length) this.live.reread(this.live.rules.byCode.get(place.dataset.q));
  }

  lineOf(file) {
    const refusal = this.refused.get(file.id);
    const [mark, name] = [element("span", "thumb", file.name.split(".").pop().slice(0, LONGEST_MARK).toUpperCase()), element("span", "nm", file.name)];
    const cancel = element("button", "btn btn-small", this.words.page["file cancel"], element("span", "vh", ` ${file.name}`));
    const line = element("div", refusal ? "file is-bad" : "file", mark, name, element("span", "st", refusal ?? this.words.page["file waits"]), cancel);
    mark.setAttribute("aria-hidden", "true");
    cancel.type = "button";
    cancel.dataset.cancel = file.id;
    if (refusal === undefined) line.dataset.file = file.id;
    else line.dataset.refusedFile = file.id;
    return line;
  }

  tell(file, words) {
    const line = this.form.querySelector(`[data-file="${file.id}"] .st`);
    if (line) line.textContent = words;
  }

  async pressed(button) {
    const id = button?.dataset.cancel;
    const file = this.waiting.find((one) => one.id === id);
    if (file === undefined) return;
    await this.forget(file);
    this.lay(this.live.places.get(file.code));
    this.live.focus(file.code);
  }

  async forget(file) {
    this.waiting = this.waiting.filter(({ id }) => id !== file.id);
    await this.files.drop(file.id);
  }

  /** One after the other, until all have arrived. */
  async send() {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    try {
      for (let file = this.next(); file; file = this.next()) await this.sendOne(file);
      this.failed = 0;
    } catch (error) {
      if (!(error instanceof Unkept)) throw error;
      for (const file of this.waiting) this.tell(file, this.words.page[error.passes ? "file waits" : "file kept"]);
      this.failed += 1;
      this.timer = setTimeout(() => this.send(), pause(this.failed));
    } finally {
      this.sending = false;
    }
  }

  next() {
    return this.waiting.find(({ id }) => !this.refused.has(id));
  }

  async sendOne(file) {
    try {
      const said = await this.files.send(file, this.sender, (part) => this.goes(file, part));
      if (said === undefined) throw new Unkept("away"); // another page is at it
      this.waiting = this.waiting.filter(({ id }) => id !== file.id);
      this.autosave.heir.add(file.id); // what it changed is no one else's change
      this.show(file.code, said.attached[file.code] ?? said.others[file.code]);
    } catch (error) {
      if (error.state === "put away") await this.files.drop(file.id);
      else if (error.state === "refused") this.refused.set(file.id, error.words);
      else throw error;
    }
    this.lay(this.live.places.get(file.code));
  }

  /** So much of a file has arrived; what was put away meanwhile goes no further. */
  goes(file, part) {
    if (!this.waiting.includes(file)) throw new Unkept("put away");
    this.tell(file, this.words.fill(this.words.page["file goes"], { share: this.words.percent(part * 100) }));
  }

  /** The evidence of a question as the server has it now; what is being typed beside it stays. */
  show(code, markup) {
    const old = this.live.places.get(code)?.querySelector(".proof");
    const made = document.createElement("template");
    made.innerHTML = markup ?? "";
    const proof = made.content.querySelector(".proof");
    if (!old || !proof) return;
    const held = old.contains(document.activeElement);
    old.replaceWith(proof);
    if (held) proof.querySelector("[type=file]").focus();
    proof.dispatchEvent(new CustomEvent("replaced", { bubbles: true }));
  }

  /** Beside boxes that take photographs: whether they tell when and where they were taken. */
  offerPlace(place) {
    for (const box of place.querySelectorAll("[type=file][accept*='image']")) {
      if (box.closest(".proof").querySelector(".photo-place")) continue;
      const tick = Object.assign(document.createElement("input"), { type: "checkbox", className: "cb", checked: tellsPlace() });
      tick.addEventListener("change", () => this.agreed(tick.checked));
      box.closest(".proof").append(element("label", "photo-place small", tick, " ", this.words.page["photo place"]));
    }
  }

  agreed(yes) {
    for (const tick of this.form.querySelectorAll(".photo-place input")) tick.checked = yes;
    remembered(() => localStorage.setItem(PLACE, yes ? "1" : "0"));
  }
}

function tellsPlace() {
  return remembered(() => localStorage.getItem(PLACE)) === "1";
}

/** A browser that keeps nothing throws where it is asked to. */
function remembered(act) {
  try {
    return act();
  } catch (error) {
    console.warn(error);
    return undefined;
  }
}
