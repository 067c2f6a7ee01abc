"""Reports: make them, send them, move them on. Nothing typed is lost, nothing sent is changed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import sqlalchemy as sa

from domain.access import Actor, Permission, Place
from domain.answers import Checked
from domain.definitions.schema import Definition
from domain.messages import N_, Message, message
from domain.reporting import Facts, Move, State, decide
from domain.reporting import refusal_to_fill as why_not_fill
from domain.reporting.states import MOVES
from domain.scoring.slot import Verdict
from infra import clock
from models import ContentType, Entry, Report, ReportTransition, Unit, VerdictRow, db
from services import audit, registry, score
from services.drafting import Draft, Saved, save_draft
from services.entry import add_revision, new_entry
from services.errors import Refused
from services.report_context import answered_anew, as_sent, sent_document, version_of
from services.scope import load, place_of
from services.unit_of_work import unit_of_work

VERDICTS, STEP = sa.insert(cast(sa.Table, VerdictRow.__table__)), sa.insert(cast(sa.Table, ReportTransition.__table__))
LAST_STEP = sa.select(sa.func.max(ReportTransition.number)).where(ReportTransition.report_id == sa.bindparam("of"))
ENTRY_AGAIN = sa.select(Entry).where(Entry.id == sa.bindparam("key")).execution_options(populate_existing=True)


def create_report(
    unit: Unit,
    type_id: str,
    version_id: str,
    *,
    year: int,
    due_at: dt.datetime,
    period_id: str | None = None,
    event_id: str | None = None,
) -> bool:
    """Make an expected report once; a later due date moves it while it is unsent. Part of the caller's transaction."""
    subject = period_id or event_id
    existing = db.session.scalar(
        sa.select(Report).where(
            Report.unit_id == unit.id,
            Report.content_type_id == type_id,
            Report.period_id == period_id if period_id else Report.event_id == event_id,
        )
    )
    if existing is not None:
        if existing.first_sent_at is None:
            existing.due_at, existing.year = due_at, year
        return False
    entry = new_entry(unit, type_id, version_id, subject)
    db.session.add(entry)
    db.session.flush()
    report = Report(
        id=entry.id,
        content_type_id=type_id,
        unit_id=unit.id,
        region_id=unit.region_id,
        province_id=unit.province_id,
        period_id=period_id,
        event_id=event_id,
        year=year,
        state=State.DRAFT.value,
        due_at=due_at,
    )
    db.session.add(report)
    db.session.flush()
    return True


def drop_reports(reports: Sequence[Report]) -> None:
    """Take back reports that are owed no longer and that nobody has touched. Part of the caller's transaction."""
    entries = [report.entry for report in reports]
    for rows in (reports, entries):
        for row in rows:
            db.session.delete(row)
        db.session.flush()


def _locked(actor: Actor, report_id: str, permission: Permission) -> Report:
    """Load a report, authorise and hold it, in one call."""
    report = load(actor, Report, report_id, permission, read=Permission.REPORT_READ, lock=True)
    db.session.execute(ENTRY_AGAIN, {"key": report_id}).one()
    return report


def facts(actor: Actor, report: Report, note: str = "") -> Facts:
    """What a decision about the report's next state rests on."""
    place = place_of(report)
    return Facts(
        state=State(report.state),
        period_state=report.period.state if report.period else "open",
        permitted=actor.permissions_at(place),
        own_unit=_own(actor, report),
        provincial=report.region_id == report.province_id,
        note=note,
    )


def _own(actor: Actor, report: Report) -> bool:
    """Whether the actor is of the reporting unit: fills for it, belongs to it, sent it, or judges its own province's report."""
    place = place_of(report)
    fills = actor.may(Permission.REPORT_FILL, place) or actor.may(Permission.REPORT_SUBMIT, place)
    own_province = report.region_id == report.province_id and not actor.may(Permission.REPORT_VERIFY, Place())
    sent = report.sent_by is not None and report.sent_by == actor.id
    return fills or sent or own_province or actor.belongs_to(place)


