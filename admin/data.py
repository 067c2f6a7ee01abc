"""Units, periods, events and users as plain rows."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import flash
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import hash_password

from admin.base import ServiceView
from domain.access import Permission
from domain.messages import pick
from forms import admin_forms
from forms.texts import formatter, locale
from infra import clock
from models import Event, Period, Region, RoleGrant, Unit, User, db
from services import event, period, region, registry, unit, user
from services.user import GrantWish
from shell.request import actor

PERIOD_STATES = {"planned": _l("Planned"), "open": _l("Open"), "closing": _l("Closing"), "closed": _l("Closed")}


def show_day(_view: Any, _context: Any, model: Any, name: str) -> str:
    """A day in words."""
    value = getattr(model, name)
    return formatter().date(value, short=True) if value else "–"


def show_minute(_view: Any, _context: Any, model: Any, name: str) -> str:
    """A local moment in words."""
    return formatter().datetime(getattr(model, name))


class UnitView(ServiceView):
    """Reporting units."""

    table = Unit
    read, write = Permission.UNIT_READ, Permission.UNIT_EDIT
    title, item, icon = _l("Reporting units"), _l("reporting unit"), "map"
    intro = _l("Clusters that exist, by decree. Only they owe reports.")
    form = admin_forms.UnitForm
    column_list = ("name", "region.code", "decree", "start_date", "end_date")
    column_labels = {
        "region.code": _l("Code"),
        "name": _l("Name"),
        "decree": _l("Decree"),
        "start_date": _l("Reports from"),
        "end_date": _l("Reports until"),
    }
    column_sortable_list = (("region.code", "region.code"), "name", "start_date")
    column_default_sort = "region.code"
    column_searchable_list = ("name", "region.code", "region.name")
    column_formatters = {"start_date": show_day, "end_date": show_day}

    def __init__(self) -> None:
        super().__init__(endpoint="unit", url="/admin/unit")

    def create_form(self, obj: Any = None) -> Any:
        """Regions without a cluster."""
        form = super().create_form(obj)
        taken = set(db.session.scalars(sa.select(Unit.region_id)))
        form.region_id.choices = [("", "")] + [(r.id, f"{r.code} {r.name}") for r in region.all_regions() if r.id not in taken]
        return form

    def edit_form(self, obj: Any = None) -> Any:
        """The region is fixed."""
        form = super().edit_form(obj)
        form.region_id.choices = [(obj.region_id, f"{obj.region.code} {obj.region.name}")]
        form.seen.data = form.seen.data or str(obj.lock_version)
        return form

    def create(self, form: Any) -> Any:
        return unit.create(actor(), region_id=form.region_id.data, **_unit_values(form))

    def change(self, form: Any, model: Any) -> None:
        unit.update(actor(), model.id, seen=form.seen_version, **_unit_values(form))


def _unit_values(form: Any) -> dict[str, Any]:
    return {
        "name": form.name.data,
        "decree": form.decree.data or "",
        "start_date": form.start_date.data,
        "end_date": form.end_date.data,
    }


class PeriodView(ServiceView):
    """Reporting periods."""

    table = Period
    read, write = Permission.PERIOD_READ, Permission.PERIOD_EDIT
    scoped = False
    title, item, icon = _l("Periods"), _l("period"), "clock"
    intro = _l("Opening a period makes the reports that are due.")
    form = admin_forms.PeriodForm
    column_list = ("name", "due_date", "state", "opened_at")
    column_labels = {"name": _l("Period"), "due_date": _l("Due"), "state": _l("State"), "opened_at": _l("Opened")}
    column_sortable_list = (("name", "start_date"), "due_date", "state")
    column_default_sort = ("start_date", True)
    column_formatters = {
        "name": lambda _v, _c, m, _n: formatter().quarter(m.quarter, m.year),
        "due_date": show_day,
        "state": lambda _v, _c, m, _n: str(PERIOD_STATES[m.state]),
        "opened_at": lambda _v, _c, m, _n: (
            formatter().date(clock.local("WIB", m.opened_at).date(), short=True) if m.opened_at else "–"
        ),
    }

    def __init__(self) -> None:
        super().__init__(endpoint="periode", url="/admin/periode")

    def edit_form(self, obj: Any = None) -> Any:
        form = super().edit_form(obj)
        form.seen.data = form.seen.data or str(obj.lock_version)
        return form

    def create(self, form: Any) -> Any:
        return period.save(actor(), **_period_values(form))

    def change(self, form: Any, model: Any) -> None:
        period.save(actor(), period_id=model.id, seen=form.seen_version, **_period_values(form))


def _period_values(form: Any) -> dict[str, Any]:
    return {"year": form.year.data, "quarter": form.quarter.data, "due_date": form.due_date.data, "state": form.state.data}


class EventView(ServiceView):
    """Disaster events, kept by the regions."""

    table = Event
    read, write = Permission.EVENT_READ, Permission.EVENT_EDIT
    title, item, icon = _l("Events"), _l("event"), "event"
    intro = _l(
        "An event with a declared emergency asks for a response report, and for a post-disaster report once the status has ended."
    )
    form = admin_forms.EventForm
    column_list = ("name", "hazard", "unit.name", "declared_at", "status_end")
    column_labels = {
        "name": _l("Event"),
        "hazard": _l("Kind"),
        "unit.name": _l("Reporting unit"),
        "declared_at": _l("Emergency declared"),
        "status_end": _l("Status ended"),
    }
    column_sortable_list = ("name", "hazard", "declared_at", "status_end")
    column_default_sort = ("declared_at", True)
    column_searchable_list = ("name",)
    column_formatters = {
        "declared_at": show_minute,
        "status_end": show_day,
        "hazard": lambda _v, _c, m, _n: _(event.HAZARDS.get(m.hazard, m.hazard)),
    }

    def __init__(self) -> None:
        super().__init__(endpoint="kejadian", url="/admin/kejadian")

    def create_form(self, obj: Any = None) -> Any:
        form = super().create_form(obj)
        units = [(u.id, u.name) for u in unit.reachable(actor(), Permission.EVENT_EDIT)]
        form.unit_id.choices = units if len(units) == 1 else [("", _("Choose")), *units]
        form.hazard.choices = [("", _("Choose")), *((key, _(word)) for key, word in event.HAZARDS.items())]
        return form

    def edit_form(self, obj: Any = None) -> Any:
        form = super().edit_form(obj)
        form.unit_id.choices = [(obj.unit_id, obj.unit.name)]
        form.hazard.choices = [(key, _(word)) for key, word in event.HAZARDS.items()]
        form.seen.data = form.seen.data or str(obj.lock_version)
        return form

    def create(self, form: Any) -> Any:
        made = event.save(actor(), **_event_values(form))
        flash(_("The response report is ready under Reports."), "info")
        return made

    def change(self, form: Any, model: Any) -> None:
        event.save(actor(), event_id=model.id, seen=form.seen_version, **_event_values(form))


def _event_values(form: Any) -> dict[str, Any]:
    names = ("unit_id", "name", "hazard", "occurred_at", "declared_at", "status_end", "response_due", "post_due")
    return {name: form[name].data for name in names}


class UserView(ServiceView):
    """Users and their roles."""

    table = User
    read, write = Permission.USER_READ, Permission.USER_EDIT
    scoped = False
    national = True
    title, item, icon = _l("Users"), _l("user"), "gear"
    intro = _l("A role holds in the place it is granted for.")
    form = admin_forms.UserForm
    column_list = ("name", "email", "grants", "active", "last_seen_at")
    column_labels = {
        "name": _l("Name or office"),
        "email": _l("E-mail"),
        "grants": _l("Roles"),
        "active": _l("May sign in"),
        "last_seen_at": _l("Last here"),
    }
    column_sortable_list = ("name", "email", "active", "last_seen_at")
    column_default_sort = "name"
    column_searchable_list = ("name", "email")
    column_formatters = {
        "grants": lambda _v, _c, m, _n: "; ".join(grant_words(g) for g in grants_of(m.id)),
        "active": lambda _v, _c, m, _n: _("Yes") if m.active else _("No"),
        "last_seen_at": lambda _v, _c, m, _n: (
            formatter().date(clock.local("WIB", m.last_seen_at).date(), short=True) if m.last_seen_at else "–"
        ),
    }

    def __init__(self) -> None:
        super().__init__(endpoint="pengguna", url="/admin/pengguna")

    def create_form(self, obj: Any = None) -> Any:
        form = super().create_form(obj)
        form.offer(role_choices(), place_choices())
        form.password.description, form.password.flags.optional = _("at least 12 characters"), False
        return form

    def edit_form(self, obj: Any = None) -> Any:
        form = super().edit_form(obj)
        held = [(g.role, f"{g.scope_kind}|{g.scope_id}") for g in grants_of(obj.id)]
        form.offer(role_choices(), place_choices(held))
        form.beyond = held[3:]
        if not form.is_submitted():
            form.hold(held)
            form.password.data = ""
        form.email.render_kw = {"readonly": True}
        form.seen.data = form.seen.data or str(obj.lock_version)
        return form

    def create(self, form: Any) -> Any:
        made = user.create(
            actor(),
            email=form.email.data,
            name=form.name.data,
            password=form.password.data or "",
            hasher=hash_password,
            grants=_wishes(form),
        )
        _tell_of_no_role(form)
        return made

    def change(self, form: Any, model: Any) -> None:
        user.update(
            actor(),
            model.id,
            name=form.name.data,
            active=form.active.data,
            grants=_wishes(form),
            password=form.password.data or "",
            hasher=hash_password,
            seen=form.seen_version,
        )
        _tell_of_no_role(form)


def _tell_of_no_role(form: Any) -> None:
    """An account without a role is of no use yet."""
    if not form.wished():
        flash(_("This account has no role yet: it can sign in but open nothing."), "warn")


def _wishes(form: Any) -> list[GrantWish]:
    return [GrantWish(role, *place.partition("|")[::2]) for role, place in form.wished()]


def grants_of(user_id: str) -> list[RoleGrant]:
    """The grants of a user."""
    return list(db.session.scalars(sa.select(RoleGrant).where(RoleGrant.user_id == user_id).order_by(RoleGrant.id)))


def grant_words(grant: RoleGrant) -> str:
    """``Operator BPBD (Kabupaten Bekasi)``."""
    role = registry.registry().roles.get(grant.role)
    where = place_words(grant.scope_kind, grant.scope_id)
    return f"{pick(role.label if role else {}, locale()) or grant.role} ({where})"


def place_words(kind: str, scope_id: str) -> str:
    """A grant's place by name."""
    row = db.session.get(Unit if kind == "unit" else Region, scope_id) if scope_id else None
    return row.name if row else _("national")


def role_choices() -> list[tuple[str, str]]:
    """Every role."""
    return [(role.key, pick(role.label, locale())) for role in registry.registry().roles.values()]


def place_choices(held: Sequence[tuple[str, str]] = ()) -> list[tuple[str, str]]:
    """The nation, the provinces, the regions that have a cluster, and whatever place a person already holds a role in."""
    units = db.session.scalars(sa.select(Unit).order_by(Unit.name)).all()
    provinces = db.session.scalars(sa.select(Region).where(Region.level == "province").order_by(Region.code)).all()
    whole = _("all of")
    listed = [("national|", _("national"))] + [(f"province|{p.id}", f"{whole} {p.name}") for p in provinces]
    listed += [(f"region|{u.region_id}", u.region.name) for u in units]
    known = dict(listed)
    return listed + [(place, place_words(*place.partition("|")[::2])) for place in dict(held).values() if place not in known]
