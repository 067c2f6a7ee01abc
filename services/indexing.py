"""The index of flagged values: one module decides how lists filter, sort and search. Follows the current version."""

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa

from domain.answers.check import named
from domain.definitions.schema import Definition, Field
from domain.fields import of
from domain.fields.display import Formatter
from domain.messages import N_, message
from models import Entry, EntryIndex, EntryLink, EntryUnique, db
from services.errors import Refused

ID = Formatter("id")
LONGEST_KEY = 200
Row: TypeAlias = dict[str, Any]
"""A row of a projection by column."""


def normal(text: str) -> str:
    """Text as searched: no accents, no case, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def flags(definition: Definition) -> list[tuple[Any, ...]]:
    """What the index depends on; words of choices and of units are searched, so their labels count."""
    return [
        (
            f.id,
            f.type,
            f.searchable,
            f.sortable,
            f.filterable,
            f.unique,
            f.personal,
            [c.label for c in f.choices],
            f.options,
            [(c.id, c.code, c.type, c.options) for c in f.columns],
        )
        for f in definition.fields
    ] + [(definition.title_field,)]


def index_entry(entry: Entry, definition: Definition) -> None:
    """Write a record with its projections: title and search text, and those of index rows, links, unique keys that changed."""
    entry.title, entry.search = title_of(entry, definition), search_text(entry, definition)
    known = sa.inspect(entry).persistent
    db.session.add(entry)
    db.session.flush()
    connection = db.session.connection()
    for projection in PROJECTIONS:
        rows = list(projection.rows(entry, definition))
        stored = projection.stored(entry.id) if known else set()
        if stored and stored != as_set(rows):
            connection.execute(projection.clear, {"of": entry.id})
        if rows and stored != as_set(rows):
            connection.execute(projection.write, rows)


def wrong_projections(entry: Entry, definition: Definition) -> list[str]:
    """Names of the projections of a record that do not say what its document says."""
    wrong = [
        projection.name for projection in PROJECTIONS if projection.stored(entry.id) != as_set(projection.rows(entry, definition))
    ]
    words = (entry.search, entry.title) == (search_text(entry, definition), title_of(entry, definition))
    return wrong if words else [*wrong, "words"]


def holder(row: Row) -> str | None:
    """The record that holds a unique key now."""
    return db.session.connection().scalar(HOLDER, row)


def title_of(entry: Entry, definition: Definition) -> str:
    """What a record is called in lists."""
    field = definition.by_code.get(definition.title_field)
    return _shown(field, entry)[:200] if field else ""


def as_set(rows: Iterable[Row]) -> set[frozenset[Any]]:
    """Rows without an order, to be compared."""
    return {frozenset(row.items()) for row in rows}


def index_rows(entry: Entry, definition: Definition) -> Iterator[Row]:
    """The index rows an entry should have."""
    for field in definition.fields:
        if field.filterable or field.sortable:
            value = of(field).value_of(entry.doc.get(field.code) or {})
            for place, (text, number) in enumerate(of(field).index(value, field)):
                yield {"entry_id": entry.id, "field_id": field.id, "place": place, "text": normal(text), "number": number}


def link_rows(entry: Entry, definition: Definition) -> Iterator[Row]:
    """The links an entry should have: one for each field and what it names, in rows of tables too."""
    for field_id, key in sorted({(field.id, key) for field, key in named(definition, entry.doc)}):
        yield {"entry_id": entry.id, "field_id": field_id, "target_id": key}


def unique_rows(entry: Entry, definition: Definition) -> Iterator[Row]:
    """The unique keys an entry holds; a removed one holds none."""
    for field in definition.fields if entry.deleted_at is None else ():
        kind = of(field)
        key = normal(kind.unique_key(kind.value_of(entry.doc.get(field.code) or {}), field)) if field.unique else ""
        if key:
            scope = entry.unit_id if field.unique == "unit" else "*"
            yield {"field_id": field.id, "scope": scope, "key": _short(key), "entry_id": entry.id}


@dataclass(frozen=True)
class Projection:
    """A table that is derived from records, and its statements, made once."""

    name: str
    table: sa.Table
    rows: Callable[[Entry, Definition], Iterator[Row]]
    read: "sa.Select[Any]"
    clear: sa.Delete
    write: sa.Insert

    @classmethod
    def of(cls, name: str, model: Any, rows: Callable[[Entry, Definition], Iterator[Row]]) -> "Projection":
        """The projection into a mapped table."""
        table = model.__table__
        mine = table.c.entry_id == sa.bindparam("of")
        return cls(name, table, rows, sa.select(table).where(mine), sa.delete(table).where(mine), sa.insert(table))

    def stored(self, entry_id: str) -> set[frozenset[Any]]:
        """What the table holds of a record."""
        return as_set(row._asdict() for row in db.session.connection().execute(self.read, {"of": entry_id}))


PROJECTIONS = (
    Projection.of("index", EntryIndex, index_rows),
    Projection.of("links", EntryLink, link_rows),
    Projection.of("unique", EntryUnique, unique_rows),
)
UNIQUE = PROJECTIONS[-1].table.c
HOLDER = sa.select(UNIQUE.entry_id).where(*(UNIQUE[part] == sa.bindparam(part) for part in ("field_id", "scope", "key")))


def _short(key: str) -> str:
    """A key that fits its column; long ones by their hash, so that two which begin alike stay two."""
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def search_text(entry: Entry, definition: Definition) -> str:
    """All searchable words of an entry. Personal values are left out: a search must not reveal them."""
    words = [_shown(f, entry) for f in definition.fields if f.searchable and not f.personal]
    return normal(" ".join(words))


def _shown(field: Field, entry: Entry) -> str:
    kind = of(field)
    return kind.search_text(kind.value_of(entry.doc.get(field.code) or {}), field, ID)


def reindex_type(type_id: str, definition: Definition) -> None:
    """Project every record of a type again (a flag changed); refused while two records share a value that is to be unique."""
    entries = db.session.scalars(sa.select(Entry).where(Entry.content_type_id == type_id)).all()
    taken: set[tuple[str, str, str]] = set()
    for row in (row for entry in entries for row in unique_rows(entry, definition)):
        held = (row["field_id"], row["scope"], row["key"])
        if held in taken:
            label = definition.by_id[row["field_id"]].label
            raise Refused(message(N_("Several records share the same %(field)s. Make them differ before publishing."), field=label))
        taken.add(held)
    for entry in entries:
        index_entry(entry, definition)
