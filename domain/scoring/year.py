"""A unit's year: forms and events → phases, compliance, total. Pure; services gather the input and store the output."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.definitions.schema import Definition
from domain.messages import Message
from domain.scoring.node import Part, join, mean, weighted
from domain.scoring.rules import FULL, MICRO
from domain.scoring.scheme import Scheme
from domain.scoring.slot import Slot
from domain.scoring.tree import Branch, Indicator, Sheet, Tree, grow, year_rule_words

YEAR = "year"


@dataclass(frozen=True, slots=True)
class Due:
    """An expected report: its deadline and when it was first sent, both UTC; *passed*: the deadline has."""

    due_at: dt.datetime
    first_sent: dt.datetime | None
    passed: bool


@dataclass(frozen=True)
class PeriodicForm:
    """A form reported each period: the version that weighs the year, and its sheets by period id in order."""

    definition: Definition
    sheets: Mapping[str, Sheet]


@dataclass(frozen=True)
class EventForm:
    """A form reported per event: for each event id the version and its sheet."""

    key: str
    events: Mapping[str, tuple[Definition, Sheet]]


@dataclass(frozen=True, slots=True)
class Row:
    """One stored node of the tree. *subject*: ``year``, a period's id or an event's id."""

    subject: str
    node: str
    p: int | None
    v: int | None
    weight: int
    due: int
    answered: int
    accepted: int
    detail: Any


def score_year(scheme: Scheme, periodic: Sequence[PeriodicForm], events: Sequence[EventForm], dues: Sequence[Due]) -> list[Row]:
    """Every node of the unit's year, leaves first; the last row is the total."""
    rows: list[Row] = []
    phases: dict[str, Row] = {}
    for form in periodic:
        key = form.definition.key
        for subject, sheet in form.sheets.items():
            rows.extend(_form_rows(subject, grow(form_at(form, sheet), [sheet]), scheme))
        yearly = _form_rows(YEAR, grow(form.definition, list(form.sheets.values())), scheme)
        phases[key] = yearly[-1]
        rows.extend(yearly)
    for events_form in events:
        event_rows = {e: _form_rows(e, grow(d, [sheet]), scheme) for e, (d, sheet) in events_form.events.items()}
        rows.extend(row for listed in event_rows.values() for row in listed)
        phases[events_form.key] = _event_phase(events_form.key, [r[-1] for r in event_rows.values()], scheme)
        rows.append(phases[events_form.key])
    return rows + _top(scheme, phases, dues)


def form_at(form: PeriodicForm, sheet: Sheet) -> Definition:
    """The version a period's own total uses: that of its report, else the year's."""
    return sheet.filed.definition if sheet.filed else form.definition


def _form_rows(subject: str, tree: Tree, scheme: Scheme) -> list[Row]:
    key = tree.definition.key
    rows = [_branch_row(subject, key, branch) for branch in tree.branches]
    detail = [{"node": r.node, "w": r.weight, "p": r.p, "v": r.v} for r in rows]
    counts = (tree.count("due"), tree.count("answered"), tree.count("accepted"))
    return [*rows, Row(subject, f"phase:{key}", tree.p, tree.v, scheme.phases.get(key, 0), *counts, {"children": detail})]


def _branch_row(subject: str, key: str, branch: Branch) -> Row:
    slots = [slot for indicator in branch.indicators for slot in indicator.slots]
    counts = (sum(s.due for s in slots), sum(s.answered for s in slots), sum(s.accepted for s in slots))
    detail = {"code": branch.code, "indicators": [_indicator_detail(i) for i in branch.indicators]}
    return Row(subject, f"section:{key}:{branch.id}", branch.p, branch.v, branch.weight, *counts, detail)


def _indicator_detail(indicator: Indicator) -> dict[str, Any]:
    words = year_rule_words(indicator.field, indicator.slots)
    return {
        "id": indicator.field.id,
        "code": indicator.field.code,
        "w": indicator.field.weight if indicator.field.scored else 0,
        "p": indicator.p,
        "v": indicator.v,
        "year": words.msgid if words else None,
        "slots": [_slot_detail(slot) for slot in indicator.slots],
    }


