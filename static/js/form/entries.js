/** The boxes of a question as a form posts them, and back. */

import { lineOf, linesOf, newLine, renumber } from "./lines.js";

const MOST_SAID = 200;

/** What the boxes of a question post: [name, value]. Files are sent apart, and a file is taken off when all is saved. */
export function entriesOf(place) {
  const sent = [...place.querySelectorAll("[name]")].filter(({ name, type, checked }) => {
    return type !== "file" && !name.endsWith(".dropfile") && !(type === "button" || type === "submit") && (checked || !["radio", "checkbox"].includes(type));
  });
  return sent.map(({ name, value }) => [name, value]);
}

/** What stands in the boxes of a question, in words and in short. */
export function saidIn(place) {
  const said = [...place.querySelectorAll("input[name]:not([type=hidden], [type=file]), select, textarea")].map(wordsIn);
  return said.filter(Boolean).join(", ").slice(0, MOST_SAID);
}

function wordsIn(box) {
  if (box.options) return [...box.selectedOptions].map(({ text, value }) => value && text).join(", ");
  if (box.type !== "radio" && box.type !== "checkbox") return box.value.trim();
  return box.checked ? box.labels[0]?.textContent.trim() : "";
}

/** Put what a form would post back into the boxes of a question; of a table those lines stand there then, in that order. */
export function fillIn(place, code, entries) {
  const said = new Map();
  for (const [name, value] of entries) said.set(name, [...(said.get(name) ?? []), value]);
  if (!said.has(`f.${code}.same`)) place.querySelector(".same")?.remove(); // it was answered
  layLines(place, code, said.get(`f.${code}.row`) ?? []);
  for (const box of place.querySelectorAll("[name]:not([name$='.dropfile'])")) {
    const values = said.get(box.name) ?? [];
    if (box.type === "checkbox" || box.type === "radio") box.checked = values.includes(box.value);
    else if (box.type !== "hidden" && box.type !== "file" && box.tagName !== "BUTTON") write(box, values[0] ?? "");
  }
}

/** Into a box; into a list that is searched also what it does not hold yet. */
function write(box, value) {
  if (box.hidden && [...box.options].every((option) => option.value !== value)) box.append(new Option(value, value));
  box.value = value;
  box.dispatchEvent(new Event("filled"));
}

function layLines(place, code, rows) {
  const lines = linesOf(place);
  if (lines.length === 0 || rows.length === 0) return;
  const wanted = rows.map((row) => lineOf(place, code, row) ?? newLine(lines[0], row));
  for (const line of lines) if (!wanted.includes(line)) line.remove();
  place.querySelector("tbody").prepend(...wanted);
  renumber(place);
}
