/** What stands in a question's boxes, as the check reads it. Names as forms/fields/base.py makes them. */

import { KINDS } from "./kinds.js";
import { trimmed } from "./reading.js";
import { NUMBER } from "./table.js";

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

/** The lines of a table that hold a row. */
export function linesOf(place) {
  return [...place.querySelectorAll("tbody > tr:not(.rowerr)")];
}
