/** The fill page as one types: what applies, what is missing, what is wrong, what it adds up to; by the rules the server keeps.
 * Nothing is decided here that the server does not decide again. */

import { Autosave } from "./autosave.js";
import { isOffered, typedIn } from "./boxes.js";
import { INVALID, MISSING, WARNING, check, opened, readAnswer, surrounded } from "./check.js";
import { entriesOf, fillIn, saidIn } from "./entries.js";
import { KINDS, own, rewritten } from "./kinds.js";
import { Evidence } from "./evidence.js";
import { findIn } from "./finder.js";
import * as shown from "./shown.js";
import { showSummary } from "./summary.js";
import { Words } from "./words.js";

const BOXES = "input:not([type=hidden], [readonly], [name$='.dropfile'], .fold input), select, textarea";
const VERDICTS = new Set(["returned", "accepted", "not_applicable"]);
const SEPARATOR = "\0";

/** One form and what is known of it. `places`: the element of each question by code; `waits`: the line that stands for it while
 * it does not apply. */
class LiveForm {
  constructor(form, rules, around) {
    this.form = form;
    this.rules = opened(rules);
    this.words = new Words(rules.words);
    this.around = surrounded(around, rules);
    this.places = byCode(form, "q");
    this.waits = byCode(form, "waits");
    this.asked = this.rules.fields.filter(({ code }) => this.places.has(code));
    this.told = new Set(this.codesOf((place) => place.classList.contains("is-bad")));
    this.judged = new Map(this.asked.map(({ code }) => [code, this.places.get(code).querySelector(".pill")?.dataset.pill]));
    this.checking = form.dataset.checking !== undefined;
    this.left = new Set();
    this.touched = new Set();
    this.ends = { line: form.querySelector("[data-missing]"), complete: form.querySelector("[data-complete]") }; // once: they are far down
    this.sectionOf = new Map(this.rules.sections.flatMap(([, codes], nth) => codes.map((code) => [code, nth + 1])));
    this.summarised = document.querySelector(".summary") !== null;
    this.pressed = false;
    this.late = [];
    this.early = [];
    this.doc = Object.fromEntries(this.asked.map((asked) => [asked.code, this.read(asked)]));
    this.state = this.judge();
  }

  codesOf(holds) {
    return this.asked.map(({ code }) => code).filter((code) => holds(this.places.get(code)));
  }

  read(asked) {
    return readAnswer(asked, typedIn(this.places.get(asked.code), asked), this.around);
  }

  /** What the page is to say of each question, and of the whole. `wrong`: codes with any fault, said or not. */
  judge() {
    const found = check(this.rules, this.doc, this.around);
    const faults = grouped(found.faults);
    const wrong = new Set(found.faults.filter(({ severity }) => severity !== WARNING).map(({ code }) => code));
    const states = new Map(this.asked.map((asked) => [asked.code, this.stateOf(asked, found, wrong, faults.get(asked.code) ?? [])]));
    return { ...found, wrong, states };
  }

  stateOf(asked, { relevant, required, doc }, wrong, faults) {
    const { code } = asked;
    const answer = own(doc, code) ?? {};
    const said = this.said(code, faults);
    const unfit = faults.some(({ severity }) => severity === INVALID); // be it not said yet
    return {
      relevant: relevant.has(code),
      pill: this.pillOf(asked, answer, said.size > 0, unfit || (required.has(code) && wrong.has(code))),
      faults: said,
      warnings: faults.filter(({ severity }) => severity === WARNING).map(({ why }) => this.words.say(why)),
      results: shown.results(asked, answer, this.words),
    };
  }

  /** Faults in words, by part. A box is judged when it was left, a question as a whole when all of it was; at once what was
   * wrong already when the page was made. What is only missing is a fault on a page that is being checked before sending. */
  said(code, faults) {
    const found = new Map();
    for (const { part, why, severity } of faults) {
      const ripe = this.told.has(code) || this.left.has(code) || this.left.has(`${code}/${part}`);
      const wanted = severity !== WARNING && (this.checking || (ripe && severity === INVALID));
      if (wanted && !found.has(part)) found.set(part, this.words.say(why));
    }
    return found;
  }

  /** In the order of forms/page.py: a fault, a verdict, whether there is an answer and whether it is whole. */
  pillOf(asked, answer, bad, part) {
    const [kind, verdict] = [KINDS[asked.twin], this.judged.get(asked.code)];
    if (bad) return "bad";
    if (VERDICTS.has(verdict)) return verdict;
    if (!kind.asks) return undefined;
    if (!("raw" in answer) && kind.isEmpty(kind.valueOf(answer))) return isOffered(this.places.get(asked.code)) ? "same" : "empty";
    return part ? "part" : "filled";
  }

