"""Who acts: the signed-in user's grants as one Actor, or the system itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from domain.access import ANONYMOUS, Actor, Grant, Permission
from domain.access.policy import ScopeKind
from models import EndedSession, KeptPost, Region, RoleGrant, Unit, User, db
from services.registry import EPOCH, registry

SYSTEM = Actor("", "sistem", (Grant("system", frozenset(Permission), ScopeKind.NATIONAL),))
"""Commands and the seed act as this; it signs nothing in."""


GRANTED = (
    sa.select(
        User.id,
        User.name,
        User.locale,
        User.fs_uniquifier,
        RoleGrant.role,
        RoleGrant.scope_kind,
        RoleGrant.scope_id,
        sa.func.coalesce(Unit.name, Region.name, "").label("scope_name"),
        EPOCH.scalar_subquery().label("epoch"),
        sa.exists().where(KeptPost.user_id == User.id).label("kept"),
    )
    .outerjoin(RoleGrant, RoleGrant.user_id == User.id)
    .outerjoin(Unit, Unit.id == RoleGrant.scope_id)
    .outerjoin(Region, Region.id == RoleGrant.scope_id)
    .where(User.active.is_(True))
    .order_by(RoleGrant.id)
)
"""An active account, its grants and the registry's epoch, in one statement; every request asks it."""
BY_ID = GRANTED.where(User.id == sa.bindparam("key"))
BY_SESSION = GRANTED.where(
    User.fs_uniquifier == sa.bindparam("key"),
    ~sa.exists().where(EndedSession.key == sa.bindparam("session")),
)


@dataclass(frozen=True, slots=True)
class Person:
    """An active account as plain values, and who acts for it. *key*: what its sessions carry. *kept*: whether a post of theirs
    was kept when they were signed out."""

    id: str
    name: str
    locale: str
    key: str
    actor: Actor
    kept: bool = False


def actor_for(user_id: str | None) -> Actor:
    """The actor behind a user id, with every grant; nobody for an unknown or inactive one."""
    found = _person(BY_ID, {"key": user_id}) if user_id else None
    return found.actor if found else ANONYMOUS


def person(key: str, session: str) -> Person | None:
    """The active account behind the account key in a session, unless its person has signed out of that session."""
    return _person(BY_SESSION, {"key": key, "session": session})


def _person(query: sa.Select[Any, Any, Any, Any, Any, Any, Any, Any, Any, Any], wanted: Mapping[str, str]) -> Person | None:
    rows = db.session.connection().execute(query, wanted).all()
    if not rows:
        return None
    who = rows[0]
    roles = registry(who.epoch).roles
    grants = tuple(
        Grant(r.role, roles[r.role].permissions, ScopeKind(r.scope_kind), r.scope_id, r.scope_name) for r in rows if r.role in roles
    )
    return Person(who.id, who.name, who.locale, who.fs_uniquifier, Actor(who.id, who.name, grants), bool(who.kept))
