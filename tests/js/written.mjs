/** How values are written between the two engines and in the vector files. */

import { evaluate } from "../../static/js/expressions/evaluate.js";
import { parseDate } from "../../static/js/expressions/functions.js";
import { Moment } from "../../static/js/expressions/values.js";

/** A value as a file or the other engine writes it: {"date": ISO text} or {"days": number} is a date. */
export function read(value) {
  if (Array.isArray(value)) return value.map(read);
  if (value === null || value === undefined) return null;
  if (typeof value !== "object") return value;
  return "date" in value ? parseDate(value.date) : new Moment(value.days);
}

/** The other way round. What must not be is shown, for JSON would hide it: NaN, Infinity, a zero with a sign, undefined. */
export function written(value) {
  if (value instanceof Moment) return { days: written(value.days) };
  if (Array.isArray(value)) return value.map(written);
  if (value === undefined || (typeof value === "number" && !Number.isFinite(value))) return { odd: String(value) };
  return Object.is(value, -0) ? { odd: "-0" } : value;
}

const SPELLING = { ref: ([code]) => code, col: ([code, part]) => `${code}/${part}`, ext: ([form, code]) => `${form}:${code}`, self: () => "." };

/** What a tree gives over written answers: by `CODE`, `CODE/part`, `form:CODE` and `.`. */
export function answer(tree, answers, today) {
  const value = ([kind, ...names]) => read(answers[SPELLING[kind](names)] ?? (kind === "col" ? [] : null));
  return written(evaluate(tree, { value, today: () => read(today) }));
}
