"""Everything the fill page and the print view show of one report."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from domain.access import Actor, Permission
from domain.answers import AnswerError, Checked, Context, check, named, unknown_lookups
from domain.answers.parts import Answers, carried
from domain.definitions.diff import Change, compare
from domain.definitions.schema import Definition
from domain.messages import Message
from domain.reporting.states import EDITABLE, SENT, State
from models import Report, ReportTransition, User, VerdictRow, Version, db
from services import file, lookups, registry
from services.file import FileFacts
from services.registry import VersionRef
from services.report import refusal_to_fill
from services.report_context import CONTEXT, context_of, frozen_context, vanished, version_of, working_document
from services.report_rows import get_for
from services.scope import place_of


@dataclass(frozen=True)
class Step:
    """One transition of the report."""

    source: str
    target: str
    who: str
    at: dt.datetime
    why: str


@dataclass(frozen=True)
class ReportPage:
    """The page model. *names*: titles of records and regions it names, by id.
    *refusal*: why the reader may not fill; nothing when they may."""

    report: Report
    version: VersionRef
    definition: Definition
    context: Context
    doc: Mapping[str, Any]
    checked: Checked
    previous: Mapping[str, Any]
    verdicts: Mapping[str, tuple[str, str]]
    files: Mapping[str, FileFacts]
    refusal: Message | None
    may_send: bool
    names: Mapping[str, str]
    changes: Sequence[Change]
    gone: Mapping[str, Any]
    options: Callable[[str], Sequence[tuple[str, str]]]
    unknown: Callable[[], Sequence[AnswerError]]
    """Faults for records it names that are gone; looked up when asked for."""

    @property
    def steps(self) -> Sequence[Step]:
        """The report's transitions, oldest first; read when asked for."""
        return _steps(self.report.id)

    @property
    def reason(self) -> str:
        """Why the form was changed, as BNPB told the regions."""
        return db.session.scalar(sa.select(Version.reason).where(Version.id == self.version.id)) or ""

    @property
    def keeps(self) -> bool:
        """Whether what is typed can still be kept, be it too late to send."""
        return State(self.report.state) in EDITABLE

    @property
    def sent(self) -> bool:
        """Whether it stands as sent."""
        return State(self.report.state) in SENT


def report_page(actor: Actor, report_id: str, permission: Permission = Permission.REPORT_READ) -> ReportPage:
    """Load, authorise and check one report; nothing is written."""
    return page_of(actor, get_for(actor, report_id, permission))


def page_of(actor: Actor, report: Report) -> ReportPage:
    """The page model of a loaded report."""
    version, definition = version_of(report)
    sent = State(report.state) in SENT
    if sent:
        doc = dict(report.entry.doc)
        previous: dict[str, Any] = {}
        context = frozen_context(report, doc)
    else:
        context = context_of(report, definition)
        doc, previous = working_document(report, definition, context)
    checked = check(definition, doc, context)
    shown = doc if sent else checked.doc
    hashes = [sha for code, answer in shown.items() if code != CONTEXT for sha in answer.get("files") or ()]
    return ReportPage(
        report,
        version,
        definition,
        context,
        shown,
        checked,
        previous,
        _verdicts(report.id) if report.first_sent_at else {},
        file.facts(report.unit_id, hashes),
        refusal_to_fill(actor, report),
        actor.may(Permission.REPORT_SUBMIT, place_of(report)),
        lookups.titles(_named(checked, definition, previous), [report.unit_id]),
        _changes(report, version, definition),
        {} if sent else vanished(definition, doc),
        _options(actor, report.unit_id),
        _unknown(actor, report, checked),
    )


def as_typed(actor: Actor, page: ReportPage, answers: Answers) -> ReportPage:
    """The page with answers in it that are not saved."""
    typed = {code: carried(page.definition, code, answer, page.doc.get(code) or {}) for code, answer in answers.items()}
    doc = {**page.doc, **typed}
    checked = check(page.definition, doc, page.context)
    return replace(
        page,
        doc=checked.doc,
        checked=checked,
        names=lookups.titles(_named(checked, page.definition, page.previous), [page.report.unit_id]),
        gone=vanished(page.definition, doc),
        unknown=_unknown(actor, page.report, checked),
    )


def _unknown(actor: Actor, report: Report, checked: Checked) -> Callable[[], Sequence[AnswerError]]:
    return lambda: unknown_lookups(checked, lookups.known_lookups(actor, report.unit_id, checked.lookups))


def _named(checked: Checked, definition: Definition, previous: Mapping[str, Any]) -> Iterator[str]:
    """The records and regions that are shown by name: today's and, where there is one, the last report's."""
    yield from (look.key for look in checked.lookups)
    yield from (key for _field, key in (named(definition, previous) if previous else ()))


def _options(actor: Actor, unit_id: str) -> Callable[[str], Sequence[tuple[str, str]]]:
    known: dict[str, Sequence[tuple[str, str]]] = {}

    def offered(target: str) -> Sequence[tuple[str, str]]:
        if target not in known:
            known[target] = lookups.options(actor, unit_id, target)
        return known[target]

    return offered


def _changes(report: Report, version: VersionRef, definition: Definition) -> Sequence[Change]:
    """What differs from the version the draft was last saved under."""
    if report.entry.version_id == version.id or report.entry.seq == 0:
        return ()
    before = registry.registry().by_id(report.content_type_id).version(report.entry.version_id)
    return compare(registry.definition_of(before), definition)


VERDICTS = sa.select(VerdictRow.field_id, VerdictRow.verdict, VerdictRow.note).where(VerdictRow.report_id == sa.bindparam("report"))


def _verdicts(report_id: str) -> dict[str, tuple[str, str]]:
    rows = db.session.connection().execute(VERDICTS, {"report": report_id})
    return {r.field_id: (r.verdict, r.note) for r in rows}


def _steps(report_id: str) -> list[Step]:
    rows = db.session.execute(
        sa.select(ReportTransition, User.name)
        .outerjoin(User, User.id == ReportTransition.actor_id)
        .where(ReportTransition.report_id == report_id)
        .order_by(ReportTransition.number)
    )
    return [Step(t.source, t.target, name or "", t.at, t.why) for t, name in rows]
