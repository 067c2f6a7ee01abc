"""A workbook to be filled in: open cells take what they should and nothing else, the rest is locked. Read again by
``exchange.xlsx.read_sheets``.

Locked without a password: against slips, not against people. What comes back is checked as if it were typed on the page.
"""

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from domain.fields.dates import EARLIEST, LATEST

INK, LINE, OPEN, SHUT = "#0B3A4A", "#C9D3D8", "#FFFBE6", "#EEF2F4"
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "font_color": INK},
    "text": {"text_wrap": True, "valign": "top"},
    "head": {"bold": True, "bg_color": INK, "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter", "border": 1},
    "part": {"bold": True, "bg_color": SHUT, "font_color": INK},
    "shut": {"text_wrap": True, "valign": "top", "bg_color": SHUT, "border": 1, "border_color": LINE},
    "open": {
        "text_wrap": True,
        "valign": "top",
        "align": "left",
        "bg_color": OPEN,
        "border": 1,
        "border_color": LINE,
        "locked": False,
    },
}
KINDS = {
    "text": ("@", ""),
    "number": ("General", "decimal"),
    "whole": ("#,##0", "integer"),
    "plain": ("0", "integer"),
    "day": ("dd/mm/yyyy", "date"),
}
"""How each kind of cell is shown, and what a spreadsheet calls the rule of what may stand in it."""
BOUNDS: dict[str, tuple[Any, Any]] = {"decimal": (-1e15, 1e15), "integer": (-1e15, 1e15), "date": (EARLIEST, LATEST)}
"""The least and the most such a rule lets through, where nothing else is asked."""
LINE_HEIGHT, ROOMY = 15.0, 0.9
"""Points of a line; how wide letters are beside a digit, all in all."""
MOST_TOLD = 255
"""Letters a spreadsheet shows in a refusal."""
Value = str | int | float | dt.date | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What an open cell takes: *kind* ``text``, ``number``, ``whole``, ``plain`` (a year) or ``day``; *offers*: these words alone;
    *least*, *most*: bounds of a number; *refusal*: what is said of anything else."""

    kind: str = "text"
    offers: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, how it looks; *takes*: an open one."""

    value: Value = None
    look: str = "shut"
    takes: Taken | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """*rows* from the first; *widths* of the columns, in letters; *hidden*: how many columns before those. *wide*: rows whose
    first cell shown runs over all columns, their height in points by row. *below*: what cells take in the rows that follow, column
    by column, down to row *last*. *frozen*: rows that stay in sight; *veiled*: a sheet no menu shows."""

    name: str
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[float] = ()
    hidden: int = 0
    frozen: int = 0
    wide: Mapping[int, float] = field(default_factory=dict)
    below: Sequence[Taken | None] = ()
    last: int = 0
    veiled: bool = False


@dataclass
class _Book:
    """A workbook in the making."""

    book: Any
    lists: Any
    formats: dict[tuple[str, str], Any] = field(default_factory=dict)
    columns: dict[tuple[str, ...], str] = field(default_factory=dict)

    def look(self, look: str, kind: str) -> Any:
        if (look, kind) not in self.formats:
            shown = {"num_format": KINDS[kind][0]} if look == "open" else {}
            self.formats[look, kind] = self.book.add_format(LOOKS[look] | shown)
        return self.formats[look, kind]

    def listed(self, offers: tuple[str, ...]) -> str:
        """Where the words of a list stand: a list inside a rule has room for 255 letters, and no commas."""
        if offers not in self.columns:
            column = len(self.columns)
            for row, words in enumerate(offers):
                self.lists.write_string(row, column, words)
            ends = (xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True) for row in (0, max(0, len(offers) - 1)))
            self.columns[offers] = f"='{self.lists.get_name()}'!{':'.join(ends)}"
        return self.columns[offers]


def written(sheets: Sequence[Sheet], lists: str) -> bytes:
    """The workbook; *lists* names the sheet, out of sight, of the words that cells offer."""
    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(made, options) as book:
        pages = [book.add_worksheet(sheet.name) for sheet in sheets]
        work = _Book(book, book.add_worksheet(lists))
        work.lists.very_hidden()
        for page, sheet in zip(pages, sheets, strict=True):
            _write(work, page, sheet)
    return made.getvalue()


def place(sheet: str, row: int, column: int) -> str:
    """A cell as people name it: ``Isian!F12`` for row 11 and column 5, counted from 0."""
    return f"{sheet}!{xl_rowcol_to_cell(row, column)}"


def _write(work: _Book, page: Any, sheet: Sheet) -> None:
    if sheet.veiled:
        page.very_hidden()
    page.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
    page.freeze_panes(sheet.frozen, 0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(max(0, sheet.frozen - 1))
    for column, width in enumerate((0,) * sheet.hidden + tuple(sheet.widths)):
        below = sheet.below[column] if column < len(sheet.below) else None
        look = work.look("open", below.kind) if below else None
        page.set_column(column, column, width, look, {"hidden": column < sheet.hidden})
        if below:
            _rule(work, page, (len(sheet.rows), column, sheet.last, column), below)
    for row, cells in enumerate(sheet.rows):
        for column, cell in enumerate(cells):
            _put(work, page, row, column, cell)
        page.set_row(row, LINE_HEIGHT * max(1, *map(_lines, cells[sheet.hidden :], sheet.widths)) if sheet.widths else None)
    for row, height in sheet.wide.items():
        cell, last = sheet.rows[row][sheet.hidden], sheet.hidden + len(sheet.widths) - 1
        if last > sheet.hidden:
            page.merge_range(row, sheet.hidden, row, last, cell.value, work.look(cell.look, "text"))
        page.set_row(row, height)


def _lines(cell: Cell, width: float) -> int:
    """How many lines a text takes in a column so wide: not every program finds out by itself."""
    return sum(1 + int(len(line) * ROOMY / width) for line in str(cell.value or "").split("\n"))


def _put(work: _Book, page: Any, row: int, column: int, cell: Cell) -> None:
    look = work.look(cell.look, cell.takes.kind if cell.takes else "text")
    if isinstance(cell.value, dt.date):
        page.write_datetime(row, column, cell.value, look)
    elif isinstance(cell.value, (int, float)):
        page.write_number(row, column, cell.value, look)
    elif cell.value:
        page.write_string(row, column, cell.value, look)
    else:
        page.write_blank(row, column, None, look)
    if cell.takes:
        _rule(work, page, (row, column, row, column), cell.takes)


def _rule(work: _Book, page: Any, place: tuple[int, int, int, int], takes: Taken) -> None:
    rule = _criteria(work, takes)
    if rule:
        page.data_validation(*place, rule | {"error_title": "e-Monev", "error_message": takes.refusal[:MOST_TOLD]})


def _criteria(work: _Book, takes: Taken) -> dict[str, Any]:
    if takes.offers:
        return {"validate": "list", "source": work.listed(takes.offers)}
    _shown, rule = KINDS[takes.kind]
    if not rule:
        return {}
    least, most = BOUNDS[rule]
    asked = {"minimum": takes.least, "maximum": takes.most}
    return {"validate": rule, "criteria": "between", "minimum": least, "maximum": most} | {
        n: v for n, v in asked.items() if v is not None
    }