  /** A box was changed. */
  typed(box) {
    const asked = this.askedAt(box);
    if (asked === undefined) return;
    this.touched.add(asked.code);
    if (box.type !== "file" && !box.name.endsWith(".dropfile")) this.confirm(asked.code);
    box.closest("tr.done")?.classList.remove("done"); // its folded line would tell what stood there before
    this.doc[asked.code] = this.read(asked);
    this.write();
    this.form.dispatchEvent(new CustomEvent("answered", { detail: { code: asked.code, left: false } }));
  }

  /** What is changed or confirmed is an answer; where it stands nobody has to ask any more. */
  confirm(code) {
    const place = this.places.get(code);
    const asking = place.querySelector(".same");
    if (asking === null) return;
    const held = asking.contains(document.activeElement);
    asking.remove();
    if (!held) return;
    place.tabIndex = -1;
    place.focus({ preventScroll: true });
  }

  /** Who presses the choice of last time means it, though nothing changes by that. */
  pressedAgain(box) {
    const asked = box.type === "radio" ? this.askedAt(box) : undefined;
    if (asked && isOffered(this.places.get(asked.code))) this.typed(box);
  }

  /** A box was left with another answer than it held. */
  changed(box) {
    const asked = this.askedAt(box);
    if (asked === undefined) return;
    const part = partOf(box, asked.code);
    this.left.add(part ? `${asked.code}/${part}` : asked.code);
    this.tidy(box, asked, part);
    this.typed(box);
    this.tell(asked);
    this.form.dispatchEvent(new CustomEvent("answered", { detail: { code: asked.code, left: true } }));
  }

  /** What stands in a box that was left, as the pages write it: 1.250 where 1250 was typed. */
  tidy(box, asked, part) {
    const [whole, column] = part.split("/");
    const inside = column === undefined ? asked : asked.columns.find(({ code }) => code === column);
    const written = rewritten(inside, box.value, column === undefined && whole ? whole : undefined, this.around);
    if (written !== box.value) box.value = written;
  }

  /** Lines of a table came, went or moved. `whole`: what now stands in it may be judged. */
  rows(table, { whole }) {
    const asked = this.rules.byCode.get(table.closest("[data-q]").dataset.q);
    if (asked === undefined) return;
    this.confirm(asked.code);
    if (whole) this.left.add(asked.code);
    this.reread(asked);
    this.form.dispatchEvent(new CustomEvent("answered", { detail: { code: asked.code, left: true } }));
  }

  /** Something of a question is another now that nobody typed. */
  reread(asked) {
    this.touched.add(asked.code);
    this.doc[asked.code] = this.read(asked);
    this.write();
    this.tell(asked);
  }

  /** Do it, but not while a button is held down: what a fault moves would slip away under the pointer. */
  soon(act) {
    if (this.pressed) this.late.push(act);
    else act();
  }

  released() {
    this.pressed = false;
    for (const act of this.late.splice(0)) act();
  }

  /** The focus has gone from one question to elsewhere. */
  leave(box, next) {
    const asked = this.askedAt(box);
    if (asked === undefined || !this.touched.has(asked.code) || this.places.get(asked.code).contains(next)) return;
    this.left.add(asked.code);
    this.write();
    this.tell(asked);
  }

  askedAt(box) {
    return box.name ? this.rules.byCode.get(box.closest("[data-q]")?.dataset.q) : undefined;
  }

  write() {
    const before = this.state;
    this.state = this.judge();
    const back = this.asked.filter(({ code }) => !before.states.get(code).relevant && this.state.states.get(code).relevant && this.says(code));
    if (back.length) {
      for (const { code } of back) this.left.add(code); // it comes with an answer that was left long ago
      this.state = this.judge();
    }
    for (const asked of this.asked) this.writeQuestion(asked, before.states.get(asked.code), this.state.states.get(asked.code));
    this.writeProgress();
  }

