"""Lists of records: scoped, searched, filtered by the index, sorted, paged, streamed for export."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from domain.access import Actor, Permission
from domain.answers import named
from domain.definitions.schema import Definition, Field
from domain.fields import of
from domain.fields.display import Formatter
from models import Entry, EntryIndex, EntryLink, Region, Unit, db
from services import indexing, lookups
from services.scope import place_of, within

CHUNK = 500


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


def stream(actor: Actor, query: Query) -> Iterator[Sequence[Entry]]:
    """Every record, in chunks of one statement."""
    found = _select(actor, query).execution_options(yield_per=CHUNK)
    return db.session.scalars(found).partitions()


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
        return _of_unit(condition)
    if condition.operator == "contains" and of(condition.field).refers:
        return _names(condition.field, condition.value)
    rows = sa.select(EntryIndex.entry_id).where(EntryIndex.field_id == condition.field.id, EntryIndex.entry_id == Entry.id)
    return rows.where(_test(condition)).exists()


def _of_unit(condition: Condition) -> sa.ColumnElement[bool]:
    """The unit itself, or those whose name or region code holds what was typed."""
    if condition.operator == "is":
        return Entry.unit_id == condition.value
    called = sa.or_(Unit.name.icontains(condition.value, autoescape=True), Region.code.startswith(condition.value, autoescape=True))
    return Entry.unit_id.in_(sa.select(Unit.id).join(Region, Region.id == Unit.region_id).where(called))


def _names(asked: Field, typed: str) -> sa.ColumnElement[bool]:
    """Whether what a reference names is called so."""
    record = aliased(Entry)
    title = sa.func.coalesce(record.title, Region.name)
    rows = sa.select(EntryLink.entry_id).outerjoin(record, record.id == EntryLink.target_id)
    rows = rows.outerjoin(Region, Region.id == EntryLink.target_id)
    return rows.where(
        EntryLink.entry_id == Entry.id, EntryLink.field_id == asked.id, title.icontains(typed, autoescape=True)
    ).exists()


def _test(condition: Condition) -> sa.ColumnElement[bool]:
    if condition.operator == "contains":
        return EntryIndex.text.contains(indexing.normal(condition.value), autoescape=True)
    wanted = sought(condition)
    if wanted is None:
        return sa.false()
    text, number = indexing.normal(wanted[0]), wanted[1]
    if condition.operator == "is":
        return EntryIndex.text == text
    column, value = (EntryIndex.text, text) if number is None else (EntryIndex.number, number)
    return column >= value if condition.operator == "from" else column <= value


def sought(condition: Condition) -> tuple[str, float | None] | None:
    """The condition's value as the index holds it, read like an answer; nothing when it cannot be read."""
    assert condition.field is not None
    return of(condition.field).sought(condition.value, condition.field)


def _ordered(found: "sa.Select[Entry]", query: Query) -> "sa.Select[Entry]":
    if query.sort is None:
        return found.order_by(sa.func.lower(Entry.title), Entry.id)
    if of(query.sort).refers:
        return _by_title(found, query.sort, query.descending)
    index = aliased(EntryIndex)
    joined = sa.and_(index.entry_id == Entry.id, index.field_id == query.sort.id, index.place == 0)
    found = found.outerjoin(index, joined)
    keys = (index.number, index.text)
    order = [key.desc().nulls_last() if query.descending else key.asc().nulls_last() for key in keys]
    return found.order_by(*order, Entry.id)


def _by_title(found: "sa.Select[Entry]", field: Field, descending: bool) -> "sa.Select[Entry]":
    """Sorted by what the record or region a reference names is called."""
    link, record = aliased(EntryLink), aliased(Entry)
    found = found.outerjoin(link, sa.and_(link.entry_id == Entry.id, link.field_id == field.id))
    found = found.outerjoin(record, record.id == link.target_id).outerjoin(Region, Region.id == link.target_id)
    title = sa.func.lower(sa.func.coalesce(record.title, Region.name))
    return found.order_by((title.desc() if descending else title.asc()).nulls_last(), Entry.id)


class Names:
    """Names of referenced records and of units, looked up once for a whole list. *units*: (region code, name) by id."""

    def __init__(self, rows: Sequence[Entry], definition: Definition) -> None:
        units = sorted({row.unit_id for row in rows})
        self.titles = lookups.titles((key for row in rows for _field, key in named(definition, row.doc)), units)
        query = sa.select(Unit.id, Region.code, Unit.name).join(Region, Region.id == Unit.region_id).where(Unit.id.in_(units))
        self.units = {u.id: (u.code, u.name) for u in db.session.execute(query)}

    def formatter(self, fmt: Formatter) -> Formatter:
        """*fmt* that also knows the referenced records by name."""
        return replace(fmt, names=self.titles)


def shown(actor: Actor, entry: Entry, asked: Field, fmt: Formatter, brief: bool = False) -> str:
    """One value in words (*fmt* knows the names); personal ones are masked for readers without the right to contacts."""
    value = of(asked).value_of(entry.doc.get(asked.code) or {})
    if value is not None and asked.personal and not actor.may(Permission.CONTACT_READ, place_of(entry)):
        return "•••"
    return (of(asked).brief if brief else of(asked).display)(value, asked, fmt)


def export_header(definition: Definition) -> list[str]:
    """Column headers of the export."""
    return ["kode_wilayah", "unit", *(c for f in definition.fields for c in of(f).export_columns(f))]


def export_rows(actor: Actor, query: Query, definition: Definition) -> Iterator[list[object]]:
    """One line per record; personal values only where the reader may see contacts."""
    for entries in stream(actor, query):
        names = Names(entries, definition)
        for entry in entries:
            contacts = actor.may(Permission.CONTACT_READ, place_of(entry))
            line: list[object] = list(names.units[entry.unit_id])
            for asked in definition.fields:
                line.extend(_cells(entry, asked, contacts, names.titles))
            yield line


def _cells(entry: Entry, asked: Field, contacts: bool, titles: Mapping[str, str]) -> Sequence[object]:
    value = of(asked).value_of(entry.doc.get(asked.code) or {})
    if asked.personal and not contacts:
        return ["" for _column in of(asked).export_columns(asked)]
    if of(asked).refers:
        return [titles.get(value, "") if value else ""]
    return of(asked).export(value, asked)
