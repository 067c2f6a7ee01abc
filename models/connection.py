"""How connections behave. SQLite: explicit BEGIN, IMMEDIATE for writers, foreign keys, WAL, full sync, REPLACE meets triggers."""

import sqlite3
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
    begin = "BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITE) else "BEGIN"
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(begin)  # every request begins once or twice, so straight to the driver
    except sqlite3.Error as error:  # another writer did not finish in time, the disk is gone
        raise sa.exc.OperationalError(begin, None, error) from error
