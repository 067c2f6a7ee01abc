/** The one check, in the browser: rules, a document and its surroundings → what applies, what must be answered, what is wrong.
 * The twin of domain/answers/check.py, compared with it over drawn documents. */

import { evaluate, holds } from "../expressions/evaluate.js";
import { parseDate } from "../expressions/functions.js";
import { holdsName, Moment, roundHalfAway } from "../expressions/values.js";
import { KINDS, nothing, own, stored } from "./kinds.js";
import * as read from "./reading.js";
import { NUMBER, inRow, unreadOf } from "./table.js";
import { message } from "./words.js";

export const [INVALID, MISSING, WARNING] = ["invalid", "missing", "warning"];

/** Values of one document; what is hidden reads as empty. `around`: what surrounds it. */
class DocumentResolver {
  constructor(rules, doc, around) {
    this.rules = rules;
    this.doc = doc;
    this.around = around;
    this.hidden = new Set();
    this.current = null;
  }

  today() {
    return parseDate(this.around.today);
  }

  value([kind, name, part]) {
    if (kind === "self") return this.current === null ? null : this.operand(this.current.code);
    if (kind === "ext") return own(this.around.related, `${name}:${part}`) ?? null;
    if (holdsName(this.around.named, name)) return this.around.named[name];
    return this.operand(name, kind === "col" ? part : undefined);
  }

  operand(code, part) {
    const asked = this.rules.byCode.get(code);
    if (asked === undefined || this.hidden.has(code)) return part === undefined ? null : [];
    const kind = KINDS[asked.twin];
    const value = kind.valueOf(own(this.doc, code) ?? {});
    return part === undefined ? kind.operand(value, asked) : kind.part(value, part, asked);
  }
}

/** Values of one row of a table: its own columns first, then the document around it. */
class RowResolver {
  constructor({ columns }, row, document) {
    this.columns = columns;
    this.row = row;
    this.document = document;
    this.current = null;
  }

  today() {
    return this.document.today();
  }

  value(node) {
    const column = node[0] === "self" ? this.current : node[0] === "ref" && this.columns.find(({ code }) => code === node[1]);
    return column ? KINDS[column.twin].operand(own(this.row, column.code) ?? null, column) : this.document.value(node);
  }
}

/** Check every answer; every fault at once, in the order of the form: {doc, relevant, required, faults}. */
export function check(rules, doc, around) {
  const { working, relevant, resolver } = computed(rules, doc, around);
  const shown = rules.fields.filter(({ code }) => relevant.has(code));
  const faults = shown.flatMap((asked) => {
    return [...faultsOf(asked, own(working, asked.code) ?? {}, resolver)].map((found) => ({ code: asked.code, ...found }));
  });
  return { doc: working, relevant, required: new Set(shown.filter((asked) => mustAnswer(asked, around)).map(({ code }) => code)), faults };
}

/** Whether a relevant question has to be answered now. */
function mustAnswer(asked, around) {
  return asked.required && KINDS[asked.twin].asks && isDue(asked, around);
}

/** Whether a question is due in the period at hand. */
function isDue({ due }, { quarter }) {
  return quarter === null || due.length === 0 || due.includes(quarter);
}

function computed(rules, doc, around) {
  const working = Object.fromEntries(Object.entries(doc).map(([code, answer]) => [code, { ...answer }]));
  const [resolver, relevant] = [new DocumentResolver(rules, working, around), new Set()];
  for (const asked of rules.computing) {
    if (asked.relevant !== undefined && !holds(asked.relevant, resolver)) {
      resolver.hidden.add(asked.code);
      continue;
    }
    relevant.add(asked.code);
    fill(asked, working, resolver);
    const { settle } = KINDS[asked.twin];
    const answer = own(working, asked.code);
    if (settle && answer?.v !== undefined) answer.v = settle(answer.v, asked, around);
  }
  return { working, relevant, resolver };
}

function fill(asked, working, resolver) {
  const { code, calculation, columns } = asked;
  const [counted, answer] = [own(resolver.around.measures, code), own(working, code) ?? {}];
  if (calculation !== undefined) {
    working[code] = { ...answer, v: kept(calculation, asked, resolver) };
  } else if (counted !== undefined) {
    working[code] = { ...answer, ...measured(answer, counted, asked) };
  } else if (columns && answer.v) {
    working[code] = { ...answer, v: answer.v.map((row) => filledRow(asked, row, resolver)) };
  }
}

/** The answer with what was counted: as its value, or as the denominator beside a typed numerator. */
function measured(answer, counted, asked) {
  if (!KINDS[asked.twin].asks) return { v: counted };
  const n = answer.v?.n ?? null;
  return { v: n === null ? null : { n, d: counted }, counted };
}

function filledRow(table, row, resolver) {
  const full = { ...row };
  const inside = new RowResolver(table, full, resolver);
  for (const column of table.columns) {
    if (column.calculation !== undefined) full[column.code] = kept(column.calculation, column, inside);
  }
  return full;
}

function kept(calculation, { options }, resolver) {
  return stored(evaluate(calculation, resolver), options.places, roundHalfAway);
}

