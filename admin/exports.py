"""Lists as files: the same rows as CSV or XLSX, made while they are sent."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from flask import stream_with_context
from werkzeug.wrappers import Response

from exchange import xlsx
from exchange.csv_rows import stream_csv
from services.errors import NotFound

Rows = Iterable[Sequence[object]]
Writer = Callable[[Sequence[str], Rows], Iterator[str] | Iterator[bytes]]
FORMATS: Mapping[str, tuple[str, Writer]] = {"csv": ("text/csv", stream_csv), "xlsx": (xlsx.MEDIA_TYPE, xlsx.write_rows)}


def table_file(name: str, kind: str, header: Sequence[str], rows: Rows) -> Response:
    """*rows* under *header* as a download called *name*; raises :class:`NotFound` for a kind there is not."""
    if kind not in FORMATS:
        raise NotFound
    media_type, write = FORMATS[kind]
    body = stream_with_context(write(header, rows))  # type: ignore[type-var]
    return Response(body, mimetype=media_type, headers={"Content-Disposition": f"attachment; filename={name}.{kind}"})
