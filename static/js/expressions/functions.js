/** The functions an expression may call: the twin of domain/expressions/functions.py. Each takes evaluated values. */

import { matches } from "./regex.js";
import { isEmpty, Moment, numberOf, roundHalfAway, same, textOf, tidy, truth } from "./values.js";

const DAY = 86_400;
const ISO = /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?$/;
/** Characters a text may grow to; expressions that feed each other would otherwise fill the memory. */
const LONGEST_TEXT = 20_000;

/** The values with lists opened one level and empties left out. */
function flat(values) {
  return values.flat().filter((value) => value !== null && value !== "");
}

function sum(...values) {
  let total = 0;
  for (const value of flat(values)) total += numberOf(value) ?? 0; // left to right: both engines must add in the same order
  return tidy(total);
}

function count(...values) {
  return flat(values).length;
}

function extreme(better, values) {
  const known = flat(values);
  const dates = known.length > 0 && known.every((value) => value instanceof Moment);
  const numbers = known.map(numberOf).filter((number) => number !== null);
  if (numbers.length === 0) return null;
  const found = numbers.reduce((best, number) => (better(number, best) ? number : best));
  return dates ? new Moment(found) : found;
}

function selected(chosen, code) {
  return code !== null && (Array.isArray(chosen) ? chosen : [chosen]).some((option) => same(option, code));
}

function date(value) {
  if (value instanceof Moment) return new Moment(Math.floor(value.days));
  return typeof value === "string" ? parseDate(value) : null;
}

/** An ISO date or local date-time as a Moment, or empty. */
export function parseDate(text) {
  const written = ISO.exec(text);
  if (written === null) return null;
  const [year, month, day, hour, minute, second] = written.slice(1).map((digits) => Number(digits ?? 0));
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  const there = year > 0 && at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
  if (!there || hour > 23 || minute > 59 || second > 59) return null;
  return new Moment((at.getTime() / 1000 + hour * 3600 + minute * 60 + second) / DAY);
}

function round(value, places = 0) {
  const [number, digits] = [numberOf(value), numberOf(places)];
  return number === null || digits === null ? null : roundHalfAway(number, Math.max(0, Math.min(12, Math.trunc(digits))));
}

function int(value) {
  const number = numberOf(value);
  return number === null ? null : tidy(Math.trunc(number));
}

function concat(...values) {
  return Array.from(values.map((value) => textOf(value) ?? "").join("")).slice(0, LONGEST_TEXT).join("") || null;
}

function regex(value, pattern) {
  const text = textOf(value);
  return text !== null && typeof pattern === "string" && matches(pattern, text);
}

/** Name → function. `if` and `today` are the evaluator's: they need more than values. */
export const FUNCTIONS = {
  true: () => true,
  false: () => false,
  not: (value) => !truth(value),
  boolean: truth,
  date,
  coalesce: (...values) => values.find((value) => !isEmpty(value)) ?? null,
  selected,
  "count-selected": count,
  sum,
  count,
  min: (...values) => extreme((a, b) => a < b, values),
  max: (...values) => extreme((a, b) => a > b, values),
  round,
  int,
  number: numberOf,
  string: textOf,
  "string-length": (value) => Array.from(textOf(value) ?? "").length,
  concat,
  regex,
};