  writeQuestion(asked, before, now) {
    const place = this.places.get(asked.code);
    if (before.relevant !== now.relevant) this.move(asked.code, place, now.relevant);
    const mended = this.touched.has(asked.code) && this.judged.get(asked.code) === "bad" && now.faults.size === 0;
    if (mended) this.judged.delete(asked.code); // what only the server had found spoke of another answer
    if (mended || !same(before.faults, now.faults)) shown.showFaults(place, asked, now.faults);
    if (mended || before.pill !== now.pill) shown.showPill(place, this.words.pills[now.pill]);
    if (!same(before.warnings, now.warnings)) shown.showWarnings(place, now.warnings);
    if (!same(before.results, now.results)) shown.showResults(place, asked, own(this.state.doc, asked.code) ?? {}, this.words);
  }

  move(code, place, relevant) {
    shown.showRelevance(place, this.waits.get(code), relevant, this.says(code));
    shown.showWaiting(place.closest("section"), this.words);
    const codes = this.form.elements._codes;
    const known = new Set(codes.value.split(" "));
    if (relevant) codes.value = [...known.add(code)].join(" "); // what was typed and then hidden is still sent, and kept
  }

  /** Whether an answer holds anything. */
  says(code) {
    const { v = null, files, raw, link, link_raw: unread } = own(this.doc, code) ?? {};
    return v !== null || [files, raw, link, unread].some(Boolean);
  }

  writeProgress() {
    const { required, wrong } = this.state;
    const bad = new Set(this.codesOf((place) => !place.hidden && place.classList.contains("is-bad")));
    const sections = this.rules.sections.map(([section, codes]) => {
      const wanted = codes.filter((code) => required.has(code));
      const done = wanted.filter((code) => !wrong.has(code) && !bad.has(code));
      return { section, filled: done.length, total: wanted.length, faults: codes.filter((code) => bad.has(code)).length };
    });
    this.writeMissing();
    this.writeSummary(bad);
    const told = JSON.stringify([...bad, sections]);
    if (told === this.progress) return;
    this.progress = told;
    for (const { section, ...progress } of sections) shown.showProgress(section, progress, this.words);
    const [done, all] = ["filled", "total"].map((name) => sections.reduce((sum, section) => sum + section[name], 0));
    shown.showTotals(`${done}/${all}`, this.words.fill(this.words.page.answers, { done, all }));
  }

  /** The list at the top: what was found here is said as it stands, what only the server found as it was. */
  writeSummary(codes) {
    if (!this.summarised) return;
    const bad = [...codes].map((code) => {
      const faults = this.touched.has(code) ? this.state.states.get(code).faults : null;
      return [code, { asked: this.rules.byCode.get(code), place: this.places.get(code), section: this.sectionOf.get(code), faults }];
    });
    showSummary(new Map(bad), this.words);
  }

  /** What stands between this page and sending it: how many questions, and the way to the first. */
  writeMissing() {
    const first = this.firstFault();
    const alike = this.state.faults.filter(({ severity }) => severity === first?.severity);
    const many = new Set(alike.map(({ code }) => code)).size;
    const words = first && this.words.counting(first.severity === INVALID ? "repairs" : "missing", many);
    shown.showMissing(this.ends, words, `#q-${first?.code}`);
  }

  firstFault() {
    const { faults } = this.state;
    return faults.find(({ severity }) => severity === INVALID) ?? faults.find(({ severity }) => severity === MISSING);
  }

  /** Say what is wrong to those who do not see it. */
  tell({ code, label }) {
    const words = [...this.state.states.get(code).faults.values()];
    this.announce(words.length ? `${label}: ${words.join(" ")}` : "");
  }

  announce(words) {
    document.querySelector("[data-tells]").textContent = words;
  }

  labelOf(code) {
    return this.rules.byCode.get(code)?.label ?? code;
  }

  /** What the boxes of a question hold, in words. */
  wordsOf(code) {
    return saidIn(this.places.get(code));
  }

  /** What the boxes of a question post. */
  entries(code) {
    return entriesOf(this.places.get(code));
  }

  /** Another state of a question, as the server writes it, in the place of what stands there. */
  replace(code, markup) {
    const made = document.createElement("template");
    made.innerHTML = markup;
    const [place, old] = [made.content.firstElementChild, this.places.get(code)];
    if (place === null || old === undefined) return;
    old.replaceWith(place);
    this.places.set(code, place);
    this.left.delete(code);
    this.doc[code] = this.read(this.rules.byCode.get(code));
    if (place.hidden !== old.hidden) this.move(code, place, !old.hidden);
    this.write();
    place.dispatchEvent(new CustomEvent("replaced", { bubbles: true }));
  }

