"""XLSX ⇄ plain rows. Read with bounds, written row by row through a temporary file: memory does not grow with the list."""

import datetime as dt
import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

import xlsxwriter

from infra import bounded
from infra.zips import BROKEN

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024
"""Bytes of a workbook as sent and once unpacked: a small file may hold a very large one."""
CHUNK = 64 * 1024
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Unreadable(ValueError):  # noqa: N818 - a refusal, not a failure
    """Not a workbook, or one too large to be meant."""


def read_rows(stream: IO[bytes], most: int) -> list[list[str]]:
    """The rows of the first sheet as texts (dates as ISO), at most *most*; raises :class:`Unreadable`."""
    rows: list[list[str]] = _read("exchange.sheet:rows_of", stream, most)
    if len(rows) > most:
        raise Unreadable
    return rows


def read_sheets(stream: IO[bytes], most: int) -> dict[str, list[list[str]]]:
    """The first *most* rows of every sheet by name, as they are typed on a page; raises :class:`Unreadable`."""
    sheets: dict[str, list[list[str]]] = _read("exchange.sheet:sheets_of", stream, most)
    return sheets


def _read(task: str, stream: IO[bytes], most: int) -> Any:
    body = stream.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES or not _unpacks(body):
        raise Unreadable
    try:
        return bounded.call(task, body, most)
    except bounded.Exceeded:
        raise Unreadable from None


def _unpacks(body: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return sum(item.file_size for item in packed.infolist()) <= MOST_UNPACKED
    except (*BROKEN, ValueError):
        return False


def write_rows(header: Sequence[str], rows: Iterable[Sequence[object]], title: str = "Data") -> Iterator[bytes]:
    """A workbook of one sheet, in pieces. Texts are texts: nothing a person typed runs as a formula."""
    with tempfile.TemporaryFile() as kept:
        _write(kept, header, rows, title)
        kept.seek(0)
        while piece := kept.read(CHUNK):
            yield piece


def _write(kept: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[object]], title: str) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(kept, options) as book:
        sheet = book.add_worksheet(title[:31])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, len(header) - 1), 22)
        bold, day = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "dd/mm/yyyy"})
        last = 0
        for column, name in enumerate(header):
            sheet.write_string(0, column, name, bold)
        for last, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                _put(sheet, last, column, cell, day)
        sheet.autofilter(0, 0, last, max(0, len(header) - 1))


def _put(sheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, cell: object, day: "xlsxwriter.format.Format") -> None:
    if isinstance(cell, dt.date):
        sheet.write_datetime(row, column, cell, day)
    elif isinstance(cell, (int, float)) and not isinstance(cell, bool):
        sheet.write_number(row, column, cell)
    elif cell not in (None, ""):
        sheet.write_string(row, column, str(cell)[:32_767])
