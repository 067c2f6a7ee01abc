"""The first sheet of a workbook as texts; called in a bounded process, since a workbook from outside may claim any size."""

import datetime as dt
import io

from python_calamine import CalamineWorkbook

MOST_ROWS = 100_000
"""More rows than any list takes: who asked for fewer refuses the rest."""
Cell = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta


def rows_of(body: bytes) -> list[list[str]]:
    """Rows of the first sheet, dates as ISO; raises what the library raises over a file that is no workbook."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0)
    return [[_text(cell) for cell in row] for row in sheet.to_python(nrows=MOST_ROWS)]


def _text(cell: Cell) -> str:
    """A cell as people see it: whole numbers without a point, days without a time."""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\x00", "").strip()
