/** The check in JavaScript as a process: lines of {rules, around, typed} in, lines of what it finds out (tests/checks.py). */

import { createInterface } from "node:readline";

import { check, opened, readAnswer, surrounded } from "../../static/js/form/check.js";
import { KINDS, rewritten } from "../../static/js/form/kinds.js";
import { results } from "../../static/js/form/shown.js";
import { Words } from "../../static/js/form/words.js";

/** What the boxes of an answer that was read hold once they were left, by part. */
function written(asked, { typed }, answer, around) {
  const { boxes = [""], written: writes } = KINDS[asked.twin];
  if (writes === undefined || (answer.v ?? null) === null) return undefined;
  const open = boxes.filter((part) => !(asked.counted && part === "d") && !(asked.options.start && part === "from"));
  return open.map((part) => [part, part ? rewritten(asked, typed[part] ?? "", part, around) : rewritten(asked, typed, undefined, around)]);
}

function judged({ rules: plain, around: bare, typed }) {
  const [rules, words, around] = [opened(plain), new Words(plain.words), surrounded(bare, plain)];
  const doc = Object.fromEntries(
    Object.entries(typed).map(([code, said]) => [code, readAnswer(rules.byCode.get(code), said, around)]),
  );
  const found = check(rules, doc, around);
  const values = rules.fields.filter(({ code }) => found.relevant.has(code) && Object.hasOwn(found.doc, code) && !("raw" in found.doc[code]));
  return {
    relevant: [...found.relevant].sort(),
    required: [...found.required].sort(),
    faults: found.faults.map(({ code, part, severity, why }) => [code, part, severity, words.say(why)]),
    results: Object.fromEntries(rules.fields.map((asked) => [asked.code, results(asked, found.doc[asked.code] ?? {}, words)])),
    boxes: Object.fromEntries(Object.keys(doc).map((code) => [code, written(rules.byCode.get(code), typed[code], doc[code], around)]).filter(([, held]) => held)),
    values: Object.fromEntries(values.map(({ code }) => [code, found.doc[code].v ?? null])),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify(judged(JSON.parse(line))));
  } catch (error) {
    console.log(JSON.stringify({ odd: `${error.stack}` }));
  }
}
