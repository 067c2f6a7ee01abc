"""Migrations. SQLite: foreign keys off while tables are rebuilt, checked afterwards; guards after every upgrade."""

import sqlalchemy as sa
from alembic import context
from flask import current_app

from models import db
from models.guards import ensure_guards


def run() -> None:
    """Run the migrations on the application's database."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.rollback()
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
        if connection.in_transaction():
            connection.commit()
        if sqlite:
            _check_foreign_keys(connection)
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
        if sa.inspect(connection).has_table("audit"):
            ensure_guards(connection)
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
