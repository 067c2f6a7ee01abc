/** What spreadsheets put on the clipboard, read. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { sheetOf } from "../../static/js/form/sheet.js";

const cases = {
  "one cell is a text": ["12", undefined],
  "one cell with the line end some programs add": ["12\r\n", undefined],
  "a row": ["a\tb", [["a", "b"]]],
  "rows, with and without a last line end": ["a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]],
  "a column": ["1\n2\n3", [["1"], ["2"], ["3"]]],
  "empty cells keep their place": ["\tb\t\n\t\td", [["", "b", ""], ["", "", "d"]]],
  "empty lines are none": ["a\n\n\t\nb\n", [["a"], ["b"]]],
  "a cell with a line end stands in quotes": ['"a\nb"\tc', [["a b", "c"]]],
  "a cell with a tab stands in quotes": ['"a\tb"\tc', [["a b", "c"]]],
  "quotes are doubled in quotes": ['"a ""b"" c"\td', [['a "b" c', "d"]]],
  "a quote inside a word is one": ['5" pipa\tb', [['5" pipa', "b"]]],
  "a quote that never ends is one": ['"a\tb', [['"a', "b"]]],
  "spaces around a cell go": [" a \t b", [["a", "b"]]],
  "an empty quoted cell": ['""\tb', [["", "b"]]],
};

for (const [name, [text, rows]] of Object.entries(cases)) test(name, () => assert.deepEqual(sheetOf(text), rows));
