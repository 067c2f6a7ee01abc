"""Reporting units."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from domain.access import Actor, Permission, Place
from domain.messages import N_, Message, message
from infra.ids import new_id
from models import Event, Region, Unit, db
from services import audit, period, region
from services.errors import Refused, refuse_stale
from services.scope import load, require, within
from services.unit_of_work import unit_of_work

ONE_PER_REGION = N_("This region already has a cluster.")


def create(
    actor: Actor, *, region_id: str, name: str, start_date: dt.date, decree: str = "", end_date: dt.date | None = None
) -> str:
    """Register the cluster of a region; gives its id."""
    with unit_of_work() as session:
        home = session.get(Region, region_id, with_for_update={"read": True}, populate_existing=True)
        if home is None:
            raise Refused(message(N_("Choose a region.")), {"region_id": message(N_("Choose a region."))})
        require(actor, Permission.UNIT_EDIT, Place(None, home.id, home.province_id))
        _refuse_unfit(home, start_date, end_date)
        if session.scalar(sa.select(Unit.id).where(Unit.region_id == region_id)):
            raise Refused(message(ONE_PER_REGION), {"region_id": message(ONE_PER_REGION)})
        unit = Unit(id=new_id(), region_id=region_id, province_id=home.province_id)
        unit.name, unit.decree, unit.start_date, unit.end_date = name, decree, start_date, end_date
        session.add(unit)
        session.flush()
        session.refresh(unit)
        period.make_missing(unit)
        audit.record(actor, "add", "unit", unit.id, unit.id, region=home.code)
        return unit.id


def update(
    actor: Actor, unit_id: str, *, name: str, start_date: dt.date, decree: str = "", end_date: dt.date | None = None, seen: int = 0
) -> None:
    """Change a unit; its region stays."""
    with unit_of_work():
        region.hold([unit_id])
        unit = load(actor, Unit, unit_id, Permission.UNIT_EDIT, read=Permission.UNIT_READ, lock=True)
        refuse_stale(unit, seen)
        _refuse_unfit(unit.region, start_date, end_date)
        _refuse_without_events(unit, start_date, end_date)
        unit.name, unit.decree, unit.start_date, unit.end_date = name, decree, start_date, end_date
        unit.lock_version += 1
        db.session.flush()
        period.drop_unowed(unit)
        period.make_missing(unit)
        audit.record(actor, "edit", "unit", unit.id, unit.id)


def _refuse_without_events(unit: Unit, start: dt.date, end: dt.date | None) -> None:
    """The emergencies a unit has declared lie within its time: their reports are owed."""
    for declared in db.session.scalars(sa.select(Event.declared_at).where(Event.unit_id == unit.id)):
        early = declared.date() < start
        if early or (end is not None and declared.date() > end):
            why = message(N_("An emergency was declared on %(day)s. Choose dates that include it."), day=declared.date())
            raise Refused(why, {"start_date" if early else "end_date": why})


def _refuse_unfit(home: Region, start_date: dt.date, end_date: dt.date | None) -> None:
    faults: dict[str, Message] = {}
    if start_date < home.valid_from:
        why = N_("The region exists from %(day)s on. Let its cluster report no earlier than that.")
        faults["start_date"] = message(why, day=home.valid_from)
    if end_date is not None and end_date < start_date:
        faults["end_date"] = message(N_("The end date may not come before the start date."))
    elif home.valid_to is not None and (end_date is None or end_date > home.valid_to):
        why = N_("The region exists until %(day)s. Let its cluster report no longer than that.")
        faults["end_date"] = message(why, day=home.valid_to)
    if faults:
        raise Refused(next(iter(faults.values())), faults)


def tiles() -> list[tuple[int, int, bool]]:
    """(column, row, whether a cluster exists there) of each province's tile."""
    lit = set(db.session.scalars(sa.select(Unit.province_id).distinct()))
    provinces = db.session.scalars(
        sa.select(Region).where(Region.level == "province", region.in_force_today()).order_by(Region.code)
    )
    return [(p.tile_column, p.tile_row, p.id in lit) for p in provinces if p.tile_column is not None and p.tile_row is not None]


def how_many(actor: Actor, permission: Permission) -> int:
    """How many units lie within the actor's reach."""
    query = sa.select(sa.func.count()).select_from(Unit).where(within(actor.reach(permission), Unit))
    return db.session.scalar(query) or 0


def own_levels(actor: Actor) -> dict[str, str]:
    """Id → level of the region of the units the actor fills for; none for who fills for the whole nation."""
    reach = actor.reach(Permission.REPORT_FILL)
    if reach.everywhere:
        return {}
    query = sa.select(Unit.id, Region.level).join(Region, Region.id == Unit.region_id).where(within(reach, Unit))
    return {row.id: row.level for row in db.session.execute(query.order_by(Region.code))}


def reachable(actor: Actor, permission: Permission) -> Sequence[Unit]:
    """Units within the actor's reach, by region code."""
    query = sa.select(Unit).join(Region, Region.id == Unit.region_id).where(within(actor.reach(permission), Unit))
    return db.session.scalars(query.order_by(Region.code)).all()
