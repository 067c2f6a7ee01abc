"""Two who write at the same time, one always first: what the second must wait for, it then sees."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import sqlalchemy as sa

from models import db
from services.unit_of_work import unit_of_work

BLOCKED = sa.text(
    "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database()"
)


def meanwhile(app, first: Callable[[], Any], second: Callable[[], Any], then: Callable[[], Any] = lambda: None) -> Future[Any]:
    """Inside one transaction do *first*, let *second* begin elsewhere until it waits for a lock or is done, do *then*, commit.
    Gives what became of the second."""

    def elsewhere() -> Any:
        with app.app_context():
            return second()

    with ThreadPoolExecutor(1) as hand:
        with app.app_context(), unit_of_work():
            first()
            later = hand.submit(elsewhere)
            _until_it_waits(later)
            then()
        wait([later], 30)
    return later


def _until_it_waits(later: Future[Any]) -> None:
    if db.engine.dialect.name == "sqlite":
        return  # one writer at a time, from the first statement on: there is nothing to see, and nothing to get between
    for _look in range(3000):
        with db.engine.connect() as watcher:
            if later.done() or watcher.scalar(BLOCKED):
                return
        wait([later], 0.01)
    raise AssertionError("the second neither waits nor ends")
