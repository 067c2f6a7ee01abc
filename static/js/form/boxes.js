/** What stands in a question's boxes, as the check reads it. Names as forms/fields/base.py makes them. */

import { KINDS } from "./kinds.js";
import { linesOf } from "./lines.js";
import { trimmed } from "./reading.js";
import { NUMBER } from "./table.js";

const found = new WeakMap();

/** The boxes of a question, or of one of its parts; looked for once, for only files and lines of tables come and go. */
function boxes(place, code, part) {
  const name = part === undefined ? `f.${code}` : `f.${code}.${part}`;
  if (!found.has(place)) found.set(place, new Map());
  const known = found.get(place);
  if (!known.has(name)) known.set(name, [...place.querySelectorAll(`[name="${CSS.escape(name)}"]`)]);
  return known.get(name);
}

/** What was typed for a question: in its boxes, in that of a link beside them, and the files that will stand with it. */
export function typedIn(place, asked) {
  const said = { typed: isOffered(place) ? nothing(asked) : valueIn(place, asked) };
  const [link] = boxes(place, asked.code, "link");
  if (link !== undefined) said.typed_link = link.value;
  const files = filesIn(place);
  return files.length ? { ...said, files } : said;
}

/** Whether an answer of last time stands in the boxes and nobody has said that it still holds. */
export function isOffered(place) {
  return place.querySelector(".same input:not([type=hidden], :checked)") !== null;
}

function nothing(asked) {
  const kind = KINDS[asked.twin];
  if (kind.rows || kind.boxes) return null;
  return kind.many ? [] : "";
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

/** The files that will stand with an answer: those there are, less the ones ticked to go, those chosen now and those on their way. */
function filesIn(place) {
  const named = (what) => [...(place.querySelector(".proof")?.querySelectorAll(what) ?? [])];
  const kept = named("[name$='.dropfile']:not(:checked)").map(({ value }) => value);
  const chosen = named("[type=file]").flatMap(({ files }) => Array.from(files, ({ name }) => name));
  return [...kept, ...chosen, ...named("[data-file]").map(({ dataset }) => dataset.file)];
}

/** Rows that say something and are not to go. */
function rowsIn(place, asked) {
  const rows = linesOf(place).flatMap((line, index) => rowIn(line, index + 1, asked));
  return rows.length ? rows : null;
}

const read = new WeakMap();

/** The row of a line: the very same object as long as the line stays as it is, for hundreds of them are read at every keystroke. */
function rowIn(line, number, asked) {
  const known = read.get(line);
  if (known?.number === number && known.boxes.every((box, nth) => holds(box) === known.held[nth])) return known.rows;
  const boxes = known?.boxes ?? [...line.querySelectorAll("[name]")];
  const rows = rowOf(boxes, number, asked);
  read.set(line, { boxes, number, rows, held: boxes.map(holds) });
  return rows;
}

function holds(box) {
  return box.type === "checkbox" ? box.checked : box.value;
}

function rowOf(boxes, number, { code, columns }) {
  const named = (name) => boxes.filter((box) => box.name === name);
  const [id] = named(`f.${code}.row`).map(({ value }) => value);
  if (named(`f.${code}.drop`).some(({ checked }) => checked)) return [];
  const typed = columns.filter(({ twin }) => KINDS[twin].asks);
  const cells = typed.map((column) => [column.code, textIn(named(`f.${code}.${id}.${column.code}`))]);
  return cells.some(([, text]) => trimmed(text)) ? [{ ...Object.fromEntries(cells), id, [NUMBER]: number }] : [];
}
