/** The fill page as one types: what applies, what is missing, what is wrong, what it adds up to; by the rules the server keeps.
 * Nothing is decided here that the server does not decide again. */

import { typedIn } from "./boxes.js";
import { INVALID, MISSING, WARNING, check, opened, readAnswer, surrounded } from "./check.js";
import { KINDS, own } from "./kinds.js";
import * as page from "./shown.js";
import { Words } from "./words.js";

/** One form and what is known of it. */
class LiveForm {
  constructor(form, rules, around) {
    this.form = form;
    this.rules = opened(rules);
    this.words = new Words(rules.words);
    this.around = surrounded(around, rules);
    this.places = new Map([...form.querySelectorAll("[data-q]")].map((place) => [place.dataset.q, place]));
    this.lines = new Map([...form.querySelectorAll("[data-waits]")].map((line) => [line.dataset.waits, line]));
    this.asked = this.rules.fields.filter(({ code }) => this.places.has(code));
    this.told = new Set(this.asked.filter(({ code }) => this.places.get(code).classList.contains("is-bad")).map(({ code }) => code));
    this.left = new Set();
    this.doc = Object.fromEntries(this.asked.map((asked) => [asked.code, this.read(asked)]));
    this.seen = this.judge(); // the page was made with this: only what changes is written
  }

  read(asked) {
    return readAnswer(asked, typedIn(this.places.get(asked.code), asked), this.around);
  }

  /** What the page is to say of each question, and of the whole. */
  judge() {
    const found = check(this.rules, this.doc, this.around);
    const wrong = new Set(found.faults.filter(({ severity }) => severity !== WARNING).map(({ code }) => code));
    const faults = grouped(found.faults);
    const states = new Map(this.asked.map((asked) => [asked.code, this.stateOf(asked, found, wrong, faults.get(asked.code) ?? [])]));
    return { ...found, wrong, states };
  }

  stateOf(asked, { relevant, required, doc }, wrong, faults) {
    const { code } = asked;
    const answer = own(doc, code) ?? {};
    const shown = this.shownFaults(code, faults);
    return {
      relevant: relevant.has(code),
      pill: this.pillOf(asked, answer, shown.size > 0, required.has(code) && wrong.has(code)),
      faults: shown,
      warnings: faults.filter(({ severity }) => severity === WARNING).map(({ why }) => this.words.say(why)),
      results: page.results(asked, answer, this.words),
    };
  }

  /** Words by part. What was wrong when the page was made stays under watch; else a question is judged when it was left. */
  shownFaults(code, faults) {
    const severities = this.told.has(code) ? [INVALID, MISSING] : this.left.has(code) ? [INVALID] : [];
    const found = new Map();
    for (const { part, why, severity } of faults) {
      if (severities.includes(severity) && !found.has(part)) found.set(part, this.words.say(why));
    }
    return found;
  }

  pillOf(asked, answer, bad, part) {
    const kind = KINDS[asked.twin];
    if (bad) return "bad";
    if (!kind.asks) return undefined;
    if (!("raw" in answer) && kind.isEmpty(kind.valueOf(answer))) return "empty";
    return part ? "part" : "filled";
  }

  /** A box was changed; `left`: and left. */
  heard(box, left) {
    const asked = this.rules.byCode.get(box.closest("[data-q]")?.dataset.q);
    if (asked === undefined) return;
    this.doc[asked.code] = this.read(asked);
    if (left) this.left.add(asked.code);
    this.write(this.judge(), asked.code, left);
  }

  write(now, code, left) {
    const before = this.seen;
    this.seen = now;
    for (const asked of this.asked) this.writeQuestion(asked, before.states.get(asked.code), now.states.get(asked.code));
    this.writeSections();
    const found = now.states.get(code).faults;
    const heard = before.states.get(code).faults;
    if (left && found.size && String([...found]) !== String([...heard])) {
      this.tell(`${this.rules.byCode.get(code).label}: ${[...found.values()].join(" ")}`);
    }
  }

