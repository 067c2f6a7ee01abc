"""The words of the audit trail: its lines keep keys, people read names."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from flask import g
from flask_babel import gettext as _

from admin.data import PERIOD_STATES
from domain.messages import N_
from forms.texts import formatter, text
from infra import clock
from models import AuditEntry, Region, Unit, User, db
from services import registry
from services.event import HAZARDS

VERBS: Mapping[str, str] = {
    "add": N_("has added"), "apply": N_("applied"), "backup": N_("backed up"), "choose-password": N_("chose a password"),
    "delete": N_("removed"), "drop": N_("has settled"), "edit": N_("has changed"), "hand-over": N_("handed over"), "keep": N_("kept"),
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
OWN = frozenset({"sign-in", "sign-out", "choose-password"})
"""What nobody can do for another: the person stands as the subject."""
NAMED: Mapping[str, Any] = {"user": User, "region": Region}
ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{20}(?=[0-9A-HJKMNP-TV-Z]{6}\b)", re.ASCII)
"""The part of an id that nobody reads aloud; its end tells two pages apart."""
SHORT = 12
"""Characters of a fingerprint that people compare."""


def who(line: AuditEntry) -> str:
    """The person; who signs in or out stands as the subject."""
    mine = line.actor_id or (line.subject_id if line.verb in OWN else "")
    return names(User).get(mine) or _("the system")


def what(line: AuditEntry) -> str:
    """What was changed, by its name where it has one that people know and that stands in no other column."""
    if line.verb in OWN:
        return "–"
    word = _(SUBJECTS.get(line.subject, line.subject))
    name = names(NAMED[line.subject]).get(line.subject_id) if line.subject in NAMED else None
    return f"{word}: {name}" if name else word


def more(detail: Mapping[str, Any]) -> str:
    """What else a line says: ``kode: PB-KAP-06; formulir atau daftar: Pra-bencana``."""
    told = ((_(word), say(detail[key])) for key, (word, say) in DETAILS.items() if detail.get(key) not in (None, "", []))
    return "; ".join(f"{word}: {value}" for word, value in told if value)


def names(model: Any) -> Mapping[str, str]:
    """Names by id, read once per request: a list shows many."""
    held: dict[Any, dict[str, str]] = g.setdefault("names_by_id", {})
    if model not in held:
        held[model] = {row.id: row.name for row in db.session.execute(sa.select(model.id, model.name))}
    return held[model]


def moment(at: dt.datetime) -> str:
    """``25 Nov 2026 08.24 WIB``."""
    local = clock.local("WIB", at)
    return f"{formatter().date(local.date(), short=True)} {local:%H.%M} WIB"


# ---- how each detail is said --------------------------------------------------------------------------------------------


def _listed(values: Any) -> str:
    return ", ".join(map(str, values))


def _type(key: str) -> str:
    ref = registry.registry().types.get(key)
    return text(registry.definition_of(ref.versions[-1]).label) if ref and ref.versions else key


def _grant(held: str) -> str:
    role, _kind, place = (*held.split(" "), "", "")[:3]
    known = registry.registry().roles.get(role)
    where = names(Unit).get(place) or names(Region).get(place) or place or _("national")
    return f"{text(known.label) if known else role} ({where})"


def _yes(value: bool) -> str:
    return _("Yes") if value else _("No")


DETAILS: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "code": (N_("code"), str),
    "field": (N_("indicator"), str),
    "fields": (N_("answers"), _listed),
    "type": (N_("form or list"), _type),
    "number": (N_("version"), str),
    "version": (N_("version"), str),
    "sha256": (N_("fingerprint"), lambda value: value[:SHORT]),
    "region": (N_("region"), str),
    "until": (N_("until"), lambda value: formatter().date(dt.date.fromisoformat(value), short=True)),
    "quarter": (N_("quarter"), str),
    "due": (N_("due date"), lambda value: formatter().date(dt.date.fromisoformat(value), short=True)),
    "state": (N_("state"), lambda value: str(PERIOD_STATES.get(value, value))),
    "reports": (N_("reports made"), str),
    "added": (N_("added rows"), str),
    "hazard": (N_("kind of disaster"), lambda value: _(HAZARDS.get(value, value))),
    "files": (N_("number of files"), lambda value: str(len(value))),
    "path": (N_("page"), lambda value: ULID.sub("…", value)),
    "active": (N_("active"), _yes),
    "password": (N_("new password"), lambda chosen: _("Yes") if chosen else ""),
    "grants": (N_("roles"), lambda held: ", ".join(map(_grant, held))),
    "made_at": (N_("backup of"), lambda value: moment(dt.datetime.fromisoformat(value))),
    "revision": (N_("schema"), str),
    "to": (N_("successor"), lambda key: names(User).get(key, "")),
    "owner": (N_("typed by"), lambda key: names(User).get(key, "")),
}
"""By key as :func:`services.audit.record` is given it: a word for it, and how its value is said."""
