"""Scores: gather a unit's year, let the pure core compute it, store the rows; rebuild and compare on demand."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from domain.definitions.schema import Definition
from domain.reporting.states import SENT
from domain.scoring.scheme import Scheme
from domain.scoring.slot import Filed, Verdict
from domain.scoring.tree import Sheet
from domain.scoring.year import Due, EventForm, PeriodicForm, Row, find, score_year
from infra import clock
from models import Report, Score, Unit, UnitYear, VerdictRow, db
from services import registry
from services.report_context import frozen_context, sent_document, sent_revision, subject_day
from services.unit_of_work import insert_once, unit_of_work

CHUNK = 25
"""Units scored in one write."""


@dataclass(frozen=True)
class YearSum:
    """A computed year: its rows and what the ranking reads beside them."""

    rows: list[Row]
    basis: str
    valid_until: dt.datetime | None
    first_sent: dt.datetime | None
    timeliness: int | None
    versions: dict[str, list[int]]


_LATER: ContextVar[dict[tuple[str, int], None] | None] = ContextVar("later", default=None)


@contextmanager
def later() -> Iterator[None]:
    """Inside, years are only noted; at the end each is scored once. For work that touches a year many times before anyone
    looks at it. When that work breaks off, what it had committed is scored by whoever looks next."""
    noted: dict[tuple[str, int], None] = {}
    token = _LATER.set(noted)
    try:
        yield
    except BaseException:
        _mark_stale(noted)
        raise
    finally:
        _LATER.reset(token)
    there = set(db.session.scalars(sa.select(Unit.id).where(Unit.id.in_({unit for unit, _year in noted}))))  # some were undone
    for year in sorted({year for _unit, year in noted}):
        refresh_units(sorted(unit for unit, found in noted if found == year and unit in there), year)


def _mark_stale(noted: Iterable[tuple[str, int]]) -> None:
    """Let years be scored anew when they are next read."""
    with unit_of_work() as session:
        for unit_id, year in sorted(noted):
            session.execute(sa.update(UnitYear).where(UnitYear.unit_id == unit_id, UnitYear.year == year).values(basis=""))


def refresh(unit_id: str, year: int) -> None:
    """Compute and store a unit's year; part of the caller's transaction. A year without reports has no score."""
    noted = _LATER.get()
    if noted is not None:
        noted[unit_id, year] = None
        return
    kept, now = _locked(unit_id, year), clock.now()
    with clock.at(now):  # what is computed and the moment it is noted for are one
        computed = compute_year(unit_id, year)
    db.session.execute(sa.delete(Score).where(Score.unit_id == unit_id, Score.year == year))
    if not computed.rows:
        db.session.delete(kept)
        db.session.flush()
        return
    db.session.add_all([_stored(unit_id, year, row) for row in computed.rows])
    kept.basis, kept.scored_at, kept.valid_until = computed.basis, now, computed.valid_until
    kept.first_sent_at, kept.timeliness, kept.versions = computed.first_sent, computed.timeliness, computed.versions
    db.session.flush()


def _locked(unit_id: str, year: int) -> UnitYear:
    """The year's row, held: two who change reports of one unit at once write its score one after the other, the second
    seeing what the first has sent."""
    insert_once(UnitYear, unit_id=unit_id, year=year, basis="", scored_at=clock.now(), versions={})
    query = sa.select(UnitYear).where(UnitYear.unit_id == unit_id, UnitYear.year == year)
    return db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()


def _stored(unit_id: str, year: int, row: Row) -> Score:
    return Score(
        unit_id=unit_id,
        year=year,
        subject=row.subject,
        node=row.node,
        p=row.p,
        v=row.v,
        weight=row.weight,
        due=row.due,
        answered=row.answered,
        accepted=row.accepted,
        detail=row.detail,
    )


def compute_year(unit_id: str, year: int, supposed: Mapping[str, Filed] | None = None) -> YearSum:
    """A unit's year as of now, from its sent reports alone; *supposed*: reports, by id, as if they had been sent so. Nothing
    is written."""
    now, supposed = clock.now(), supposed or {}
    reports = _reports(unit_id, year)
    _ref, scheme = registry.registry().scheme_on(dt.date(year, 12, 31))
    verdicts = _verdicts([r.id for r in reports])
    filed = {r.id: supposed.get(r.id) or _filed(r, verdicts.get(r.id, {})) for r in reports}
    periodic, events = _forms(reports, filed, now)
    dues = [Due(r.due_at, r.first_sent_at or (now if r.id in supposed else None), r.due_at < now) for r in reports]
    rows = score_year(scheme, periodic, events, dues) if reports else []
    ahead = [r.due_at for r in reports if r.first_sent_at is None and r.due_at >= now]
    sent = [r.first_sent_at for r in reports if r.first_sent_at is not None]
    compliance = find(rows, "compliance")
    return YearSum(
        rows,
        basis(year),
        min(ahead, default=None),
        max(sent, default=None),
        compliance.detail["timeliness"] if compliance else None,
        _versions(reports, filed, scheme),
    )


def _reports(unit_id: str, year: int) -> Sequence[Report]:
    query = sa.select(Report).where(Report.unit_id == unit_id, Report.year == year)
    found = db.session.scalars(
        query.options(sa.orm.joinedload(Report.entry), sa.orm.joinedload(Report.period), sa.orm.joinedload(Report.event))
    )
    return sorted(found, key=lambda r: (r.period.quarter if r.period else 9, subject_day(r), r.id))


def _verdicts(report_ids: Sequence[str]) -> dict[str, dict[str, Verdict]]:
    found: dict[str, dict[str, Verdict]] = {}
    for row in db.session.scalars(sa.select(VerdictRow).where(VerdictRow.report_id.in_(report_ids))):
        found.setdefault(row.report_id, {})[row.field_id] = Verdict(row.verdict)
    return found


def _filed(report: Report, verdicts: dict[str, Verdict]) -> Filed | None:
    doc = sent_document(report)
    if doc is None:
        return None
    ref = registry.registry().by_id(report.content_type_id).version(report.entry.version_id)
    definition = registry.definition_of(ref)
    return Filed(definition, ref.number, doc, frozen_context(report, doc), verdicts, report.first_sent_at)


def _forms(
    reports: Sequence[Report], filed: dict[str, Filed | None], now: dt.datetime
) -> tuple[list[PeriodicForm], list[EventForm]]:
    periodic: list[PeriodicForm] = []
    events: list[EventForm] = []
    for form in registry.registry().forms():
        mine = [r for r in reports if r.content_type_id == form.id]
        if not mine:
            continue
        sheets = {r.subject_id: Sheet(r.period.quarter if r.period else None, filed[r.id], r.due_at < now) for r in mine}
        if mine[0].event_id is None:
            last = form.on(max(subject_day(r) for r in mine))
            assert last is not None
            periodic.append(PeriodicForm(registry.definition_of(last), sheets))
        else:
            events.append(EventForm(form.key, {r.subject_id: (_weighing(r, filed[r.id]), sheets[r.subject_id]) for r in mine}))
    return periodic, events


def _weighing(report: Report, paper: Filed | None) -> Definition:
    if paper is not None:
        return paper.definition
    ref = registry.registry().by_id(report.content_type_id)
    return registry.definition_of(ref.on(subject_day(report)) or ref.versions[0])


def _versions(reports: Sequence[Report], filed: dict[str, Filed | None], scheme: Scheme) -> dict[str, list[int]]:
    found: dict[str, set[int]] = {}
    for report in reports:
        paper = filed[report.id]
        if paper is not None and paper.definition.key in scheme.phases:
            found.setdefault(paper.definition.key, set()).add(paper.version)
    return {key: sorted(numbers) for key, numbers in sorted(found.items())}


def basis(year: int) -> str:
    """What weighs a year: the scheme and the newest version of each phase form that holds in it."""
    known, end = registry.registry(), dt.date(year, 12, 31)
    ref, _scheme = known.scheme_on(end)
    forms = (f"{form.key} {max((v.number for v in form.versions if v.effective_from <= end), default=0)}" for form in known.forms())
    return ", ".join([f"scheme {ref.number}", *forms])


def refresh_stale(year: int) -> int:
    """Bring up to date the units of a year that were never scored, whose next deadline has passed, or whose basis has
    changed since; gives how many."""
    now = clock.now()
    moved = sa.or_(UnitYear.valid_until < now, UnitYear.scored_at > now)  # a deadline has passed, or the clock was set back
    old = sa.or_(UnitYear.unit_id.is_(None), moved, UnitYear.basis != basis(year))
    held = sa.and_(UnitYear.unit_id == Report.unit_id, UnitYear.year == Report.year)
    stale = db.session.scalars(
        sa.select(Report.unit_id).distinct().outerjoin(UnitYear, held).where(Report.year == year, old).order_by(Report.unit_id)
    ).all()
    refresh_units(stale, year)
    return len(stale)


def refresh_units(unit_ids: Sequence[str], year: int) -> None:
    """Score many units of a year, a few in each write: no write lock over a quarter of a second."""
    for start in range(0, len(unit_ids), CHUNK):
        with unit_of_work():
            for unit_id in unit_ids[start : start + CHUNK]:
                refresh(unit_id, year)


def refresh_all() -> None:
    """Bring every year up to date: after publishing, so that nobody's page has to wait for it."""
    for year in years():
        refresh_stale(year)


