"""Identifiers: ULIDs, sortable by time, never taken from clients as primary keys."""

from ulid import ULID

from infra import clock


def new_id() -> str:
    """A fresh ULID of 26 characters."""
    return str(ULID.from_datetime(clock.now()))
