"""Reporting periods: typed in by BNPB; opening one makes the reports that are due."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from domain.access import Actor, Permission
from domain.messages import N_, message
from domain.quarters import quarter_days
from domain.reporting.states import REPORTABLE
from infra import clock
from infra.ids import new_id
from models import Period, Report, Unit, db
from services import audit, region, registry, score
from services.errors import Refused
from services.report import create_report, drop_reports
from services.scope import held, require
from services.unit_of_work import unit_of_work

LONGEST = dt.timedelta(days=366)
"""How long after its end a period may still be reported in time."""


def save(
    actor: Actor, *, year: int, quarter: int, due_date: dt.date, state: str = "planned", period_id: str | None = None, seen: int = 0
) -> str:
    """Add or change a period; first and last day follow from year and quarter. Opening is :func:`open_period`'s work."""
    require(actor, Permission.PERIOD_EDIT)
    start, end = quarter_days(year, quarter)
    if not start <= due_date <= end + LONGEST:
        why = message(N_("Choose a due date after the period starts and within a year of its end."))
        raise Refused(why, {"due_date": why})
    with unit_of_work() as session:
        region.hold()
        period = held(Period, period_id, seen) if period_id else Period(id=new_id(), state="planned")
        same = sa.select(Period.id).where(Period.year == year, Period.quarter == quarter, Period.id != (period_id or ""))
        if session.scalar(same):
            why = message(N_("This quarter already exists."))
            raise Refused(why, {"quarter": why})
        if period.opened_at is not None and (period.year, period.quarter) != (year, quarter):
            raise Refused(message(N_("This period has reports. Its quarter cannot change.")))
        if period.opened_at is not None and state == "planned":
            why = message(N_("This period has reports. Close it instead."))
            raise Refused(why, {"state": why})
        opening = state in REPORTABLE and period.state not in REPORTABLE
        moved = period.opened_at is not None and period.due_date != due_date
        period.year, period.quarter, period.start_date, period.end_date, period.due_date = year, quarter, start, end, due_date
        period.state = period.state if opening else state
        period.lock_version = (period.lock_version or 0) + 1
        session.add(period)
        session.flush()
        audit.record(
            actor, "edit" if period_id else "add", "period", period.id, quarter=period.name, state=state, due=due_date.isoformat()
        )
        saved, touched = period.id, _move_due(period) if moved else []
    if opening:
        open_period(actor, saved, state)
    score.refresh_units(touched, year)
    return saved


def _move_due(period: Period) -> list[str]:
    """Unsent reports of a period get its due date, in the caller's transaction; gives the ids of its units."""
    unsent = sa.select(Report).where(Report.period_id == period.id, Report.first_sent_at.is_(None)).order_by(Report.id)
    reports = db.session.scalars(unsent.with_for_update(of=Report).execution_options(populate_existing=True)).all()
    for report in reports:  # held: one that is being sent at this moment is seen as sent
        report.due_at = clock.end_of_day(period.due_date, report.unit.region.zone)
    return sorted({report.unit_id for report in reports})


def open_period(actor: Actor, period_id: str, state: str = "open") -> int:
    """Open a period: every unit that owes it gets a draft of every periodic form; reports that are there and unsent get
    its due date. Gives how many reports were made."""
    require(actor, Permission.PERIOD_EDIT)
    with unit_of_work() as session:
        region.hold()
        period = held(Period, period_id)
        period.state = state
        period.opened_at = period.opened_at or clock.now()
        units = [u for u in session.scalars(sa.select(Unit).order_by(Unit.id)) if u.owes(period.start_date)]
        made = sum(_make_reports(unit, period) for unit in units)
        audit.record(actor, "open", "period", period.id, reports=made)
        year, ids = period.year, [u.id for u in units]
    score.refresh_units(ids, year)
    return made


def make_missing(unit: Unit) -> None:
    """Reports of periods that are open already, for a unit that came or was changed afterwards; in the caller's transaction."""
    for period in _held_periods():
        if period.state in REPORTABLE and unit.owes(period.start_date):
            _make_reports(unit, period)
            score.refresh(unit.id, period.year)


def _held_periods() -> Sequence[Period]:
    """All periods, held, so that one which opens at this moment sees the unit, or is seen. Whoever holds reports too holds
    periods first: two who wait for each other would wait for ever."""
    return db.session.scalars(sa.select(Period).order_by(Period.start_date).with_for_update(read=True)).all()


def drop_unowed(unit: Unit) -> None:
    """Untouched reports of periods a unit no longer owes go; one that holds answers is not thrown away. In the caller's
    transaction."""
    _held_periods()
    unsent = sa.select(Report).join(Period).where(Report.unit_id == unit.id, Report.first_sent_at.is_(None))
    reports = db.session.scalars(unsent.where(Period.state.in_(sorted(REPORTABLE))).with_for_update(of=Report))  # closed: it stands
    unowed = [report for report in reports.all() if report.period is not None and not unit.owes(report.period.start_date)]
    held = next((report for report in unowed if report.entry.seq), None)
    if held is not None:
        when = held.period.name if held.period else ""
        why = message(
            N_("The report of %(period)s already holds answers. Choose dates that include it, or have it sent."), period=when
        )
        early = held.period is not None and held.period.start_date < unit.start_date
        raise Refused(why, {"start_date" if early else "end_date": why})
    drop_reports(unowed)
    for year in sorted({report.year for report in unowed}):
        score.refresh(unit.id, year)


def _make_reports(unit: Unit, period: Period) -> int:
    made = 0
    for form in registry.registry().forms():
        version, definition = registry.registry().current(form.key, period.start_date)
        if definition.subject == "period":
            due_at = clock.end_of_day(period.due_date, unit.region.zone)
            made += create_report(unit, form.id, version.id, year=period.year, due_at=due_at, period_id=period.id)
    return made


def listed() -> Sequence[Period]:
    """Every period that was ever opened, newest first."""
    return db.session.scalars(sa.select(Period).where(Period.opened_at.is_not(None)).order_by(Period.start_date.desc())).all()
