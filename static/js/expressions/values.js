/** The kinds of value an expression knows, and how each becomes text, number or truth: the twin of domain/expressions/values.py.
 * null is empty; a number, string or boolean is itself; a date is a Moment; an array is a list. Semantics: docs/expressions.md. */

const MINUTES = 1440;
const LAST_MINUTE = Date.UTC(9999, 11, 31, 23, 59) / 60_000;
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const PLAIN = /^-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)$/;
const WRITTEN = /^(-?)([0-9])(?:\.([0-9]+))?(?:e([+-][0-9]+))$/;

/** Whether an object itself holds a name: names are chosen by people and may be `constructor`. (Object.hasOwn is younger than the
 * browsers of many phones.) */
export function holdsName(object, name) {
  return Object.prototype.hasOwnProperty.call(object, name);
}

/** A date, or a date with a time: days since 1970-01-01 in the unit's own wall time. */
export class Moment {
  constructor(days) {
    this.days = days;
  }

  /** ISO text: 2026-09-20, or 2026-09-20T08:30 where a time is present. */
  text() {
    const written = new Date(Math.min(halfEven(this.days * MINUTES), LAST_MINUTE) * 60_000).toISOString().slice(0, 16);
    return written.endsWith("T00:00") ? written.slice(0, 10) : written;
  }
}

/** The nearest whole number; of two equally near ones the even one. */
function halfEven(number) {
  const floor = Math.floor(number);
  const rest = number - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Empty instead of NaN and Infinity; no negative zero. */
export function tidy(number) {
  return Number.isFinite(number) ? number + 0 : null;
}

/** The shortest decimal text that reads back as the same double: 2.5, 1000, never 1e3. */
export function numberText(number) {
  const short = String(number + 0);
  const parts = WRITTEN.exec(short);
  if (parts === null) return short;
  const [, sign, first, rest = "", power] = parts;
  const digits = first + rest;
  const point = 1 + Number(power);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign + (point >= digits.length ? digits.padEnd(point, "0") : `${digits.slice(0, point)}.${digits.slice(point)}`);
}

/** Round half away from zero on the shortest decimal text, not on the binary value. */
export function roundHalfAway(number, places) {
  const [whole, part = ""] = numberText(Math.abs(number)).split(".");
  if (part.length <= places) return tidy(number);
  const kept = BigInt(whole + part.slice(0, places)) + (part[places] >= "5" ? 1n : 0n);
  const digits = String(kept).padStart(places + 1, "0");
  const at = digits.length - places;
  return tidy(Math.sign(number) * Number(`${digits.slice(0, at)}.${digits.slice(at)}`));
}

/** Whether a value counts as true: empty, 0, false and the empty list do not. */
export function truth(value) {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

/** Whether there is nothing: no value, or a list without one. */
export function isEmpty(value) {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/** Whether two values are of one kind and the same. */
export function same(left, right) {
  if (left instanceof Moment && right instanceof Moment) return left.days === right.days;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((value, place) => same(value, right[place]));
  }
  return left === right;
}

/** Without white space at the ends, as both engines know it. */
export function stripped(text) {
  let [start, end] = [0, text.length];
  while (start < end && SPACE.test(text[start])) start += 1;
  while (end > start && SPACE.test(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

/** The value as text; empty stays empty. */
export function textOf(value) {
  if (value === null || typeof value === "string") return value || null;
  if (typeof value === "boolean") return value ? "true" : "false";
  if (Array.isArray(value)) return stripped(value.map((part) => textOf(part) ?? "").join(" ")) || null;
  return value instanceof Moment ? value.text() : numberText(value);
}

/** The value as a number; a text that is no plain decimal number is empty. */
export function numberOf(value) {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof Moment) return value.days;
  if (typeof value !== "string") return null;
  const text = stripped(value);
  return PLAIN.test(text) ? tidy(Number(text)) : null;
}
