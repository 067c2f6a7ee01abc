"""Regions: provinces, regencies and cities, with the days their codes and names hold."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.base import ServiceView
from admin.data import show_day
from admin.filters import OptionFilter
from domain.access import Permission
from domain.fields.dates import EARLIEST
from domain.messages import N_
from forms import admin_forms
from infra import clock
from models import Region, db
from services import region
from shell.request import actor

LEVELS = {"province": N_("Province"), "regency": N_("Regency (kabupaten)"), "city": N_("City (kota)")}


def provinces() -> list[tuple[str, str]]:
    """(id, code and name) of every province, those that ended too."""
    rows = db.session.scalars(sa.select(Region).where(Region.level == "province").order_by(Region.code, Region.valid_from))
    return [(row.id, f"{row.code} {row.name}") for row in rows]


class RegionView(ServiceView):
    """Regions."""

    table = Region
    read, write = Permission.UNIT_EDIT, Permission.UNIT_EDIT
    scoped = False
    national = True
    title, item, icon = _l("Regions"), _l("region"), "globe"
    intro = _l("Codes and names of the Ministry of Home Affairs. A region that was split ends on a day and names who follows it.")
    form = admin_forms.RegionForm
    column_list = ("name", "code", "level", "zone", "valid_from", "valid_to", "own_bpbd")
    column_labels = {
        "name": _l("Name"),
        "code": _l("Code"),
        "level": _l("Level"),
        "zone": _l("Time zone"),
        "valid_from": _l("Exists from"),
        "valid_to": _l("Until"),
        "own_bpbd": _l("Own BPBD"),
    }
    column_sortable_list = ("code", "name", "valid_from", "valid_to")
    column_default_sort = "code"
    column_searchable_list = ("name", "official_name", "code")
    column_filters = (
        OptionFilter(Region.parent_id, _l("Province"), provinces, lambda key: sa.or_(Region.id == key, Region.parent_id == key)),
    )
    named_filter_urls = False
    """A filter's name is in the reader's language; its address must not be."""
    page_size = 50
    column_formatters = {
        "valid_from": lambda v, c, m, n: show_day(v, c, m, n) if m.valid_from != EARLIEST else "–",
        "valid_to": show_day,
        "level": lambda _v, _c, m, _n: _(LEVELS[m.level]),
        "own_bpbd": lambda _v, _c, m, _n: _("Yes") if m.own_bpbd else _("No"),
    }

    def __init__(self) -> None:
        super().__init__(endpoint="wilayah", url="/admin/wilayah")

    def create_form(self, obj: Any = None) -> Any:
        form = super().create_form(obj)
        self._offer(form)
        if not form.is_submitted():
            form.valid_from.data = clock.local("WIB").date()
        return form

    def edit_form(self, obj: Any = None) -> Any:
        form = super().edit_form(obj)
        self._offer(form)
        form.level.choices = [(obj.level, _(LEVELS[obj.level]))]
        return form

    @staticmethod
    def _offer(form: Any) -> None:
        form.level.choices = [(key, _(word)) for key, word in LEVELS.items()]
        form.parent_id.choices = [("", "–"), *provinces()]
        rows = db.session.scalars(sa.select(Region).order_by(Region.code, Region.valid_from))
        form.successor_id.choices = [("", "–"), *((row.id, f"{row.code} {row.name}") for row in rows)]

    def create(self, form: Any) -> Any:
        return region.save(actor(), **_values(form))

    def change(self, form: Any, model: Any) -> None:
        region.save(actor(), region_id=model.id, seen=form.seen_version, **_values(form))


def _values(form: Any) -> dict[str, Any]:
    names = ("code", "name", "official_name", "level", "zone", "own_bpbd", "valid_from", "valid_to")
    kept = {name: form[name].data for name in names}
    return kept | {name: form[name].data or None for name in ("parent_id", "successor_id")}