function* faultsOf(asked, answer, resolver) {
  if (answer.raw !== undefined) {
    yield unread(asked, answer.raw, resolver.around);
    return;
  }
  if (KINDS[asked.twin].asks) yield* valueFaults(asked, answer, resolver);
  if (asked.evidence !== undefined) yield* evidenceFaults(asked, answer, resolver);
}

function* valueFaults(asked, answer, resolver) {
  const kind = KINDS[asked.twin];
  const value = kind.valueOf(answer);
  if (kind.isEmpty(value)) {
    if (mustAnswer(asked, resolver.around)) yield missing("Fill in %(field)s.", { field: asked.label });
    return;
  }
  const found = kind.faults(value, asked, resolver.around);
  for (const { why, part } of found) yield { part, why, severity: INVALID };
  yield* ruleFaults(asked, value, resolver, found.length === 0);
}

function missing(msgid, params, part = "") {
  return { part, why: message(msgid, params), severity: MISSING };
}

function unread(asked, raw, around) {
  let found = { part: "", why: message("Save this answer again."), severity: INVALID };
  attempt(
    () => KINDS[asked.twin].read(raw, asked, around),
    ({ part, why }) => (found = { part, why, severity: INVALID }),
  );
  return found;
}

/** What the question's own rules find. `sound`: its kind found no fault; a fault is not told a second time in other words. */
function* ruleFaults(asked, value, resolver, sound) {
  if (sound) for (const { severity, why } of ownTests(asked, value, resolver)) yield { part: "", why, severity };
  if (!asked.columns) return;
  for (const row of value) {
    const spoilt = asked.columns.some(({ code }) => holdsName(unreadOf(row), code));
    if (!spoilt) yield* rowRuleFaults(asked, row, row[NUMBER], new RowResolver(asked, row, resolver));
  }
}

function* rowRuleFaults(table, row, index, resolver) {
  for (const column of table.columns) {
    for (const { severity, why } of ownTests(column, own(row, column.code) ?? null, resolver)) {
      yield { part: `${row.id}/${column.code}`, why: inRow(index, why, column), severity };
    }
  }
  for (const { test, words } of table.rowRules) {
    if (!holds(test, resolver)) yield { part: `${row.id}/`, why: inRow(index, plain(words)), severity: INVALID };
  }
}

/** What a question's own constraint and warning find. No operand (empty, 0 ÷ 0): nothing to test. */
function ownTests(asked, value, resolver) {
  if (asked.tests.length === 0 || KINDS[asked.twin].operand(value, asked) === null) return [];
  resolver.current = asked;
  const found = asked.tests.filter(({ test }) => !holds(test, resolver));
  resolver.current = null;
  return found.map(({ severity, words }) => ({ severity, why: words ? plain(words) : unmet(asked) }));
}

function plain(text) {
  return message("%(text)s", { text });
}

function unmet({ label }) {
  return message("Check %(field)s: the answer does not meet its rule.", { field: label });
}

function* evidenceFaults(asked, answer, resolver) {
  const { required, label, link } = asked.evidence;
  if (answer.link_raw) {
    const why = message("Enter a web address that starts with https://, for example https://bpbd.example.go.id.");
    yield { part: "link", why, severity: INVALID };
  } else if (required !== undefined && nothing(answer.files) && !answer.link) {
    resolver.current = asked;
    const ask = link ? "Enter the link: %(evidence)s." : "Attach the evidence: %(evidence)s.";
    if (holds(required, resolver)) yield missing(ask, { evidence: label }, "files");
    resolver.current = null;
  }
}

/** One answer as typed, read: a value, or what was typed where it cannot be read. `typed`: what its boxes hold, `link`: what the
 * box of a link beside it holds, `files`: the names of its files. */
export function readAnswer(asked, { typed, typed_link: link, files }, around) {
  const answer = files === undefined ? {} : { files };
  attempt(
    () => KINDS[asked.twin].asks && (answer.v = KINDS[asked.twin].read(typed ?? "", asked, around)),
    () => (answer.raw = typed),
  );
  if (link !== undefined) attempt(() => (answer.link = read.link(link)), () => (answer.link_raw = link));
  return answer;
}

/** Do it; when what was typed is refused, do the other. */
function attempt(act, otherwise) {
  try {
    act();
  } catch (error) {
    if (!(error instanceof read.Refused)) throw error;
    otherwise(error);
  }
}

/** Rules as they come, with what is looked up in them. */
export function opened(rules) {
  const fields = rules.fields.map(withChoices);
  const byCode = new Map(fields.map((asked) => [asked.code, asked]));
  return { ...rules, fields, byCode, computing: rules.order.map((code) => byCode.get(code)) };
}

function withChoices(asked) {
  const choices = new Map((asked.choices ?? []).map((choice) => [choice.code, choice]));
  return { ...asked, choices, columns: asked.columns?.map(withChoices) };
}

/** Surroundings as they come, with their dates revived. `months` come with the rules. */
export function surrounded(around, { words }) {
  const revived = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, alive(value)]));
  return { ...around, months: words.numbers, named: revived(around.named), related: revived(around.related) };
}

function alive(value) {
  if (Array.isArray(value)) return value.map(alive);
  return value !== null && typeof value === "object" ? new Moment(value.days) : value;
}
