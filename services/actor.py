"""Who acts: the signed-in user's grants as one Actor, or the system itself."""

from typing import Any

import sqlalchemy as sa

from domain.access import ANONYMOUS, Actor, Grant, Permission
from domain.access.policy import ScopeKind
from models import RoleGrant, User, db
from services.registry import registry

SYSTEM = Actor("", "sistem", (Grant("system", frozenset(Permission), ScopeKind.NATIONAL),))
"""Commands and the seed act as this; it signs nothing in."""


GRANTED = (
    sa.select(User, RoleGrant.role, RoleGrant.scope_kind, RoleGrant.scope_id)
    .outerjoin(RoleGrant, RoleGrant.user_id == User.id)
    .where(User.active.is_(True))
    .order_by(RoleGrant.id)
)
"""An active account and its grants, in one statement; every request asks it."""
BY_ID = GRANTED.where(User.id == sa.bindparam("key"))
BY_SESSION = GRANTED.where(User.fs_uniquifier == sa.bindparam("key"))


def actor_for(user_id: str | None) -> Actor:
    """The actor behind a user id, with every grant; nobody for an unknown or inactive one."""
    found = _person(BY_ID, user_id) if user_id else None
    return found[1] if found else ANONYMOUS


def person(key: str) -> tuple[User, Actor] | None:
    """The active account behind a session's key, and who acts for it."""
    return _person(BY_SESSION, key)


def _person(query: sa.Select[Any, Any, Any, Any], key: str) -> tuple[User, Actor] | None:
    rows = db.session.execute(query, {"key": key}).all()
    if not rows:
        return None
    user: User = rows[0].User
    roles = registry().roles
    grants = tuple(Grant(r.role, roles[r.role].permissions, ScopeKind(r.scope_kind), r.scope_id) for r in rows if r.role in roles)
    return user, Actor(user.id, user.name, grants)
