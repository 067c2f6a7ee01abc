/** Tables as one edits them: rows added, copied, moved, deleted and brought back, cells pasted from a spreadsheet, everything by
 * keyboard too. Whoever checks or keeps what is typed hears of it by `rows`, sent by the table. */

import { element, icon } from "../elements.js";
import { entriesOf, fillIn } from "./entries.js";
import { cellsOf, copyOf, linesOf, newLine, renumber, saysAnything } from "./lines.js";
import { closeMenu, openMenu, placeMenu } from "./rowmenu.js";
import { fillLines, sheetOf } from "./sheet.js";

const STEPS = { ArrowUp: -1, ArrowDown: 1, Enter: 1 };
const NAMED = 5; // of the texts that found no place
const undone = new WeakMap();

/** The table something stands in, with its question and its words. */
function tableAt(node) {
  const table = node.closest("table.editor");
  const place = table?.closest("[data-q]");
  return place ? { table, place, code: place.dataset.q, words: JSON.parse(table.dataset.words) } : undefined;
}

function fill(sentence, params) {
  return sentence.replace(/%\((\w+)\)s/g, (all, name) => params[name]);
}

/** Each line's box for deletion, which waits for the server, becomes the button of its menu. */
function dress(place) {
  for (const table of place.querySelectorAll("table.editor")) {
    const { options, row } = JSON.parse(table.dataset.words);
    const button = element("button", "btn btn-small rowtools", icon("more"));
    button.type = "button";
    button.setAttribute("aria-haspopup", "true");
    table.querySelector("thead th:last-child").replaceChildren(element("span", "vh", options));
    for (const [index, line] of linesOf(table).entries()) {
      const waits = line.querySelector("[name$='.drop']")?.parentElement;
      if (waits === undefined) continue;
      const own = button.cloneNode(true);
      own.setAttribute("aria-label", `${options}, ${row} ${index + 1}`);
      waits.parentElement.removeAttribute("data-l");
      waits.replaceWith(own);
    }
  }
}

/** The lines of a table are others now. `whole`: everything in it may be judged. */
function changed({ table, place }, whole = false) {
  renumber(place);
  table.dispatchEvent(new CustomEvent("rows", { bubbles: true, detail: { whole } }));
}

function focusIn(line) {
  (cellsOf(line)[0] ?? line.querySelector(".rowtools")).focus();
}

/** A line below the table that says what was done, or why not; `back` undoes it. */
function say({ table, words }, said, back) {
  const [note, above] = [element("p", "rownote row", element("span", "", said)), table.closest(".scroll")];
  note.setAttribute("role", "status");
  if (back) note.append(backButton(words, back));
  if (above.nextElementSibling.matches(".rownote")) above.nextElementSibling.remove();
  above.after(note);
}

function backButton({ undo }, back) {
  const button = element("button", "btn btn-small", undo);
  button.type = "button";
  button.dataset.back = "";
  undone.set(button, back);
  return button;
}

/** Whether one more row fits; says so when it does not. */
function fits(at) {
  const most = Number(at.table.dataset.most);
  if (linesOf(at.place).length < most) return true;
  say(at, fill(at.words.most, { n: most }));
  return false;
}

/** A line and what stands below it of its faults. */
function withFaults(line) {
  return line.nextElementSibling?.matches(".rowerr") ? [line, line.nextElementSibling] : [line];
}

const DO = {
  insert(at, line) {
    if (fits(at)) put(at, line, newLine(line));
  },
  copy(at, line) {
    if (fits(at)) put(at, line, copyOf(line));
  },
  up(at, line) {
    const before = linesOf(at.place)[linesOf(at.place).indexOf(line) - 1];
    if (before) move(at, line, () => before.before(...withFaults(line)));
  },
  down(at, line) {
    const after = linesOf(at.place)[linesOf(at.place).indexOf(line) + 1];
    if (after) move(at, line, () => withFaults(after).at(-1).after(...withFaults(line)));
  },
  delete: remove,
};

function put(at, line, made) {
  withFaults(line).at(-1).after(made);
  changed(at);
  focusIn(made);
}

function move(at, line, act) {
  const held = line.contains(document.activeElement) ? document.activeElement : line.querySelector(".rowtools");
  act();
  changed(at);
  held.focus();
}

/** A deleted line leaves one in its place from which it can be brought back. */
function remove(at, line) {
  const said = element("span", "", fill(at.words.deleted, { n: line.querySelector(".rowno .n").lastChild.textContent }));
  const cell = element("td", "");
  const gone = element("tr", "gone", cell);
  const taken = withFaults(line);
  const back = () => {
    gone.replaceWith(...taken);
    changed(at);
    line.querySelector(".rowtools").focus();
  };
  const button = backButton(at.words, back);
  cell.colSpan = line.cells.length;
  cell.append(said, " ", button);
  line.before(gone);
  for (const one of taken) one.remove();
  if (linesOf(at.place).length === 0) gone.after(newLine(line));
  changed(at);
  button.focus();
}

