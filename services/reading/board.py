"""The ranking: stored scores of one year, phase or period, by league. Reads the score table alone."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from domain.access import Actor, Permission
from domain.reporting.states import State
from domain.scoring.ranking import Place, Standing, rank
from domain.scoring.scheme import League, Scheme
from domain.scoring.year import YEAR
from infra import clock
from models import Period, Region, Report, Score, Unit, UnitYear, db
from services import registry, score
from services.scope import require_somewhere, within


def percent(part: int, whole: int) -> int:
    """Whole per cent, rounded half up; 100 only when nothing is missing."""
    if not whole:
        return 0
    return 100 if part == whole else min(99, (200 * part + whole) // (2 * whole))


@dataclass(frozen=True, slots=True)
class Line:
    """One unit in the ranking. *p*, *v*: 10⁻⁶ points; *verified*: accepted of answered."""

    unit_id: str
    rank: int | None
    code: str
    name: str
    p: int | None
    v: int | None
    answered: int
    accepted: int
    sent: bool
    shown: int | None
    """What the place rests on: *v* once everything is validated, *p* until then."""

    @property
    def verified(self) -> int:
        """Share of answers verified, in per cent."""
        return percent(self.accepted, self.answered)


@dataclass(frozen=True)
class Board:
    """A ranking with everything that says what it is: league, year, node, basis, versions."""

    lines: Sequence[Line]
    league: League
    scheme: Scheme
    year: int
    official: bool
    versions: dict[str, list[int]]
    mixed: bool


def boards(actor: Actor, year: int) -> list[Board]:
    """The ranking of every league of the year's scheme; none for those who may not see it."""
    if not actor.may_somewhere(Permission.RANKING_READ):
        return []
    _ref, scheme = registry.registry().scheme_on(dt.date(year, 12, 31))
    return [board(actor, year=year, league=league.key) for league in scheme.leagues]


def board(actor: Actor, *, year: int, league: str, form: str = "", period: str = "") -> Board:
    """The ranking of a league. *form*: one phase; *period*: that period's own total of the form."""
    require_somewhere(actor, Permission.RANKING_READ)
    score.refresh_stale(year)
    _ref, scheme = registry.registry().scheme_on(dt.date(year, 12, 31))
    chosen = next((x for x in scheme.leagues if x.key == league), scheme.leagues[0])
    node = f"phase:{form}" if form else "total"
    official = _all_validated(year, period)
    rows = _rows(year, period or YEAR, node, sorted(chosen.levels))
    standings = {r.unit_id: _standing(r, official) for r in rows}
    places = rank(list(standings.values()), scheme.tie_breaks)
    by_unit = {r.unit_id: r for r in rows}
    lines = [_line(place, by_unit[place.standing.unit]) for place in places]
    versions, mixed = _versions(rows)
    return Board(lines, chosen, scheme, year, official, versions, mixed)


def _rows(year: int, subject: str, node: str, levels: Sequence[str]) -> Sequence[Any]:
    return (
        db.session.connection()
        .execute(
            sa.select(
                Score.unit_id,
                Score.p,
                Score.v,
                Score.answered,
                Score.accepted,
                Region.code,
                Region.name,
                UnitYear.timeliness,
                UnitYear.first_sent_at,
                sa.type_coerce(UnitYear.versions, sa.Text).label("versions"),  # read once for all who have the same
            )
            .join(Unit, Unit.id == Score.unit_id)
            .join(Region, Region.id == Unit.region_id)
            .join(UnitYear, sa.and_(UnitYear.unit_id == Score.unit_id, UnitYear.year == Score.year))
            .where(Score.year == year, Score.subject == subject, Score.node == node, Region.level.in_(levels))
        )
        .all()
    )


def _standing(row: Any, official: bool) -> Standing:
    return Standing(
        row.unit_id, row.name, row.v if official else row.p, row.answered, row.accepted, row.timeliness, row.first_sent_at
    )


def _line(place: Place, row: Any) -> Line:
    return Line(
        row.unit_id,
        place.rank,
        row.code,
        row.name,
        row.p,
        row.v,
        row.answered,
        row.accepted,
        row.first_sent_at is not None,
        place.standing.score,
    )


def _versions(rows: Sequence[Any]) -> tuple[dict[str, list[int]], bool]:
    found: dict[str, set[int]] = {}
    for text in {row.versions for row in rows}:
        for key, numbers in json.loads(text).items():
            found.setdefault(key, set()).update(numbers)
    return {k: sorted(v) for k, v in found.items()}, any(len(v) > 1 for v in found.values())


def _all_validated(year: int, period: str) -> bool:
    """Whether every report that enters has been validated, so that the verified score is the official one."""
    entering = Report.period_id == period if period else Report.year == year
    some = sa.exists().where(entering)
    waiting = sa.exists().where(entering, Report.state.not_in((State.VALIDATED, State.LOCKED)))
    return bool(db.session.scalar(sa.select(some & ~waiting)))


@dataclass(frozen=True)
class Reporting:
    """How many of the expected reports of a period have been sent."""

    year: int
    quarter: int
    expected: int
    sent: int

    @property
    def percent(self) -> int:
        """Per cent reported."""
        return percent(self.sent, self.expected)


def reporting(actor: Actor, year: int) -> list[Reporting]:
    """Per cent reported of each opened period of a year, within the actor's reach."""
    rows = db.session.execute(
        sa.select(
            Period.year,
            Period.quarter,
            sa.func.count().label("expected"),
            sa.func.sum(sa.case((Report.first_sent_at.is_not(None), 1), else_=0)).label("sent"),
        )
        .join(Period, Period.id == Report.period_id)
        .where(Period.year == year, within(actor.reach(Permission.REPORT_READ), Report))
        .group_by(Period.year, Period.quarter)
        .order_by(Period.quarter)
    )
    return [Reporting(r.year, r.quarter, r.expected, r.sent) for r in rows]


def not_reported(actor: Actor, most: int = 50) -> list[Any]:
    """Units whose report of a period is late and unsent, longest first."""
    return list(
        db.session.execute(
            sa.select(Unit.name, Region.code, Region.zone, Report.id, Report.due_at, Period.year, Period.quarter)
            .join(Unit, Unit.id == Report.unit_id)
            .join(Region, Region.id == Unit.region_id)
            .join(Period, Period.id == Report.period_id)
            .where(Report.first_sent_at.is_(None), Report.due_at < clock.now(), within(actor.reach(Permission.REPORT_READ), Report))
            .order_by(Report.due_at, Region.code)
            .limit(most)
        )
    )


def league_of(level: str, year: int) -> str:
    """The league of a region's level in a year, or nothing."""
    _ref, scheme = registry.registry().scheme_on(dt.date(year, 12, 31))
    league = scheme.league(level)
    return league.key if league else ""


def own_place(actor: Actor, year: int, unit: Unit) -> tuple[Line | None, int, Board]:
    """The line of one unit in its own league, how many stand in it, and the board itself."""
    _ref, scheme = registry.registry().scheme_on(dt.date(year, 12, 31))
    league = scheme.league(unit.region.level)
    found = board(actor, year=year, league=league.key if league else "")
    mine = next((line for line in found.lines if line.unit_id == unit.id), None)
    return mine, sum(line.rank is not None for line in found.lines), found
