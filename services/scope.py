"""Scope in one place: one SQL predicate for lists, one call that loads and authorises. Both ask the same policy, whose
reach and whose answer for one place are shown equal by a property test."""

from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa

from domain.access import Actor, Permission, Place, Reach
from models import Unit, db
from services.errors import Edited, Forbidden, NotFound, refuse_stale

T = TypeVar("T")
C = TypeVar("C", bound=Edited)


def within(reach: Reach, table: Any) -> sa.ColumnElement[bool]:
    """Rows of *table* that lie within *reach*. The table has ``unit_id`` (a unit: ``id``), ``region_id``, ``province_id``."""
    if reach.everywhere:
        return sa.true()
    parts = []
    if reach.provinces:
        parts.append(table.province_id.in_(sorted(reach.provinces)))
    if reach.regions:
        parts.append(table.region_id.in_(sorted(reach.regions)))
    if reach.units:
        unit_id = table.id if table is Unit else table.unit_id
        parts.append(unit_id.in_(sorted(reach.units)))
    return sa.or_(*parts) if parts else sa.false()


def place_of(row: Any) -> Place:
    """Where a row belongs."""
    unit_id = row.id if isinstance(row, Unit) else row.unit_id
    return Place(unit_id, row.region_id, row.province_id)


def load(
    actor: Actor,
    model: type[T],
    key: str,
    permission: Permission,
    *,
    read: Permission,
    lock: bool = False,
) -> T:
    """Load one row and authorise in one call: out of reach → :class:`NotFound`, readable only → :class:`Forbidden`."""
    kept: Any = model  # a class is hashable; the type variable hides it
    row: T | None = db.session.scalar(_by_key(kept, lock), {"key": key}) if plausible(key) else None
    return authorise(actor, row, permission, read)


def authorise(actor: Actor, row: T | None, permission: Permission, read: Permission) -> T:
    """The row itself, when the actor may; see :func:`load`."""
    if row is None or not actor.may(read, place_of(row)):
        raise NotFound
    if not actor.may(permission, place_of(row)):
        raise Forbidden
    return row


@lru_cache(maxsize=64)
def _by_key(model: type[Any], lock: bool) -> sa.Select[Any]:
    """One statement per kind of load, made once: SQLAlchemy then keeps its compiled form with it. A lock lets others still refer
    to the row: rows that name a held unit are no change of it."""
    query = sa.select(model).where(model.id == sa.bindparam("key"))
    return query.with_for_update(of=model, key_share=True).execution_options(populate_existing=True) if lock else query


def held(model: type[C], key: str, seen: int = 0) -> C:
    """A row of what belongs to no region, to be changed by who may: held, and as the page had seen it."""
    row = db.session.get(model, key, with_for_update={"key_share": True}, populate_existing=True)
    if row is None:
        raise NotFound
    refuse_stale(row, seen)
    return row


def require(actor: Actor, permission: Permission, place: Place | None = None) -> None:
    """Refuse unless the actor holds *permission* at *place* (nationally when no place is given)."""
    if not actor.may(permission, place or Place()):
        raise Forbidden


def plausible(key: str) -> bool:
    """Whether a key from outside can be one of ours."""
    return isinstance(key, str) and 0 < len(key) <= 64 and key.isascii() and key.isprintable()


def require_somewhere(actor: Actor, permission: Permission) -> None:
    """Refuse unless the actor holds *permission* in some scope."""
    if not actor.may_somewhere(permission):
        raise Forbidden
