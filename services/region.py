"""Regions: the seed, changes by law, and the lists that pages offer."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from domain.access import Actor, Permission
from domain.definitions.build import stable_id
from domain.messages import N_, message
from infra import clock
from infra.ids import new_id
from models import Attachment, Entry, Event, Period, Region, Report, Unit, db
from services import audit, registry, score
from services.errors import Refused
from services.scope import held, require
from services.unit_of_work import unit_of_work


def seed_regions(actor: Actor, rows: Iterable[Mapping[str, str]]) -> int:
    """Add the regions of the CSV that are not there yet (provinces first); gives how many."""
    require(actor, Permission.UNIT_EDIT)
    with unit_of_work() as session:
        known = set(session.scalars(sa.select(Region.code)))
        added = [_region(row) for row in sorted(rows, key=lambda r: len(r["code"])) if row["code"] not in known]
        for region in added:
            session.add(region)
        session.flush()
        registry.bump()
        audit.record(actor, "seed", "region", "*", added=len(added))
        return len(added)


def _region(row: Mapping[str, str]) -> Region:
    region = Region(id=region_id(row["code"]), code=row["code"], name=row["name"], official_name=row["official_name"])
    region.level, region.zone, region.short_name = row["level"], row["zone"], row["short"]
    region.parent_id = region_id(row["parent"]) if row["parent"] else None
    region.tile_column = int(row["tile_column"]) if row["tile_column"] else None
    region.tile_row = int(row["tile_row"]) if row["tile_row"] else None
    region.own_bpbd = row["own_bpbd"] == "1"
    return region


SHAPES = {"province": re.compile(r"\d\d", re.ASCII)}
WITHIN = re.compile(r"\d\d\.\d\d", re.ASCII)


def save(
    actor: Actor,
    *,
    code: str,
    name: str,
    official_name: str,
    level: str,
    parent_id: str | None,
    zone: str,
    own_bpbd: bool,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
    successor_id: str | None = None,
    region_id: str | None = None,
    seen: int = 0,
) -> str:
    """Add a region, or change one. What was reported stays with the id; code, name and province may change, and a region
    that was split or renamed by law ends on a day and names who follows it."""
    require(actor, Permission.UNIT_EDIT)
    with unit_of_work() as session:
        row = held(Region, region_id, seen) if region_id else Region(id=new_id(), short_name="")
        registry.bump()  # before anything is looked at: two who change regions are seen one after the other
        _refuse_new_code(row, code)
        before = row.zone
        row.code, row.name, row.official_name, row.zone, row.own_bpbd = code, name, official_name or name, zone, own_bpbd
        row.level, row.parent_id = level if region_id is None else row.level, None if level == "province" else parent_id
        row.valid_from, row.valid_to, row.successor_id = valid_from, valid_to, successor_id
        _refuse_unfit(row)
        row.lock_version = (row.lock_version or 0) + 1
        session.add(row)
        session.flush()
        _keep_below(row)
        moved = _move_due(row, before) if before not in (None, zone) else []
        audit.record(actor, "edit" if region_id else "add", "region", row.id, code=code, until=valid_to and valid_to.isoformat())
        saved = row.id
    for unit_id, year in moved:
        score.refresh_units([unit_id], year)
    return saved


def hold(unit_ids: Iterable[str] | None = None) -> None:
    """Keep the regions of these units, or of all, as they are until the caller's transaction ends: their dates and clocks decide
    what units owe and by when. Whoever holds units, periods or reports too holds regions first."""
    homes = sa.select(Unit.region_id) if unit_ids is None else sa.select(Unit.region_id).where(Unit.id.in_(list(unit_ids)))
    db.session.execute(sa.select(Region.id).where(Region.id.in_(homes)).order_by(Region.id).with_for_update(read=True)).all()


def _refuse_new_code(row: Region, code: str) -> None:
    """The codes of a province's regions start with its own: the province of a new code is a new one, and they move to it."""
    below = sa.select(Region.id).where(Region.parent_id == row.id)
    _refuse_if(
        row.code not in (None, code) and db.session.scalar(below.limit(1)) is not None,
        "code",
        N_("Regions of this province carry its code. Add the province with the new code, then move them to it."),
    )


def _move_due(row: Region, zone: str) -> list[tuple[str, int]]:
    """The last day of an unsent report stays the day it was where the region's clock is another now, no longer of *zone*; gives
    (unit, year) of what is to be scored anew."""
    db.session.execute(sa.select(Period.id).with_for_update(read=True)).all()  # periods before reports
    unsent = sa.select(Report).where(Report.region_id == row.id, Report.first_sent_at.is_(None)).order_by(Report.id)
    reports = db.session.scalars(unsent.with_for_update(of=Report).execution_options(populate_existing=True)).all()
    for report in reports:
        report.due_at = clock.end_of_day(clock.local(zone, report.due_at).date(), row.zone)
    return sorted({(report.unit_id, report.year) for report in reports})


