"""One write, one transaction: begin as a writer, let the use case re-read and change, commit once or roll back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_sqlalchemy.session import Session
from sqlalchemy.dialects import postgresql, sqlite

from models import db
from models.connection import WRITE

OPEN = "unit_of_work"
BUMPED, HELD = "registry_bumped", "registry_held"
"""Marks of the registry in the session; it reads them from here."""


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """The session inside a write transaction. What was read before is forgotten: read again what you change.

    A unit of work opened inside another joins it.
    """
    session = db.session()  # once: each look through the scope costs at every save
    if session.info.get(OPEN):
        yield session
        session.flush()
        return
    session.rollback()
    session.info.pop(HELD, None)
    session.info[OPEN] = True
    try:
        session.connection(execution_options={WRITE: True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(OPEN, None)
        session.info.pop(BUMPED, None)
        session.info.pop(HELD, None)


def insert_once(table: type[Any], **values: Any) -> None:
    """Add a row unless it is there: two may want the same one at the same moment."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(insert(table).values(**values).on_conflict_do_nothing())
