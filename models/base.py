"""The declarative base, column types shared by all tables, and the naming of constraints."""

import datetime as dt
import json
from typing import Annotated, Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

from domain.canonical import canonical

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table inherits this directly."""

    metadata = sa.MetaData(naming_convention=NAMES)


SESSION = {"join_transaction_mode": "create_savepoint", "autoflush": False, "expire_on_commit": False}
db = SQLAlchemy(model_class=Base, session_options=SESSION)


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An aware moment, kept in UTC on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        """Refuse naive moments; hand SQLite naive UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive moment cannot be stored")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        """Give aware UTC back."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class JsonText(TypeDecorator[Any]):
    """JSON kept as canonical text: the same bytes on both databases, numbers untouched."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        """Canonical text."""
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        """The value again."""
        return None if value is None else json.loads(value)


def text_key(length: int) -> sa.types.TypeEngine[str]:
    """A key column: compared byte by byte on PostgreSQL too."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


Ulid = Annotated[str, mapped_column(text_key(26))]
Code = Annotated[str, mapped_column(text_key(64))]
Moment = Annotated[dt.datetime, mapped_column(UtcDateTime)]
Json = Annotated[Any, mapped_column(JsonText)]
