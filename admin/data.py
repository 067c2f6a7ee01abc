"""Units, periods and events as plain rows."""

from typing import Any

import sqlalchemy as sa
from flask import flash
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import sheet_page
from admin.base import ServiceView
from admin.exports import table_file
from domain.access import Permission
from forms import admin_forms
from forms.texts import formatter
from infra import clock
from models import Event, Period, Unit, db
from services import event, period, region, unit, unit_import
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
        return form

    def list_actions(self) -> list[tuple[str, str, str]]:
        return [(self.get_url(".import_view"), "upload", _("Add from a sheet"))] if self.may_write else []

    @expose("/contoh/")
    def template_view(self) -> Any:
        """A sheet to fill in."""
        return table_file("unit-pelapor", "xlsx", *unit_import.template(actor()))

    @expose("/impor/", methods=("GET", "POST"))
    def import_view(self) -> Any:
        """Units from a sheet: look at what it would do, then do it."""
        return sheet_page.answer(self)

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
