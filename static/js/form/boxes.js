/** What stands in a question's boxes, as the check reads it. Names as forms/fields/base.py makes them. */

import { KINDS } from "./kinds.js";
import { trimmed } from "./reading.js";
import { NUMBER } from "./table.js";

const MOST_SAID = 200;

/** The boxes of a question, or of one of its parts. */
function boxes(place, code, part) {
  const name = part === undefined ? `f.${code}` : `f.${code}.${part}`;
  return [...place.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
}

/** What was typed for a question: in its boxes, in that of a link beside them, and the files that will stand with it. */
export function typedIn(place, asked) {
  const said = { typed: valueIn(place, asked) };
  const [link] = boxes(place, asked.code, "link");
  if (link !== undefined) said.typed_link = link.value;
  const files = filesIn(place, asked.code);
  return files.length ? { ...said, files } : said;
}

function valueIn(place, asked) {
  const kind = KINDS[asked.twin];
  if (kind.rows) return rowsIn(place, asked);
  if (kind.boxes) return partsIn(place, asked, kind.boxes);
  const all = boxes(place, asked.code);
  return kind.many ? all.filter((box) => box.checked).map((box) => box.value) : textIn(all);
}

/** The text of the only box, or of the ticked one of several; nothing ticked is nothing. */
function textIn(all) {
  const box = all[0]?.type === "radio" ? all.find(({ checked }) => checked) : all[0];
  return box?.value ?? "";
}

/** Texts by part, or nothing; what is counted is never taken from the page. */
function partsIn(place, { code, counted }, parts) {
  const textOf = (part) => boxes(place, code, part).find((box) => !(counted && box.readOnly))?.value ?? "";
  const said = Object.fromEntries(parts.map((part) => [part, textOf(part)]));
  return Object.values(said).some(trimmed) ? said : null;
}

/** The files that will stand with an answer: those there are, less the ones ticked to go, and those chosen now. */
function filesIn(place, code) {
  const kept = boxes(place, code, "dropfile").filter((box) => !box.checked);
  const chosen = boxes(place, code, "files").flatMap((box) => Array.from(box.files));
  return [...kept.map((box) => box.value), ...chosen.map((file) => file.name)];
}

/** Rows that say something and are not to go. */
function rowsIn(place, asked) {
  const rows = linesOf(place).flatMap((line, index) => rowIn(line, index + 1, asked));
  return rows.length ? rows : null;
}

function rowIn(line, number, { code, columns }) {
  const [id] = boxes(line, code, "row").map((box) => box.value);
  if (boxes(line, code, "drop").some((box) => box.checked)) return [];
  const typed = columns.filter(({ twin }) => KINDS[twin].asks);
  const cells = typed.map((column) => [column.code, textIn(boxes(line, code, `${id}.${column.code}`))]);
  return cells.some(([, text]) => trimmed(text)) ? [{ ...Object.fromEntries(cells), id, [NUMBER]: number }] : [];
}

/** The boxes of a question as a form posts them: [name, value]. Files are sent apart, and a file is taken off when all is saved. */
export function entriesOf(place) {
  const sent = [...place.querySelectorAll("[name]")].filter(({ name, type, checked }) => {
    return type !== "file" && !name.endsWith(".dropfile") && !(type === "button" || type === "submit") && (checked || !["radio", "checkbox"].includes(type));
  });
  return sent.map(({ name, value }) => [name, value]);
}

/** What stands in the boxes of a question, in words and in short. */
export function saidIn(place) {
  const said = [...place.querySelectorAll("input:not([type=hidden], [type=file]), select, textarea")].map(wordsIn);
  return said.filter(Boolean).join(", ").slice(0, MOST_SAID);
}

function wordsIn(box) {
  if (box.options) return [...box.selectedOptions].map(({ text, value }) => value && text).join(", ");
  if (box.type !== "radio" && box.type !== "checkbox") return box.value.trim();
  return box.checked ? box.labels[0]?.textContent.trim() : "";
}

/** The lines of a table that hold a row. */
export function linesOf(place) {
  return [...place.querySelectorAll("tbody > tr:not(.rowerr)")];
}

/** Put what a form would post back into the boxes of a question; rows of a table that are not there are added. */
export function fillIn(place, code, entries) {
  const said = new Map();
  for (const [name, value] of entries) said.set(name, [...(said.get(name) ?? []), value]);
  for (const id of said.get(`f.${code}.row`) ?? []) if (lineNamed(place, code, id) === undefined) addLine(place, code, id);
  for (const box of place.querySelectorAll("[name]")) {
    const values = said.get(box.name) ?? [];
    if (box.type === "checkbox" || box.type === "radio") box.checked = values.includes(box.value);
    else if (box.type !== "hidden" && box.type !== "file" && box.tagName !== "BUTTON") box.value = values[0] ?? "";
  }
}

function lineNamed(place, code, id) {
  return linesOf(place).find((line) => line.id === `f-${code}-${id}`);
}

/** A new empty line of a table, made after its last. */
function addLine(place, code, id) {
  const lines = linesOf(place);
  const [last, made] = [lines.at(-1), lines.at(-1).cloneNode(true)];
  const old = last.id.slice(`f-${code}-`.length);
  made.id = `f-${code}-${id}`;
  made.classList.remove("done");
  made.querySelector(".fold")?.remove();
  for (const fault of made.querySelectorAll(".err")) fault.remove();
  for (const box of made.querySelectorAll("[name]")) {
    box.name = box.name.replace(`f.${code}.${old}.`, `f.${code}.${id}.`);
    if (box.value === old) box.value = id;
    else if (box.type !== "checkbox") box.value = "";
    box.removeAttribute("aria-invalid");
  }
  const number = lines.length + 1;
  made.querySelector(".rowno .n").lastChild.textContent = number;
  for (const named of made.querySelectorAll("[aria-label]")) named.setAttribute("aria-label", named.getAttribute("aria-label").replace(/\d+$/, number));
  for (const output of made.querySelectorAll("output")) output.textContent = "";
  last.after(made);
}
