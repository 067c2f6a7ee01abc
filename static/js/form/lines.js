/** The lines of a table as forms/fields/tables.py writes them: found, made, numbered. The line of a row has the id
 * `f-<question>-<row>`, its boxes are named `f.<question>.<row>.<column>`. */

import { newKey } from "../queue/alive.js";

const LAST_NUMBER = /\d+$/;
const FIRST_NUMBER = /\d+/;

/** The lines that hold a row. */
export function linesOf(place) {
  return [...place.querySelectorAll("tbody > tr[id]")];
}

/** The line of one row, if there is one. */
export function lineOf(place, code, row) {
  return place.querySelector(`tr#${CSS.escape(`f-${code}-${row}`)}`);
}

/** The row a line holds. */
export function rowOf(line) {
  return line.querySelector("[name$='.row']").value;
}

/** The boxes one types into, in the order of the columns. */
export function cellsOf(line) {
  return [...line.querySelectorAll("td [name]:not([type=hidden], [name$='.drop'])")];
}

/** Whether anything stands in a line. */
export function saysAnything(line) {
  return cellsOf(line).some(({ value }) => value.trim());
}

/** A line of another row that says the same; not on the page yet. */
export function copyOf(line, row = newKey()) {
  const [old, made] = [rowOf(line), line.cloneNode(true)];
  made.id = made.id.slice(0, -old.length) + row;
  made.classList.remove("done");
  for (const gone of made.querySelectorAll(".fold, .err")) gone.remove();
  const twins = line.querySelectorAll("[name]");
  for (const [nth, box] of made.querySelectorAll("[name]").entries()) named(box, old, row, twins[nth]);
  return made;
}

function named(box, old, row, twin) {
  if (box.name.endsWith(".row") || box.name.endsWith(".drop")) {
    box.value = row;
    return;
  }
  box.name = box.name.replace(`.${old}.`, `.${row}.`);
  box.id = box.id.replace(`-${old}-`, `-${row}-`);
  if (box.options) box.selectedIndex = twin.selectedIndex; // a copy of a list forgets what was chosen
  box.removeAttribute("aria-invalid");
}

/** An empty line like another one; not on the page yet. */
export function newLine(like, row = newKey()) {
  const made = copyOf(like, row);
  for (const box of cellsOf(made)) box.value = "";
  for (const output of made.querySelectorAll("output")) output.textContent = "";
  return made;
}

/** Number the lines as they stand. */
export function renumber(place) {
  for (const [index, line] of linesOf(place).entries()) {
    const [place, number] = [line.querySelector(".rowno .n").lastChild, String(index + 1)];
    if (place.textContent === number) continue;
    place.textContent = number;
    for (const box of line.querySelectorAll("td [aria-label]")) box.setAttribute("aria-label", box.getAttribute("aria-label").replace(LAST_NUMBER, number));
    for (const fold of line.querySelectorAll(".fold b")) fold.textContent = fold.textContent.replace(FIRST_NUMBER, number);
    for (const fold of line.querySelectorAll(".fold input")) fold.setAttribute("aria-label", fold.getAttribute("aria-label").replace(FIRST_NUMBER, number));
  }
}
