/** Writes into the page what the check found: the marks, words and places forms/page.py writes when it makes the page. */

import { element, icon } from "../elements.js";
import { KINDS, own } from "./kinds.js";
import { lineOf, linesOf } from "./lines.js";
import { totals } from "./table.js";

const BAR = 200;

/** Another icon in the place of one. */
function exchange(svg, name) {
  svg.querySelector("use").setAttribute("href", `/static/ikon.svg#i-${name}`);
}

function errorLine(words) {
  return element("p", "err", icon("warn"), element("span", "", words));
}

/** The pill of a question; none where nothing is to be said. */
export function showPill(place, pill) {
  const top = place.querySelector(".q-top");
  top.querySelector(".pill")?.remove();
  if (pill === undefined) return;
  const [tone, name, words] = pill;
  top.append(element("span", `pill is-${tone}`, icon(name, true), words));
}

/** Whether a question stands on the page, or only the line that says what it waits for; and that what it `says` is kept. */
export function showRelevance(place, line, relevant, says) {
  const [there, away] = relevant ? [place, line] : [line, place];
  away.removeAttribute("id");
  away.hidden = true;
  there.id = `q-${place.dataset.q}`;
  there.hidden = false;
  line.querySelector("b").hidden = !says;
}

/** What is wrong, each in its place: under the question, under one of its boxes, in a cell. `faults`: words by part. */
export function showFaults(place, asked, faults) {
  place.classList.toggle("is-bad", faults.size > 0);
  for (const old of place.querySelectorAll(".err, .rowerr")) remove(old);
  for (const box of place.querySelectorAll("[aria-invalid]")) describe(box, "", false);
  for (const [part, words] of faults) FAULT[kindOfPart(part)](place, asked, part, words);
  const group = place.querySelector(":scope > fieldset");
  if (group) describe(group, faults.has("") ? `e-${asked.code}` : "", null);
}

const kindOfPart = (part) => (part === "" ? "whole" : part.endsWith("/") ? "row" : part.includes("/") ? "cell" : "box");

const FAULT = {
  whole(place, { code }, part, words) {
    const body = place.querySelector(".q-body");
    const told = place.querySelector(`#${CSS.escape(`e-${code}`)}`) ?? element("div", "");
    told.id = `e-${code}`;
    told.replaceChildren(errorLine(words));
    body.after(told);
    const box = place.querySelector(`#${CSS.escape(`f-${code}`)}`);
    if (box) describe(box, told.id, true);
  },
  box(place, { code }, part, words) {
    const box = boxOf(place, code, part);
    if (box === null) return;
    const told = place.querySelector(`#${CSS.escape(`e-${code}-${part}`)}`) ?? element("div", "");
    told.id = `e-${code}-${part}`;
    told.replaceChildren(errorLine(words));
    (box.closest(".field, .proof") ?? box.parentElement).append(told);
    describe(box, told.id, true);
  },
  cell(place, { code, columns }, part, words) {
    const [row, column] = part.split("/");
    const cell = lineOf(place, code, row)?.cells[1 + columns.findIndex((one) => one.code === column)];
    cell?.querySelector("input, select")?.setAttribute("aria-invalid", "true");
    cell?.append(errorLine(words));
  },
  row(place, { code }, part, words) {
    const line = lineOf(place, code, part.slice(0, -1));
    if (line === null) return;
    const cell = element("td", "", errorLine(words));
    cell.colSpan = line.cells.length;
    line.after(element("tr", "rowerr", cell));
  },
};

/** The box of a part of an answer; evidence that is a link has no box for files. */
export function boxOf(place, code, part) {
  const named = (name) => place.querySelector(`#${CSS.escape(`f-${code}-${name}`)}`);
  return named(part.replace("/", "-")) ?? (part === "files" ? named("link") : null);
}

function remove(old) {
  const told = old.closest('div[id^="e-"]');
  old.remove();
  if (told && told.childElementCount === 0) told.remove();
}

/** Point from a box to what is said of it, and from a question's own box to its help. `invalid`: whether it says so of itself;
 * null: it never does. */
function describe(box, told, invalid) {
  const { q: code } = box.closest("[data-q]").dataset;
  const help = box.id === `f-${code}` && document.getElementById(`h-${code}`);
  const ids = [told, help ? help.id : ""].filter(Boolean);
  if (ids.length) box.setAttribute("aria-describedby", ids.join(" "));
  else box.removeAttribute("aria-describedby");
  if (invalid) box.setAttribute("aria-invalid", "true");
  else box.removeAttribute("aria-invalid");
}

