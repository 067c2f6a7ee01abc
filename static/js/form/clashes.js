/** Answers that two people gave differently: both are shown, and whoever is here chooses. Until then nothing is sent. */

import { element, icon } from "../elements.js";


/** The open clashes of one form: by code, the record that was not taken. */
export class Clashes {
  constructor(live, autosave) {
    this.live = live;
    this.autosave = autosave;
    this.open = new Map();
  }

  get none() {
    return this.open.size === 0;
  }

  baseOf(code) {
    return this.open.get(code)?.base;
  }

  /** More was typed for a question; whether it waits for a choice. */
  typed(record) {
    if (!this.open.has(record.code)) return false;
    this.open.set(record.code, record);
    this.live.places.get(record.code).querySelector("[data-mine]")?.remove(); // the box says it
    return true;
  }

  /** `clash`: {who, at, theirs, mine} in words; `markup`: the question as it stands on the server. */
  ask(record, clash, markup) {
    const { code } = record;
    const place = this.live.places.get(code);
    if (place === undefined) return;
    this.open.set(code, record);
    this.autosave.device.clash(record);
    const { page } = this.live.words;
    const said = ["clash", "theirs", "mine"].map((name) => element("p", name === "clash" ? "strong" : "", this.live.words.fill(page[name], clash)));
    said[2].dataset.mine = "";
    const buttons = [this.button(page["take theirs"], () => this.takeTheirs(code, markup)), this.button(page["take mine"], () => this.takeMine(code))];
    const note = element("div", "note is-warn", icon("warn"), ...said, element("p", "row", ...buttons));
    note.dataset.clash = "";
    place.querySelector("[data-clash]")?.remove();
    place.querySelector(".q-body").after(note);
    this.live.announce(`${this.live.labelOf(code)}: ${said.map((line) => line.textContent).join(" ")}`);
  }

  takeTheirs(code, markup) {
    this.autosave.device.drop([this.open.get(code)]);
    this.open.delete(code);
    this.live.replace(code, markup);
    this.live.focus(code);
    this.autosave.say();
  }

  takeMine(code) {
    this.open.delete(code);
    this.live.places.get(code).querySelector("[data-clash]").remove();
    this.live.focus(code);
    this.autosave.note(code, true);
  }

  button(words, act) {
    const made = element("button", "btn", words);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }
}
