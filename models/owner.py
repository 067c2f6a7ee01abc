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


TOO_MUCH = {
    "CREATE on the database": "SELECT has_database_privilege(:role, current_database(), 'CREATE')",
    "TEMPORARY on the database": "SELECT has_database_privilege(:role, current_database(), 'TEMPORARY')",
    "CREATE on the schema": "SELECT has_schema_privilege(:role, current_schema(), 'CREATE')",
    "the owner's role": "SELECT pg_has_role(:role, current_user, 'MEMBER')",
}
"""What would let the application's role go round the guards, and how to see it. REVOKE says nothing where it does nothing."""


class TooMuch(RuntimeError):  # noqa: N818 - it says what is there
    """The application's role keeps a right that somebody else gave it."""


@contextmanager
def owner_connection() -> Iterator[sa.Connection]:
    """A connection of whoever may change the schema: MIGRATION_URL's role, else the application's own."""
    url = current_app.config["MIGRATION_URL"]
    engine = sa.create_engine(url, poolclass=sa.NullPool, hide_parameters=True) if url else db.engine
    with engine.connect() as connection:
        yield connection


def grant_app_role(connection: sa.Connection) -> None:
    """Let the application's role do what it needs and nothing else; nothing to do where it is the owner itself."""
    role = _other_role(connection)
    if role is None:
        return
    quote = connection.dialect.identifier_preparer.quote
    for statement in _statements(connection, quote(role)):
        connection.execute(sa.text(statement))


def require_no_more(connection: sa.Connection) -> None:
    """Raise :class:`TooMuch` when the application's role can do more than it was granted: somebody else gave it that, and only
    they can take it back. Asked once guards and grants are committed, which hold whatever it says."""
    role = _other_role(connection)
    if role is None:
        return
    if still := [what for what, query in TOO_MUCH.items() if connection.scalar(sa.text(query), {"role": role})]:
        raise TooMuch(f"{role} still has {', '.join(still)}; take it back as who gave it")


def _other_role(connection: sa.Connection) -> str | None:
    """The application's role, where it is another than the connection's; databases without roles have none."""
    if connection.dialect.name != "postgresql":
        return None
    who = sa.text("SELECT current_user")
    with db.engine.connect() as own:
        role = str(own.scalar(who))
    return None if role == connection.scalar(who) else role


def _statements(connection: sa.Connection, role: str) -> Iterator[str]:
    quote = connection.dialect.identifier_preparer.quote
    schema = quote(str(connection.scalar(sa.text("SELECT current_schema()"))))
    database = quote(str(connection.scalar(sa.text("SELECT current_database()"))))
    yield f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {role}"  # tables that would stand before ours
    yield f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {role}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {role}"
    for table in sorted({*Base.metadata.tables, "alembic_version"} & set(sa.inspect(connection).get_table_names())):
        yield f"REVOKE ALL ON {quote(table)} FROM PUBLIC, {role}"
        yield f"GRANT {_rights(table)} ON {quote(table)} TO {role}"


def _rights(table: str) -> str:
    if table in GUARDED:
        return ADD
    return WORK if table in Base.metadata.tables else READ
