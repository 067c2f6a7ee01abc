"""Pages made before a publication: what they hold is still read, and their person is told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import flash, request
from flask_babel import gettext as _

from domain.definitions.diff import Change, compare
from domain.definitions.schema import Definition, Field
from forms.fields.base import name_of
from forms.texts import say, text
from services import registry
from services.registry import TypeRef, VersionRef

MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class PageBefore:
    """The version a posted page was made with. *asked*: its questions that are asked no longer, and its tables with the
    columns they had; nothing when the page is of the version in force."""

    number: int
    stale: bool = False
    asked: Sequence[Field] = ()
    changes: Sequence[Change] = ()

    def tell(self) -> None:
        """Say that the form has changed and where, once what the page held is kept."""
        if self.stale:
            flash(_("BNPB changed this form while you were filling it in. What you typed is kept; look at what is new."), "info")
        if self.changes:
            named = "; ".join(f"{text(c.label)} ({say(c.title).lower()})" for c in self.changes[:MOST_NAMED])
            flash(_("Changed: %(what)s", what=named), "info")

    def carried(self, definition: Definition) -> list[tuple[str, str]]:
        """What the page held of questions and columns asked no longer."""
        return unseen(self.asked, definition.by_code)


def unseen(asked: Iterable[Field], shown: Mapping[str, Field]) -> list[tuple[str, str]]:
    """What was posted of questions and columns *asked* there and not *shown* here: carried on as it was until all is saved."""
    return [
        (key, value)
        for field in asked
        for key in request.form
        if _unseen(key, field, shown.get(field.code))
        for value in request.form.getlist(key)
    ]


def _unseen(key: str, asked: Field, now: Field | None) -> bool:
    """Whether a posted name belongs to what was *asked* and has no box *now*."""
    name = name_of(asked.code)
    part = key.rpartition(".")[2] if key.startswith(f"{name}.") else None
    if now is None:
        return key == name or part is not None
    return bool(part) and part not in now.columns_by_code and part in asked.columns_by_code


def page_before(ref: TypeRef, version: VersionRef) -> PageBefore:
    """The version the posted page names beside the one in force (*version*); a page that names none counts as of that one."""
    return before(ref, version, request.form.get("_version", version.number, int))


def before(ref: TypeRef, version: VersionRef, number: int) -> PageBefore:
    """The version *number* beside the one in force (*version*)."""
    old = next((registry.definition_of(v) for v in ref.versions if v.number == number != version.number), None)
    if old is None:
        return PageBefore(version.number)
    definition = registry.definition_of(version)
    return PageBefore(number, True, list(_asked_no_longer(old, definition)), compare(old, definition))


def _asked_no_longer(old: Definition, new: Definition) -> Iterator[Field]:
    for field in old.fields:
        now = new.by_code.get(field.code)
        lost = tuple(c for c in field.columns if now is not None and c.code not in now.columns_by_code)
        if now is None:
            yield field
        elif lost and now.columns:
            yield replace(now, columns=(*now.columns, *lost))
