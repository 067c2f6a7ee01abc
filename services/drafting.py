"""Drafts of reports: what is typed is kept, valid or not, and merged with what others typed meanwhile.

Nothing is written more often, so this reads and writes plain rows: a handful of statements however many fields."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import sqlalchemy as sa

from domain.access import Actor, Permission
from domain.answers import AnswerError, Checked, check, unknown_lookups
from domain.answers.parts import beside, carried, difference, same
from domain.definitions.schema import Definition
from domain.messages import N_, Message, message
from domain.reporting import State
from domain.reporting.states import EDITABLE
from infra import clock
from infra.ids import new_id
from models import AnswerChange, Entry, Report, User, db
from services import report_rows
from services.errors import Refused
from services.lookups import known_lookups
from services.registry import VersionRef
from services.report_context import context_of, version_of, working_document
from services.unit_of_work import unit_of_work

CHANGES, ENTRIES = cast(sa.Table, AnswerChange.__table__), cast(sa.Table, Entry.__table__)
SINCE = (
    sa.select(CHANGES)
    .where(CHANGES.c.entry_id == sa.bindparam("key"), CHANGES.c.seq > sa.bindparam("after"))
    .order_by(CHANGES.c.seq)
)
LOG = sa.insert(CHANGES)
WRITTEN = ("doc", "version_id", "seq", "updated_at", "updated_by")
KEEP = (
    sa.update(ENTRIES)
    .where(ENTRIES.c.id == sa.bindparam("key"))
    .values({name: sa.bindparam(f"new_{name}", type_=ENTRIES.c[name].type) for name in WRITTEN})
)
"""Made once: SQLAlchemy keeps the compiled form of a statement with it."""


@dataclass(frozen=True)
class Conflict:
    """Two people changed one answer: what stands, who wrote it, when."""

    code: str
    theirs: Mapping[str, Any]
    mine: Mapping[str, Any]
    who: str
    at: dt.datetime
    own: bool = False
    """Whether the same person wrote it, from another page."""
    by: str = ""
    """The account that wrote it."""


@dataclass(frozen=True)
class Saved:
    """The outcome of a save. *checked* tells what is still wrong or missing; *conflicts* were not overwritten;
    *refusal*: why it could not be sent whatever it says. *version*: the one in force when it was saved. *others*: codes that
    another page has changed since this one was made."""

    seq: int
    checked: Checked
    version: VersionRef
    conflicts: tuple[Conflict, ...] = ()
    faults: tuple[AnswerError, ...] = ()
    sent: bool = False
    refusal: Message | None = None
    others: frozenset[str] = frozenset()


@dataclass
class Draft:
    """What a page or device sends: answers by code as read, the change number it was based on, and a key of its own.
    *version*: number of the version its page says it was made with; nothing for a command, which has no page. *nth*: a page that
    saves in the background counts its sendings from 1, for they may arrive in another order. *heir_of*: keys of earlier pages
    whose unsent answers this one took over."""

    answers: Mapping[str, Mapping[str, Any]]
    base_seq: int
    op_key: str = field(default_factory=new_id)
    version: int | None = None
    nth: int = 0
    heir_of: Sequence[str] = ()


def save_draft(actor: Actor, report_id: str, draft: Draft) -> Saved:
    """Keep what was typed, valid or not. A change by someone else since the page was made is shown, not overwritten."""
    with unit_of_work():
        report = report_rows.hold(actor, report_id, Permission.REPORT_FILL)
        if State(report.state) not in EDITABLE:  # a period that closed meanwhile refuses to send, never to keep
            raise Refused(message(N_("This report has been sent. It can be changed again only when a verifier returns it.")))
        version, definition = version_of(report)
        context = context_of(report, definition)
        doc, _previous = working_document(report, definition, context)
        meanwhile = _meanwhile(actor, report, draft)
        changes, conflicts = _merge(actor, definition, doc, draft, meanwhile)
        checked = check(definition, doc, context)
        seq = _keep(actor, report, version, checked, changes, draft)
        faults = unknown_lookups(checked, known_lookups(actor, report.unit_id, checked.lookups))
        return Saved(seq, checked, version, tuple(conflicts), faults, others=frozenset(meanwhile.others))


@dataclass(frozen=True)
class Changed:
    """One answer as it was and as it is now."""

    code: str
    prev: Mapping[str, Any]
    value: Mapping[str, Any]


@dataclass(frozen=True)
class Meanwhile:
    """What was written since a page was made: by other pages, by code; and codes of which a later sending of the same page has
    come before this one."""

    others: "Mapping[str, Sequence[sa.Row[Any]]]"
    overtaken: frozenset[str]


def _meanwhile(actor: Actor, report: Report, draft: Draft) -> Meanwhile:
    """Read what was written since; the entry's own number tells when there is nothing."""
    others: dict[str, list[sa.Row[Any]]] = {}
    overtaken = set()
    if report.entry.seq > draft.base_seq:
        own = {_page(draft.op_key), *draft.heir_of}
        for row in db.session.connection().execute(SINCE, {"key": report.id, "after": draft.base_seq}):
            page, nth = _sending(row.op_key)
            if page not in own or row.actor_id != (actor.id or None):
                others.setdefault(row.path, []).append(row)
            elif page == _page(draft.op_key) and nth > draft.nth > 0:
                overtaken.add(row.path)
    return Meanwhile(others, frozenset(overtaken))


