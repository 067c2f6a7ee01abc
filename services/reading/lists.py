"""The lists a person keeps: how many records each collection holds within reach, and when the newest changed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from domain.access import Actor, Permission
from domain.messages import Text
from infra import clock
from models import Entry, db
from services import registry
from services.scope import within


@dataclass(frozen=True)
class Kept:
    """One collection as its keeper sees it."""

    key: str
    label: Text
    item: Text
    count: int
    changed: dt.datetime | None


def kept(actor: Actor) -> Sequence[Kept]:
    """Collections the actor may change, with counts; one statement."""
    if not actor.may_somewhere(Permission.RECORD_EDIT):
        return ()
    query = sa.select(Entry.content_type_id, sa.func.count().label("n"), sa.func.max(Entry.updated_at).label("at"))
    query = query.where(Entry.deleted_at.is_(None), within(actor.reach(Permission.RECORD_EDIT), Entry)).group_by(
        Entry.content_type_id
    )
    rows = {row.content_type_id: row for row in db.session.execute(query)}
    today, known = clock.local("WIB").date(), registry.registry()
    found = []
    for ref in known.collections():
        _version, definition = known.current(ref.key, today)
        row = rows.get(ref.id)
        found.append(Kept(ref.key, definition.label, definition.item_label, row.n if row else 0, row.at if row else None))
    return found
