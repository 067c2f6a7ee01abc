"""Reports as plain rows with what surrounds them, in one statement: for reading only. Mapped objects cost five times as
much, and every page of a report begins here. Who changes a report loads and locks it (:mod:`services.report`)."""

from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from domain.access import Actor, Permission
from domain.reporting.states import EDITABLE
from models import Entry, Event, Period, Region, Report, Unit, db
from services.scope import authorise, plausible

MODELS = (Report, Entry, Unit, Region, Period, Event)
TABLES = [cast(sa.Table, model.__table__) for model in MODELS]
ENDS = [0, *accumulate(len(table.c) for table in TABLES)]
AROUND = {"report": ("entry", "unit", "period", "event", "earlier"), "unit": ("region",)}
"""What a row carries beside its columns: the mapped relations under their names, and the report sent before it."""
KINDS: list[Any] = [namedtuple(table.name, [*table.c.keys(), *AROUND.get(table.name, ())]) for table in TABLES]
REPORT, ENTRY, UNIT, REGION, PERIOD, EVENT = KINDS


class Earlier(NamedTuple):
    """The newest report of the same form and unit before this period that was ever sent."""

    id: str
    state: str
    doc: Mapping[str, Any]


BEFORE, SAME_FORM = (Report.__table__.alias(name) for name in ("before", "same_form"))
BEFORE_ENTRY, BEFORE_PERIOD = Entry.__table__.alias("before_entry"), Period.__table__.alias("before_period")
NEWEST = (
    sa.select(SAME_FORM.c.id)
    .join(BEFORE_PERIOD, BEFORE_PERIOD.c.id == SAME_FORM.c.period_id)
    .where(
        SAME_FORM.c.unit_id == Report.unit_id,
        SAME_FORM.c.content_type_id == Report.content_type_id,
        SAME_FORM.c.first_sent_at.is_not(None),
        BEFORE_PERIOD.c.start_date < Period.start_date,
        Report.state.in_(sorted(EDITABLE)),
    )
    .order_by(BEFORE_PERIOD.c.start_date.desc())
    .limit(1)
    .correlate(Report.__table__, Period.__table__)
    .scalar_subquery()
)
"""Whose answers a report that can still be filled shows as "last time"."""
ALL = (
    cast(sa.Table, Report.__table__)
    .join(Entry.__table__, Entry.id == Report.id)
    .join(Unit.__table__, Unit.id == Report.unit_id)
    .join(Region.__table__, Region.id == Unit.region_id)
    .outerjoin(Period.__table__, Period.id == Report.period_id)
    .outerjoin(Event.__table__, Event.id == Report.event_id)
    .outerjoin(BEFORE, BEFORE.c.id == NEWEST)
    .outerjoin(BEFORE_ENTRY, BEFORE_ENTRY.c.id == BEFORE.c.id)
)
ROWS = sa.select(*(c for table in TABLES for c in table.c), BEFORE.c.id, BEFORE.c.state, BEFORE_ENTRY.c.doc).select_from(ALL)
"""Every report; narrow it with ``where`` on the mapped classes."""
ONE = ROWS.where(Report.id == sa.bindparam("key"))


def get_for(actor: Actor, report_id: str, permission: Permission = Permission.REPORT_READ) -> Report:
    """Read a report and authorise in one call; raises as :func:`services.scope.load`."""
    row = _connection().execute(ONE, {"key": report_id}).first() if plausible(report_id) else None
    return authorise(actor, _report(row) if row else None, permission, Permission.REPORT_READ)


def read(query: "sa.Select[Any]") -> Iterator[Report]:
    """The reports of a narrowed :data:`ROWS`."""
    return map(_report, _connection().execute(query))


def earlier(report: Report) -> Earlier | None:
    """What was sent before *report*, read with its row."""
    row: Any = report if isinstance(report, REPORT) else _report(_connection().execute(ONE, {"key": report.id}).one())
    found: Earlier | None = row.earlier
    return found


def _connection() -> sa.Connection:
    """The session's connection; what waits in a unit of work is written first, for these rows are read past the session."""
    db.session.flush()
    return db.session.connection()


def _report(row: Sequence[Any]) -> Report:
    report, entry, unit, region, period, event = (row[start:end] for start, end in pairwise(ENDS))
    whole = REPORT(
        *report,
        ENTRY(*entry),
        UNIT(*unit, REGION(*region)),
        PERIOD(*period) if period[0] else None,
        EVENT(*event) if event[0] else None,
        Earlier(*row[ENDS[-1] :]) if row[ENDS[-1]] else None,
    )
    return cast(Report, whole)  # the same names, nothing to change by accident
