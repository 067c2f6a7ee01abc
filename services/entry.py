"""Entries, whatever they hold: made for a unit, kept as they were at each step. Parts of the caller's transaction."""

from typing import cast

import sqlalchemy as sa

from domain.access import Actor
from infra import clock
from infra.ids import new_id
from models import Entry, EntryRevision, Unit, db

REVISION = sa.insert(cast(sa.Table, EntryRevision.__table__))
LAST = sa.select(sa.func.max(EntryRevision.number)).where(EntryRevision.entry_id == sa.bindparam("of"))


def new_entry(unit: Unit, type_id: str, version_id: str, subject_id: str | None = None) -> Entry:
    """An empty entry of a unit under a version; *subject_id*: the period or event a report is about."""
    now = clock.now()
    return Entry(
        id=new_id(),
        content_type_id=type_id,
        version_id=version_id,
        unit_id=unit.id,
        region_id=unit.region_id,
        province_id=unit.province_id,
        subject_id=subject_id,
        doc={},
        seq=0,
        created_at=now,
        updated_at=now,
    )


def add_revision(actor: Actor, entry: Entry, verb: str) -> None:
    """Keep the whole document as it is now."""
    last = db.session.connection().scalar(LAST, {"of": entry.id}) or 0
    row = {"entry_id": entry.id, "number": last + 1, "version_id": entry.version_id, "doc": entry.doc, "verb": verb}
    db.session.flush()
    db.session.connection().execute(REVISION, row | {"at": clock.now(), "actor_id": actor.id or None})
