"""Publishing: what would change, from when, and the one act that makes a draft the rule."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from domain.access import Actor, Permission
from domain.definitions.compile import Compiled, compile_source
from domain.definitions.diff import Change, ChangeClass, compare
from domain.definitions.places import Spot, locate
from domain.definitions.problems import Problem, Severity, errors
from domain.definitions.schema import PHASE_FORM, Definition
from domain.messages import N_, Text, message
from domain.quarters import quarter_days, quarter_of
from domain.reporting.states import SENT
from infra import clock
from infra.ids import new_id
from models import Candidate, ContentType, Event, Period, Report, Version, db
from services import audit, indexing, registry, score
from services.definition import catalog, content_type
from services.definition_rows import source_of
from services.errors import Refused
from services.reading.due import quarter_name
from services.registry import TypeRef, VersionRef
from services.scope import require
from services.unit_of_work import unit_of_work


@dataclass(frozen=True)
class Start:
    """A day the new version may start on. *sent*, *drafts*: reports from that day on that it touches."""

    day: dt.date
    name: Text
    running: bool
    suggested: bool
    sent: int
    drafts: int
    scored: bool
    """Whether a score could move against the version that holds on that day."""


@dataclass(frozen=True)
class Proposal:
    """What publishing would do: problems, changes by class, when it may start, what stays untouched."""

    type_id: str
    key: str
    kind: str
    compiled: Compiled
    base: VersionRef | None
    changes: tuple[Change, ...]
    starts: tuple[Start, ...]
    sent_reports: int

    @property
    def number(self) -> int:
        """The number the new version would get."""
        return self.base.number + 1 if self.base else 1

    @property
    def blocked(self) -> bool:
        """Whether something stands in the way."""
        return self.hindrances > 0

    @property
    def scored(self) -> bool:
        """Whether a score could move, whenever the version starts."""
        return any(s.scored for s in self.starts)

    def count(self, level: str) -> int:
        """How many changes are of a class."""
        return sum(c.level == level for c in self.changes)

    @property
    def hindrances(self) -> int:
        """How many things stop publishing: changes that would break data, and errors."""
        return self.count(ChangeClass.BLOCK) + len(errors(self.compiled.problems))

    @property
    def findings(self) -> list[tuple[Problem, Spot]]:
        """Every problem with the place it lies at, what stops publishing first."""
        ordered = sorted(self.compiled.problems, key=lambda problem: problem.severity is not Severity.ERROR)
        return [(problem, locate(self.compiled.definition, problem.path)) for problem in ordered]


def propose(actor: Actor, key: str) -> Proposal:
    """Look at the draft: nothing is written."""
    require(actor, Permission.DEFINITION_READ)
    head = content_type(key)
    compiled = compile_source(source_of(head), catalog(key))
    return _proposal(head, compiled)


def propose_all(actor: Actor) -> list[Proposal]:
    """Every content type with what waits to be published."""
    require(actor, Permission.DEFINITION_READ)
    heads = db.session.scalars(sa.select(ContentType).order_by(ContentType.position)).all()
    return [_proposal(head, compile_source(source_of(head), catalog(head.key))) for head in heads]


def _proposal(head: ContentType, compiled: Compiled) -> Proposal:
    known = registry.registry().types.get(head.key)
    base = known.versions[-1] if known and known.versions else None
    old = registry.definition_of(base) if base else None
    changes = tuple(compare(old, compiled.definition))
    sent = db.session.scalar(sa.select(sa.func.count()).where(Report.content_type_id == head.id, Report.state.in_(SENT))) or 0
    return Proposal(head.id, head.key, head.kind, compiled, base, changes, tuple(_starts(head, known, compiled.definition)), sent)


def _starts(head: ContentType, known: TypeRef | None, new: Definition) -> list[Start]:
    running, following = start_of(head.kind), start_of(head.kind, following=True)
    if head.kind != PHASE_FORM:
        return [Start(running, {}, running=True, suggested=True, sent=0, drafts=0, scored=False)]
    touched = [_touched(head, day) for day in (running, following)]
    moves = [_moves_scores(known, day, new) for day in (running, following)]
    careful = moves[0] and touched[0][0] > 0  # scored changes wait for the next quarter once someone has sent under the old ones
    return [
        Start(day, _quarter_name(day), day == running, careful != (day == running), *counts, moved)
        for day, counts, moved in zip((running, following), touched, moves, strict=True)
    ]


def _moves_scores(known: TypeRef | None, day: dt.date, new: Definition) -> bool:
    """Against what holds on that day: a version that waits for the next quarter would come into force with this one."""
    held = known.on(day) if known else None
    return any(c.scored for c in compare(registry.definition_of(held) if held else None, new))


def start_of(kind: str, *, following: bool = False) -> dt.date:
    """First day of the running (or following) quarter; collections start today."""
    today = clock.local("WIB").date()
    if kind != PHASE_FORM:
        return today
    first, last = quarter_days(*quarter_of(today))
    return last + dt.timedelta(days=1) if following else first


def _touched(head: ContentType, day: dt.date) -> tuple[int, int]:
    """(sent, never sent) reports whose period starts, or whose emergency was declared, on that day or later."""
    since = dt.datetime.combine(day, dt.time.min)
    rows = db.session.execute(
        sa.select(Report.first_sent_at.is_not(None), sa.func.count())
        .outerjoin(Period, Period.id == Report.period_id)
        .outerjoin(Event, Event.id == Report.event_id)
        .where(Report.content_type_id == head.id, sa.or_(Period.start_date >= day, Event.declared_at >= since))
        .group_by(Report.first_sent_at.is_not(None))
    ).all()
    counts = {bool(sent): number for sent, number in rows}
    return counts.get(True, 0), counts.get(False, 0)


def _quarter_name(day: dt.date) -> Text:
    return quarter_name(*quarter_of(day))


def publish(actor: Actor, key: str, *, effective_from: dt.date, reason: str, seen: str, consent: bool = False) -> int:
    """Publish the draft whose hash the person looked at (*seen*); gives the version number.

    Refused when the draft moved meanwhile, when something blocks, or when scored changes would enter a running
    period that already holds sent reports without a second consent.
    """
    require(actor, Permission.DEFINITION_PUBLISH)
    with unit_of_work():
        head = content_type(key, lock=True)
        compiled = compile_source(source_of(head), catalog(key))
        if compiled.publishable and compiled.sha256 != seen:
            raise Refused(message(N_("The draft changed while you were looking. Check the changes again.")))
        proposal = _proposal(head, compiled)
        _refuse_unfit(proposal, effective_from, reason, consent)
        number = seal(actor, head, compiled, effective_from, reason)
    score.refresh_all()
    return number


def _refuse_unfit(proposal: Proposal, effective_from: dt.date, reason: str, consent: bool) -> None:
    if proposal.blocked:
        raise Refused(message(N_("Solve the problems listed before publishing.")))
    if not proposal.changes:
        raise Refused(message(N_("Nothing has changed since the last version.")))
    start = next((s for s in proposal.starts if s.day == effective_from), None)
    if start is None:
        raise Refused(
            message(N_("Choose when the version starts.")), {"effective_from": message(N_("Choose when the version starts."))}
        )
    if not reason.strip():
        raise Refused(
            message(N_("Say why, so that regions understand.")), {"reason": message(N_("Say why, so that regions understand."))}
        )
    if start.scored and start.running and start.sent and not consent:
        why = message(
            N_("%(n)s reports of this period are already sent and keep their version. Confirm that you want this."), n=start.sent
        )
        raise Refused(why, {"consent": why})


def seal(actor: Actor, head: ContentType, compiled: Compiled, effective_from: dt.date, reason: str) -> int:
    """Write candidate and version inside the caller's transaction, and say that something changed."""
    last = db.session.execute(
        sa.select(Version.id, Version.number, Version.sha256)
        .where(Version.content_type_id == head.id)
        .order_by(Version.number.desc())
        .limit(1)
    ).first()
    now = clock.now()
    candidate = Candidate(
        id=new_id(), content_type_id=head.id, base_version_id=last.id if last else None, snapshot=compiled.snapshot
    )
    candidate.sha256, candidate.sealed_at, candidate.sealed_by = compiled.sha256, now, actor.id or None
    db.session.add(candidate)
    db.session.flush()
    version = Version(id=new_id(), content_type_id=head.id, number=last.number + 1 if last else 1, snapshot=compiled.snapshot)
    version.sha256, version.effective_from, version.reason = compiled.sha256, effective_from, reason.strip()
    version.published_at, version.published_by, version.candidate_id = now, actor.id or None, candidate.id
    db.session.add(version)
    db.session.flush()
    registry.bump()
    if head.kind != PHASE_FORM and last is not None:
        old = registry.definition_of(VersionRef(last.id, last.number, effective_from, last.sha256))
        if indexing.flags(old) != indexing.flags(compiled.definition):
            indexing.reindex_type(head.id, compiled.definition)
    audit.record(actor, "publish", "version", version.id, type=head.key, number=version.number, sha256=version.sha256)
    return version.number


def history(actor: Actor, key: str) -> Sequence[Any]:
    """Published versions of a type, newest first."""
    require(actor, Permission.DEFINITION_READ)
    head = content_type(key)
    return db.session.execute(
        sa.select(Version.number, Version.effective_from, Version.reason, Version.published_at, Version.sha256)
        .where(Version.content_type_id == head.id)
        .order_by(Version.number.desc())
    ).all()
