"""Sheets of a workbook as texts; called in a bounded process, since a workbook from outside may claim any size."""

import datetime as dt
import io
from decimal import Decimal

from python_calamine import CalamineWorkbook

MOST_COLUMNS, MOST_LETTERS = 200, 4_000_000
"""Wider than any list of ours; as many letters as a page can hold and send again."""
MOST_SHEETS, MOST_CELLS = 60, 600_000
"""More sheets than a form has tables; more room than all of them take, filled or not."""
Cell = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta


def rows_of(body: bytes, most: int) -> list[list[str]]:
    """The first rows of the first sheet, dates as ISO: one more than *most* where there are more. Raises :class:`ValueError` over a
    sheet too large to be meant, and what the library raises over a file that is no workbook."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0)
    rows = [[_text(cell) for cell in row[:MOST_COLUMNS]] for row in sheet.to_python(nrows=most + 1)]
    if sum(len(cell) for row in rows for cell in row) > MOST_LETTERS:
        raise ValueError("more letters than a page can hold")
    return rows


def sheets_of(body: bytes, most: int) -> dict[str, list[list[str]]]:
    """The first *most* rows of every sheet, by its name, each cell as an Indonesian types it and at its place. Raises as
    :func:`rows_of` does."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    if len(book.sheet_names) > MOST_SHEETS:
        raise ValueError("more sheets than any form has")
    found, letters, cells = dict[str, list[list[str]]](), 0, 0
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        cells += min(sheet.total_height, most) * sheet.total_width  # empty ones take their room too
        if sheet.total_width > MOST_COLUMNS or cells > MOST_CELLS:
            raise ValueError("larger than any sheet of ours")
        found[name] = _filled([[typed(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False, nrows=most)])
        letters += sum(len(cell) for row in found[name] for cell in row)
        if letters > MOST_LETTERS:
            raise ValueError("more letters than a page can hold")
    return found


def _filled(rows: list[list[str]]) -> list[list[str]]:
    """Rows up to the last that says something, each up to its last cell that does."""
    for row in rows:
        while row and not row[-1]:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def typed(cell: Cell | None) -> str:
    """A cell as it is typed on a page: ``1250,5``, ``30/11/2026``, ``30/11/2026 08.15``. A spreadsheet knows 15 digits."""
    if isinstance(cell, dt.datetime):
        return cell.strftime("%d/%m/%Y") if cell.time() == dt.time() else cell.strftime("%d/%m/%Y %H.%M")
    if isinstance(cell, dt.date):
        return cell.strftime("%d/%m/%Y")
    if isinstance(cell, dt.time):
        return cell.strftime("%H.%M")
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return format(Decimal(format(cell, ".15g")), "f").replace(".", ",")
    return str("" if cell is None else cell).replace("\x00", "").strip()


def _text(cell: Cell) -> str:
    """A cell as people see it: whole numbers without a point, days without a time."""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\x00", "").strip()
