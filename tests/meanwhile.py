"""Two who write at the same time, one always first: what the second must wait for, it then sees."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import sqlalchemy as sa

from models import db
from services.unit_of_work import unit_of_work

BLOCKED = sa.text(
    "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database()"
)
LONGEST = 30
"""Seconds for the second, once the first is done: two who wait for each other fail, they do not hang."""


def meanwhile(app, first: Callable[[], Any], second: Callable[[], Any], then: Callable[[], Any] = lambda: None) -> Future[Any]:
    """Inside one transaction do *first*, let *second* begin elsewhere until it waits for a lock or is done, do *then*, commit.
    Gives what became of the second. On SQLite whoever writes keeps all others out from the first statement on, so nothing can
    get between: there the second has begun, and that is all that can be seen."""
    begun = threading.Event()

    def elsewhere() -> Any:
        with app.app_context():
            begun.set()
            return second()

    hand = ThreadPoolExecutor(1)
    with app.app_context(), unit_of_work():
        first()
        later = hand.submit(elsewhere)
        assert begun.wait(LONGEST)
        _until_it_waits(later)
        then()
    later.exception(LONGEST)
    hand.shutdown()
    return later


def _until_it_waits(later: Future[Any]) -> None:
    if db.engine.dialect.name == "sqlite":
        return
    for _look in range(3000):
        with db.engine.connect() as watcher:
            if later.done() or watcher.scalar(BLOCKED):
                return
        wait([later], 0.01)
    raise AssertionError("the second neither waits nor ends")
