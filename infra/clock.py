"""The clock. Services ask it, never the system, so that tests and the demo can say what time it is."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_FIXED: ContextVar[dt.datetime | None] = ContextVar("fixed_time", default=None)
ZONES = {name: dt.timezone(dt.timedelta(hours=hours), name) for name, hours in (("WIB", 7), ("WITA", 8), ("WIT", 9))}


def now() -> dt.datetime:
    """The moment, in UTC."""
    return _FIXED.get() or dt.datetime.now(dt.UTC)


def local(zone: str, moment: dt.datetime | None = None) -> dt.datetime:
    """A moment (default: now) as the wall clock of WIB, WITA or WIT shows it."""
    return (moment or now()).astimezone(ZONES[zone])


def end_of_day(day: dt.date, zone: str) -> dt.datetime:
    """23.59.59 of *day* in *zone*, in UTC: the last moment in time."""
    return dt.datetime.combine(day, dt.time(23, 59, 59), ZONES[zone]).astimezone(dt.UTC)


def start_of_day(day: dt.date, zone: str) -> dt.datetime:
    """00.00.00 of *day* in *zone*, in UTC."""
    return dt.datetime.combine(day, dt.time(), ZONES[zone]).astimezone(dt.UTC)


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Let it be *moment* (aware) inside the block."""
    token = _FIXED.set(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        _FIXED.reset(token)