def _slot_detail(slot: Slot) -> dict[str, Any]:
    return {
        "quarter": slot.quarter,
        "state": slot.state.value,
        "p": slot.p,
        "v": slot.v,
        "why": plain(slot.why),
        "verdict": slot.verdict.value if slot.verdict else None,
        "version": slot.version,
        "answered": slot.answered,
        "accepted": slot.accepted,
    }


def plain(message: Message) -> dict[str, Any]:
    """A message as JSON: numbers as decimal text so that nothing is lost, dates as ISO text."""
    return {"msgid": message.msgid, "params": {name: _plain_param(value) for name, value in message.params.items()}}


def _plain_param(value: object) -> Any:
    if isinstance(value, Message):
        return plain(value)
    if isinstance(value, Mapping):
        return dict(value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _event_phase(key: str, totals: Sequence[Row], scheme: Scheme) -> Row:
    p = mean(r.p for r in totals if r.p is not None)
    v = mean(r.v for r in totals if r.v is not None)
    detail = {"events": [{"subject": r.subject, "p": r.p, "v": r.v} for r in totals]}
    counts = (sum(r.due for r in totals), sum(r.answered for r in totals), sum(r.accepted for r in totals))
    return Row(YEAR, f"phase:{key}", p, v, scheme.phases.get(key, 0), *counts, detail)


def _top(scheme: Scheme, phases: Mapping[str, Row], dues: Sequence[Due]) -> list[Row]:
    ordered = [phases[key] for key in scheme.phases if key in phases]
    counts = (sum(r.due for r in ordered), sum(r.answered for r in ordered), sum(r.accepted for r in ordered))
    p, v = join(Part(r.weight, r.p, r.v) for r in ordered)
    children = [{"node": r.node, "w": r.weight, "p": r.p, "v": r.v} for r in ordered]
    achieved = Row(YEAR, "achievement", p, v, scheme.achievement, *counts, {"children": children})
    compliance = _compliance(scheme, counts[0], counts[1], dues)
    total_detail = {"children": [{"node": r.node, "w": r.weight, "p": r.p, "v": r.v} for r in (achieved, compliance)]}
    if p is None:
        return [achieved, compliance, Row(YEAR, "total", None, None, 100, *counts, total_detail)]
    p, v = join(Part(r.weight, r.p, r.v) for r in (achieved, compliance))
    return [achieved, compliance, Row(YEAR, "total", p, v, 100, *counts, total_detail)]


def _compliance(scheme: Scheme, due: int, answered: int, dues: Sequence[Due]) -> Row:
    complete = (2 * FULL * answered + due) // (2 * due) if due else None
    scores = [timeliness(d, scheme.late_per_week) for d in dues]
    times = [s for s in scores if s is not None]
    in_time = mean(times)
    value = weighted([(scheme.completeness, complete), (scheme.timeliness, in_time)])
    detail = {
        "completeness": complete,
        "completeness_weight": scheme.completeness,
        "timeliness": in_time,
        "timeliness_weight": scheme.timeliness,
        "reports": times,
    }
    return Row(YEAR, "compliance", value, value, scheme.compliance, due, answered, 0, detail)


def timeliness(expected: Due, late_per_week: int) -> int | None:
    """max(0, 100 − n × started weeks late) in 10⁻⁶; 0 when late and never sent; ``None`` while not due and not sent."""
    if expected.first_sent is None:
        return 0 if expected.passed else None
    late = expected.first_sent - expected.due_at
    weeks = max(0, -(-late // dt.timedelta(weeks=1)))
    return max(0, FULL - late_per_week * weeks * MICRO)


def find(rows: Iterable[Row], node: str, subject: str = YEAR) -> Row | None:
    """The row of one node, or nothing."""
    return next((r for r in rows if r.node == node and r.subject == subject), None)
