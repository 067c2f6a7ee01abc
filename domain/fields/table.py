"""A repeating table: rows with ids of their own, typed columns, row rules, totals."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from domain.definitions.schema import Field
from domain.expressions import Value
from domain.expressions.kinds import Kind
from domain.fields.base import Fault, FieldType, Refused, Surroundings, require_text
from domain.fields.display import Formatter
from domain.fields.numeric import check_whole
from domain.fields.row_merge import RAW, Clashing, differing, merged
from domain.messages import N_, Message, message

ROW_ID = re.compile(r"[0-9A-Za-z_-]{1,40}")
MAX_ROWS = 500


class Table(FieldType):
    """``[{"id": row, column: value, "_raw": {column: unread text}}]``; an empty row is dropped."""

    name = "table"
    title = N_("Table")
    kind = Kind.LIST
    options = frozenset({"min_rows", "max_rows", "add_label"})
    texts = frozenset({"add_label"})
    rules = frozenset({"baris", "biner", "informasi"})
    has_columns = True
    maskable = False
    xlsform = "begin repeat"

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        return check_whole(field, "min_rows", "max_rows", most=MAX_ROWS)

    def parse(self, raw: Any, field: Field) -> Any:
        if raw in (None, ""):
            return None
        if not isinstance(raw, (list, tuple)) or not all(isinstance(row, Mapping) for row in raw):
            raise Refused(message(N_("This answer has the wrong form.")))
        if len(raw) > 2 * MAX_ROWS:
            raise Refused(message(N_("Fill in at most %(n)s rows."), n=MAX_ROWS))
        rows = [row for index, line in enumerate(raw) if len(row := self._read_row(line, field, index)) > 1]
        return rows or None

    def _read_row(self, line: Mapping[str, Any], field: Field, index: int) -> dict[str, Any]:
        from domain.fields.registry import of

        row_id = require_text(line.get("id"))
        row: dict[str, Any] = {"id": row_id if ROW_ID.fullmatch(row_id) else f"r{index + 1}"}
        unread: dict[str, Any] = {}
        kept = line.get(RAW)
        kept = kept if isinstance(kept, Mapping) else {}
        for column in field.columns:
            cell = line.get(column.code, kept.get(column.code))
            try:
                value = of(column).parse(cell, column)
            except Refused:
                unread[column.code] = cell
                continue
            if value is not None:
                row[column.code] = value
        return row | ({RAW: unread} if unread else {})

    def carry(self, value: Any, before: Any, field: Field) -> Any:
        """Cells that nobody types (calculated, or of columns asked no longer) stay in their rows; so does a row that holds
        nothing else: no page shows what it says."""
        from domain.fields.registry import of

        typed = {"id", *(column.code for column in field.columns if of(column).asks)}
        unseen = {row["id"]: _unseen(row, typed) for row in before or ()}
        rows = [_joined(unseen.get(row["id"], {}), row) for row in value or ()]
        held = {row["id"] for row in rows}
        alone = [row for row in before or () if row["id"] not in held and _only_unseen(row, typed, field)]
        return rows + alone or None

    def merge(self, base: Any, theirs: Any, mine: Any, field: Field) -> Any:
        """Row by row, cell by cell; calculated cells are nobody's."""
        try:
            return merged(*(_typed(value, field) for value in (base, theirs, mine)))
        except Clashing:
            return None

    def differing(self, before: Any, after: Any, field: Field) -> tuple[Any, Any]:
        return differing(_typed(before, field), _typed(after, field))

    def validate(self, value: Any, field: Field, around: Surroundings) -> Iterator[Fault]:
        least, most = int(field.options.get("min_rows", 0)), int(field.options.get("max_rows", MAX_ROWS))
        if len(value) < least:
            yield Fault(message(N_("Fill in at least %(n)s rows."), n=least))
        if len(value) > most:
            yield Fault(message(N_("Fill in at most %(n)s rows."), n=most))
        for index, row in enumerate(value, 1):
            for column in field.columns:
                yield from _cell_faults(row, column, index, around)

    def display(self, value: Any, _field: Field, fmt: Formatter) -> str:
        count = len(value or ())
        return f"{count} {'baris' if fmt.locale == 'id' else 'rows'}" if count else ""

    def in_full(self, value: Any, field: Field, fmt: Formatter) -> str:
        return "; ".join(_line(row, field, fmt) for row in value or ())

    def totals(self, value: Any, field: Field, fmt: Formatter) -> list[str]:
        if not value or not any(column.total for column in field.columns):
            return []
        return [_total(value, column, fmt) for column in field.columns]

    def operand(self, value: Any, _field: Field) -> Value:
        return tuple(True for _row in value or ())

    def part_operand(self, value: Any, part: str, field: Field) -> Value:
        from domain.fields.registry import of

        column = field.columns_by_code.get(part)
        if column is None:
            return ()
        return tuple(of(column).operand(row.get(part), column) for row in value or ())

    def parts(self, field: Field) -> Mapping[str, Kind]:
        return dict.fromkeys(field.columns_by_code, Kind.LIST)

    def export(self, value: Any, field: Field) -> tuple[object, ...]:
        return (len(value) if value else None,)

    def export_columns(self, field: Field) -> tuple[str, ...]:
        return (f"{field.code}.baris",)

    def json_schema(self, field: Field) -> dict[str, Any]:
        from domain.fields.registry import of

        cells = {c.code: of(c).json_schema(c) for c in field.columns}
        return {"type": "array", "items": {"type": "object", "properties": cells}, "maxItems": MAX_ROWS}


