"""Who acts: the signed-in user's grants as one Actor, or the system itself."""

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
"""One statement for who acts and with which grants; every request asks it."""


def actor_for(user_id: str | None) -> Actor:
    """The actor behind a user id, with every grant; nobody for an unknown or inactive one."""
    if not user_id:
        return ANONYMOUS
    rows = db.session.connection().execute(GRANTS, {"user": user_id}).all()
    if not rows:
        return ANONYMOUS
    roles = registry().roles
    grants = tuple(Grant(r.role, roles[r.role].permissions, ScopeKind(r.scope_kind), r.scope_id) for r in rows if r.role in roles)
    return Actor(rows[0].id, rows[0].name, grants)
