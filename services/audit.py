"""The audit trail: one line per write, in the same transaction. Names fields and states, never personal values."""

from contextvars import ContextVar
from typing import Any, cast

import sqlalchemy as sa

from domain.access import Actor
from infra import clock
from infra.ids import new_id
from models import AuditEntry, db

ORIGIN: ContextVar[str] = ContextVar("origin", default="")
"""Where the request came from; set by the door."""
LINE = sa.insert(cast(sa.Table, AuditEntry.__table__))


def record(actor: Actor | None, verb: str, subject: str, subject_id: str, unit_id: str | None = None, **detail: Any) -> None:
    """Add one line to the trail, after what it tells of; it commits with the write beside it."""
    line = {
        "id": new_id(),
        "at": clock.now(),
        "actor_id": (actor.id or None) if actor else None,
        "verb": verb,
        "subject": subject,
        "subject_id": subject_id,
        "unit_id": unit_id,
        "origin": ORIGIN.get(),
        "detail": detail,
    }
    db.session.flush()
    db.session.connection().execute(LINE, line)
