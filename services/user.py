"""Users and their grants."""

import secrets
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from domain.access import Actor, Permission
from domain.access.passwords import SHORTEST, is_guessed
from domain.access.policy import ScopeKind
from domain.messages import N_, message
from infra import clock
from infra.ids import new_id
from models import AccessLink, Region, RegistryState, Role, RoleGrant, Unit, User, db
from services import audit, sign_in
from services.errors import Refused
from services.scope import held, require
from services.unit_of_work import unit_of_work

Hasher = Callable[[str], str]
NO_ADDRESS = N_("Nobody can sign in with this address. Enter a work e-mail such as nama@bpbd.go.id.")


def session_name() -> str:
    """What the sessions of a person are known by; a new one ends them all."""
    return secrets.token_hex(32)


def _no_hasher(_password: str) -> str:
    raise TypeError("a password needs a hasher")


@dataclass(frozen=True, slots=True)
class GrantWish:
    """A role to be granted. *scope_id*: a region's or unit's id, empty for national."""

    role: str
    kind: str
    scope_id: str = ""

    @classmethod
    def of(cls, grant: RoleGrant) -> "GrantWish":
        """The wish a grant fulfils."""
        return cls(grant.role, grant.scope_kind, grant.scope_id)


def create(
    actor: Actor, *, email: str, name: str, password: str = "", hasher: Hasher = _no_hasher, grants: Iterable[GrantWish] = ()
) -> str:
    """Add a user; *hasher* is the sign-in library's password hash. Without a password the person chooses one through a link
    (:mod:`services.access_link`); until then nothing signs in. Gives the id."""
    require(actor, Permission.USER_EDIT)
    chosen = hashed(password, hasher, (email, name)) if password else ""
    address = sign_in.address(email)
    if address is None:
        raise Refused(message(NO_ADDRESS), {"email": message(NO_ADDRESS)})
    with unit_of_work() as session:
        email = address
        if session.scalar(sa.select(User.id).where(User.email == email)):
            why = message(N_("This e-mail address already has an account."))
            raise Refused(why, {"email": why})
        user = User(
            id=new_id(),
            email=email,
            name=name,
            password=chosen,
            active=True,
            fs_uniquifier=session_name(),
            created_at=clock.now(),
        )
        session.add(user)
        session.flush()
        write_grants(actor, user, grants)
        audit.record(actor, "add", "user", user.id, grants=granted(user))
        return user.id


def update(
    actor: Actor,
    user_id: str,
    *,
    name: str,
    active: bool,
    grants: Iterable[GrantWish],
    password: str = "",
    hasher: Hasher = _no_hasher,
    seen: int = 0,
) -> None:
    """Change a user: name, whether active, grants, and a new password when one is given."""
    require(actor, Permission.USER_EDIT)
    chosen = hashed(password, hasher, (name, email_of(user_id))) if password else ""
    with unit_of_work():
        user = held(User, user_id, seen)
        if user.id == actor.id and not active:
            why = message(N_("You cannot deactivate your own account."))
            raise Refused(why, {"active": why})
        if chosen or not active:
            renew(user, chosen or user.password)
        user.name, user.active = name, active
        user.lock_version += 1
        write_grants(actor, user, grants)
        refuse_nobody_left()
        audit.record(actor, "edit", "user", user.id, active=active, password=bool(chosen), grants=granted(user))


def add_grant(actor: Actor, user_id: str, wish: GrantWish) -> None:
    """Give a person one more role, unless they hold it."""
    require(actor, Permission.USER_EDIT)
    with unit_of_work():
        user = held(User, user_id)
        holding = held_by(user.id)
        if wish not in holding:
            user.lock_version += 1
            write_grants(actor, user, [*holding, wish])
            audit.record(actor, "edit", "user", user.id, grants=granted(user))


def grants_of(user_id: str) -> list[RoleGrant]:
    """The grants of a person."""
    return list(db.session.scalars(sa.select(RoleGrant).where(RoleGrant.user_id == user_id).order_by(RoleGrant.id)))


def held_by(user_id: str) -> list[GrantWish]:
    """What a person holds, as one would wish for it."""
    return [GrantWish.of(grant) for grant in grants_of(user_id)]


