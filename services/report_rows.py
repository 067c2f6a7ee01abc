"""Reports as plain rows with what surrounds them, in one statement: mapped objects cost five times as much, and every page of a
report begins here. A draft is held and written as rows too (:mod:`services.drafting`); who moves a report on loads and locks the
mapped one (:mod:`services.report`)."""

from collections import namedtuple
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm.util import identity_key

from domain.access import Actor, Permission
from domain.reporting.states import EDITABLE
from models import Entry, EntryRevision, Event, Period, Region, Report, Unit, db
from services.registry import EPOCH, registry
from services.scope import authorise, plausible

MODELS = (Report, Entry, Unit, Region, Period, Event)
TABLES = [cast(sa.Table, model.__table__) for model in MODELS]
LEFT_OUT = {
    "entry": "content_type_id unit_id region_id province_id op_key search title created_at updated_by deleted_at",
    "unit": "lock_version",
    "region": "official_name short_name tile_column tile_row own_bpbd valid_from valid_to lock_version successor_id",
    "period": "opened_at lock_version",
    "event": "unit_id region_id province_id lock_version",
}
"""What nobody asks of the surroundings of a report: every column costs at every save."""
COLUMNS = [[c for c in table.c if c.name not in LEFT_OUT.get(table.name, "").split()] for table in TABLES]
ENDS = [0, *accumulate(map(len, COLUMNS))]
AROUND = {"report": ("entry", "unit", "period", "event", "earlier"), "unit": ("region",)}
"""What a row carries beside its columns: the mapped relations under their names, and ``earlier``: the document sent before it."""
KINDS: list[Any] = [
    namedtuple(table.name, [*(c.name for c in columns), *AROUND.get(table.name, ())])
    for table, columns in zip(TABLES, COLUMNS, strict=True)
]
REPORT, ENTRY, UNIT, REGION, PERIOD, EVENT = KINDS
REPORT_ID = REPORT._fields.index("id")
ENTRY_SEQ = ENDS[1] + ENTRY._fields.index("seq")

ALL = (
    cast(sa.Table, Report.__table__)
    .join(Entry.__table__, Entry.id == Report.id)
    .join(Unit.__table__, Unit.id == Report.unit_id)
    .join(Region.__table__, Region.id == Unit.region_id)
    .outerjoin(Period.__table__, Period.id == Report.period_id)
    .outerjoin(Event.__table__, Event.id == Report.event_id)
)
READ = [column for columns in COLUMNS for column in columns]
ROWS = sa.select(*READ).select_from(ALL)
"""Every report; narrow it with ``where`` on the mapped classes."""
KEYS = (
    sa.select(Report.id)
    .join(Unit, Unit.id == Report.unit_id)
    .join(Region, Region.id == Unit.region_id)
    .outerjoin(Period, Period.id == Report.period_id)
)
BEFORE, BEFORE_PERIOD, SENDING = Report.__table__.alias("before"), Period.__table__.alias("before_period"), EntryRevision.__table__
NEWEST = (
    sa.select(BEFORE.c.id)
    .join(BEFORE_PERIOD, BEFORE_PERIOD.c.id == BEFORE.c.period_id)
    .where(
        BEFORE.c.unit_id == Report.unit_id,
        BEFORE.c.content_type_id == Report.content_type_id,
        BEFORE.c.first_sent_at.is_not(None),
        BEFORE_PERIOD.c.start_date < Period.start_date,
        Report.state.in_(sorted(EDITABLE)),
    )
    .order_by(BEFORE_PERIOD.c.start_date.desc())
    .limit(1)
    .correlate(Report.__table__, Period.__table__)
    .scalar_subquery()
)
"""The newest report of the same form and unit before this period that was ever sent; asked for reports that can still be
filled."""
LAST = (
    sa.select(sa.func.max(EntryRevision.number))
    .where(EntryRevision.entry_id == NEWEST, EntryRevision.verb == "submit")
    .correlate(Report.__table__, Period.__table__)
    .scalar_subquery()
)
SENT_BEFORE = sa.and_(SENDING.c.entry_id == NEWEST, SENDING.c.number == LAST)
"""Joins what that report said when it was last sent."""
EARLIER = sa.select(Report.id, SENDING.c.doc).select_from(
    cast(sa.Table, Report.__table__).join(Period.__table__, Period.id == Report.period_id).join(SENDING, SENT_BEFORE)
)
ONE = sa.select(*READ, SENDING.c.doc).select_from(ALL.outerjoin(SENDING, SENT_BEFORE)).where(Report.id == sa.bindparam("key"))
FOR_CHANGE = (
    sa.select(*READ, EPOCH.scalar_subquery())
    .select_from(ALL)
    .where(Report.id == sa.bindparam("key"))
    .with_for_update(of=[Report.__table__, Entry.__table__])
)


def get_for(actor: Actor, report_id: str, permission: Permission = Permission.REPORT_READ) -> Report:
    """Read a report and authorise in one call; raises as :func:`services.scope.load`."""
    row = _connection().execute(ONE, {"key": report_id}).first() if plausible(report_id) else None
    return authorise(actor, _report(row) if row else None, permission, Permission.REPORT_READ)


def hold(actor: Actor, report_id: str, permission: Permission) -> Report:
    """:func:`get_for` for one who is about to write: nobody else changes the report or its entry before the transaction ends."""
    row = _connection().execute(FOR_CHANGE, {"key": report_id}).first() if plausible(report_id) else None
    if row:
        registry(row[-1])
    found = _reports([row[:-1]]) if row else [None]
    return authorise(actor, found[0], permission, Permission.REPORT_READ)


def outdated(report_id: str) -> None:
    """A row was written past the session: what the session keeps of it is read again."""
    mapped = db.session.identity_map.get(identity_key(Entry, report_id))
    if mapped is not None:
        db.session.expire(mapped)


def read(query: "sa.Select[Any]") -> list[Report]:
    """The reports of a narrowed :data:`ROWS`; untouched ones with what was sent before them, by one more statement."""
    return _reports(_connection().execute(query).all())


def some(wanted: Iterable[sa.ColumnElement[bool]], order: Sequence[Any], most: int, after: int = 0) -> list[Report]:
    """A page of the reports that fit, in order: sorted by key first, for a whole row is much to carry through a sort."""
    keys = KEYS.where(*wanted).order_by(*order).limit(most).offset(after)
    return read(ROWS.where(Report.id.in_(keys)).order_by(*order))


def _reports(rows: Sequence[Sequence[Any]]) -> list[Report]:
    before = _earlier([r[REPORT_ID] for r in rows if r[ENTRY_SEQ] == 0])
    return [_report((*row, before.get(row[REPORT_ID]))) for row in rows]


def earlier(report: Report) -> Mapping[str, Any] | None:
    """The document that was sent before *report*, while *report* can still be filled: read with its row."""
    if isinstance(report, REPORT):
        return cast(Any, report).earlier  # type: ignore[no-any-return]
    return _earlier([report.id]).get(report.id)


def _earlier(ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    rows = _connection().execute(EARLIER.where(Report.id.in_(ids))) if ids else ()
    return {r.id: r.doc for r in rows}


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
        row[-1],
    )
    return cast(Report, whole)  # the same names, nothing to change by accident
