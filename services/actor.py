"""Who acts: the signed-in user's grants as one Actor, or the system itself."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from domain.access import ANONYMOUS, Actor, Grant, Permission
from domain.access.policy import ScopeKind
from models import RoleGrant, User, db
from services.registry import registry

SYSTEM = Actor("", "sistem", (Grant("system", frozenset(Permission), ScopeKind.NATIONAL),))
"""Commands and the seed act as this; it signs nothing in."""


GRANTS = (
    sa.select(User.id, User.name, RoleGrant.role, RoleGrant.scope_kind, RoleGrant.scope_id)
    .outerjoin(RoleGrant, RoleGrant.user_id == User.id)
    .where(User.id == sa.bindparam("user"), User.active.is_(True))
    .order_by(RoleGrant.id)
)
"""Who acts and with which grants, in one statement."""


def actor_for(user_id: str | None) -> Actor:
    """The actor behind a user id, with every grant; nobody for an unknown or inactive one."""
    if not user_id:
        return ANONYMOUS
    rows = db.session.connection().execute(GRANTS, {"user": user_id}).all()
    return _actor(rows[0].id, rows[0].name, rows) if rows else ANONYMOUS


PERSON = (
    sa.select(User, RoleGrant.role, RoleGrant.scope_kind, RoleGrant.scope_id)
    .outerjoin(RoleGrant, RoleGrant.user_id == User.id)
    .where(User.fs_uniquifier == sa.bindparam("key"), User.active.is_(True))
    .order_by(RoleGrant.id)
)
"""The account behind a session and its grants: one statement, asked by every request."""


def person(key: str) -> tuple[User, Actor] | None:
    """The active account behind a session's key, and who acts for it."""
    rows = db.session.execute(PERSON, {"key": key}).all()
    return (rows[0].User, _actor(rows[0].User.id, rows[0].User.name, rows)) if rows else None


def _actor(user_id: str, name: str, rows: Sequence[Any]) -> Actor:
    roles = registry().roles
    grants = tuple(Grant(r.role, roles[r.role].permissions, ScopeKind(r.scope_kind), r.scope_id) for r in rows if r.role in roles)
    return Actor(user_id, name, grants)
