"""Look-ups that a check asks for: one scoped query for all records, one for all regions."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from domain.access import Actor, Permission
from domain.answers import Lookup
from domain.definitions.catalog import REGIONS
from models import ContentType, Entry, Region, db
from services.region import in_force_today
from services.scope import within

MOST = 5000
"""Records offered by name: more than one unit keeps in a list."""


def known_lookups(actor: Actor, unit_id: str, lookups: Iterable[Lookup], hold: bool = False) -> set[tuple[str, str]]:
    """Those (target, key) that exist: live records of the same unit within the actor's reach, or regions.

    *hold*: they may not be removed before this transaction ends.
    """
    wanted = list(lookups)
    regions = {look.key for look in wanted if look.target == REGIONS}
    keys = {look.key for look in wanted if look.target != REGIONS}
    found: set[tuple[str, str]] = set()
    if regions:
        found |= {(REGIONS, key) for key in db.session.scalars(sa.select(Region.id).where(Region.id.in_(sorted(regions))))}
    if keys:
        query = (
            sa.select(ContentType.key, Entry.id)
            .join(ContentType, ContentType.id == Entry.content_type_id)
            .where(
                Entry.id.in_(sorted(keys)),
                Entry.unit_id == unit_id,
                Entry.deleted_at.is_(None),
                within(actor.reach(Permission.RECORD_READ), Entry),
            )
        )
        held = query.with_for_update(read=True, of=Entry) if hold else query
        found |= {(r.key, r.id) for r in db.session.execute(held)}
    return found


def options(actor: Actor, unit_id: str | None, target: str, most: int = MOST) -> Sequence[tuple[str, str]]:
    """What a reference may name: (id, title), at most *most*."""
    if target == REGIONS:
        rows = db.session.execute(sa.select(Region.id, Region.code, Region.name).where(in_force_today()).order_by(Region.code))
        return [(r.id, f"{r.code} {r.name}") for r in rows]
    query = (
        sa.select(Entry.id, Entry.title)
        .join(ContentType, ContentType.id == Entry.content_type_id)
        .where(ContentType.key == target, Entry.deleted_at.is_(None), within(actor.reach(Permission.RECORD_READ), Entry))
    )
    if unit_id is not None:
        query = query.where(Entry.unit_id == unit_id)
    return [(r.id, r.title) for r in db.session.execute(query.order_by(Entry.title).limit(most))]


def titles(keys: Iterable[str], units: Iterable[str]) -> dict[str, str]:
    """Names of regions, and of records of *units*, by id, for display; deleted ones keep theirs."""
    wanted = sorted({key for key in keys if key})
    if not wanted:
        return {}
    own = sa.select(Entry.id, Entry.title).where(Entry.id.in_(wanted), Entry.unit_id.in_(sorted(set(units))))
    found = {r.id: r.title for r in db.session.execute(own)}
    return found | {r.id: r.name for r in db.session.execute(sa.select(Region.id, Region.name).where(Region.id.in_(wanted)))}
