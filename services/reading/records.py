"""Lists of records: scoped, searched, filtered by the index, sorted, paged, streamed for export."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from domain.access import Actor, Permission
from domain.definitions.schema import Definition, Field
from domain.fields import of
from domain.fields.display import Formatter
from models import Entry, EntryIndex, Region, Unit, db
from services import indexing, lookups
from services.scope import place_of, within

CHUNK = 500
OPERATORS = ("is", "contains", "from", "to")


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter: *field* (``None``: the unit), an operator and the wanted value as text."""

    field: Field | None
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Query:
    """What a list shows."""

    type_id: str
    search: str = ""
    conditions: tuple[Condition, ...] = ()
    sort: Field | None = None
    descending: bool = False
    deleted: bool = False


def listed(actor: Actor, query: Query, page: int, size: int) -> tuple[int, Sequence[Entry]]:
    """(how many there are, the records of one page)."""
    found = _select(actor, query)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(found.order_by(None).subquery())) or 0
    rows = db.session.scalars(found.limit(size).offset(max(page, 0) * size)).all()
    return total, rows


def stream(actor: Actor, query: Query) -> Iterator[Entry]:
    """Every record, in chunks."""
    found = _select(actor, query)
    offset = 0
    while rows := db.session.scalars(found.limit(CHUNK).offset(offset)).all():
        yield from rows
        offset += CHUNK


def _select(actor: Actor, query: Query) -> "sa.Select[Entry]":
    found = sa.select(Entry).where(
        Entry.content_type_id == query.type_id,
        Entry.deleted_at.is_not(None) if query.deleted else Entry.deleted_at.is_(None),
        within(actor.reach(Permission.RECORD_READ), Entry),
    )
    for word in indexing.normal(query.search).split()[:8]:
        found = found.where(Entry.search.contains(word, autoescape=True))
    for condition in query.conditions:
        found = found.where(_condition(condition))
    return _ordered(found, query)


def _condition(condition: Condition) -> sa.ColumnElement[bool]:
    if condition.field is None:
        return Entry.unit_id == condition.value
    rows = sa.select(EntryIndex.entry_id).where(EntryIndex.field_id == condition.field.id, EntryIndex.entry_id == Entry.id)
    return rows.where(_test(condition)).exists()


def _test(condition: Condition) -> sa.ColumnElement[bool]:
    wanted, number = indexing.normal(condition.value), _number(condition.value)
    if condition.operator == "contains":
        return EntryIndex.text.contains(wanted, autoescape=True)
    if condition.operator == "is":
        return EntryIndex.text == wanted
    if number is not None:
        return EntryIndex.number >= number if condition.operator == "from" else EntryIndex.number <= number
    return EntryIndex.text >= wanted if condition.operator == "from" else EntryIndex.text <= wanted


def _number(text: str) -> float | None:
    try:
        return float(text.replace(".", "").replace(",", "."))
    except ValueError:
        return None


def _ordered(found: "sa.Select[Entry]", query: Query) -> "sa.Select[Entry]":
    if query.sort is None:
        return found.order_by(sa.func.lower(Entry.title), Entry.id)
    index = aliased(EntryIndex)
    joined = sa.and_(index.entry_id == Entry.id, index.field_id == query.sort.id, index.place == 0)
    found = found.outerjoin(index, joined)
    keys = (index.number, index.text)
    order = [key.desc().nulls_last() if query.descending else key.asc().nulls_last() for key in keys]
    return found.order_by(*order, Entry.id)


class Names:
    """Names of referenced records and of units, looked up once for a whole list."""

    def __init__(self, rows: Sequence[Entry], definition: Definition) -> None:
        references = [f for f in definition.fields if not f.choices and "target" in f.options]
        keys = {(row.doc.get(f.code) or {}).get("v") for row in rows for f in references}
        self.titles = lookups.titles(k for k in keys if k)
        units = sorted({row.unit_id for row in rows})
        self.units = {u.id: u.name for u in db.session.scalars(sa.select(Unit).where(Unit.id.in_(units)))}


def shown(actor: Actor, entry: Entry, asked: Field, names: Names, fmt: Formatter, brief: bool = False) -> str:
    """One value in words; personal ones are masked for readers without the right to contacts."""
    value = of(asked).value_of(entry.doc.get(asked.code) or {})
    if value is not None and asked.personal and not actor.may(Permission.CONTACT_READ, place_of(entry)):
        return "•••"
    if "target" in asked.options and value:
        return names.titles.get(value, "")
    return (of(asked).brief if brief else of(asked).display)(value, asked, fmt)


def export_header(definition: Definition) -> list[str]:
    """Column headers of the export."""
    return ["kode_wilayah", "unit", *(c for f in definition.fields for c in of(f).export_columns(f))]


def export_rows(actor: Actor, query: Query, definition: Definition) -> Iterator[list[object]]:
    """One line per record; personal values only where the reader may see contacts."""
    codes = {
        u.id: (code, u.name)
        for u, code in db.session.execute(sa.select(Unit, Region.code).join(Region, Region.id == Unit.region_id))
    }
    for entry in stream(actor, query):
        contacts = actor.may(Permission.CONTACT_READ, place_of(entry))
        titles = _titles(entry, definition)
        line: list[object] = list(codes[entry.unit_id])
        for asked in definition.fields:
            line.extend(_cells(entry, asked, contacts, titles))
        yield line


def _titles(entry: Entry, definition: Definition) -> dict[str, str]:
    keys = [(entry.doc.get(f.code) or {}).get("v") for f in definition.fields if "target" in f.options]
    return lookups.titles(k for k in keys if k)


def _cells(entry: Entry, asked: Field, contacts: bool, titles: dict[str, str]) -> Sequence[object]:
    value = of(asked).value_of(entry.doc.get(asked.code) or {})
    if asked.personal and not contacts:
        return ["" for _column in of(asked).export_columns(asked)]
    if "target" in asked.options:
        return [titles.get(value, "") if value else ""]
    return of(asked).export(value, asked)
