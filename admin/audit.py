"""The audit trail, read: who did what to what, when, from where."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import abort, g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.base import EDITS, ServiceView
from admin.filters import OptionFilter, words
from domain.access import Permission
from domain.messages import N_
from forms.texts import formatter
from infra import clock
from models import AuditEntry, Region, Unit, User, db

VERBS: Mapping[str, str] = {
    "add": N_("has added"), "apply": N_("applied"), "backup": N_("backed up"), "choose-password": N_("chose a password"),
    "delete": N_("removed"), "drop": N_("dropped"), "edit": N_("has changed"), "hand-over": N_("handed over"), "keep": N_("kept"),
    "link": N_("made a link"), "lock": N_("locked"), "move": N_("moved"), "open": N_("opened"), "publish": N_("published"),
    "restore": N_("restored"), "retire": N_("retired"), "return": N_("has returned"), "seed": N_("filled in"),
    "sign-in": N_("signed in"), "sign-out": N_("signed out"), "submit": N_("sent"), "upload": N_("attached files"),
    "validate": N_("validated"), "verdict": N_("judged answers"), "verify": N_("verified"),
}  # fmt: skip
SUBJECTS: Mapping[str, str] = {
    "choice": N_("choice"), "database": N_("database"), "event": N_("event"), "field": N_("indicator"), "kept_post": N_("unsent page"),
    "period": N_("period"), "record": N_("record"), "region": N_("region"), "report": N_("report"), "roles": N_("roles"),
    "scheme": N_("scoring scheme"), "section": N_("section"), "unit": N_("reporting unit"), "user": N_("user"), "version": N_("version"),
}  # fmt: skip
SPANS = {"1": N_("today"), "7": N_("in the last 7 days"), "31": N_("in the last 31 days"), "366": N_("in the last 366 days")}


class AuditView(ServiceView):
    """The trail, newest first. Nobody changes it, here or anywhere."""

    table = AuditEntry
    read, write = Permission.AUDIT_READ, Permission.AUDIT_READ
    scoped = False
    national = True
    can_create = can_edit = False
    title, item, icon = _l("Audit trail"), _l("line"), "audit"
    intro = _l("Who did what, when and from where. Lines are never changed; contents stand with the reports and records.")
    column_list = ("at", "actor_id", "verb", "subject", "unit_id", "origin")
    column_labels = {
        "at": _l("When"),
        "actor_id": _l("Who"),
        "verb": _l("Did"),
        "subject": _l("To what"),
        "unit_id": _l("Reporting unit"),
        "origin": _l("From where"),
    }
    column_sortable_list = ("at",)
    column_default_sort = ("id", True)
    column_searchable_list = ("subject_id", "origin")
    column_filters = (
        OptionFilter(AuditEntry.verb, _l("Did"), words(VERBS), lambda verb: AuditEntry.verb == verb),
        OptionFilter(AuditEntry.subject, _l("To what"), words(SUBJECTS), lambda subject: AuditEntry.subject == subject),
        OptionFilter(
            AuditEntry.at, _l("When"), words(SPANS), lambda days: AuditEntry.at >= clock.now() - dt.timedelta(days=int(days))
        ),
    )
    named_filter_urls = False
    """A filter's name is in the reader's language; its address must not be."""
    page_size = 50
    column_formatters = {
        "at": lambda _v, _c, m, _n: moment(m.at),
        "actor_id": lambda _v, _c, m, _n: who(m),
        "verb": lambda _v, _c, m, _n: _(VERBS.get(m.verb, m.verb)),
        "subject": lambda _v, _c, m, _n: what(m),
        "unit_id": lambda _v, _c, m, _n: _names(Unit).get(m.unit_id or "", "–"),
        "origin": lambda _v, _c, m, _n: m.origin or "–",
    }

    def __init__(self) -> None:
        super().__init__(endpoint="jejak", url="/admin/jejak")

    def can_edit_row(self, row: Any) -> bool:
        """No line is ever changed."""
        return False

    def _handle_view(self, name: str, **kwargs: Any) -> Any:
        return abort(404) if name in EDITS else super()._handle_view(name, **kwargs)

    def also_found(self, word: str) -> list[Any]:
        """Lines of people and units found by their name."""
        people = sa.select(User.id).where(sa.or_(*(c.icontains(word, autoescape=True) for c in (User.name, User.email))))
        units = sa.select(Unit.id).where(Unit.name.icontains(word, autoescape=True))
        return [AuditEntry.actor_id.in_(people), AuditEntry.subject_id.in_(people), AuditEntry.unit_id.in_(units)]


def moment(at: dt.datetime) -> str:
    """``25 Nov 2026 08.24 WIB``."""
    local = clock.local("WIB", at)
    return f"{formatter().date(local.date(), short=True)} {local:%H.%M} WIB"


def who(line: AuditEntry) -> str:
    """The person; who signs in or out stands as the subject."""
    mine = line.actor_id or (line.subject_id if line.subject == "user" else "")
    return _names(User).get(mine) or _("the system")


NAMED: Mapping[str, Any] = {"user": User, "unit": Unit, "region": Region}


def what(line: AuditEntry) -> str:
    """What was changed, by its name where it has one that people know."""
    word = _(SUBJECTS.get(line.subject, line.subject))
    name = _names(NAMED[line.subject]).get(line.subject_id) if line.subject in NAMED else None
    return f"{word}: {name}" if name else word


def _names(model: Any) -> Mapping[str, str]:
    """Names by id, read once per request: a list shows many."""
    held: dict[Any, dict[str, str]] = g.setdefault("names_by_id", {})
    if model not in held:
        held[model] = {row.id: row.name for row in db.session.execute(sa.select(model.id, model.name))}
    return held[model]
