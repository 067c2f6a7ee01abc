"""One-time links by which people choose a password: an invitation, or a new start after a forgotten one. They are copied and
handed on by the administrator; no mail server is needed."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from domain.access import Actor, Permission
from domain.messages import N_, message
from infra import clock
from infra.ids import new_id
from models import AccessLink, User, db
from services import audit
from services.errors import NotFound, Refused
from services.scope import held, plausible, require
from services.unit_of_work import unit_of_work
from services.user import Hasher, close_links, hashed, renew

DAYS = 7
"""How long a link opens something."""


@dataclass(frozen=True, slots=True)
class Made:
    """A fresh link. *secret* is shown now and never again."""

    secret: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom an open link is for."""

    user_id: str
    name: str
    email: str
    expires_at: dt.datetime


def make(actor: Actor, user_id: str) -> Made:
    """A link for a person who may sign in; it ends every earlier one of theirs."""
    require(actor, Permission.USER_EDIT)
    with unit_of_work() as session:
        user = held(User, user_id)
        if not user.active:
            raise Refused(message(N_("This account may not sign in. Allow it first, then make the link.")))
        close_links(user_id)
        secret, now = secrets.token_urlsafe(32), clock.now()
        link = AccessLink(id=new_id(), user_id=user_id, secret_hash=_hash(secret), made_at=now, made_by=actor.id or None)
        link.expires_at = now + dt.timedelta(days=DAYS)
        session.add(link)
        audit.record(actor, "link", "user", user_id)
        return Made(secret, link.expires_at)


def make_all(actor: Actor, user_ids: Iterable[str]) -> dict[str, Made]:
    """A link for each of these people, all or none: they are shown once, together."""
    with unit_of_work():
        return {user_id: make(actor, user_id) for user_id in sorted(user_ids)}


def holder(secret: str) -> Holder:
    """Whom a link is for; raises :class:`NotFound` for one that opens nothing (any more)."""
    found = db.session.execute(_open(secret)).first() if plausible(secret) else None
    if found is None:
        raise NotFound
    link, user = found
    return Holder(user.id, user.name, user.email, link.expires_at)


def use(secret: str, password: str, hasher: Hasher) -> None:
    """Set the password its holder chose, once: the link closes, and every session of theirs ends."""
    who = holder(secret)  # nobody makes us hash for a link that opens nothing
    chosen = hashed(password, hasher, (who.name, who.email))
    with unit_of_work() as session:
        held(User, who.user_id)  # first, as who makes a link does: two who wait for each other would wait for ever
        found = session.execute(_open(secret)).first()
        if found is None:
            raise NotFound
        _link, user = found
        renew(user, chosen)
        user.failed_count, user.locked_until = 0, None
        audit.record(None, "choose-password", "user", user.id)


def newest(user_ids: Sequence[str]) -> Mapping[str, AccessLink]:
    """The newest link of each of these people."""
    rows = db.session.scalars(
        sa.select(AccessLink).where(AccessLink.user_id.in_(user_ids)).order_by(AccessLink.made_at, AccessLink.id)
    )
    return {row.user_id: row for row in rows}


def with_open_link(user_ids: Iterable[str]) -> set[str]:
    """Those of these people who hold a link that still opens their account."""
    still = (AccessLink.closed_at.is_(None), AccessLink.expires_at > clock.now())
    return set(db.session.scalars(sa.select(AccessLink.user_id).where(AccessLink.user_id.in_(sorted(user_ids)), *still)))


def _open(secret: str) -> sa.Select[AccessLink, User]:
    return (
        sa.select(AccessLink, User)
        .join(User, User.id == AccessLink.user_id)
        .where(
            AccessLink.secret_hash == _hash(secret),
            AccessLink.closed_at.is_(None),
            AccessLink.expires_at > clock.now(),
            User.active.is_(True),
        )
        .execution_options(populate_existing=True)
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