/** What may be sent as it is but is worth another look. */
export function showWarnings(place, warnings) {
  place.querySelector(".note[data-warns]")?.remove();
  for (const note of place.querySelectorAll(":scope > .note.is-warn, :scope > fieldset > .note.is-warn")) {
    if (note.previousElementSibling?.matches(".q-body, [id^='e-']")) note.remove(); // as the server wrote it
  }
  if (warnings.length === 0) return;
  const note = element("div", "note is-warn", icon("warn"), ...warnings.map((words) => element("p", "", words)));
  note.dataset.warns = "";
  place.querySelector(".q-body").after(note);
}

/** What follows from an answer: its sum, share or hours, the calculated cells and totals of a table; in words, part by part. */
export function results(asked, answer, words) {
  const kind = KINDS[asked.twin];
  const value = "raw" in answer ? null : kind.valueOf(answer);
  if (!kind.rows) return [kind.shown(value, asked, words)];
  const derived = asked.columns.filter(({ twin }) => !KINDS[twin].asks);
  const cells = (value ?? []).flatMap((row) => derived.map((column) => shownCell(row, column, words)));
  return [...cells, ...totals(value, asked, words)];
}

function shownCell(row, column, words) {
  return KINDS[column.twin].shown(own(row, column.code) ?? null, column, words);
}

/** Write the results. */
export function showResults(place, asked, answer, words) {
  const kind = KINDS[asked.twin];
  const value = "raw" in answer ? null : kind.valueOf(answer);
  if (kind.rows) return showTable(place, asked, value, words);
  const output = place.querySelector("output.auto");
  if (output) output.textContent = kind.shown(value, asked, words) || "–";
  const line = place.querySelector(".result");
  if (line) showLine(line, kind, asked, value, words);
}

function showLine(line, kind, asked, value, words) {
  const amount = kind.isEmpty(value) ? null : kind.operand(value);
  line.hidden = amount === null;
  if (amount === null) return;
  line.querySelector("b").textContent = kind.shown(value, asked, words);
  line.querySelector(".f")?.setAttribute("width", (BAR * Math.max(0, Math.min(amount, 100))) / 100);
}

function showTable(place, asked, value, words) {
  const rows = new Map((value ?? []).map((row) => [`f-${asked.code}-${row.id}`, row]));
  for (const line of linesOf(place)) {
    for (const [index, column] of asked.columns.entries()) {
      const output = line.cells[index + 1].querySelector("output");
      if (output) output.textContent = shownCell(rows.get(line.id) ?? {}, column, words);
    }
  }
  const foot = place.querySelector("tfoot");
  if (foot === null) return;
  const sums = totals(value, asked, words);
  foot.hidden = sums.length === 0;
  for (const [index, sum] of sums.entries()) if (sum) foot.rows[0].cells[index + 1].textContent = sum;
}

function write(place, words) {
  if (place.textContent !== words) place.textContent = words; // the same words again would lay the page out again
}

/** A section's count beside its title, and its line in both lists of steps. */
export function showProgress(code, { filled, total, faults }, words) {
  const count = document.querySelector(`#${CSS.escape(`b-${code}`)} > .part-head .count`);
  count.hidden = total === 0;
  write(count, `${filled}/${total}`);
  const done = total > 0 && filled === total;
  for (const step of document.querySelectorAll(`[data-step="${CSS.escape(code)}"]`)) {
    step.className = `step ${faults ? "is-bad" : done ? "is-ok" : ""}`.trim();
    exchange(step.querySelector(".i"), faults ? "bad" : done ? "ok" : filled ? "half" : "draft");
    const number = step.querySelector(".n");
    number.classList.toggle("mark", faults > 0);
    write(number, faults ? words.fill(words.page.repair, { n: faults }) : total ? `${filled}/${total}` : "");
  }
}

/** What keeps the page from being sent, and the way to it; or that nothing does. */
export function showMissing({ line, complete }, words, address) {
  line.hidden = words === undefined;
  if (complete) complete.hidden = words !== undefined;
  if (words === undefined) return;
  write(line, words);
  line.href = address;
}

/** How much of the whole is done: short, and in words. */
export function showTotals(short, words) {
  for (const place of document.querySelectorAll("[data-total]")) write(place, short);
  for (const place of document.querySelectorAll("[data-answers]")) write(place, words);
}

/** The heading of the questions of a section that do not apply now. */
export function showWaiting(section, words) {
  const list = section.querySelector(".hidden-list");
  if (list === null) return;
  const waiting = [...list.querySelectorAll("[data-waits]")].filter((line) => !line.hidden).length;
  list.hidden = waiting === 0;
  list.querySelector("summary > span").textContent = words.counting("hidden", waiting);
}