def _sending(op_key: str) -> tuple[str, int]:
    """The page a change came from, and which of its sendings brought it (0: it does not count them). See :func:`_keep`."""
    page, _colon, rest = op_key.partition(":")
    nth, colon, _rest = rest.partition(":")
    return page, int(nth) if colon and nth.isdigit() else 0


def _merge(
    actor: Actor, definition: Definition, doc: dict[str, Any], draft: Draft, meanwhile: Meanwhile
) -> tuple[list[Changed], list[Conflict]]:
    """Write each changed answer into *doc*; tell what changed, and real conflicts."""
    changes, conflicts = [], []
    for code, typed in draft.answers.items():
        current = doc.get(code) or {}
        if typed == current or code in meanwhile.overtaken:
            continue  # most answers of a page are those it was made with
        answer = carried(definition, code, typed, current)
        if same(current, answer):
            continue  # so a save that comes twice is taken once
        others = meanwhile.others.get(code, ())
        base = _before(definition, code, current, others)
        kept, clash = beside(definition, code, base, current, typed) if others else (dict(answer), False)
        if clash:  # from another page, be it the same person's second tab
            last = others[-1]
            conflicts.append(
                Conflict(code, current, answer, _name(last.actor_id), last.at, last.actor_id == actor.id, last.actor_id or "")
            )
        if not same(current, kept):
            changes.append(Changed(code, *difference(definition, code, current, kept)))
            doc[code] = kept
    return changes, conflicts


def _before(definition: Definition, code: str, current: Mapping[str, Any], others: "Sequence[sa.Row[Any]]") -> Mapping[str, Any]:
    """The answer as it would be had others changed nothing: what the page shows, with what it saved since."""
    base = current
    for row in reversed(others):
        base, _clash = beside(definition, code, row.value or {}, base, row.prev or {})
    return base


def _page(op_key: str) -> str:
    return op_key[:40]


def _keep(actor: Actor, report: Report, version: VersionRef, checked: Checked, changes: Sequence[Changed], draft: Draft) -> int:
    """Write the document and what changed in it; gives the number of the last change."""
    now, who, before = clock.now(), actor.id or None, report.entry.seq
    log = [
        {
            "entry_id": report.id,
            "seq": number,
            "op_key": f"{_page(draft.op_key)}:{draft.nth}:{before}/{change.code}"[:120],  # a page may say again what it said before
            "path": change.code,
            "value": change.value,
            "prev": change.prev,
            "actor_id": who,
            "at": now,
        }
        for number, change in enumerate(changes, before + 1)
    ]
    seq = before + len(log)
    kept = {"new_doc": checked.doc, "new_version_id": version.id, "new_seq": seq, "new_updated_at": now, "new_updated_by": who}
    connection = db.session.connection()
    if log:
        connection.execute(LOG, log)
    connection.execute(KEEP, {"key": report.id, **kept})
    report_rows.outdated(report.id)
    return seq


def _name(user_id: str | None) -> str:
    return db.session.scalar(sa.select(User.name).where(User.id == user_id)) or ""