def granted(user: User) -> list[str]:
    """What a person holds, for the trail."""
    return [" ".join(filter(None, (r.role, r.scope_kind, r.scope_id))) for r in grants_of(user.id)]


def renew(user: User, password: str) -> None:
    """Set a person's password hash, end every session of theirs and close every link; part of the caller's transaction."""
    user.password, user.fs_uniquifier = password, session_name()
    close_links(user.id)


def close_links(user_id: str) -> None:
    """No link made so far opens this account any more."""
    still = sa.update(AccessLink).where(AccessLink.user_id == user_id, AccessLink.closed_at.is_(None))
    db.session.execute(still.values(closed_at=clock.now()))


def email_of(user_id: str) -> str:
    """The address of an account; empty where there is none."""
    return db.session.scalar(sa.select(User.email).where(User.id == user_id)) or ""


def hashed(password: str, hasher: Hasher, about: Iterable[str] = ()) -> str:
    """The hash of a password, composed as the sign-in library composes what is typed. *about*: what everyone knows of its owner.
    Slow on purpose: outside a transaction. Raises :class:`Refused` for one that is short or easily guessed."""
    _refuse_weak(password, about)
    return hasher(unicodedata.normalize("NFKD", password))


def _refuse_weak(password: str, about: Iterable[str]) -> None:
    if len(password.strip()) < SHORTEST:
        why = message(N_("Use at least %(n)s characters for the password."), n=SHORTEST)
        raise Refused(why, {"password": why})
    if is_guessed(password, tuple(about)):
        why = message(N_("This password is guessed too easily. Use a short sentence of your own, without your name or address."))
        raise Refused(why, {"password": why})


def write_grants(actor: Actor, user: User, grants: Iterable[GrantWish]) -> None:
    """Make the grants those wished for; one that stays keeps who gave it and when. Part of the caller's transaction."""
    wishes = dict.fromkeys(grants)
    for kept in grants_of(user.id):
        if GrantWish.of(kept) in wishes:
            del wishes[GrantWish.of(kept)]
        else:
            db.session.delete(kept)
    for wish in wishes:
        _refuse_unknown(wish)
        grant = RoleGrant(id=new_id(), user_id=user.id, role=wish.role, scope_kind=wish.kind, scope_id=wish.scope_id)
        grant.granted_by, grant.granted_at = actor.id or None, clock.now()
        db.session.add(grant)
    db.session.flush()


def administrators() -> list[tuple[str, str]]:
    """(name, work e-mail) of everyone who may let people in: whom an account without a role has to ask."""
    holding = db.session.execute(
        sa.select(User.name, User.email, Role.permissions)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .join(Role, Role.key == RoleGrant.role)
        .where(RoleGrant.scope_kind == ScopeKind.NATIONAL.value, User.active.is_(True), User.password != "")
        .order_by(User.name, User.email)
    )
    return list(
        dict.fromkeys(
            (r.name, r.email) for r in holding if isinstance(r.permissions, list) and Permission.USER_EDIT.value in r.permissions
        )
    )


def refuse_nobody_left() -> None:
    """Someone must be able to let people in; two who give up the right at once are seen one after the other."""
    db.session.execute(sa.select(RegistryState.epoch).with_for_update())
    if not administrators():
        raise Refused(message(N_("At least one active person must keep the right to manage users for the whole country.")))


def is_known(wish: GrantWish) -> bool:
    """Whether there is such a role and such a place; a grant may outlive both."""
    return db.session.get(Role, wish.role) is not None and _is_place(wish)


def _is_place(wish: GrantWish) -> bool:
    if wish.kind == ScopeKind.NATIONAL:
        return True
    target: type[Unit] | type[Region] = Unit if wish.kind == ScopeKind.UNIT else Region
    place: Any = db.session.get(target, wish.scope_id)
    return place is not None and not (wish.kind == ScopeKind.PROVINCE and place.id != place.province_id)


def _refuse_unknown(wish: GrantWish) -> None:
    if not is_known(wish):
        why = message(N_("Choose where the role holds.") if db.session.get(Role, wish.role) else N_("Choose a role."))
        raise Refused(why, {"grants": why})


def set_locale(actor: Actor, locale: str) -> None:
    """Remember the language a person chose."""
    with unit_of_work() as session:
        user = session.get(User, actor.id)
        if user is not None and locale in ("id", "en"):
            user.locale = locale
