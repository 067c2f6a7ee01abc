"""When people change: whoever follows gets the roles, and with them the drafts, which belong to the unit and not to a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.access import Actor, Permission
from domain.messages import N_, message
from domain.reporting.states import EDITABLE
from models import Entry, Report, RoleGrant, User, db
from services import audit, sign_in, user
from services.errors import Refused
from services.report_rows import ROWS, read
from services.scope import held, require
from services.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True)
class Left:
    """What a person who leaves hands on: their grants, and the unsent reports they were the last to write in."""

    grants: Sequence[RoleGrant]
    drafts: Sequence[Report]


def left_behind(actor: Actor, user_id: str) -> Left:
    """What there is to hand over."""
    require(actor, Permission.USER_EDIT)
    mine = ROWS.where(Entry.updated_by == user_id, Report.state.in_(sorted(EDITABLE))).order_by(Report.due_at, Report.id)
    return Left(user.grants_of(user_id), read(mine))


def hand_over(actor: Actor, user_id: str, *, email: str, name: str = "", seen: int = 0) -> str:
    """Give every role of a person to the account of *email*, made when there is none, and let theirs rest. Gives the
    successor's id. *seen*: the state of the account its page showed."""
    require(actor, Permission.USER_EDIT)
    address = sign_in.address(email)
    if address is None:
        raise Refused(message(user.NO_ADDRESS), {"email": message(user.NO_ADDRESS)})
    with unit_of_work():
        known = sign_in.account(address)
        _hold(user_id, *([known.id] if known else []))
        leaver = held(User, user_id, seen)
        if not leaver.active and not user.grants_of(user_id):
            raise Refused(message(N_("This account is handed over already.")))
        if leaver.id == actor.id:
            raise Refused(message(N_("You cannot hand over your own account. Ask another administrator.")))
        follower = _follower(actor, leaver, known, address, name)
        user.write_grants(
            actor, follower, user.held_by(follower.id) + [wish for wish in user.held_by(leaver.id) if user.is_known(wish)]
        )
        user.write_grants(actor, leaver, ())
        leaver.active = False
        leaver.lock_version += 1
        follower.lock_version += 1
        user.renew(leaver, leaver.password)
        user.refuse_nobody_left()
        audit.record(actor, "hand-over", "user", leaver.id, to=follower.id)
        audit.record(actor, "edit", "user", follower.id, grants=user.granted(follower))
        return follower.id


def _hold(*user_ids: str) -> None:
    """Hold these accounts in one order: two hand-overs that cross would else wait for each other for ever."""
    for user_id in sorted(user_ids):
        held(User, user_id)


def _follower(actor: Actor, leaver: User, known: User | None, email: str, name: str) -> User:
    """The account that goes on: the one of the address, or a new one without a password."""
    if known is None:
        if not name.strip():
            why = message(N_("There is no account with this address yet. Enter a name to make one."))
            raise Refused(why, {"name": why})
        return db.session.get_one(User, user.create(actor, email=email, name=name.strip()))
    if known.id == leaver.id or not known.active:
        why = message(N_("Choose another person who may sign in."))
        raise Refused(why, {"email": why})
    if name.strip().casefold() not in ("", known.name.casefold()):
        why = message(N_("This address belongs to %(name)s. To hand over to them, leave the name empty."), name=known.name)
        raise Refused(why, {"name": why})
    return known
