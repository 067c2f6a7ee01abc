/** What a spreadsheet puts on the clipboard. */

/** Rows of cells: cells parted by tabs, rows by line ends; a cell that holds either, or a quote, stands in quotes. Undefined for
 * a text that is one cell. */
export function sheetOf(text) {
  if (!/[\t\n\r]/.test(text.replace(/[\r\n]+$/, ""))) return undefined;
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*))(\t|\r\n?|\n|$)/g)) {
    const said = quoted === undefined ? plain : quoted.replaceAll('""', '"');
    rows.at(-1).push(said.replace(/\s+/g, " ").trim());
    if (end === "") break;
    if (end !== "\t") rows.push([]);
  }
  return rows.filter((cells) => cells.some(Boolean));
}

/** Put rows of cells into boxes, line by line. `lines`: the boxes of each line from the first column on. Gives the texts that
 * found no place: more cells than there are boxes, words a list does not have. */
export function fillLines(rows, lines) {
  return rows.flatMap((cells, nth) => cells.filter((said, column) => said && !take(lines[nth]?.[column], said)));
}

/** Whether a box could take a text. */
function take(box, said) {
  if (box === undefined) return false;
  if (!box.options) {
    box.value = said;
    return true;
  }
  const sought = said.toLowerCase();
  const found = [...box.options].find(({ text, value }) => value && [text.trim().toLowerCase(), value.toLowerCase()].includes(sought));
  if (found) found.selected = true;
  return found !== undefined;
}
