"""Reports as plain rows with what surrounds them, in one statement: for reading only. Mapped objects cost five times as
much, and every page of a report begins here. Who changes a report loads and locks it (:mod:`services.report`)."""

from collections import namedtuple
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any, cast

import sqlalchemy as sa

from domain.access import Actor, Permission
from models import Entry, Event, Period, Region, Report, Unit, db
from services.scope import authorise, plausible

MODELS = (Report, Entry, Unit, Region, Period, Event)
TABLES = [cast(sa.Table, model.__table__) for model in MODELS]
ENDS = [0, *accumulate(len(table.c) for table in TABLES)]
AROUND = {"report": ("entry", "unit", "period", "event"), "unit": ("region",)}
"""What a row carries beside its columns, under the names of the mapped relations."""
KINDS: list[Any] = [namedtuple(table.name, [*table.c.keys(), *AROUND.get(table.name, ())]) for table in TABLES]
REPORT, ENTRY, UNIT, REGION, PERIOD, EVENT = KINDS
ROWS = (
    sa.select(*(column for table in TABLES for column in table.c))
    .join_from(Report.__table__, Entry.__table__, Entry.id == Report.id)
    .join(Unit.__table__, Unit.id == Report.unit_id)
    .join(Region.__table__, Region.id == Unit.region_id)
    .outerjoin(Period.__table__, Period.id == Report.period_id)
    .outerjoin(Event.__table__, Event.id == Report.event_id)
)
"""Every report; narrow it with ``where`` on the mapped classes."""
ONE = ROWS.where(Report.id == sa.bindparam("key"))


def get_for(actor: Actor, report_id: str, permission: Permission = Permission.REPORT_READ) -> Report:
    """Read a report and authorise in one call; raises as :func:`services.scope.load`."""
    row = _connection().execute(ONE, {"key": report_id}).first() if plausible(report_id) else None
    return authorise(actor, _report(row) if row else None, permission, Permission.REPORT_READ)


def read(query: "sa.Select[Any]") -> Iterator[Report]:
    """The reports of a narrowed :data:`ROWS`."""
    return map(_report, _connection().execute(query))


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
    )
    return cast(Report, whole)  # the same names, nothing to change by accident
