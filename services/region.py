"""Regions: the seed, and the lists that pages offer."""

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from domain.access import Actor, Permission
from domain.definitions.build import stable_id
from models import Region, db
from services import audit, registry
from services.scope import require
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


def region_id(code: str) -> str:
    """The id a seeded region gets, the same in every installation."""
    return stable_id("region", code)


def by_code(code: str) -> Region | None:
    """The region with a Kemendagri code that holds today."""
    return db.session.scalar(sa.select(Region).where(Region.code == code, Region.valid_to.is_(None)))


def all_regions() -> Sequence[Region]:
    """Every region in force, by code."""
    return db.session.scalars(sa.select(Region).where(Region.valid_to.is_(None)).order_by(Region.code)).all()
