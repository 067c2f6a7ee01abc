"""What a use case may answer instead of doing its work."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from domain.answers.parts import Answers
from domain.messages import N_, Message, message


class NotFound(Exception):  # noqa: N818 - an answer, not a failure
    """It does not exist, or the actor may not know that it does."""


class Forbidden(Exception):  # noqa: N818
    """The actor may see it but not do this with it."""


class Refused(Exception):  # noqa: N818
    """The input cannot be accepted. *why* for the whole; *faults* by field name."""

    def __init__(self, why: Message, faults: Mapping[str, Message] | None = None) -> None:
        super().__init__(why.msgid)
        self.why = why
        self.faults = faults or {}


class Edited(Protocol):
    """A row that counts its changes."""

    lock_version: int


class Stale(Refused):
    """The row was changed since its page was made."""

    def __init__(self) -> None:
        super().__init__(message(N_("This was changed since you opened the page. Look at what is saved now, then save again.")))


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed something, and at what moment (UTC)."""

    who: str
    at: dt.datetime


class Clash(Stale):
    """Others changed what one's page changed too. *saved*: the document as it stands at ``lock_version`` *seen*; *answers*: the
    same with the page's answers in it; *changes*: for each answer both changed, who did so last."""

    def __init__(self, saved: Answers, seen: int, answers: Answers, changes: Mapping[str, Change | None]) -> None:
        super().__init__()
        self.saved = saved
        self.seen = seen
        self.answers = answers
        self.changes = changes


def refuse_stale(row: Edited, seen: int) -> None:
    """Refuse to write over a change the page had not seen. *seen*: the count the page was made from; 0: nobody looked."""
    if seen and row.lock_version != seen:
        raise Stale
