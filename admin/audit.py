"""The audit trail, read: who did what to what, when, from where."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.audit_words import SUBJECTS, VERBS, moment, more, names, what, who
from admin.base import EDITS, ServiceView
from admin.filters import OptionFilter, TypedFilter, day_filter, words
from domain.access import Permission
from domain.messages import N_
from infra import clock
from models import AuditEntry, Unit, User

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
    column_list = ("at", "actor_id", "verb", "subject", "unit_id", "origin", "detail")
    column_labels = {
        "at": _l("When"),
        "actor_id": _l("Who"),
        "verb": _l("Did"),
        "subject": _l("To what"),
        "unit_id": _l("Reporting unit"),
        "origin": _l("From where"),
        "detail": _l("Details"),
    }
    column_sortable_list = ("at",)
    column_default_sort = ("id", True)
    column_searchable_list = ("subject_id", "origin")
    column_filters = (
        OptionFilter(AuditEntry.verb, _l("Did"), words(VERBS), lambda verb: AuditEntry.verb == verb),
        OptionFilter(AuditEntry.subject, _l("To what"), words(SUBJECTS), lambda subject: AuditEntry.subject == subject),
        OptionFilter(AuditEntry.at, _l("When"), words(SPANS), lambda days: AuditEntry.at >= since(int(days))),
        TypedFilter(
            AuditEntry.actor_id, _l("Who"), str.strip, lambda word: AuditEntry.actor_id.in_(people(word)), _l("name or e-mail")
        ),
        day_filter(AuditEntry.at, _l("From day"), lambda day: AuditEntry.at >= clock.start_of_day(day, "WIB")),
        day_filter(
            AuditEntry.at, _l("Until day"), lambda day: AuditEntry.at < clock.start_of_day(day + dt.timedelta(days=1), "WIB")
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
        "unit_id": lambda _v, _c, m, _n: names(Unit).get(m.unit_id or "", "–"),
        "origin": lambda _v, _c, m, _n: m.origin or "–",
        "detail": lambda _v, _c, m, _n: more(m.detail) or "–",
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
        units = sa.select(Unit.id).where(Unit.name.icontains(word, autoescape=True))
        found = people(word)
        return [AuditEntry.actor_id.in_(found), AuditEntry.subject_id.in_(found), AuditEntry.unit_id.in_(units)]


def people(word: str) -> sa.Select[str]:
    """Ids of accounts whose name or e-mail holds a word."""
    return sa.select(User.id).where(sa.or_(*(column.icontains(word, autoescape=True) for column in (User.name, User.email))))


def since(days: int) -> dt.datetime:
    """The first moment of the last *days* calendar days, today among them."""
    return clock.start_of_day(clock.local("WIB").date() - dt.timedelta(days=days - 1), "WIB")
