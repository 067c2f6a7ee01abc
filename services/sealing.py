"""The seal over the audit trail: a chain of digests in which every line stands on all lines sealed before it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from domain.canonical import canonical, sha256
from domain.messages import N_, Message, message
from infra import clock
from models import AuditEntry, AuditSeal, db
from services.unit_of_work import unit_of_work

START = "0" * 64
"""What the first line stands on."""
ROUND, CHUNK = 20_000, 500
"""Lines looked for at once (without a lock), lines sealed in one write (no write lock over a quarter of a second)."""
SLOWEST = dt.timedelta(minutes=10)
"""A line is dated when its transaction writes it and seen when that commits; none of ours takes as long as this."""
LOCK = 0x5EA1
"""PostgreSQL: who seals waits for whoever is sealing. On SQLite every writer waits anyway."""
LINE = (
    AuditEntry.id,
    AuditEntry.at,
    AuditEntry.actor_id,
    AuditEntry.verb,
    AuditEntry.subject,
    AuditEntry.subject_id,
    AuditEntry.unit_id,
    AuditEntry.origin,
    sa.type_coerce(AuditEntry.detail, sa.Text).label("detail"),  # the text as it is stored: no second spelling passes
)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal, or one that was noted outside. Written ``seq:digest``."""

    seq: int
    digest: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.digest}"


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where trail and chain do not fit. *line*: the id of the line in the trail, where one is known."""

    seq: int
    line: str
    why: Message


@dataclass(frozen=True, slots=True)
class Verified:
    """What a look at the whole chain found. *unsealed*: lines after it, since *oldest*; *late* of them are dated well before
    the newest sealed line: put in, or written while the clock stood wrong."""

    head: Head
    broken: Broken | None
    unsealed: int
    oldest: dt.datetime | None
    late: int

    @property
    def sound(self) -> bool:
        """Whether nothing here is for a person to judge before it is sealed."""
        return self.broken is None and not self.late


def read_head(text: str) -> Head | None:
    """A head as it was noted, or nothing when the text is none."""
    seq, _, digest = text.strip().partition(":")
    fits = seq.isascii() and seq.isdigit() and len(digest) == len(START) and set(digest) <= set("0123456789abcdef")
    return Head(int(seq), digest) if fits else None


def head(connection: sa.Connection | None = None) -> Head:
    """The newest seal; ``0:000…`` when nothing is sealed."""
    query = sa.select(AuditSeal.seq, AuditSeal.digest).order_by(AuditSeal.seq.desc()).limit(1)
    row = (connection or db.session.connection()).execute(query).first()
    return Head(row.seq, row.digest) if row else Head(0, START)


def seal() -> Head:
    """Seal every committed line that is not sealed yet, oldest first; one that commits late is sealed later."""
    while waiting := _unsealed():
        for start in range(0, len(waiting), CHUNK):
            _seal_chunk(waiting[start : start + CHUNK])
    with reading() as connection:
        return head(connection)


def _unsealed() -> Sequence[str]:
    """Ids of lines without a seal, read outside any write."""
    query = sa.select(AuditEntry.id).outerjoin(AuditSeal, AuditSeal.audit_id == AuditEntry.id).where(AuditSeal.seq.is_(None))
    with reading() as connection:
        return connection.scalars(query.order_by(AuditEntry.at, AuditEntry.id).limit(ROUND)).all()


def reading() -> sa.Connection:
    """A connection of its own: it sees what is committed, and holds no lock."""
    return db.engine.connect()


def _seal_chunk(ids: Sequence[str]) -> None:
    with unit_of_work() as session:
        if session.connection().dialect.name == "postgresql":
            session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        done = set(session.scalars(sa.select(AuditSeal.audit_id).where(AuditSeal.audit_id.in_(ids))))
        rows = session.execute(sa.select(*LINE).where(AuditEntry.id.in_(ids)).order_by(AuditEntry.at, AuditEntry.id)).all()
        last, links = head(), []
        for row in rows:
            if row.id not in done:
                last = Head(last.seq + 1, digest_of(last.digest, row))
                links.append({"seq": last.seq, "audit_id": row.id, "digest": last.digest})
        if links:
            session.execute(sa.insert(AuditSeal), links)


def digest_of(previous: str, line: Sequence[object]) -> str:
    """The digest of a line standing on *previous*."""
    plain = [value.astimezone(dt.UTC).isoformat() if isinstance(value, dt.datetime) else value for value in line]
    return sha256(previous + canonical(plain))


def verify(noted: Head | None = None) -> Verified:
    """Walk the whole chain and stop at the first line that does not fit; with *noted*, a head kept outside the database, a
    chain that was made anew or cut is found too."""
    with reading() as connection:
        last, broken = _walk(connection, noted)
        if broken is None and noted is not None and noted.seq > last.seq:
            broken = Broken(last.seq, "", message(N_("The chain was cut: it reached %(seq)s when that was noted."), seq=noted.seq))
        return Verified(last, broken, *_tail(connection))


def _walk(connection: sa.Connection, noted: Head | None) -> tuple[Head, Broken | None]:
    """How far the chain holds, and what breaks it there."""
    query = sa.select(AuditSeal.seq, AuditSeal.audit_id, AuditSeal.digest, *LINE)
    query = query.outerjoin(AuditEntry, AuditEntry.id == AuditSeal.audit_id).order_by(AuditSeal.seq)
    last = Head(0, START)
    with connection.execute(query, execution_options={"yield_per": 1000}) as links:
        for seq, audit_id, digest, *line in links:
            if why := _misfit(last, Head(seq, digest), line, noted):
                return last, Broken(seq, audit_id, why)
            last = Head(seq, digest)
    return last, None


def _misfit(last: Head, link: Head, line: Sequence[object], noted: Head | None) -> Message | None:
    if link.seq != last.seq + 1:
        return message(N_("%(n)s seals before this one are missing."), n=link.seq - last.seq - 1)
    if line[0] is None:
        return message(N_("This line was removed from the trail."))
    if link.digest != digest_of(last.digest, line):
        return message(N_("This line or its seal was altered or put in."))
    if noted is not None and noted.seq == link.seq and noted != link:
        return message(N_("The chain was made anew: its digest here is not the one that was noted."))
    return None


def _tail(connection: sa.Connection) -> tuple[int, dt.datetime | None, int]:
    """(how many, since when, how many of them well before the newest sealed line; one from a clock that ran ahead counts when its
    time has come)."""
    sealed = sa.select(sa.func.max(AuditEntry.at)).join(AuditSeal, AuditSeal.audit_id == AuditEntry.id)
    newest = connection.scalar(sealed.where(AuditEntry.at <= clock.now()))
    late = AuditEntry.at < newest - SLOWEST if newest else sa.false()
    query = sa.select(sa.func.count(), sa.func.min(AuditEntry.at), sa.func.coalesce(sa.func.sum(sa.case((late, 1), else_=0)), 0))
    query = query.select_from(AuditEntry).outerjoin(AuditSeal, AuditSeal.audit_id == AuditEntry.id).where(AuditSeal.seq.is_(None))
    count, oldest, before = connection.execute(query).one()
    return int(count), oldest, int(before)
