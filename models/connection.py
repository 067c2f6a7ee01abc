"""How connections behave. SQLite: explicit BEGIN, IMMEDIATE for writers, foreign keys, WAL, full sync, REPLACE meets triggers."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

WRITE = "emonev_write"
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", "busy_timeout=15000")


def prepare_engine(engine: sa.Engine) -> None:
    """Attach the hooks once to a new engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin or commit by itself
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: sa.Connection) -> None:
    immediate = connection.get_execution_options().get(WRITE)
    if immediate:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN")  # every request begins once, so straight to the driver; it takes no lock and cannot fail