/** Another row at the end. */
function add(place) {
  const last = linesOf(place).at(-1);
  const at = tableAt(last);
  if (fits(at)) put(at, last, newLine(last));
}

/** Cells go where the cursor is and on from there; a first row of column heads is left out. */
function paste(event) {
  const { target: box, clipboardData } = event;
  const line = box.closest?.("table.editor tbody > tr[id]");
  const rows = line && sheetOf(clipboardData.getData("text/plain"));
  if (!rows?.length) return;
  event.preventDefault();
  const at = tableAt(box);
  const before = entriesOf(at.place);
  const [column, heads] = [cellsOf(line).indexOf(box), headsOf(at.table, line)];
  if (rows[0].every((said, nth) => !said || heads[column + nth] === plain(said))) rows.shift();
  const lines = linesFrom(at, line, rows.length);
  const left = fillLines(rows, lines.map((one) => cellsOf(one).slice(column)));
  for (const one of lines) one.classList.remove("done");
  changed(at, true);
  const parts = [fill(at.words.pasted, { n: Math.min(rows.length, lines.length) })];
  if (left.length) parts.push(fill(at.words.left, { cells: left.slice(0, NAMED).join(", ") + (left.length > NAMED ? ", …" : "") }));
  say(at, parts.join(" "), () => {
    fillIn(at.place, at.code, before);
    changed(at, true);
    focusIn(linesOf(at.place)[0]);
  });
}

/** What the columns one types into are called. */
function headsOf(table, line) {
  const heads = [...table.tHead.rows[0].cells];
  return cellsOf(line).map((box) => plain(heads[box.closest("td").cellIndex].firstChild.textContent));
}

/** In small letters, without a unit in brackets. */
function plain(words) {
  return words.replace(/\s*\([^)]*\)\s*$/, "").trim().toLowerCase();
}

/** So many lines from one on, made where there are too few. */
function linesFrom({ place, table }, line, many) {
  const lines = linesOf(place);
  const found = lines.slice(lines.indexOf(line), lines.indexOf(line) + many);
  const more = Math.min(many - found.length, Number(table.dataset.most) - lines.length);
  const made = Array.from({ length: Math.max(0, more) }, () => newLine(line));
  withFaults(lines.at(-1)).at(-1).after(...made);
  return [...found, ...made];
}

/** Up and down within a column; Enter goes down too, at the end to a new row; with Alt the row itself moves. */
function press(event) {
  const { target: box, key, altKey, shiftKey } = event;
  const step = STEPS[key];
  const line = step && box.closest?.("table.editor tbody > tr[id]");
  if (!line || event.isComposing || event.ctrlKey || event.metaKey || box.type === "button" || (box.options && key !== "Enter")) return;
  event.preventDefault();
  if (altKey && key !== "Enter") return DO[step < 0 ? "up" : "down"](tableAt(box), line);
  const lines = linesOf(tableAt(box).place);
  const next = lines[lines.indexOf(line) + (shiftKey && key === "Enter" ? -1 : step)];
  if (next) cellsOf(next)[cellsOf(line).indexOf(box)].focus();
  else if (key === "Enter" && !shiftKey && saysAnything(line)) add(tableAt(box).place);
}

function click(event) {
  const pressed = event.target.closest("button");
  if (pressed?.name === "_action" && pressed.value.startsWith("rows:")) {
    event.preventDefault();
    add(pressed.closest("[data-q]"));
  } else if (pressed?.matches(".rowtools")) {
    openMenu(pressed, tableAt(pressed).words);
  } else if (pressed?.dataset.do) {
    const line = pressed.closest("tr");
    closeMenu();
    line.querySelector(".rowtools").focus();
    DO[pressed.dataset.do](tableAt(line), line);
  } else if (pressed?.dataset.back !== undefined) {
    pressed.closest(".rownote")?.remove();
    undone.get(pressed)();
  } else if (!event.target.closest(".rowmenu")) {
    closeMenu();
  }
}

if (document.querySelector("table.editor")) {
  dress(document);
  document.addEventListener("replaced", ({ target }) => dress(target));
  document.addEventListener("click", click);
  document.addEventListener("keydown", press);
  document.addEventListener("paste", paste);
  document.addEventListener("scroll", placeMenu, { capture: true, passive: true });
  window.addEventListener("resize", placeMenu);
}
