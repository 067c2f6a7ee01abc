/** The JavaScript engine as a process: lines of {tree, answers, today} in, lines of values out (tests/engines.py). */

import { createInterface } from "node:readline";

import { answer } from "./written.mjs";

for await (const line of createInterface({ input: process.stdin })) {
  const { tree, answers, today } = JSON.parse(line);
  try {
    console.log(JSON.stringify(answer(tree, answers, today)));
  } catch (error) {
    console.log(JSON.stringify({ odd: String(error) }));
  }
}