def years(unit_id: str | None = None) -> list[int]:
    """Years that have reports, newest first."""
    query = sa.select(Report.year).distinct().order_by(Report.year.desc())
    return list(db.session.scalars(query.where(Report.unit_id == unit_id) if unit_id else query))


def shown_year(known: Sequence[int]) -> int:
    """The year a page opens on: this one, else the newest before it, else the newest there is."""
    current = clock.local("WIB").year
    past = [year for year in known if year <= current]
    return past[0] if past else (known[0] if known else current)


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored projection that is not what the documents give."""

    what: str
    stored: Any
    expected: Any


def rebuild_differences() -> list[Difference]:
    """Compare every stored score with a fresh computation as of the moment it was made, then store what holds now.
    Where a sent document was altered, that is named and nothing is stored."""
    found: list[Difference] = []
    pairs = db.session.execute(sa.select(Report.unit_id, Report.year).distinct().order_by(Report.unit_id, Report.year)).all()
    names = {u.id: u.region.code for u in db.session.scalars(sa.select(Unit))}
    for unit_id, year in pairs:
        altered = _altered(unit_id, year)
        found.extend(altered)
        if altered:
            continue  # scores of a document nobody sent are not stored
        with unit_of_work():
            found.extend(_compare(unit_id, year, names.get(unit_id, unit_id)))
            refresh(unit_id, year)
    return found + _orphans({(p.unit_id, p.year) for p in pairs}, names)


def _altered(unit_id: str, year: int) -> list[Difference]:
    """Sent documents that are no longer what was sent, or stand under another version: the revision kept at sending says so."""
    found = []
    for report in _reports(unit_id, year):
        kept = sent_revision(report.id) if report.state in SENT else None
        if report.state in SENT and (kept is None or (kept.doc, kept.version_id) != (report.entry.doc, report.entry.version_id)):
            found.append(Difference(f"document {report.id}", "altered", "as sent"))
    return found


def _compare(unit_id: str, year: int, name: str) -> list[Difference]:
    columns = ("p", "v", "weight", "due", "answered", "accepted", "detail")
    stored = {
        (s.subject, s.node): tuple(getattr(s, c) for c in columns)
        for s in db.session.scalars(sa.select(Score).where(Score.unit_id == unit_id, Score.year == year))
    }
    kept = db.session.get(UnitYear, (unit_id, year))
    if kept is None:
        return [Difference(f"year {name} {year}", None, "scored")] if stored else []  # a year nobody has scored yet owes nothing
    with clock.at(kept.scored_at):
        computed = compute_year(unit_id, year)
    fresh = {(r.subject, r.node): tuple(getattr(r, c) for c in columns) for r in computed.rows}
    return _compare_year(kept, name, computed) + [
        Difference(f"score {name} {year} {key[0]} {key[1]}", stored.get(key), fresh.get(key))
        for key in sorted(stored.keys() | fresh.keys())
        if stored.get(key) != fresh.get(key)
    ]


def _compare_year(kept: UnitYear, name: str, computed: YearSum) -> list[Difference]:
    stored = (kept.basis, kept.valid_until, kept.first_sent_at, kept.timeliness, kept.versions)
    fresh = (computed.basis, computed.valid_until, computed.first_sent, computed.timeliness, computed.versions)
    return [] if stored == fresh else [Difference(f"year {name} {kept.year}", stored, fresh)]


def _orphans(pairs: set[tuple[str, int]], names: dict[str, str]) -> list[Difference]:
    """Stored years that no report stands behind: named, then removed."""
    stored = sa.union(sa.select(UnitYear.unit_id, UnitYear.year), sa.select(Score.unit_id, Score.year))
    lost = sorted({(r.unit_id, r.year) for r in db.session.execute(stored)} - pairs)
    with unit_of_work() as session:
        for unit_id, year in lost:
            for table in (Score, UnitYear):
                session.execute(sa.delete(table).where(table.unit_id == unit_id, table.year == year))
    return [Difference(f"score {names.get(unit_id, unit_id)} {year}", "stored", None) for unit_id, year in lost]
