"""Count the records of one unit for one measure, with a trace that lets anyone count again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from domain.answers.context import Context
from domain.answers.resolver import DocumentResolver
from domain.canonical import canonical, sha256
from domain.definitions.schema import Definition, Expression, Measure
from domain.expressions import Moment, Value, holds
from domain.expressions.functions import flat
from domain.fields.derived import stored


@dataclass(frozen=True)
class Record:
    """One live record of a collection: its id and its document."""

    id: str
    doc: Any

    @cached_property
    def text(self) -> str:
        """The document as canonical text, for the trace."""
        return canonical(self.doc)


def compute(measure: Measure, collection: Definition, records: Iterable[Record], context: Context) -> dict[str, Any]:
    """``{"v": number or {"n","d"} or None, "as_of": ISO date, "rows": count, "sha256": of the contributing rows}``.

    As of the earlier of today and the period's end.
    """
    as_of = min(context.today, context.period.end) if context.period else context.today
    context = replace(context, today=as_of)
    rows = [r for r in records if _passes(measure.filter, collection, r, context)]
    digest = sha256(canonical(sorted((row.id, row.text) for row in rows)))
    value = AGGREGATES[measure.aggregate](measure, collection, rows, context)
    return {"v": value, "as_of": as_of.isoformat(), "rows": len(rows), "sha256": digest}


def _resolver(collection: Definition, record: Record, context: Context) -> DocumentResolver:
    return DocumentResolver(collection, record.doc, context)


def _passes(test: Expression | None, collection: Definition, record: Record, context: Context) -> bool:
    return test is None or holds(test.node, _resolver(collection, record, context))


def _values(measure: Measure, collection: Definition, rows: Sequence[Record], context: Context) -> list[Value]:
    code = measure.field or ""
    return flat([_resolver(collection, row, context).operand(code) for row in rows])


def _count(_measure: Measure, _collection: Definition, rows: Sequence[Record], _context: Context) -> Any:
    return len(rows)


def _distinct(measure: Measure, collection: Definition, rows: Sequence[Record], context: Context) -> Any:
    return len(set(_values(measure, collection, rows, context)))


def _ratio(measure: Measure, collection: Definition, rows: Sequence[Record], context: Context) -> Any:
    passing = sum(_passes(measure.numerator, collection, row, context) for row in rows)
    return {"n": passing, "d": len(rows)}


def _latest_age(measure: Measure, collection: Definition, rows: Sequence[Record], context: Context) -> Any:
    today = Moment.of(context.today)
    days = [v.days for v in _values(measure, collection, rows, context) if isinstance(v, Moment) and v <= today]
    return int(today.days - max(days)) if days else None


def _sum(measure: Measure, collection: Definition, rows: Sequence[Record], context: Context) -> Any:
    total = 0.0
    for value in _values(measure, collection, rows, context):
        total += value if isinstance(value, float) else 0.0
    return stored(total)


AGGREGATES = {"count": _count, "distinct": _distinct, "ratio": _ratio, "latest_age": _latest_age, "sum": _sum}
