/** A repeating table: rows with ids of their own, typed columns, totals. The twin of domain/fields/table.py. */

import { KINDS, fault, nothing, own } from "./kinds.js";
import { Refused, clean } from "./reading.js";
import { message } from "./words.js";

const ROW_ID = /^[0-9A-Za-z_-]{1,40}$/;
const MAX_ROWS = 500;
export const RAW = "_raw";
/** Where a row stands on the page, for rows that are empty or to go are no rows of the answer. */
export const NUMBER = Symbol("number");

/** The same message with the row's number, and the column's name, before it. */
export function inRow(row, why, column) {
  if (column === undefined) return message("Row %(row)s: %(why)s", { row, why });
  return message("Row %(row)s, %(field)s: %(why)s", { row, field: column.label, why });
}

/** The columns of which a row holds a text that could not be read. */
export function unreadOf(row) {
  return row[RAW] ?? {};
}

const read = new WeakMap();

/** A line that is the same as before is read as before. */
function readRow(line, index, asked, around) {
  if (!read.has(line)) read.set(line, readLine(line, index, asked, around));
  return read.get(line);
}

function readLine(line, index, { columns }, around) {
  const id = clean(line.id ?? "");
  const row = { id: ROW_ID.test(id) ? id : `r${index + 1}`, [NUMBER]: line[NUMBER] };
  const unread = {};
  for (const column of columns) {
    const kind = KINDS[column.twin];
    if (!kind.asks) continue;
    const cell = own(line, column.code) ?? own(unreadOf(line), column.code) ?? "";
    try {
      const value = kind.read(cell, column, around);
      if (value !== null) row[column.code] = value;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      unread[column.code] = cell;
    }
  }
  return Object.keys(unread).length ? { ...row, [RAW]: unread } : row;
}

function* cellFaults(row, column, index, around) {
  const [part, kind, value] = [`${row.id}/${column.code}`, KINDS[column.twin], own(row, column.code) ?? null];
  const unread = own(unreadOf(row), column.code);
  if (unread !== undefined) {
    try {
      kind.read(unread, column, around);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      yield { why: inRow(index, error.why, column), part };
    }
  } else if (kind.isEmpty(value)) {
    if (column.required && kind.asks) {
      yield fault("Fill in %(field)s in row %(n)s.", { field: column.label, n: index }, part);
    }
  } else {
    for (const { why } of kind.faults(value, column, around)) yield { why: inRow(index, why, column), part };
  }
}

function* rowFaults(value, columns, around) {
  for (const row of value) {
    for (const column of columns) yield* cellFaults(row, column, row[NUMBER], around);
  }
}

KINDS.table = {
  ...KINDS.files,
  rows: true,
  read(raw, asked, around) {
    if (!raw?.length) return null;
    if (raw.length > 2 * MAX_ROWS) throw new Refused(message("Fill in at most %(n)s rows.", { n: MAX_ROWS }));
    const rows = raw.map((line, index) => readRow(line, index, asked, around)).filter((row) => Object.keys(row).length > 1);
    for (const [index, row] of rows.entries()) row[NUMBER] ??= index + 1;
    return rows.length ? rows : null;
  },
  valueOf: (answer) => answer.v ?? null,
  faults(value, { options, columns }, around) {
    const [least, most] = [options.min_rows ?? 0, options.max_rows ?? MAX_ROWS];
    const found = [];
    if (value.length < least) found.push(fault("Fill in at least %(n)s rows.", { n: least }));
    if (value.length > most) found.push(fault("Fill in at most %(n)s rows.", { n: most }));
    return [...found, ...rowFaults(value, columns, around)];
  },
  operand: (value) => (value ?? []).map(() => true),
  part(value, name, { columns }) {
    const column = columns.find(({ code }) => code === name);
    const kind = KINDS[column?.twin];
    return kind === undefined ? [] : (value ?? []).map((row) => kind.operand(own(row, name) ?? null, column));
  },
};

/** The line below the table: for each column the sum of its numbers in words, or nothing. */
export function totals(rows, { columns }, words) {
  if (nothing(rows) || !columns.some(({ total }) => total)) return [];
  return columns.map((column) => {
    const numbers = rows.map((row) => own(row, column.code)).filter((cell) => typeof cell === "number");
    const sum = numbers.reduce((all, number) => all + number, 0);
    return column.total ? KINDS[column.twin].shown(sum, column, words) : "";
  });
}
