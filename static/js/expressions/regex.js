/** Patterns of the safe subset (domain/expressions/regex.py refuses all others when a definition is compiled), read as Python
 * reads them: `\s` is ASCII, `.` is anything but a new line, the whole text must match. */

const MAX_TEXT = 4000;
const KEPT = 512;
const PIECE = /\\(?<escaped>.)|(?<dot>\.)|(?<cls>\[(?:\\.|[^\]\\])*\])/gsu;
const ESCAPE = /\\(.)/gsu;
const SPACE = " \\t\\n\\r\\f\\v";
const compiled = new Map();

/** Whether the whole text matches; longer texts never do. */
export function matches(pattern, text) {
  if (text.length > MAX_TEXT && Array.from(text).length > MAX_TEXT) return false;
  return read(pattern).test(text);
}

function read(pattern) {
  let found = compiled.get(pattern);
  if (found === undefined) {
    if (compiled.size >= KEPT) compiled.clear();
    found = new RegExp(`^(?:${pattern.replace(PIECE, ours)})$`, "u");
    compiled.set(pattern, found);
  }
  return found;
}

/** A piece whose meaning or spelling differs between the two languages. */
function ours(piece, escaped, dot, cls) {
  if (dot) return "[^\\n]";
  if (cls) return cls.replace(ESCAPE, (all, sign) => (sign === "s" ? SPACE : all));
  return { s: `[${SPACE}]`, "-": "-" }[escaped] ?? piece;
}
