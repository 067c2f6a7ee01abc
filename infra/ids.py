"""Identifiers: ULIDs, sortable by time, never taken from clients as primary keys."""

import threading

from ulid import ULID

from infra import clock

_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """A fresh ULID of 26 characters, after every one this process has made: a clock set back changes no order."""
    global _last  # noqa: PLW0603 - what was made last is all there is to know
    fresh = int(ULID.from_datetime(clock.now()))
    with _lock:
        _last = max(fresh, _last + 1)
        return str(ULID.from_int(_last))
