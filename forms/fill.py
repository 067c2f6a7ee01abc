"""The generated WTForms class of a version: it carries form data and CSRF; parsing is the types', checking the service's."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import Field as WtField

from domain.answers import AnswerError
from domain.definitions.schema import Definition, Field
from domain.fields import Refused, of
from domain.fields.base import MAX_RAW
from domain.fields.texts import read_link
from forms.fields import adapter_of
from forms.fields.base import name_of
from forms.kept import Kept
from forms.offered import came_back
from forms.texts import say

MOST_PAGES = 50
"""Earlier pages one page may take unsent answers over from."""


class AnswerField(WtField):
    """One answer: its posted data read by the field type; faults are put in place by the page."""

    def __init__(self, asked: Field, **kwargs: Any) -> None:
        super().__init__(asked.code, **kwargs)
        self.asked = asked
        self.answer: dict[str, Any] = {}

    def process(self, formdata: MultiDict[str, str] | None, data: Any = None, extra_filters: Any = None) -> None:
        """Read the posted data into ``answer``: a value, or what was typed when it cannot be read."""
        self.answer = read_answer(self.asked, formdata) if formdata else {}
        self.data = self.answer.get("v")


def read_answer(asked: Field, form: MultiDict[str, str]) -> dict[str, Any]:
    """One posted answer. ``raw`` keeps what could not be read, so that nothing typed is lost."""
    answer: dict[str, Any] = {}
    if of(asked).asks:
        raw = adapter_of(asked).collect(form, name_of(asked.code), asked)
        try:
            answer["v"] = of(asked).parse(raw, asked)
        except Refused:
            answer["raw"] = _within(raw)
    link = form.get(name_of(asked.code, "link"))
    if link is not None:
        try:
            answer["link"] = read_link(link)
        except Refused:
            answer["link_raw"] = link[:500]
    return {part: value for part, value in answer.items() if value is not None}


def _within(raw: Any) -> Any:
    """What could not be read, kept for the person to mend; an endless text is cut."""
    if isinstance(raw, str):
        return raw[:MAX_RAW]
    return {part: _within(value) for part, value in raw.items()} if isinstance(raw, Mapping) else raw


_kept: Kept[str, type[FlaskForm]] = Kept(128)


def form_class(sha256: str, definition: Definition) -> type[FlaskForm]:
    """The form class of a version (by its hash), made once and kept."""
    return _kept.get(sha256, lambda: _form_class(definition))


def _form_class(definition: Definition) -> type[FlaskForm]:
    fields = {f"answer_{f.code}": AnswerField(f, name=name_of(f.code)) for f in definition.fields if _answerable(f)}
    return type("FillForm", (FlaskForm,), fields)


def _answerable(asked: Field) -> bool:
    return of(asked).asks or asked.evidence is not None


def file_kinds(asked: Field) -> tuple[str, ...]:
    """The kinds of file an answer takes: by its own type, else as evidence; none when it takes no file."""
    if adapter_of(asked).files_only:
        return tuple(asked.options.get("kinds", ("pdf", "image")))
    return tuple(kind for kind in (asked.evidence.kinds if asked.evidence else ()) if kind != "link")


class Posted:
    """A posted page: the answers of the fields it held, the files that came with them, and what was pressed. *alone*: fields of
    which nothing but a file came, the answer stays what it is."""

    def __init__(
        self,
        form: FlaskForm,
        data: MultiDict[str, str],
        files: MultiDict[str, FileStorage],
        gone: Iterable[Field] = (),
    ) -> None:
        """*gone*: questions as an older page asked them; what was typed there is read too."""
        shown = set(data.get("_codes", "").split())
        lost = [f for f in gone if f.code in shown and _answerable(f)]
        read_so = {f.code for f in lost}
        asked = [f for f in form if isinstance(f, AnswerField) and f.asked.code in shown - read_so]
        offered = {f.code for f in (*(one.asked for one in asked), *lost) if came_back(f, data)}
        asked, lost = [f for f in asked if f.asked.code not in offered], [f for f in lost if f.code not in offered]
        alone = set(data.get("_files", "").split()) - shown | offered
        self.alone = [f.asked for f in form if isinstance(f, AnswerField) and f.asked.code in alone]
        self.fields = [f.asked for f in asked] + lost + self.alone
        self.answers = {f.asked.code: f.answer for f in asked} | {f.code: read_answer(f, data) for f in lost}
        self.dropped = {f.code: set(data.getlist(name_of(f.code, "dropfile"))) for f in self.fields}
        self.uploads = {
            f.code: [u for u in files.getlist(name_of(f.code, "files")) if u.filename] for f in self.fields if file_kinds(f)
        }
        self.had = {f.code: _had(data.getlist(name_of(f.code, "have"))) for f in self.fields if file_kinds(f)}
        self.action = data.get("_action", "")
        self.base_seq = _number(data.get("_seq", ""))
        self.op_key = (data.get("_op") or "").replace(":", "")[:40]
        self.nth = _number(data.get("_nth", ""))
        self.heir_of = [key[:40] for key in data.get("_heir", "").split()[:MOST_PAGES]]

    def with_files(
        self, current: Mapping[str, Mapping[str, Any]], stored: Mapping[str, Mapping[str, str]]
    ) -> dict[str, dict[str, Any]]:
        """The answers with their files, each under its name: those there were, less the removed, plus the new (*stored*:
        names by sha256 by code)."""
        complete = {}
        unanswered = {f.code: current.get(f.code) or {} for f in self.alone}
        for code, answer in {**self.answers, **unanswered}.items():
            before, new = current.get(code) or {}, stored.get(code, {})
            files = [sha for sha in before.get("files") or [] if sha not in self.dropped[code]]
            files += [sha for sha in new if sha not in files]
            names = {sha: name for sha, name in {**(before.get("names") or {}), **new}.items() if sha in files}
            complete[code] = dict(answer) | ({"files": files} if files else {}) | ({"names": names} if names else {})
        return complete


HAD = re.compile(r"([0-9a-f]{64}) (.{1,200})")
MOST_HAD = 100
"""Files that have arrived before and are named in one post, for one answer."""


def _had(values: Sequence[str]) -> dict[str, str]:
    """Names by sha256 of files that came before this post; ``wait …`` names one that is still on its device."""
    found = (HAD.fullmatch(value) for value in values[:MOST_HAD])
    return {match[1]: match[2] for match in found if match}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def faults_by_field(errors: Iterable[AnswerError]) -> dict[str, dict[str, str]]:
    """Texts by field and part, the first of each part, in words."""
    found: dict[str, dict[str, str]] = {}
    for error in errors:
        found.setdefault(error.code, {}).setdefault(error.part, say(error.why))
    return found
