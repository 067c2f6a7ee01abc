"""CSV as spreadsheets open it: BOM, semicolons as Indonesian Excel expects, no cell that runs as a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

BOM = "\ufeff"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> str:
    """One cell as text; a text that a spreadsheet would run gets an apostrophe before it. Numbers keep their sign."""
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value).removesuffix(".0").replace(".", ",")
    if isinstance(value, int):
        return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def stream_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file in pieces, so that a long list never lies in memory as a whole."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe_cell(h) for h in header])
    yield BOM + buffer.getvalue()
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([safe_cell(cell) for cell in row])
        yield buffer.getvalue()
