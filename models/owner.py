"""Two roles on PostgreSQL: the owner changes the schema (MIGRATION_URL), the application's own role only works in it."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from flask import current_app

from models.base import Base, db
from models.guards import GUARDED

READ = "SELECT"
ADD = "SELECT, INSERT"
WORK = "SELECT, INSERT, UPDATE, DELETE"


@contextmanager
def owner_connection() -> Iterator[sa.Connection]:
    """A connection of whoever may change the schema: MIGRATION_URL's role, else the application's own."""
    url = current_app.config["MIGRATION_URL"]
    engine = sa.create_engine(url, poolclass=sa.NullPool) if url else db.engine
    with engine.connect() as connection:
        yield connection


def grant_app_role(connection: sa.Connection) -> None:
    """Let the application's role do what it needs and nothing else; nothing to do where it is the owner itself."""
    if connection.dialect.name != "postgresql":
        return
    role = _app_role()
    if role == connection.scalar(sa.text("SELECT current_user")):
        return
    quote = connection.dialect.identifier_preparer.quote
    for statement in _statements(connection, quote(role)):
        connection.execute(sa.text(statement))


def _app_role() -> str:
    with db.engine.connect() as connection:
        return str(connection.scalar(sa.text("SELECT current_user")))


def _statements(connection: sa.Connection, role: str) -> Iterator[str]:
    quote = connection.dialect.identifier_preparer.quote
    schema = quote(str(connection.scalar(sa.text("SELECT current_schema()"))))
    database = quote(str(connection.scalar(sa.text("SELECT current_database()"))))
    yield f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {role}"  # a temporary table would stand before one of ours
    yield f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {role}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {role}"
    for table in sorted({*Base.metadata.tables, "alembic_version"} & set(sa.inspect(connection).get_table_names())):
        yield f"REVOKE ALL ON {quote(table)} FROM PUBLIC, {role}"
        yield f"GRANT {_rights(table)} ON {quote(table)} TO {role}"


def _rights(table: str) -> str:
    if table in GUARDED:
        return ADD
    return WORK if table in Base.metadata.tables else READ