def _typed(value: Any, field: Field) -> list[dict[str, Any]]:
    """Rows without the cells that are calculated."""
    from domain.fields.registry import of

    calculated = {column.code for column in field.columns if not of(column).asks}
    return [{code: cell for code, cell in row.items() if code not in calculated} for row in value or ()]


def _unseen(row: Mapping[str, Any], typed: Set[str]) -> dict[str, Any]:
    cells = {code: cell for code, cell in row.items() if code not in typed and code != RAW}
    unread = {code: cell for code, cell in row.get(RAW, {}).items() if code not in typed}
    return cells | ({RAW: unread} if unread else {})


def _joined(unseen: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    unread = {**unseen.get(RAW, {}), **row.get(RAW, {})}
    return {**unseen, **row} | ({RAW: unread} if unread else {})


def _only_unseen(row: Mapping[str, Any], typed: Set[str], table: Field) -> bool:
    """Whether a row says something in a column asked no longer, and nothing in one that is asked."""
    said = {code for code, cell in row.items() if cell is not None and code not in ("id", RAW)} | row.get(RAW, {}).keys()
    return not said & typed and bool(said - table.columns_by_code.keys())


def _line(row: Mapping[str, Any], table: Field, fmt: Formatter) -> str:
    from domain.fields.registry import of

    unread = row.get(RAW, {})
    cells = (str(unread.get(c.code) or of(c).display(row.get(c.code), c, fmt)) for c in table.columns)
    return ", ".join(cell for cell in cells if cell)


def _total(rows: Sequence[Mapping[str, Any]], column: Field, fmt: Formatter) -> str:
    from domain.fields.registry import of

    cells = (row.get(column.code) for row in rows)
    numbers = [cell for cell in cells if isinstance(cell, (int, float)) and not isinstance(cell, bool)]
    return of(column).display(sum(numbers), column, fmt) if column.total else ""


def _cell_faults(row: Mapping[str, Any], column: Field, index: int, around: Surroundings) -> Iterator[Fault]:
    from domain.fields.registry import of

    part, kind, value = f"{row['id']}/{column.code}", of(column), row.get(column.code)
    if column.code in row.get(RAW, {}):
        try:
            kind.parse(row[RAW][column.code], column)
        except Refused as refused:
            yield Fault(in_row(index, refused.why, column), part)
        return
    if kind.is_empty(value):
        if column.required and kind.asks:
            yield Fault(message(N_("Fill in %(field)s in row %(n)s."), field=column.label, n=index), part)
        return
    for fault in kind.validate(value, column, around):
        yield Fault(in_row(index, fault.why, column), part)


def in_row(index: int, why: Message, column: Field | None = None) -> Message:
    """The same message with the row's number, and the column's name, before it."""
    if column is None:
        return message(N_("Row %(row)s: %(why)s"), row=index, why=why)
    return message(N_("Row %(row)s, %(field)s: %(why)s"), row=index, field=column.label, why=why)
