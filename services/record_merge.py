"""A page of a record beside what others saved since it was made: merged answer by answer.

Every change of a record adds one to its ``lock_version`` and keeps one revision of that number: so what a page showed is the
revision of the number it carries.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from domain.answers.parts import FILE_PARTS, Answers, beside, carried, same, says_something
from domain.definitions.schema import Definition
from models import Entry, EntryRevision, User, db
from services.errors import Change, Clash


@dataclass(frozen=True)
class Merge:
    """A page's answers with theirs where it changed nothing. *clashing*: codes both changed to different things; *changed*:
    codes either changed; *since*: the revisions from the one the page showed; *seen*: the ``lock_version`` merged with."""

    answers: Answers
    clashing: Sequence[str] = ()
    changed: Set[str] = frozenset()
    since: Sequence[EntryRevision] = field(default=(), repr=False)
    seen: int = 0

    def refuse_clash(self, saved: Answers, relevant: Set[str]) -> None:
        """Raise :class:`Clash` where both changed one answer, or one's change hides an answer the other changed: nobody would
        see it go. *relevant*: codes that apply once merged."""
        whole = {**saved, **self.answers}
        hidden = [code for code in sorted(self.changed - relevant) if says_something(whole.get(code) or saved.get(code) or {})]
        if self.clashing or hidden:
            raise Clash(saved, self.seen, whole, {code: self._last_change(code) for code in (*self.clashing, *hidden)})

    def _last_change(self, code: str) -> Change | None:
        """Who changed one answer last, and when; nothing when nobody else did."""
        for before, after in reversed(list(pairwise(self.since))):
            if not same(before.doc.get(code) or {}, after.doc.get(code) or {}):
                name = db.session.scalar(sa.select(User.name).where(User.id == after.actor_id)) or ""
                return Change(name, after.at)
        return None


def merged(entry: Entry, definition: Definition, answers: Answers, seen: int) -> Merge:
    """The page's answers as they are while nobody else has saved, else merged. *seen*: the ``lock_version`` the page was made
    from, 0 for none; a number no revision has counts as a page that showed nothing."""
    if seen in (0, entry.lock_version):
        return Merge(answers)
    since = _revisions(entry, seen)
    shown: Answers = since[0].doc if since and since[0].number == seen else {}
    mine: dict[str, Mapping[str, Any]] = {}
    clashing, touched = [], set()
    for code, typed in answers.items():
        old = shown.get(code) or {}
        mine[code], clash = _one(definition, code, typed, old, entry.doc.get(code) or {})
        clashing += [code] if clash else []
        touched |= set() if same(carried(definition, code, typed, old), old) else {code}
    theirs = {code for code, now in entry.doc.items() if not same(shown.get(code) or {}, now)}
    return Merge(mine, clashing, (touched | theirs) & definition.by_code.keys(), since, entry.lock_version)


def _revisions(entry: Entry, since: int) -> Sequence[EntryRevision]:
    query = sa.select(EntryRevision).where(EntryRevision.entry_id == entry.id, EntryRevision.number >= since)
    return db.session.scalars(query.order_by(EntryRevision.number)).all()


def _one(
    definition: Definition, code: str, typed: Mapping[str, Any], old: Mapping[str, Any], now: Mapping[str, Any]
) -> tuple[Mapping[str, Any], bool]:
    """One answer, and whether it clashes: then the page's words stand, with the files of both."""
    kept, clash = beside(definition, code, old, now, typed)
    if not clash:
        return kept, False
    words = {part: value for part, value in typed.items() if part not in FILE_PARTS}
    return words | {part: value for part, value in kept.items() if part in FILE_PARTS}, True
