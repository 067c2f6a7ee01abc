"""Workbooks as people fill them in."""

import io
from collections.abc import Mapping
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

Cells = Mapping[tuple[int, int], Any]


def cells_of(body: bytes, sheet: str) -> list[list[Any]]:
    """What stands in a sheet, from its first cell."""
    return CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def filled_in(body: bytes, **sheets: Cells) -> bytes:
    """The workbook with other values in some cells, by (row, column) from 0; ``None`` empties one."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name in CalamineWorkbook.from_filelike(io.BytesIO(body)).sheet_names:
            page = book.add_worksheet(name)
            known = {(r, c): cell for r, row in enumerate(cells_of(body, name)) for c, cell in enumerate(row)}
            for (row, column), cell in {**known, **sheets.get(name, {})}.items():
                if isinstance(cell, str):
                    page.write_string(row, column, cell)
                elif cell is not None:
                    page.write(row, column, cell)
    return made.getvalue()


def row_of(body: bytes, sheet: str, name: str) -> int:
    """The row, from 0, of the cell known by *name*."""
    return next(number for number, row in enumerate(cells_of(body, sheet)) if row[0] == name)
