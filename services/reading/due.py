"""What a region has to report, what it has sent, and how far each report is."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from domain.access import Actor, Permission
from domain.answers import check
from domain.definitions.schema import Definition
from domain.fields.display import Formatter
from domain.messages import Text
from domain.reporting.states import EDITABLE, State
from infra import clock
from models import Event, Period, Region, Report, Unit, db
from services import registry, report_rows
from services.report import refusal_to_fill
from services.report_context import context_of, version_of, working_document
from services.scope import within


@dataclass(frozen=True)
class DueReport:
    """One report in a list. *form* and *version*: what it asks; *answered* of *wanted* required answers; *days* left until the
    deadline (negative: late)."""

    id: str
    form: str
    version: int
    label: Text
    subject: Text
    unit: str
    unit_code: str
    state: str
    due_at: dt.datetime
    zone: str
    first_sent_at: dt.datetime | None
    may_fill: bool
    answered: int
    wanted: int
    days: int

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return State(self.state) in EDITABLE

    @property
    def late(self) -> bool:
        """Whether its deadline passed unsent."""
        return self.open and self.first_sent_at is None and self.due_at < clock.now()


PAGE = 40


def listed(actor: Actor, *, state: str = "", form: str = "", sought: str = "", page: int = 1) -> tuple[list[DueReport], int]:
    """Reports within reach, the most urgent first: (one page, how many there are).

    *state*: ``open`` or a state; *form*: a content type's key; *sought*: part of a unit's name, or how its region's code begins.
    """
    wanted = [within(actor.reach(Permission.REPORT_READ), Report)]
    if form:
        known = registry.registry().types.get(form)
        wanted.append(Report.content_type_id == (known.id if known else ""))
    if sought:
        named = Unit.name.icontains(sought, autoescape=True) | Region.code.startswith(sought, autoescape=True)
        wanted.append(Report.unit_id.in_(sa.select(Unit.id).join(Region, Region.id == Unit.region_id).where(named)))
    if state == "open":
        wanted.append(Report.state.in_(sorted(EDITABLE)))
    elif state:
        wanted.append(Report.state == state)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Report).where(*wanted)) or 0
    soonest = sa.case((Report.state.in_(sorted(EDITABLE)), Report.due_at))
    order = (_urgency(), soonest, Report.due_at.desc(), Region.code, Report.id)
    rows = report_rows.some(wanted, order, PAGE, (max(page, 1) - 1) * PAGE)
    return [_due(actor, report) for report in rows], total


def to_do(actor: Actor) -> list[DueReport]:
    """Unfinished reports of the actor's units, the most urgent first; those that wait for BNPB come last."""
    wanted = [*_filled_by(actor), Report.state.in_(sorted(EDITABLE))]
    found = [_due(actor, r) for r in report_rows.some(wanted, (_closed(), _urgency(), Report.due_at, Report.id), PAGE)]
    return sorted(found, key=lambda report: not report.may_fill)


def recently_sent(actor: Actor, most: int = 5) -> list[DueReport]:
    """The newest reports that were sent within the actor's reach of filling."""
    wanted = [*_filled_by(actor), Report.first_sent_at.is_not(None)]
    return [_due(actor, r) for r in report_rows.some(wanted, (Report.sent_at.desc(), Report.id), most)]


def _filled_by(actor: Actor) -> list[sa.ColumnElement[bool]]:
    return [within(actor.reach(permission), Report) for permission in (Permission.REPORT_READ, Permission.REPORT_FILL)]


def _closed() -> sa.ColumnElement[int]:
    return sa.case((Period.state == "closed", 1), else_=0)


def _urgency() -> sa.ColumnElement[int]:
    return sa.case((Report.state == State.RETURNED, 0), (Report.state == State.DRAFT, 1), else_=2)


def subject_name(period: Period | None, event: Event | None) -> Text:
    """The period's or event's name."""
    if period is not None:
        return quarter_name(period.year, period.quarter)
    return {"id": event.name if event else ""}


def quarter_name(year: int, quarter: int) -> Text:
    """A quarter in both languages."""
    return {locale: Formatter(locale).quarter(quarter, year) for locale in ("id", "en")}


def _due(actor: Actor, report: Report) -> DueReport:
    version, definition = version_of(report)
    done, wanted = _progress(report, definition)
    zone = report.unit.region.zone
    days = (clock.local(zone, report.due_at).date() - clock.local(zone).date()).days
    return DueReport(
        report.id,
        definition.key,
        version.number,
        definition.label,
        subject_name(report.period, report.event),
        report.unit.name,
        report.unit.region.code,
        report.state,
        report.due_at,
        zone,
        report.first_sent_at,
        refusal_to_fill(actor, report) is None,
        done,
        wanted,
        days,
    )


def _progress(report: Report, definition: Definition) -> tuple[int, int]:
    if State(report.state) not in EDITABLE:
        return 0, 0
    context = context_of(report, definition, measured=False)
    doc, _previous = working_document(report, definition, context)
    checked = check(definition, doc, context)
    return len(checked.done), len(checked.required)


def forms_by_key() -> dict[str, Definition]:
    """Current definitions of the phase forms."""
    today = clock.local("WIB").date()
    known = registry.registry()
    return {form.key: known.current(form.key, today)[1] for form in known.forms()}
