"""One world for every test: a nation, two provinces, three clusters, the people who act in them, an open quarter, a flood."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from infra import clock
from models import Event, Period, Report, Role, Unit, User, db
from services import event, period, region, registry, unit, user
from services.actor import SYSTEM, actor_for
from services.user import GrantWish

TODAY = dt.datetime(2026, 11, 10, 3, tzinfo=dt.UTC)
FOUNDED = TODAY - dt.timedelta(days=301)
"""When the database was seeded, the day before its first unit."""
PASSWORD = "demo-Siaga-2026"
PEOPLE = {
    "admin": [("admin", "national", "")],
    "verifier": [("national-verifier", "national", "")],
    "province": [("operator", "region", "32"), ("provincial-verifier", "province", "32")],
    "operator": [("operator", "region", "32.16")],
    "coordinator": [("coordinator", "region", "32.16")],
    "stranger": [("operator", "region", "35.07")],
    "leader": [("leader", "national", "")],
}


def build() -> None:
    """Fill a seeded database."""
    with clock.at(TODAY - dt.timedelta(days=300)):
        for code, name in (("32", "Jawa Barat"), ("32.16", "Kabupaten Bekasi"), ("35.07", "Kabupaten Malang")):
            unit.create(SYSTEM, region_id=region.region_id(code), name=f"Klaster {name}", start_date=dt.date(2025, 12, 1))
        for who, grants in PEOPLE.items():
            wishes = [GrantWish(role, kind, region.region_id(code) if code else "") for role, kind, code in grants]
            user.create(SYSTEM, email=f"{who}@example.org", name=who.title(), password=PASSWORD, hasher=fast_hash, grants=wishes)
    with clock.at(TODAY - dt.timedelta(days=30)):
        period.save(SYSTEM, year=2026, quarter=4, due_date=dt.date(2027, 1, 21), state="open")
        event.save(
            SYSTEM, unit_id=unit_of("32.16"), name="Banjir 4 kecamatan", hazard="banjir", occurred_at=dt.datetime(2026, 10, 9, 2),
            declared_at=dt.datetime(2026, 10, 9, 8), status_end=dt.date(2026, 10, 24), response_due=dt.date(2026, 11, 20), post_due=dt.date(2026, 12, 20),
        )  # fmt: skip


def fast_hash(password: str) -> str:
    """A real argon2 hash of little cost: sign-in works, tests stay fast."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(password)


def unit_of(code: str) -> str:
    """The id of the cluster in a region."""
    return db.session.scalars(sa.select(Unit.id).where(Unit.region_id == region.region_id(code))).one()


def person(who: str):
    """The actor of a person."""
    return actor_for(db.session.scalar(sa.select(User.id).where(User.email == f"{who}@example.org")))


def role(key: str, *rights: str) -> str:
    """A role of just these permissions; gives its key."""
    db.session.add(Role(key=key, label={"id": key.title(), "en": key.title()}, permissions=list(rights), position=9))
    registry.bump()
    db.session.commit()
    return key


def report_of(code: str, form: str) -> str:
    """The id of a unit's report of a form."""
    query = sa.select(Report.id).where(
        Report.unit_id == unit_of(code), Report.content_type_id == registry.registry().types[form].id
    )
    return db.session.scalars(query).one()


@dataclass(frozen=True)
class Ids:
    """Ids of things in the world, for tests that build addresses."""

    unit: dict[str, str]
    report: dict[str, str]
    event: str
    period: str


def ids() -> Ids:
    """Look the ids up."""
    codes = ("32", "32.16", "35.07")
    reports = {code: report_of(code, "pra-bencana") for code in codes}
    reports |= {"response": report_of("32.16", "tanggap-darurat"), "post": report_of("32.16", "pascabencana")}
    found = db.session.scalars(sa.select(Event.id)).one()
    return Ids({code: unit_of(code) for code in codes}, reports, found, db.session.scalars(sa.select(Period.id)).one())