def _refuse_unfit(row: Region) -> None:
    """A code that fits the level and is its own while the region exists, the province of that code, dates in order, and nobody
    left behind when it ends."""
    _refuse_if(
        not SHAPES.get(row.level, WITHIN).fullmatch(row.code),
        "code",
        N_("A code looks like 32 for a province and 32.16 within one."),
    )
    ends = row.valid_to is not None
    _refuse_if(ends and row.valid_to < row.valid_from, "valid_to", N_("The end date may not come before the start date."))  # type: ignore[operator]
    _refuse_if(
        row.successor_id is not None and not ends, "valid_to", N_("Enter until when the region exists: another one follows it.")
    )
    _refuse_if(row.successor_id == row.id, "successor_id", N_("A region cannot follow itself."))
    overlap = [Region.code == row.code, Region.id != row.id, sa.or_(Region.valid_to.is_(None), Region.valid_to >= row.valid_from)]
    overlap += [Region.valid_from <= row.valid_to] if row.valid_to is not None else []
    taken = db.session.scalar(sa.select(Region.id).where(*overlap))
    _refuse_if(taken is not None, "code", N_("Another region has this code in that time."))
    parent = db.session.get(Region, row.parent_id) if row.parent_id else None
    fits = row.level == "province" or (parent is not None and parent.level == "province" and row.code.startswith(f"{parent.code}."))
    _refuse_if(not fits, "parent_id", N_("Choose the province whose code the region's code starts with."))
    outlives = parent is not None and parent.valid_to is not None and (row.valid_to is None or row.valid_to > parent.valid_to)
    _refuse_if(outlives, "parent_id", N_("This province ends before the region does. Choose the one that follows it."))
    early = sa.select(Unit.id).where(Unit.region_id == row.id, Unit.start_date < row.valid_from)
    _refuse_if(db.session.scalar(early) is not None, "valid_from", N_("A cluster reports here since before that day."))
    _refuse_if(
        ends and _reports_after(row),
        "valid_to",
        N_("A cluster still reports here after that day. Enter until when it reports first."),
    )
    _refuse_if(
        ends and _goes_on_below(row), "valid_to", N_("Regions of this province go on after that day. End or move them first.")
    )


def _reports_after(row: Region) -> bool:
    """Whether a cluster of the region owes reports past the region's last day."""
    later = sa.or_(Unit.end_date.is_(None), Unit.end_date > row.valid_to)
    return db.session.scalar(sa.select(Unit.id).where(Unit.region_id == row.id, later)) is not None


def _goes_on_below(row: Region) -> bool:
    """Whether a region of the province exists when the province does no longer."""
    later = sa.or_(Region.valid_to.is_(None), Region.valid_to > row.valid_to)
    return db.session.scalar(sa.select(Region.id).where(Region.parent_id == row.id, later)) is not None


def _refuse_if(wrong: bool, field: str, words: str) -> None:
    if wrong:
        raise Refused(message(words), {field: message(words)})


FOLLOWING: tuple[Any, ...] = (Unit, Event, Report, Entry, Attachment)
"""What names a region, and beside it the province the region lies in, for the scope of provincial roles."""


def _keep_below(row: Region) -> None:
    """What lies in the region follows it to another province."""
    for model in FOLLOWING:
        moved = sa.update(model).where(model.region_id == row.id, model.province_id != row.province_id)
        db.session.execute(moved.values(province_id=row.province_id))


def rebuild_differences() -> list[str]:
    """Name what does not lie in the province of its region, then put it there: a row may be made while its region moves."""
    names: list[str] = []
    home = sa.func.coalesce(Region.parent_id, Region.id)
    for region in db.session.scalars(
        sa.select(Region)
        .where(sa.or_(*(sa.exists().where(m.region_id == Region.id, m.province_id != home) for m in FOLLOWING)))
        .order_by(Region.code)
    ).all():
        with unit_of_work():
            for model in FOLLOWING:
                keys = sa.inspect(model).primary_key
                astray = sa.select(*keys).where(model.region_id == region.id, model.province_id != region.province_id)
                names += [f"{model.__tablename__} {' '.join(row)} province" for row in db.session.execute(astray.order_by(*keys))]
            _keep_below(region)
    return names


def region_id(code: str) -> str:
    """The id a seeded region gets, the same in every installation."""
    return stable_id("region", code)


def in_force_today() -> sa.ColumnElement[bool]:
    """Regions that exist today."""
    return Region.in_force(clock.local("WIB").date())


def by_code(code: str) -> Region | None:
    """The region with a Kemendagri code that holds today."""
    return db.session.scalar(sa.select(Region).where(Region.code == code, in_force_today()))


def all_regions() -> Sequence[Region]:
    """Every region in force, by code."""
    return db.session.scalars(sa.select(Region).where(in_force_today()).order_by(Region.code)).all()
