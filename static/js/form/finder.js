/** Long lists: a few words find what is to be chosen in the list the device keeps. What is posted stands in the select as before;
 * the pattern is the editable combobox with a list of the ARIA Authoring Practices. */

import { element } from "../elements.js";

const MOST = 50;
const MOVED = ["aria-describedby", "aria-invalid"];
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

/** Make the long lists of a form searchable, and those of questions that are written anew. */
export function findIn(live) {
  const lay = (root) => {
    for (const place of root.querySelectorAll(".finder[data-from]")) new Finder(place, live).listen();
  };
  document.addEventListener("replaced", ({ target }) => lay(target));
  lay(live.form);
}

class Finder {
  constructor(place, live) {
    this.live = live;
    this.words = live.words;
    this.from = place.dataset.from;
    this.select = place.querySelector("select");
    this.input = element("input", "in");
    this.list = element("ul", "found");
    this.shown = [];
    delete place.dataset.from; // it is laid
    place.querySelector("button").remove();
    this.build();
    this.write();
  }

  build() {
    const { input, list, select } = this;
    const about = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${select.id}-list`, id: select.id, autocomplete: "off" };
    for (const [name, value] of Object.entries(about)) input.setAttribute(name, value);
    for (const name of MOVED.filter((one) => select.hasAttribute(one))) {
      input.setAttribute(name, select.getAttribute(name));
      select.removeAttribute(name);
    }
    input.placeholder = this.words.page.find;
    Object.assign(list, { id: `${select.id}-list`, hidden: true, role: "listbox" });
    list.setAttribute("aria-label", this.words.page.find);
    select.removeAttribute("id");
    select.hidden = true;
    select.before(input, list);
  }

  listen() {
    this.input.addEventListener("focus", () => this.load().catch(() => undefined));
    this.input.addEventListener("input", () => this.search(this.input.value));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.leave());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays where one types
    this.list.addEventListener("click", ({ target }) => this.pick(this.shown[[...this.list.children].indexOf(target.closest("li"))]));
    this.select.addEventListener("filled", () => this.named());
  }

  /** The list: asked for once, and again where that failed. */
  load() {
    this.loading ??= fetch(this.from, { redirect: "error" })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
      .then((all) => all.map(([id, title]) => ({ id, title, folded: title.toLowerCase() })))
      .catch((error) => {
        this.loading = undefined;
        throw error;
      });
    return this.loading;
  }

  /** The options in whose titles every word stands, as web/report_choices.py finds them. */
  async search(typed) {
    const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
    const all = await this.load().catch(() => undefined);
    if (typed !== this.input.value && typed !== "") return; // typed on meanwhile
    const found = (all ?? []).filter(({ folded }) => words.every((word) => folded.includes(word)));
    this.show(found.slice(0, MOST), all ? this.words.counting("found", found.length) : this.words.page["no list"]);
  }

  show(found, said) {
    this.shown = found;
    const lines = found.map(({ title }, nth) => {
      const line = element("li", "", title);
      line.id = `${this.list.id}-${nth}`;
      line.role = "option";
      return line;
    });
    this.list.replaceChildren(...lines, ...(lines.length ? [] : [element("li", "none", said)]));
    this.open(true);
    this.live.announce(said);
  }

  open(is) {
    this.list.hidden = !is;
    this.active = undefined;
    this.input.setAttribute("aria-expanded", String(is));
    this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const { key } = event;
    if (key in STEPS) this.step(STEPS[key]);
    else if (key === "Escape" && !this.list.hidden) this.write();
    else if (key === "Enter" && !this.list.hidden) this.pick(this.shown[this.active ?? (this.shown.length === 1 ? 0 : -1)]);
    else return;
    event.preventDefault();
  }

  step(by) {
    const count = this.shown.length;
    if (this.list.hidden) this.search("");
    if (this.list.hidden || count === 0) return;
    this.active = this.active === undefined ? (by > 0 ? 0 : count - 1) : (this.active + by + count) % count;
    for (const [nth, line] of [...this.list.children].entries()) line.setAttribute("aria-selected", String(nth === this.active));
    const line = this.list.children[this.active];
    line.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", line.id);
  }

  /** An option is chosen: the select has it, and says so as if it had been chosen there. */
  pick(option) {
    if (option === undefined) return;
    this.hold(option);
    this.write();
    for (const type of ["input", "change"]) this.select.dispatchEvent(new Event(type, { bubbles: true }));
  }

  hold({ id, title }) {
    const known = [...this.select.options].find(({ value }) => value === id);
    if (known === undefined) this.select.append(new Option(title, id));
    else if (id) known.textContent = title;
    this.select.value = id;
  }

  /** An emptied box takes the choice back; a name typed out is chosen; any other words are no choice. */
  leave() {
    const typed = this.input.value.trim().toLowerCase();
    const whole = this.shown.find(({ folded }) => folded === typed);
    if (!typed && this.select.value) this.pick({ id: "", title: "" });
    else if (typed && whole && whole.id !== this.select.value) this.pick(whole);
    else this.write();
  }

  /** What is chosen stands in the box. */
  write() {
    const [chosen] = this.select.selectedOptions;
    this.input.value = chosen?.value ? chosen.text : "";
    this.input.defaultValue = this.input.value;
    this.open(false);
  }

  /** An answer was put back by its id: the list knows its name. */
  async named() {
    this.write();
    const { value } = this.select;
    const option = value && (await this.load().catch(() => [])).find(({ id }) => id === value);
    if (!option || this.select.value !== value) return;
    this.hold(option);
    this.write();
  }
}
