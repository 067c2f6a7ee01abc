"""Evidence that arrives in pieces: begun for a question of a report, continued by the one who began it, kept when it is whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from domain.access import Actor, Permission
from domain.messages import N_, message
from infra.ids import new_id
from infra.partial import Partials
from infra.storage import FileStore
from models import Report
from services import file
from services.errors import NotFound, Refused
from services.file import MAX_BYTES, MAX_MB, Upload
from services.report_rows import get_for

LASTS = 48 * 60 * 60
"""Seconds a file that is not whole waits for its next piece."""
MOST = 50
"""Files one person may have begun and not finished."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What is known of a file on its way: all that its address carries, signed. *length* in bytes; *kinds*: those its question
    takes."""

    report: str
    person: str
    name: str
    length: int
    kinds: Sequence[str]
    key: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How many bytes have arrived; of a whole file ``sha256 name`` as it is kept."""

    offset: int
    kept: str = ""


def expect(
    actor: Actor, store: FileStore, report: Report, kinds: Sequence[str], name: str, length: int, sha256: str
) -> tuple[Ticket, Progress]:
    """Expect a file for a report the actor may fill. One the unit has already (*sha256*, where its device could tell) is whole at
    once. Raises :class:`Refused`."""
    if not kinds:
        raise NotFound
    if not 0 < length <= MAX_BYTES:
        raise Refused(message(file.TOO_LARGE if length else file.UNREADABLE, name=name[:80], mb=MAX_MB))
    partials = _partials(store, actor.id)
    partials.sweep(LASTS)
    if partials.count() >= MOST:
        raise Refused(message(N_("Too many files are on their way at once. Wait until some have arrived.")))
    ticket = Ticket(report.id, actor.id, name[:200], length, tuple(kinds), new_id())
    known = file.had(report.unit_id, sha256, name, kinds)
    if known:
        partials.finish(ticket.key, known)
    else:
        partials.expect(ticket.key)
    return ticket, Progress(length if known else 0, known)


def arrived(actor: Actor, store: FileStore, ticket: Ticket) -> Progress:
    """How far it is. One that arrived whole just before the server was killed is kept now. Raises :class:`NotFound`."""
    report, partials = _authorise(actor, ticket), _partials(store, actor.id)
    if kept := partials.result(ticket.key):
        return Progress(ticket.length, kept)
    size = partials.size(ticket.key)
    if size is None:
        raise NotFound
    return _progress(actor, store, report, ticket, size)


def grow(actor: Actor, store: FileStore, ticket: Ticket, at: int, piece: BinaryIO) -> Progress:
    """Add a piece. Raises as :meth:`Partials.grow`, and :class:`Refused` when the whole is nothing its question takes."""
    report, partials = _authorise(actor, ticket), _partials(store, actor.id)
    if kept := partials.result(ticket.key):
        return Progress(ticket.length, kept)
    return _progress(actor, store, report, ticket, partials.grow(ticket.key, at, piece, ticket.length))


def drop(actor: Actor, store: FileStore, ticket: Ticket) -> None:
    """Nobody goes on with it."""
    _authorise(actor, ticket)
    _partials(store, actor.id).drop(ticket.key)


def _progress(actor: Actor, store: FileStore, report: Report, ticket: Ticket, size: int) -> Progress:
    """A whole file is kept."""
    if size < ticket.length:
        return Progress(size)
    partials = _partials(store, actor.id)
    with partials.open(ticket.key) as whole:
        try:
            kept = file.store(actor, store, report.unit, [Upload(ticket.name, whole)], ticket.kinds)
        except Refused:
            partials.drop(ticket.key)
            raise
    ((sha256, name),) = kept.items()
    partials.finish(ticket.key, f"{sha256} {name}")
    return Progress(size, f"{sha256} {name}")


def _authorise(actor: Actor, ticket: Ticket) -> Report:
    if ticket.person != actor.id:
        raise NotFound
    return get_for(actor, ticket.report, Permission.REPORT_FILL)


def _partials(store: FileStore, person: str) -> Partials:
    return Partials(store.root / ".unggahan" / person)
