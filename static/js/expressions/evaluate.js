/** Evaluate the JSON tree of an expression: the twin of domain/expressions/evaluate.py. Never throws on any answer: what cannot
 * be computed is empty (null). A resolver gives `value(node)` of a ref, col, ext or self node, and `today()`. */

import { FUNCTIONS } from "./functions.js";
import { holdsName, isEmpty, Moment, numberOf, same, tidy, truth } from "./values.js";

const FIRST_DAY = -719_162; // 0001-01-01
const AFTER_LAST = 2_932_897; // the day after 9999-12-31

/** The value of the tree. */
export function evaluate(node, resolver) {
  return EVALUATORS[node[0]](node, resolver);
}

/** Whether the tree is true; empty counts as false. */
export function holds(node, resolver) {
  return truth(evaluate(node, resolver));
}

const literal = (node) => (node[1] === "" ? null : node[1]);
const reference = (node, resolver) => resolver.value(node);

function negative(node, resolver) {
  const number = numberOf(evaluate(node[1], resolver));
  return number === null ? null : tidy(-number);
}

function call(node, resolver) {
  const [, name, args] = node;
  if (name === "today") return resolver.today();
  if (name === "if") return evaluate(args[holds(args[0], resolver) ? 1 : 2], resolver); // the other branch is not evaluated
  return FUNCTIONS[name](...args.map((arg) => evaluate(arg, resolver)));
}

function binary(node, resolver) {
  const op = node[1];
  const left = evaluate(node[2], resolver);
  const right = evaluate(node[3], resolver);
  if (holdsName(COMPARE, op)) return compare(op, left, right);
  if (left === null || right === null || Array.isArray(left) || Array.isArray(right)) return null;
  if (left instanceof Moment || right instanceof Moment) return moments(op, left, right);
  const [a, b] = [numberOf(left), numberOf(right)];
  return a === null || b === null ? null : arithmetic(op, a, b);
}

function compare(op, left, right) {
  if (left === null || right === null) return false;
  if (kind(left) !== kind(right)) return op === "!=";
  if (op === "=" || op === "!=") return same(left, right) === (op === "=");
  if (left instanceof Moment) return COMPARE[op](left.days, right.days);
  return typeof left === "number" && COMPARE[op](left, right);
}

function kind(value) {
  if (value instanceof Moment) return "date";
  return Array.isArray(value) ? "list" : typeof value;
}

function moments(op, left, right) {
  if (left instanceof Moment && right instanceof Moment) return op === "-" ? tidy(left.days - right.days) : null;
  const [date, other] = op === "+" && right instanceof Moment ? [right, left] : [left, right];
  const days = numberOf(other);
  if (!(date instanceof Moment) || days === null || !(op === "+" || op === "-")) return null;
  return inCalendar(op === "+" ? date.days + days : date.days - days);
}

function inCalendar(days) {
  return days >= FIRST_DAY && days < AFTER_LAST ? new Moment(days) : null;
}

function arithmetic(op, a, b) {
  return b === 0 && (op === "div" || op === "mod") ? null : tidy(ARITHMETIC[op](a, b));
}

const ARITHMETIC = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  div: (a, b) => a / b,
  mod: (a, b) => a % b,
};
const COMPARE = {
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};
const EVALUATORS = {
  num: literal,
  str: literal,
  ref: reference,
  col: reference,
  ext: reference,
  self: reference,
  neg: negative,
  and: (node, resolver) => holds(node[1], resolver) && holds(node[2], resolver),
  or: (node, resolver) => holds(node[1], resolver) || holds(node[2], resolver),
  empty: (node, resolver) => isEmpty(evaluate(node[1], resolver)),
  filled: (node, resolver) => !isEmpty(evaluate(node[1], resolver)),
  bin: binary,
  call,
};