def submit(actor: Actor, report_id: str, draft: Draft) -> Saved:
    """Save, check everything, and send when nothing is wrong. The draft stays saved when something is; nobody sends a form
    that was published anew since their page was made."""
    with unit_of_work():
        registry.hold(ContentType.id == sa.select(Report.content_type_id).where(Report.id == report_id).scalar_subquery())
        saved = save_draft(actor, report_id, draft)
        report = _locked(actor, report_id, Permission.REPORT_FILL)
        decision = decide(Move.SUBMIT, facts(actor, report))
        if decision.state is None:
            return replace(saved, refusal=decision.refusal)
        unseen = draft.version not in (None, saved.version.number)
        if unseen or saved.conflicts or saved.faults or saved.checked.errors:
            return saved
        _send(actor, report, saved.checked)
        return replace(saved, sent=True)


def _send(actor: Actor, report: Report, checked: Checked) -> None:
    now = clock.now()
    version, definition = version_of(report)
    before = sent_document(report) or {}
    doc = as_sent(report, definition, checked)
    _drop_changed_verdicts(report, definition, before, doc)
    report.entry.doc, report.entry.version_id, report.entry.updated_at = doc, version.id, now
    report.entry.lock_version += 1
    report.sent_at, report.sent_by = now, actor.id or None
    report.first_sent_at = report.first_sent_at or now
    add_revision(actor, report.entry, "submit")
    _move(actor, report, State.SUBMITTED, "")
    audit.record(actor, "submit", "report", report.id, report.unit_id, version=version.number, fields=sorted(checked.relevant))
    db.session.flush()
    score.refresh(report.unit_id, report.year)


def _drop_changed_verdicts(report: Report, definition: Definition, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Accepted answers stay accepted; a verdict on an answer that changed no longer speaks of it."""
    rows = db.session.scalars(sa.select(VerdictRow).where(VerdictRow.report_id == report.id))
    changed = answered_anew(definition, before, after)
    for row in rows:
        if row.field_id in changed:
            db.session.delete(row)


def _move(actor: Actor, report: Report, target: State, why: str) -> None:
    connection = db.session.connection()
    number = (connection.scalar(LAST_STEP, {"of": report.id}) or 0) + 1
    who = {"why": why, "at": clock.now(), "actor_id": actor.id or None}
    connection.execute(STEP, {"report_id": report.id, "number": number, "source": report.state, "target": target.value, **who})
    report.state = target.value


def give_verdicts(actor: Actor, report_id: str, verdicts: Mapping[str, tuple[Verdict, str]]) -> None:
    """Say what holds of answers, by field id: (verdict, note). A return or not-applicable needs a note."""
    with unit_of_work() as session:
        report = _locked(actor, report_id, Permission.REPORT_VERIFY)
        known = facts(actor, report)
        if known.own_unit or State(report.state) not in (State.SUBMITTED, State.VERIFIED):
            raise Refused(message(N_("You may not do this with this report.")))
        _version, definition = version_of(report)
        given = {row.field_id: row for row in session.scalars(sa.select(VerdictRow).where(VerdictRow.report_id == report.id))}
        fresh = []
        for field_id, (verdict, note) in verdicts.items():
            if field_id not in definition.by_id or (verdict is not Verdict.ACCEPTED and not note.strip()):
                raise Refused(message(N_("Say what should be repaired.")))
            said: dict[str, Any] = {"verdict": verdict.value, "note": note, "actor_id": actor.id or None, "at": clock.now()}
            if field_id not in given:
                fresh.append({"report_id": report.id, "field_id": field_id} | said)
            for name, value in said.items() if field_id in given else ():
                setattr(given[field_id], name, value)
        if fresh:
            session.connection().execute(VERDICTS, fresh)
        audit.record(
            actor, "verdict", "report", report.id, report.unit_id, fields=sorted(definition.by_id[key].code for key in verdicts)
        )
        session.flush()
        score.refresh(report.unit_id, report.year)


def move(actor: Actor, report_id: str, wish: Move, note: str = "") -> State:
    """Carry out a transition other than sending; gives the new state."""
    with unit_of_work() as session:
        report = _locked(actor, report_id, MOVES[wish].permission)
        decision = decide(wish, facts(actor, report, note))
        if decision.state is None:
            raise Refused(decision.refusal or message(N_("You may not do this with this report.")))
        _move(actor, report, decision.state, note)
        audit.record(actor, wish.value, "report", report.id, report.unit_id)
        session.flush()
        score.refresh(report.unit_id, report.year)
        return decision.state


def refusal_to_fill(actor: Actor, report: Report) -> Message | None:
    """Why the actor may not fill this report now; nothing when they may."""
    return why_not_fill(facts(actor, report))
