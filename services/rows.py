"""Tables as plain rows, whatever the revision: how the types of a database and the words of an archive meet."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from models import Base
from models.base import JsonText, UtcDateTime

TYPES: Mapping[str, sa.types.TypeEngine[Any]] = MappingProxyType(
    {
        "text": sa.Text(),
        "json": sa.Text(),
        "int": sa.BigInteger(),
        "number": sa.Double(),
        "bool": sa.Boolean(),
        "moment": UtcDateTime(),
        "wall": sa.DateTime(),
        "date": sa.Date(),
    }
)
"""How a database gives and takes the values of each word."""
WORDS: Sequence[tuple[type[sa.types.TypeEngine[Any]], str]] = (
    (UtcDateTime, "moment"),
    (JsonText, "json"),
    (sa.Boolean, "bool"),
    (sa.Integer, "int"),
    (sa.Float, "number"),
    (sa.DateTime, "wall"),
    (sa.Date, "date"),
    (sa.String, "text"),
)
REVISION = "alembic_version"


def table_names(connection: sa.Connection) -> list[str]:
    """Every table, those referred to before those that refer."""
    names = [name for name, _keys in sa.inspect(connection).get_sorted_table_and_fkc_names() if name is not None]
    return [name for name in names if name != REVISION]


def column_names(connection: sa.Connection, table: str) -> list[str]:
    """The names of its columns, in their order."""
    return [column["name"] for column in sa.inspect(connection).get_columns(table)]


def columns_of(connection: sa.Connection, table: str, names: Sequence[str]) -> list[tuple[str, str]]:
    """(name, word) of each of these columns: the word of the model where it knows the column, else of what the database says."""
    model = Base.metadata.tables.get(table)
    known = {} if model is None else {column.name: column.type for column in model.columns}
    said = {column["name"]: column["type"] for column in sa.inspect(connection).get_columns(table)}
    return [(name, word_of(known.get(name, said[name]))) for name in names]


def word_of(type_: sa.types.TypeEngine[Any]) -> str:
    """The word for a type; a type without one must be given one before anything can be backed up."""
    found = next((word for kind, word in WORDS if isinstance(type_, kind)), None)
    if found is None:
        raise TypeError(f"no word for {type_!r}")
    return found


def shape(table: str, columns: Sequence[tuple[str, str]]) -> sa.TableClause:
    """A table by names and words alone."""
    return sa.table(table, *(sa.column(name, TYPES[word]) for name, word in columns))


def read(connection: sa.Connection, table: str, columns: Sequence[tuple[str, str]]) -> Iterator[Sequence[Any]]:
    """The rows in the order of their key, a few at a time."""
    body = shape(table, columns)
    keys = sa.inspect(connection).get_pk_constraint(table)["constrained_columns"]
    query = sa.select(*body.c).order_by(*(body.c[key] for key in keys))
    with connection.execute(query, execution_options={"yield_per": 500}) as rows:
        yield from rows


def filled(connection: sa.Connection, besides: frozenset[str]) -> bool:
    """Whether a table of ours, *besides* the named ones, holds a row."""
    wanted = (name for name in table_names(connection) if name in Base.metadata.tables and name not in besides)
    return any(connection.scalar(sa.select(sa.exists(sa.select(1).select_from(sa.table(name))))) for name in wanted)
