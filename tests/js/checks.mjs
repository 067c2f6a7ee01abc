/** The check in JavaScript as a process: lines of {rules, around, typed} in, lines of what it finds out (tests/checks.py). */

import { createInterface } from "node:readline";

import { check, opened, readAnswer, surrounded } from "../../static/js/form/check.js";
import { results } from "../../static/js/form/shown.js";
import { Words } from "../../static/js/form/words.js";

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
