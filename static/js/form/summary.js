/** The list at the top of what is wrong: as the server wrote it, without what is mended, with what has gone wrong since. */

import { element } from "../elements.js";
import { KINDS } from "./kinds.js";
import { boxOf } from "./shown.js";

const LITTLE = 25;

/** Lines of faults. `bad`: what is wrong now, by code, in the order of the page: {asked, place, section, faults}; `faults` in words by
 * part, or null where only the server knows. Lines are those of web/report_form.py. */
export function showSummary(bad, words) {
  const summary = document.querySelector(".summary");
  if (summary === null) return;
  const list = summary.querySelector("ol");
  const known = linesByCode(list);
  for (const [code, lines] of known) for (const line of lines) line.hidden = !bad.has(code);
  for (const [code, one] of bad) if (one.faults) write(list, known.get(code) ?? [], one, [...bad.keys()], words);
  showCount(summary, list, words);
}

function linesByCode(list) {
  const found = new Map();
  for (const line of list.querySelectorAll("li[data-of]")) found.set(line.dataset.of, [...(found.get(line.dataset.of) ?? []), line]);
  return found;
}

/** The lines of a question in the place of those there were. */
function write(list, before, one, order, words) {
  const made = [...one.faults].map(([part, why]) => lineOf(one, part, why, words));
  const said = (lines) => lines.map(({ textContent }) => textContent).join("\n");
  if (said(made) === said(before)) return;
  list.closest(".summary").removeAttribute("role"); // what is typed is told elsewhere, and not twice
  const nth = order.indexOf(one.asked.code);
  const next = before[0] ?? [...list.children].find(({ dataset }) => order.indexOf(dataset.of) > nth) ?? null;
  for (const line of made) list.insertBefore(line, next);
  for (const line of before) line.remove();
}

function lineOf({ asked, place, section }, part, why, words) {
  const link = element("a", "", labelled(asked.label, why));
  link.href = `#${(part === "" ? firstBox(place, asked) : boxOf(place, asked.code, part))?.id ?? place.id}`;
  const line = element("li", "", element("span", "", link, element("small", "", words.fill(words.page.place, { n: section, code: asked.code }))));
  line.dataset.of = asked.code;
  return line;
}

/** The first box of a question. */
function firstBox(place, { code, twin }) {
  const [first] = KINDS[twin].boxes ?? [];
  return place.querySelector(`#${CSS.escape(first === undefined ? `f-${code}` : `f-${code}-${first}`)}`);
}

/** As shell/faults.py: the question's name before the words, unless they are little more than that name. */
function labelled(label, words) {
  return words.includes(label) && words.length <= label.length + LITTLE ? words : `${label}: ${words}`;
}

/** How many there are; as first written while they are as many as then. */
function showCount(summary, list, words) {
  const left = [...list.children].filter(({ hidden }) => !hidden).length;
  const head = summary.querySelector("h2 > span");
  summary.dataset.first ??= JSON.stringify([list.children.length, head.textContent]);
  const [count, said] = JSON.parse(summary.dataset.first);
  const now = left === count ? said : words.counting("repairs", left);
  if (head.textContent !== now) head.textContent = now;
  summary.hidden = left === 0;
}
