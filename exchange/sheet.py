"""The first sheet of a workbook as texts; called in a bounded process, since a workbook from outside may claim any size."""

import datetime as dt
import io

from python_calamine import CalamineWorkbook

MOST_COLUMNS, MOST_LETTERS = 200, 4_000_000
"""Wider than any list of ours; as many letters as a page can hold and send again."""
Cell = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta


def rows_of(body: bytes, most: int) -> list[list[str]]:
    """The first rows of the first sheet, dates as ISO: one more than *most* where there are more. Raises :class:`ValueError` over a
    sheet too large to be meant, and what the library raises over a file that is no workbook."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0)
    rows = [[_text(cell) for cell in row[:MOST_COLUMNS]] for row in sheet.to_python(nrows=most + 1)]
    if sum(len(cell) for row in rows for cell in row) > MOST_LETTERS:
        raise ValueError("more letters than a page can hold")
    return rows


def _text(cell: Cell) -> str:
    """A cell as people see it: whole numbers without a point, days without a time."""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\x00", "").strip()
