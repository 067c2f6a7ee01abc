"""What surrounds a report: its version, its context, what carries over, what its measures count now."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from domain.answers import Checked, Context, EventFacts, Span
from domain.answers.context import freeze, is_due, thaw
from domain.answers.parts import same, says_something
from domain.answers.resolver import DocumentResolver
from domain.definitions.schema import Definition, Field
from domain.expressions import Moment, Value, evaluate
from domain.fields import of
from domain.measures import Record, compute
from domain.reporting.states import SENT, State
from infra import clock
from models import Entry, EntryRevision, Event, Period, Report, db
from services import registry, report_rows
from services.registry import VersionRef

CONTEXT = "_context"
"""Reserved key of a sent document: the context it was frozen with."""


def span_of(period: Period) -> Span:
    """A period as the pure core sees it."""
    return Span(period.year, period.quarter, period.start_date, period.end_date)


def event_facts(event: Event) -> EventFacts:
    """An event as the pure core sees it."""
    return EventFacts(event.occurred_at, event.declared_at, event.status_end)


def version_of(report: Report) -> tuple[VersionRef, Definition]:
    """The version a report uses: its own once sent, else the newest in force at its subject's date."""
    known = registry.registry()
    ref = known.by_id(report.content_type_id)
    if report.state in SENT or report.state == State.RETURNED:
        version = ref.version(report.entry.version_id)
    else:
        version = ref.on(subject_day(report)) or ref.versions[0]
    return version, registry.definition_of(version)


def subject_day(report: Report) -> dt.date:
    """The date that decides the version: the period's first day, or the day the emergency was declared."""
    if report.period is not None:
        return report.period.start_date
    assert report.event is not None
    return report.event.declared_at.date()


def context_of(report: Report, definition: Definition, measured: bool = True) -> Context:
    """The living context of an unsent report; *measured*: with its measures counted now."""
    period = span_of(report.period) if report.period else None
    event = event_facts(report.event) if report.event else None
    today = clock.local(report.unit.region.zone).date()
    bare = Context(today, period, event)
    related = _related(report, definition, bare)
    around = replace(bare, related=related) if related else bare
    counted = _measures(report.unit_id, definition, around) if measured else {}
    return replace(around, measures=counted) if counted else around


def frozen_context(report: Report, doc: Mapping[str, Any]) -> Context:
    """The context a sent document carries."""
    return thaw(doc[CONTEXT], span_of(report.period) if report.period else None)


def _related(report: Report, definition: Definition, around: Context) -> dict[tuple[str, str], Value]:
    """Operands of answers in the other reports of the same subject; what is hidden there is empty here."""
    values: dict[tuple[str, str], Value] = {}
    for form in sorted({form for form, _code in definition.external}):
        ref = registry.registry().types.get(form)
        beside = _same_subject(report, ref.id) if ref else None
        if ref is None or beside is None:
            continue
        entry = beside.entry
        other = registry.definition_of(ref.version(entry.version_id))
        context = thaw(entry.doc[CONTEXT], around.period) if beside.state in SENT else around
        resolver = DocumentResolver.opened(other, entry.doc, context)
        values |= {(form, code): resolver.operand(code) for key, code in definition.external if key == form}
    return values


def _same_subject(report: Report, type_id: str) -> Report | None:
    return db.session.scalar(
        sa.select(Report)
        .join(Report.entry)
        .options(sa.orm.contains_eager(Report.entry))
        .where(Report.unit_id == report.unit_id, Report.content_type_id == type_id, Entry.subject_id == report.entry.subject_id)
    )


def _measures(unit_id: str, definition: Definition, context: Context) -> dict[str, Mapping[str, Any]]:
    counted: dict[str, Mapping[str, Any]] = {}
    records: dict[str, list[Record]] = {}
    for field in definition.fields:
        if field.measure is None:
            continue
        key = field.measure.collection
        ref = registry.registry().types.get(key)
        if ref is None or not ref.versions:
            continue
        if key not in records:
            records[key] = _records(unit_id, ref.id)
        _version, collection = registry.registry().current(key, context.today)
        counted[field.code] = compute(field.measure, collection, records[key], context)
    return counted


def _records(unit_id: str, type_id: str) -> list[Record]:
    rows = db.session.execute(
        sa.select(Entry.id, Entry.doc).where(Entry.unit_id == unit_id, Entry.content_type_id == type_id, Entry.deleted_at.is_(None))
    )
    return [Record(r.id, r.doc) for r in rows]


def previous_answers(report: Report) -> dict[str, Any]:
    """The newest sent document of the same form before this period, while *report* can still be filled: what "last time"
    shows."""
    return dict(report_rows.earlier(report) or {})


def sent_document(report: Report) -> Mapping[str, Any] | None:
    """The document as last sent; nothing when it never was. A returned report keeps its sent form in a revision."""
    if report.state in SENT:
        return dict(report.entry.doc)
    if report.first_sent_at is None:
        return None
    return last_sent(report.id)


def as_sent(report: Report, definition: Definition, checked: Checked) -> dict[str, Any]:
    """The document that sending keeps: what applies, and the context it is scored in for ever."""
    return checked.relevant_doc() | {CONTEXT: freeze(context_of(report, definition, measured=False))}


def answered_anew(definition: Definition, before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[str]:
    """Ids of the fields whose answers differ from what was sent before: a verdict on them no longer holds."""
    return frozenset(f.id for f in definition.fields if not same(before.get(f.code) or {}, after.get(f.code) or {}))


def last_sent(report_id: str) -> dict[str, Any] | None:
    """The document as the newest sending kept it."""
    revision = sent_revision(report_id)
    return dict(revision.doc) if revision else None


def sent_revision(report_id: str) -> "sa.Row[tuple[Any, str]] | None":
    """(doc, version_id) as the newest sending kept them."""
    newest = sa.select(EntryRevision.doc, EntryRevision.version_id).where(
        EntryRevision.entry_id == report_id, EntryRevision.verb == "submit"
    )
    return db.session.execute(newest.order_by(EntryRevision.number.desc()).limit(1)).first()


def carried_over(definition: Definition, previous: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Answers from the last report that still hold: of ``once`` fields until ``valid_until``, and of those not due this
    quarter what was said earlier in the same year."""
    resolver = DocumentResolver(definition, previous, context)
    sent_for = (previous.get(CONTEXT) or {}).get("period")
    same_year = context.period is not None and sent_for is not None and sent_for[0] == context.period.year
    return {f.code: previous[f.code] for f in definition.fields if f.code in previous and _holds(f, resolver, context, same_year)}


def _holds(field: Field, resolver: DocumentResolver, context: Context, same_year: bool) -> bool:
    if field.frequency != "once":
        return same_year and of(field).asks and not is_due(field, context)
    if field.valid_until is None or context.period is None:
        return True
    until = evaluate(field.valid_until.node, resolver)
    return not isinstance(until, Moment) or until >= Moment.of(context.period.start)


def working_document(report: Report, definition: Definition, context: Context) -> tuple[dict[str, Any], dict[str, Any]]:
    """(the document to work on, the previous sent one): a fresh draft starts with what carries over."""
    previous = previous_answers(report)
    doc = dict(report.entry.doc)
    if report.entry.seq == 0 and report.first_sent_at is None:
        doc = carried_over(definition, previous, context) | doc
    return doc, previous


def vanished(definition: Definition, doc: Mapping[str, Any]) -> dict[str, Any]:
    """Answers to fields that are no longer asked: kept and shown apart."""
    return {
        code: answer
        for code, answer in doc.items()
        if not code.startswith("_") and code not in definition.by_code and says_something(answer)
    }
