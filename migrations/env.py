"""Migrations. SQLite: foreign keys off while tables are rebuilt, checked afterwards; guards and rights after every upgrade."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import context

from models import db
from models.guards import ensure_guards
from models.owner import grant_app_role, owner_connection, require_no_more


def run() -> None:
    """Migrate the application's database as its owner, or whatever a caller hands over as ``attributes["connection"]``."""
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    with owner_connection() as connection:
        migrate(connection)


def migrate(connection: sa.Connection) -> None:
    """Run the migrations, then guard and grant. On PostgreSQL a transaction that was open before is left to who opened it."""
    mine = not connection.in_transaction()
    with _keys_off(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            include_object=_ours,
            render_item=_render,
        )
        with context.begin_transaction():
            context.run_migrations()
        if mine and connection.in_transaction():
            connection.commit()
    if sa.inspect(connection).has_table("audit"):
        ensure_guards(connection)
        grant_app_role(connection)
    if mine:
        connection.commit()
        require_no_more(connection)


@contextmanager
def _keys_off(connection: sa.Connection) -> Iterator[None]:
    """SQLite rebuilds tables with foreign keys off. They are checked afterwards, and on again whatever happens: the
    connection goes back to its pool."""
    if connection.dialect.name != "sqlite":
        yield
        return
    _pragma(connection, "OFF")
    try:
        yield
        _check_foreign_keys(connection)
    finally:
        connection.rollback()  # the pragma means nothing inside a transaction
        _pragma(connection, "ON")


def _pragma(connection: sa.Connection, state: str) -> None:
    connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={state}")


def _ours(item: object, name: str, kind: str, *_rest: object) -> bool:
    return not (kind == "table" and name == "alembic_version")


def _render(kind: str, item: object, _autogen: object) -> "str | bool":
    if kind == "type" and type(item).__module__ == "models.base":
        return f"models.base.{type(item).__name__}()"
    return False


def _check_foreign_keys(connection: sa.Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    connection.rollback()
    if broken:
        raise RuntimeError(f"foreign keys broken by the migration: {broken[:5]}")


run()
