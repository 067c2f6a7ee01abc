"""Disaster events: recorded by the region; response and post-disaster reports follow from them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from domain.access import Actor, Permission, Place
from domain.messages import N_, Message, message
from infra import clock
from infra.ids import new_id
from models import Event, Report, Unit, db
from services import audit, region, registry, score
from services.errors import Refused, refuse_stale
from services.report import create_report, drop_reports
from services.scope import load
from services.unit_of_work import unit_of_work

LONGEST = dt.timedelta(days=366)
RESPONSE, POST = "event_response", "event_post"
HAZARDS = {
    "banjir": N_("Flood"),
    "longsor": N_("Landslide"),
    "gempa": N_("Earthquake"),
    "tsunami": N_("Tsunami"),
    "erupsi": N_("Volcanic eruption"),
    "karhutla": N_("Forest and land fire"),
    "kekeringan": N_("Drought"),
    "cuaca-ekstrem": N_("Extreme weather"),
    "abrasi": N_("Tidal waves and abrasion"),
    "lainnya": N_("Other"),
}


def save(
    actor: Actor,
    *,
    unit_id: str,
    name: str,
    hazard: str,
    occurred_at: dt.datetime,
    declared_at: dt.datetime,
    status_end: dt.date | None,
    response_due: dt.date,
    post_due: dt.date | None,
    event_id: str | None = None,
    seen: int = 0,
) -> str:
    """Record or change an event and make the reports it asks for; gives its id."""
    _refuse_unfit(occurred_at, declared_at, status_end, response_due, post_due)
    with unit_of_work() as session:
        region.hold([unit_id])
        event = _for_change(actor, unit_id, event_id, seen)
        _refuse_twin(event, hazard, declared_at)
        _refuse_outside(event, declared_at.date())
        before = _wanted(event) if event_id else {}
        unsent = {subject: before[subject] for subject in before if any(r.first_sent_at is None for r in _reports(event, subject))}
        _drop_post_report(event, status_end)
        event.name, event.hazard, event.occurred_at, event.declared_at = name, hazard, occurred_at, declared_at
        event.status_end, event.response_due, event.post_due = status_end, response_due, post_due
        event.lock_version = (event.lock_version or 0) + 1
        _refuse_late_escape(actor, event, unsent)
        _refuse_other_year(event)
        session.add(event)
        session.flush()
        _make_reports(event)
        audit.record(actor, "edit" if event_id else "add", "event", event.id, event.unit_id, hazard=hazard)
        session.flush()
        for year in sorted(_years(before) | _years(_wanted(event))):
            score.refresh(event.unit_id, year)
        return event.id


def _years(wanted: Mapping[str, "Wanted"]) -> set[int]:
    """The years reports count in."""
    return {report.year for report in wanted.values() if report.due is not None}


def _drop_post_report(event: Event, status_end: dt.date | None) -> None:
    """A status that has not ended after all owes no post-disaster report; one that holds answers is not thrown away."""
    if status_end is not None or event.status_end is None:
        return
    reports = _held(_reports(event, POST))
    if any(report.entry.seq or report.first_sent_at is not None for report in reports):
        why = message(N_("The post-disaster report already holds answers. Change the end of the status instead of removing it."))
        raise Refused(why, {"status_end": why})
    drop_reports(reports)


def _refuse_late_escape(actor: Actor, event: Event, unsent: Mapping[str, "Wanted"]) -> None:
    """What is late is moved by those who set periods, not by those who are late: neither its due date nor the year it
    counts in changes, nor does it go away."""
    if actor.may(Permission.PERIOD_EDIT, Place()):
        return
    today, after = clock.local(event.unit.region.zone).date(), _wanted(event)
    for subject, old in unsent.items():
        new = after[subject]
        if old.due is None or old.due >= today or (new.due, new.year) == (old.due, old.year):
            continue
        if new.due is not None and new.year == old.year:
            why = message(N_("This due date has passed. Ask BNPB to extend it."))
            raise Refused(why, {old.due_field: why})
        why = message(N_("A report of this event is late. Ask BNPB to change these dates."))
        raise Refused(why, {old.decides: why})


def _refuse_unfit(
    occurred: dt.datetime, declared: dt.datetime, end: dt.date | None, response_due: dt.date, post_due: dt.date | None
) -> None:
    faults: dict[str, Message] = {}
    if declared.date() > clock.local("WIT").date():
        faults["declared_at"] = message(N_("The emergency cannot be declared in the future."))
    if declared < occurred:
        faults["declared_at"] = message(N_("The emergency cannot be declared before the event."))
    if response_due < declared.date():
        faults["response_due"] = message(N_("The due date may not come before the status was declared."))
    if response_due - declared.date() > LONGEST:
        faults["response_due"] = message(N_("The due date lies at most one year after the status was declared."))
    if end is not None:
        faults |= _unfit_end(declared, end, post_due)
    if faults:
        raise Refused(next(iter(faults.values())), faults)


def _unfit_end(declared: dt.datetime, end: dt.date, post_due: dt.date | None) -> dict[str, Message]:
    faults: dict[str, Message] = {}
    if end < declared.date():
        faults["status_end"] = message(N_("The status cannot end before it was declared."))
    if end - clock.local("WIT").date() > LONGEST:
        faults["status_end"] = message(N_("The end of the status lies at most one year ahead."))
    if post_due is None:
        faults["post_due"] = message(N_("Enter when the post-disaster report is due."))
    elif post_due < end:
        faults["post_due"] = message(N_("The due date may not come before the status ended."))
    elif post_due - end > LONGEST:
        faults["post_due"] = message(N_("The due date lies at most one year after the status ended."))
    return faults


def _for_change(actor: Actor, unit_id: str, event_id: str | None, seen: int) -> Event:
    if event_id is None:
        unit = load(actor, Unit, unit_id, Permission.EVENT_EDIT, read=Permission.UNIT_READ, lock=True)
        return Event(id=new_id(), unit_id=unit.id, region_id=unit.region_id, province_id=unit.province_id, unit=unit)
    event = load(actor, Event, event_id, Permission.EVENT_EDIT, read=Permission.EVENT_READ, lock=True)
    refuse_stale(event, seen)
    return event


def _refuse_outside(event: Event, day: dt.date) -> None:
    """A unit owes nothing for emergencies before it existed, nor after it ended."""
    if not event.unit.owes(day):
        why = message(N_("This unit reports from %(start)s; the emergency lies outside that time."), start=event.unit.start_date)
        raise Refused(why, {"declared_at": why})


def _refuse_twin(event: Event, hazard: str, declared_at: dt.datetime) -> None:
    """One declaration is one event: a second press of the button, or a colleague who was faster, is told so."""
    twin = sa.select(Event.id).where(
        Event.unit_id == event.unit_id, Event.hazard == hazard, Event.declared_at == declared_at, Event.id != event.id
    )
    if db.session.scalar(twin):
        why = message(N_("This event is already recorded. Open it in the list."))
        raise Refused(why, {"declared_at": why})


def _reports(event: Event, subject: str) -> Sequence[Report]:
    """The reports of an event whose form is about *subject*."""
    forms = [f.id for f in registry.registry().forms() if registry.definition_of(f.versions[-1]).subject == subject]
    return db.session.scalars(sa.select(Report).where(Report.event_id == event.id, Report.content_type_id.in_(forms))).all()


def _held(reports: Sequence[Report]) -> Sequence[Report]:
    """The same reports as they are now, held: who types into one at this moment is waited for."""
    held = sa.select(Report.id).where(Report.id.in_([report.id for report in reports])).with_for_update()
    db.session.execute(held).all()
    for report in reports:
        db.session.refresh(report)
        db.session.refresh(report.entry)
    return reports


def _refuse_other_year(event: Event) -> None:
    """A report that was sent stays in the year it counts in."""
    for subject, wanted in _wanted(event).items():
        if any(r.first_sent_at is not None and r.year != wanted.year for r in _reports(event, subject)):
            why = message(N_("Reports of this event are already sent. Its year cannot change."))
            raise Refused(why, {wanted.decides: why})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report an event asks for: its due date (not owed: nothing), the year it counts in, the fields that decide both."""

    due: dt.date | None
    year: int
    due_field: str
    decides: str


def _wanted(event: Event) -> Mapping[str, Wanted]:
    """By subject of a form: the response counts in the year of the declaration, the aftermath in that of the status's end."""
    ended = event.status_end
    return {
        RESPONSE: Wanted(event.response_due, event.declared_at.year, "response_due", "declared_at"),
        POST: Wanted(event.post_due if ended else None, ended.year if ended else 0, "post_due", "status_end"),
    }


def _make_reports(event: Event) -> None:
    """Response reports exist from the declaration on, post-disaster reports once the status has ended."""
    wanted = _wanted(event)
    for form in registry.registry().forms():
        version, definition = registry.registry().current(form.key, event.declared_at.date())
        report = wanted.get(definition.subject)
        if report is not None and report.due is not None:
            due_at = clock.end_of_day(report.due, event.unit.region.zone)
            create_report(event.unit, form.id, version.id, year=report.year, due_at=due_at, event_id=event.id)
