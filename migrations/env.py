"""Migrations. SQLite: foreign keys off while tables are rebuilt, checked afterwards; guards and rights after every upgrade."""

import sqlalchemy as sa
from alembic import context

from models import db
from models.guards import ensure_guards
from models.owner import grant_app_role, owner_connection


def run() -> None:
    """Migrate the application's database as its owner, or whatever a caller hands over as ``attributes["connection"]``."""
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    with owner_connection() as connection:
        migrate(connection)


def migrate(connection: sa.Connection) -> None:
    """Run the migrations, then guard and grant. A transaction that was open before is left to who opened it."""
    mine, sqlite = not connection.in_transaction(), connection.dialect.name == "sqlite"
    if sqlite:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
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
    if sqlite:
        _check_foreign_keys(connection)
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
    if sa.inspect(connection).has_table("audit"):
        ensure_guards(connection)
        grant_app_role(connection)
    if mine:
        connection.commit()


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
