"""Evidence that arrives in pieces: begun for a question of a report, continued by the one who began it, kept when it is whole."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from domain.access import Actor, Permission
from domain.messages import N_, message
from infra.ids import new_id
from infra.partial import Partials
from infra.storage import FileStore
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

    def as_data(self) -> dict[str, Any]:
        """For the address."""
        return asdict(self)


def expect(actor: Actor, store: FileStore, report_id: str, kinds: Sequence[str], name: str, length: int, sha256: str) -> Ticket:
    """Expect a file. One the unit has already (*sha256*, where its device could tell) is whole at once. Raises
    :class:`Refused`."""
    report = get_for(actor, report_id, Permission.REPORT_FILL)
    if not kinds:
        raise NotFound
    if not 0 < length <= MAX_BYTES:
        raise Refused(message(file.TOO_LARGE if length else file.UNREADABLE, name=name[:80], mb=MAX_MB))
    partials = _partials(store, actor.id)
    partials.sweep(LASTS)
    if partials.count() >= MOST:
        raise Refused(message(N_("Too many files are on their way at once. Wait until some have arrived.")))
    ticket = Ticket(report_id, actor.id, name[:200], length, tuple(kinds), new_id())
    if known := file.had(report.unit_id, sha256, name, kinds):
        partials.finish(ticket.key, known)
    else:
        partials.expect(ticket.key)
    return ticket


def offset(actor: Actor, store: FileStore, ticket: Ticket) -> int:
    """How much has arrived. Raises :class:`NotFound`."""
    _authorise(actor, ticket)
    partials = _partials(store, actor.id)
    size = ticket.length if partials.result(ticket.key) else partials.size(ticket.key)
    if size is None:
        raise NotFound
    return size


def grow(actor: Actor, store: FileStore, ticket: Ticket, at: int, piece: BinaryIO) -> int:
    """Add a piece; gives how much has arrived then. Raises as :meth:`Partials.grow`, and :class:`Refused` when the whole is
    nothing its question takes."""
    report = _authorise(actor, ticket)
    partials = _partials(store, actor.id)
    if partials.result(ticket.key):
        return ticket.length
    size = partials.grow(ticket.key, at, piece, ticket.length)
    if size == ticket.length:
        _keep(actor, store, report, ticket)
    return size


def _keep(actor: Actor, store: FileStore, report: Any, ticket: Ticket) -> None:
    partials = _partials(store, actor.id)
    with partials.open(ticket.key) as whole:
        try:
            kept = file.store(actor, store, report.unit, [Upload(ticket.name, whole)], ticket.kinds)
        except Refused:
            partials.drop(ticket.key)
            raise
    ((sha256, name),) = kept.items()
    partials.finish(ticket.key, f"{sha256} {name}")


def kept_as(actor: Actor, store: FileStore, ticket: Ticket) -> str:
    """``sha256 name`` of a file that is whole; nothing before that. One that arrived whole just before the server was killed is
    kept now."""
    report = _authorise(actor, ticket)
    partials = _partials(store, actor.id)
    if partials.result(ticket.key) is None and partials.size(ticket.key) == ticket.length:
        _keep(actor, store, report, ticket)
    return partials.result(ticket.key) or ""


def drop(actor: Actor, store: FileStore, ticket: Ticket) -> None:
    """Nobody goes on with it."""
    _authorise(actor, ticket)
    _partials(store, actor.id).drop(ticket.key)


def _authorise(actor: Actor, ticket: Ticket) -> Any:
    if ticket.person != actor.id:
        raise NotFound
    return get_for(actor, ticket.report, Permission.REPORT_FILL)


def _partials(store: FileStore, person: str) -> Partials:
    return Partials(store.root / ".unggahan" / person)
