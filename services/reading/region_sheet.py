"""The region sheet: one unit's year down to each indicator, every number with its sum."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from domain.access import Actor, Permission
from domain.definitions.schema import Definition, Field
from domain.messages import Text
from domain.scoring.rules import FULL
from domain.scoring.scheme import Scheme
from domain.scoring.year import YEAR
from infra import clock
from models import Event, Region, Report, Score, Unit, db
from services import registry, score
from services.errors import NotFound
from services.reading.board import Line, own_place
from services.reading.due import subject_name
from services.scope import place_of


@dataclass(frozen=True)
class Leaf:
    """An indicator: its name, how it is judged, points, weight (thousandths) and slots as stored."""

    code: str
    label: Text
    why: Text
    weight: int
    p: int | None
    v: int | None
    year_words: str | None
    slots: Sequence[Mapping[str, Any]]

    @property
    def falls_short(self) -> bool:
        """Whether it counts and does not have full marks."""
        return bool(self.weight) and self.p is not None and self.p < FULL


@dataclass(frozen=True)
class Twig:
    """A section with its indicators."""

    label: Text
    weight: int
    p: int | None
    v: int | None
    leaves: Sequence[Leaf]


@dataclass(frozen=True)
class PhaseSheet:
    """A form for the year, a period or an event: its sections."""

    key: str
    label: Text
    weight: int
    p: int | None
    v: int | None
    twigs: Sequence[Twig]
    events: Sequence["PhaseSheet"]
    title: str = ""


@dataclass(frozen=True)
class RegionSheet:
    """The whole sheet. *follower*: the cluster of the region that took the place of this one by law."""

    unit: Unit
    year: int
    scheme: Scheme
    total: Score | None
    achievement: Score | None
    compliance: Score | None
    phases: Sequence[PhaseSheet]
    place: Line | None
    league_size: int
    reports: Sequence[Report]
    years: Sequence[int]
    official: bool
    follower: Unit | None

    @property
    def shown(self) -> int | None:
        """The total that counts: verified once the year is official, until then as claimed."""
        return (self.total.v if self.official else self.total.p) if self.total else None

    @property
    def beside(self) -> int | None:
        """The other total."""
        return (self.total.p if self.official else self.total.v) if self.total else None


def region_sheet(actor: Actor, code: str, year: int | None = None) -> RegionSheet:
    """The sheet of the cluster in the region with a Kemendagri *code*; raises :class:`NotFound`."""
    unit = _unit(actor, code, year)
    years = score.years(unit.id)
    chosen = year if year in years else score.shown_year(years)
    mine, size, whole = own_place(actor, chosen, unit)
    scheme = whole.scheme
    rows = list(db.session.scalars(sa.select(Score).where(Score.unit_id == unit.id, Score.year == chosen)))
    yearly = {r.node: r for r in rows if r.subject == YEAR}
    phases = [_phase(key, rows, unit, chosen) for key in scheme.phases if f"phase:{key}" in yearly]
    reports = _reports(unit, chosen)
    return RegionSheet(
        unit,
        chosen,
        scheme,
        yearly.get("total"),
        yearly.get("achievement"),
        yearly.get("compliance"),
        phases,
        mine,
        size,
        reports,
        years,
        whole.official,
        _follower(unit.region),
    )


def _unit(actor: Actor, code: str, year: int | None) -> Unit:
    """The ranking is open to everyone who may read rankings; the sheet explains it, so it is as open. A code that was given
    to another region later means the one that had it at the end of the year, else its newest."""
    if not actor.may_somewhere(Permission.RANKING_READ):
        raise NotFound
    today = clock.local("WIB").date()
    day = min(today, dt.date(year, 12, 31)) if year and dt.MINYEAR <= year <= dt.MAXYEAR else today
    fitting = sa.case((Region.in_force(day), 0), else_=1)
    query = sa.select(Unit).join(Region, Region.id == Unit.region_id).where(Region.code == code[:20])
    unit = db.session.scalars(query.order_by(fitting, Region.valid_from.desc())).first()
    if unit is None:
        raise NotFound
    return unit


def _follower(ended: Region) -> Unit | None:
    return db.session.scalar(sa.select(Unit).where(Unit.region_id == ended.successor_id)) if ended.successor_id else None


def may_see_answers(actor: Actor, unit: Unit) -> bool:
    """Whether the reader may open the unit's reports, not only its scores."""
    return actor.may(Permission.REPORT_READ, place_of(unit))


def _reports(unit: Unit, year: int) -> Sequence[Report]:
    joined = (sa.orm.joinedload(Report.period), sa.orm.joinedload(Report.event))
    return db.session.scalars(
        sa.select(Report).options(*joined).where(Report.unit_id == unit.id, Report.year == year).order_by(Report.due_at)
    ).all()


def _phase(key: str, rows: Sequence[Score], unit: Unit, year: int) -> PhaseSheet:
    row = next(r for r in rows if r.subject == YEAR and r.node == f"phase:{key}")
    definition = _definition(key, year)
    if "events" in row.detail:
        names = _event_names(unit)
        events = [_subject(key, e["subject"], rows, definition, names.get(e["subject"], "")) for e in row.detail["events"]]
        return PhaseSheet(key, definition.label, row.weight, row.p, row.v, (), events)
    return _subject(key, YEAR, rows, definition, "")


def _definition(key: str, year: int) -> Definition:
    return registry.registry().current(key, dt.date(year, 12, 31))[1]


def _event_names(unit: Unit) -> dict[str, str]:
    return {e.id: e.name for e in db.session.scalars(sa.select(Event).where(Event.unit_id == unit.id))}


def _subject(key: str, subject: str, rows: Sequence[Score], definition: Definition, title: str) -> PhaseSheet:
    phase = next(r for r in rows if r.subject == subject and r.node == f"phase:{key}")
    names = _names(key)
    labels = {s.id: s.label for s in definition.sections}
    mine = {r.node: r for r in rows if r.subject == subject}
    twigs = [_twig(mine[child["node"]], labels, names) for child in phase.detail["children"]]
    return PhaseSheet(key, definition.label, phase.weight, phase.p, phase.v, twigs, (), title)


def _names(key: str) -> dict[str, Field]:
    """Fields by id over all versions: an old report may hold one that is gone."""
    fields: dict[str, Field] = {}
    for version in registry.registry().type(key).versions:
        fields.update({f.id: f for s in registry.definition_of(version).sections for f in s.fields})
    return fields


def _twig(row: Score, labels: Mapping[str, Text], names: Mapping[str, Field]) -> Twig:
    section_id = row.node.rsplit(":", 1)[1]
    leaves = [
        Leaf(i["code"], names[i["id"]].label, names[i["id"]].why or {}, i["w"], i["p"], i["v"], i["year"], i["slots"])
        for i in row.detail["indicators"]
        if i["id"] in names
    ]
    return Twig(labels.get(section_id, {"id": row.detail["code"]}), row.weight, row.p, row.v, leaves)


def phase_name(report: Report) -> Text:
    """What the form of a report is called."""
    ref = registry.registry().by_id(report.content_type_id)
    return registry.definition_of(ref.versions[-1]).label


def report_name(report: Report) -> Text:
    """The period or event a report is about."""
    return subject_name(report.period, report.event)