  writeQuestion(asked, before, now) {
    const place = this.places.get(asked.code);
    if (before.relevant !== now.relevant) this.move(asked.code, place, now.relevant);
    if (String([...before.faults]) !== String([...now.faults])) page.showFaults(place, asked, now.faults);
    if (before.pill !== now.pill) page.showPill(place, this.words.pills[now.pill]);
    if (String(before.warnings) !== String(now.warnings)) page.showWarnings(place, now.warnings);
    if (String(before.results) !== String(now.results)) page.showResults(place, asked, own(this.seen.doc, asked.code) ?? {}, this.words);
  }

  move(code, place, relevant) {
    page.showRelevance(place, this.lines.get(code), relevant);
    page.showWaiting(place.closest("section"), this.words);
    const shown = this.form.elements._codes;
    const codes = new Set(shown.value.split(" "));
    if (relevant) shown.value = [...codes.add(code)].join(" "); // what was typed and then hidden is still sent, and kept
  }

  writeSections() {
    const { required, wrong, states } = this.seen;
    const all = this.rules.sections.map(([code, codes]) => {
      const wanted = codes.filter((name) => required.has(name));
      const faults = codes.filter((name) => states.get(name)?.relevant && states.get(name).faults.size > 0).length;
      return { code, filled: wanted.filter((name) => !wrong.has(name)).length, total: wanted.length, faults };
    });
    for (const { code, ...progress } of all) page.showProgress(code, progress, this.words);
    const [filled, total] = ["filled", "total"].map((name) => all.reduce((sum, section) => sum + section[name], 0));
    for (const place of document.querySelectorAll("[data-total]")) place.textContent = `${filled}/${total}`;
    for (const place of document.querySelectorAll("[data-answers]")) {
      place.textContent = this.words.fill(this.words.page.answers, { done: filled, all: total });
    }
    this.writeMissing();
  }

  /** What stands between this page and sending it: how many, and the way to the first. */
  writeMissing() {
    const line = this.form.querySelector("[data-missing]");
    const [invalid, missing] = [INVALID, MISSING].map((wanted) => this.seen.faults.filter(({ severity }) => severity === wanted));
    const [first] = invalid.length ? invalid : missing;
    line.hidden = first === undefined;
    if (first === undefined) return;
    line.textContent = invalid.length
      ? this.words.counting("repairs", invalid.length)
      : this.words.counting("missing", missing.length);
    line.href = `#q-${first.code}`;
  }

  tell(words) {
    document.querySelector("[data-tells]").textContent = words;
  }

  listen() {
    this.form.addEventListener("input", ({ target }) => this.heard(target, false));
    this.form.addEventListener("change", ({ target }) => this.heard(target, true));
    this.form.querySelector("[data-missing]").addEventListener("click", (event) => {
      event.preventDefault(); // following the link would take the focus from the box again
      this.goTo(event.currentTarget.hash.slice("#q-".length));
    });
    this.writeSections();
  }

  /** To the first box of a question, which then has the focus. */
  goTo(code) {
    const boxes = "input:not([type=hidden], [readonly], [name$='.dropfile'], .fold input), select, textarea";
    const place = this.places.get(code);
    const box = place.querySelector("[aria-invalid]") ?? place.querySelector(boxes);
    place.scrollIntoView();
    box.focus({ preventScroll: true });
  }
}

function grouped(faults) {
  const found = new Map();
  for (const fault of faults) found.set(fault.code, [...(found.get(fault.code) ?? []), fault]);
  return found;
}

async function start(form) {
  const around = JSON.parse(form.querySelector("[data-around]").textContent);
  const answer = await fetch(form.dataset.live, { headers: { Accept: "application/json" }, redirect: "error" });
  if (!answer.ok) return; // the page works as it is
  new LiveForm(form, await answer.json(), around).listen();
  form.dataset.ready = "";
}

for (const form of document.querySelectorAll("form[data-live]")) start(form);