  /** Put answers back into their boxes: records of queue/device.js. */
  fillIn(records) {
    for (const { code, entries } of records) {
      const [place, asked] = [this.places.get(code), this.rules.byCode.get(code)];
      if (place === undefined || asked === undefined) continue;
      fillIn(place, code, entries);
      this.touched.add(code);
      this.left.add(code);
      this.doc[code] = this.read(asked);
      shown.showResults(place, asked, own(this.doc, code) ?? {}, this.words);
    }
    this.write();
  }

  focus(code) {
    this.places.get(code).querySelector(BOXES)?.focus();
  }

  /** To the first thing that is wrong or missing, which then has the focus. */
  goToFirst() {
    const { code, part } = this.firstFault();
    const place = this.places.get(code);
    const box = (part && shown.boxOf(place, code, part)) || place.querySelector("[aria-invalid]") || place.querySelector(BOXES);
    if (!box) place.tabIndex = -1;
    place.scrollIntoView();
    (box ?? place).focus({ preventScroll: true });
  }

  listen() {
    this.form.addEventListener("input", ({ target }) => this.typed(target));
    this.form.addEventListener("click", ({ target }) => this.pressedAgain(target));
    this.form.addEventListener("change", ({ target }) => this.soon(() => this.changed(target)));
    this.form.addEventListener("focusout", ({ target, relatedTarget }) => this.soon(() => this.leave(target, relatedTarget)));
    this.form.addEventListener("rows", ({ target, detail }) => this.rows(target, detail));
    document.addEventListener("mousedown", () => (this.pressed = true), { capture: true });
    for (const end of ["mouseup", "dragend", "contextmenu", "pointercancel", "keydown"]) document.addEventListener(end, () => setTimeout(() => this.released()), { capture: true });
    this.ends.line.addEventListener("click", (event) => {
      event.preventDefault(); // following the link would take the focus from the box again
      this.goToFirst();
    });
    this.catchUp();
    findIn(this);
    const autosave = new Autosave(this);
    new Evidence(this, autosave).listen();
    return autosave.listen();
  }

  /** What was typed before the rules were here, or put back by the browser, is written now. */
  catchUp() {
    for (const asked of this.asked) {
      const [place, now] = [this.places.get(asked.code), this.state.states.get(asked.code)];
      if (place.hidden === now.relevant) this.move(asked.code, place, now.relevant);
      if (!changedIn(place)) continue;
      this.early.push(asked.code);
      this.touched.add(asked.code);
      shown.showPill(place, this.words.pills[now.pill]);
      shown.showResults(place, asked, own(this.state.doc, asked.code) ?? {}, this.words);
    }
    this.writeProgress();
  }
}

function byCode(form, name) {
  return new Map([...form.querySelectorAll(`[data-${name}]`)].map((element) => [element.dataset[name], element]));
}

function grouped(faults) {
  const found = new Map();
  for (const fault of faults) {
    if (!found.has(fault.code)) found.set(fault.code, []);
    found.get(fault.code).push(fault);
  }
  return found;
}

/** Whether two rows of words, or of words by part, are the same. */
function same(one, other) {
  const count = (words) => words.length ?? words.size;
  if (count(one) + count(other) === 0) return true;
  const joined = (words) => [...words].flat().join(SEPARATOR);
  return count(one) === count(other) && joined(one) === joined(other);
}

/** Which part of an answer a box holds: one of several boxes, or `row/column`; nothing for the whole. */
function partOf(box, code) {
  const [row, column] = box.name.slice(`f.${code}.`.length).split(".");
  return column === undefined ? row : `${row}/${column}`;
}

/** Whether a box of the question holds something else than the page came with. */
function changedIn(place) {
  return [...place.querySelectorAll("input, select, textarea")].some((box) => {
    if (box.type === "checkbox" || box.type === "radio") return box.checked !== box.defaultChecked;
    if (box.options) return [...box.options].some((option) => option.selected !== option.defaultSelected && option.value);
    return box.value !== box.defaultValue;
  });
}

async function start(form) {
  const around = JSON.parse(form.querySelector("[data-around]").textContent);
  const answer = await fetch(form.dataset.live, { headers: { Accept: "application/json" }, redirect: "error" });
  if (!answer.ok) throw new Error(`rules: ${answer.status}`);
  await new LiveForm(form, await answer.json(), around).listen();
  form.dataset.ready = "";
}

for (const form of document.querySelectorAll("form[data-live]")) {
  start(form).catch((error) => {
    console.warn(error); // without its rules the page works as it is
    delete form.dataset.report; // and what waits for it is sent like that of any other report
  });
}
