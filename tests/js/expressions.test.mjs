/** The vector files, evaluated by the JavaScript engine. The trees come from the Python parser: `python -m tests.trees`. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { answer, read, written } from "./written.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const python = process.env.PYTHON ?? `${ROOT}/.venv/bin/python`;
const cases = JSON.parse(execFileSync(python, ["-m", "tests.trees"], { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 26 }));

test("there are vectors", () => assert.ok(cases.length >= 150));

for (const { name, tree, answers, expected, today } of cases) {
  test(name, () => assert.deepEqual(answer(tree, answers, today), written(read(expected))));
}
