"""What BNPB changed of a form since its reader last saw it, said at each question."""

from collections import defaultdict
from collections.abc import Sequence

from flask_babel import gettext as _

from domain.answers.parts import says_something
from domain.definitions.diff import ADDED, ASKED_ANEW, Change
from forms.texts import say, text
from services import registry
from services.reading.report_page import ReportPage
from shell.stale import before


def since(page: ReportPage, number: int) -> Sequence[Change]:
    """What differs from an older version of the form; nothing where there is no such version."""
    return before(registry.registry().by_id(page.report.content_type_id), page.version, number).changes if number else ()


def said(page: ReportPage, changes: Sequence[Change]) -> dict[str, str]:
    """What is said at each question that is asked otherwise than before."""
    found: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change.what in ASKED_ANEW and change.code in page.definition.by_code:
            found[change.code].append(change)
    return {code: _said_anew(found[code], says_something(page.doc.get(code) or {})) for code in found}


def _said_anew(changes: Sequence[Change], answered: bool) -> str:
    if any(change.what == ADDED for change in changes):
        return _("This question is new.")
    said = [_("Changed by BNPB: %(what)s.", what=", ".join(say(change.title).lower() for change in changes))]
    said += [_("It used to read “%(old)s”.", old=text(change.old)) for change in changes if change.what == "label"]
    return " ".join([*said, *([_("Look whether your answer still fits.")] if answered else [])])
