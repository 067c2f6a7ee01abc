"""A typed view of one collection at one version. Flask-Admin supplies routes, list, filters and actions; forms are the
same compiled markup and the same check as the fill page."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask_admin import expose
from flask_admin.actions import action
from flask_admin.model import BaseModelView
from flask_admin.model.filters import BaseFilter
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from jinja2 import pass_context

from admin import record_form
from admin.base import GuardedModel
from admin.exports import table_file
from domain.access import Permission
from domain.definitions.schema import Definition, Field
from domain.fields import of
from domain.messages import pick
from forms.texts import formatter, locale, say, text
from models import Entry
from services import lookups, record, registry, unit
from services.errors import Refused
from services.reading import records
from services.scope import place_of
from shell.request import actor

UNIT = "_unit"
MOST_OFFERED = 60
"""Units or records to choose from in a filter; among more of them one types part of the name."""
ASKED = {"is": _l("is"), "contains": _l("contains"), "from": _l("from"), "to": _l("up to")}


class IndexFilter(BaseFilter):
    """A filter that becomes one condition on the index."""

    def __init__(self, asked: Field | None, operator: str, name: str, options: Any = None) -> None:
        """*asked*: the field that is tested; nothing for the unit a record belongs to."""
        super().__init__(name, options=options)
        self.asked = asked
        self.operator = operator

    def apply(self, query: Any, value: Any) -> Any:
        """Add the condition."""
        query.append(records.Condition(self.asked, self.operator, str(value)))
        return query

    def operation(self) -> Any:
        """The operator in words."""
        return ASKED[self.operator]

    def validate(self, value: Any) -> bool:
        """Short texts that can be read as an answer to the field."""
        if not isinstance(value, str) or len(value) > 200:
            return False
        if not value or self.operator == "contains":
            return True
        if self.asked is None:
            return value in dict(self.get_options(None))
        return records.sought(records.Condition(self.asked, self.operator, value)) is not None

    def get_options(self, view: Any) -> Any:
        """The few values an answer can have; units, records and regions as the reader may see them now."""
        if self.operator == "contains":
            return []
        if self.asked is None:
            return [(u.id, u.name) for u in unit.reachable(actor(), Permission.RECORD_READ)]
        if of(self.asked).refers:
            return lookups.options(actor(), None, str(self.asked.options["target"]))
        return super().get_options(view)

    def offered(self) -> bool:
        """Whether this of the two ways to say what a record belongs to or refers to is the handy one here."""
        if self.asked is None:
            many = _units_in_reach() > MOST_OFFERED
        elif of(self.asked).refers:
            many = len(lookups.options(actor(), None, str(self.asked.options["target"]), MOST_OFFERED + 1)) > MOST_OFFERED
        else:
            return True
        return (self.operator == "contains") is many


class TypedView(GuardedModel, BaseModelView):
    """One collection."""

    read, write = Permission.RECORD_READ, Permission.RECORD_EDIT
    icon = "users"
    can_delete = True
    can_view_details = True
    intro = ""

    def __init__(self, router: Any, key: str, version: registry.VersionRef, definition: Definition) -> None:
        self.key, self.version, self.definition = key, version, definition
        listed = [f for f in definition.fields if f.in_list] or list(definition.fields[:5])
        listed.sort(key=lambda f: f.code != definition.title_field)
        self.listed: list[Field] = listed
        self.column_list = [listed[0].code, UNIT] + [f.code for f in listed[1:]]
        self.column_labels = {f.code: pick(f.label, "id") for f in definition.fields} | {UNIT: str(_("Reporting unit"))}
        super().__init__(Entry, name=pick(definition.label, "id"), endpoint="konten", url="/admin/konten")
        self.admin, self.blueprint = router.admin, router.blueprint
        self._search_supported = any(f.searchable for f in definition.fields)

    @property
    def title(self) -> str:
        """The collection's name in the reader's language."""
        return text(self.definition.label)

    @property
    def item(self) -> str:
        """What one record is called."""
        return text(self.definition.item_label) or _("record")

    def column_title(self, name: str, _label: Any = "") -> str:
        """A column's head in the reader's language."""
        return _("Reporting unit") if name == UNIT else text(self.definition.by_code[name].label)

    def scaffold_sortable_columns(self) -> Any:
        """Fields flagged sortable."""
        return {f.code: f.code for f in self.listed if f.sortable}

    def scaffold_list_columns(self) -> list[str]:
        """See ``column_list``."""
        return list(self.column_list)

    def scaffold_form(self) -> type[FlaskForm]:
        """Flask-Admin wants one; the compiled markup is used instead."""
        return FlaskForm

    def init_search(self) -> bool:
        """Whether any field is searchable."""
        return any(f.searchable for f in self.definition.fields)

    def get_filters(self) -> list[Any]:
        """Filters of the flagged fields; choices offer their options."""
        found: list[IndexFilter] = []
        for asked in self.definition.fields:
            if asked.filterable:
                found.extend(field_filters(asked))
        return [*found, *(IndexFilter(None, operator, str(_("Reporting unit"))) for operator in ("is", "contains"))]

    def get_pk_value(self, model: Any) -> Any:
        """The record's id."""
        return model.id

    def is_action_allowed(self, name: str) -> bool:
        """Actions change records."""
        return actor().may_somewhere(self.write)

    # ---- list -------------------------------------------------------------------------------------------------------

    def query(self, sort: str | None, descending: Any, search: str | None, filters: Any) -> records.Query:
        """What the list is asked for."""
        conditions: list[records.Condition] = []
        for index, _name, value in filters or ():
            self._filters[index].apply(conditions, value)
        wanted = request.args.get("unit", "")
        if wanted:
            conditions.append(records.Condition(None, "is", wanted[:26]))
        asked = self.definition.by_code.get(sort or "")
        asked = asked if asked is not None and asked.sortable else None
        ref = registry.registry().type(self.key)
        return records.Query(ref.id, search or "", tuple(conditions), asked, bool(descending))

    def get_list(self, page: Any, sort_field: Any, sort_desc: Any, search: Any, filters: Any, page_size: Any = None) -> Any:
        """One page of records within reach."""
        wanted = self.query(sort_field, sort_desc, search, filters)
        total, rows = records.listed(actor(), wanted, page or 0, page_size or self.page_size)
        self_names = records.Names(rows, self.definition)
        request.record_names = self_names  # type: ignore[attr-defined]
        return total, rows

    def _get_field_value(self, model: Any, name: Any) -> Any:
        names: records.Names = request.record_names  # type: ignore[attr-defined]
        if name == UNIT:
            return names.units[model.unit_id][1]
        return records.shown(actor(), model, self.definition.by_code[name], names.formatter(formatter()), brief=True)

    @pass_context
    def get_list_value(self, _context: Any, model: Any, name: Any) -> Any:
        """A cell in words."""
        return self._get_field_value(model, name)

    def visible_columns(self, columns: Any) -> Any:
        """The unit is worth a column only for readers of several."""
        several = _units_in_reach() > 1
        return [column for column in columns if several or column[0] != UNIT]

    def get_filter_arg(self, index: Any, flt: Any) -> str:
        """A filter's name in an address: the same in every language."""
        return f"{flt.asked.code if flt.asked else 'unit'}_{flt.operator}"

    def shown_filters(self, filters: Any) -> list[tuple[int, Any]]:
        """The unit is worth a filter only for readers of several."""
        several = _units_in_reach() > 1
        return [(place, f) for place, f in enumerate(filters) if (several or f.asked is not None) and f.offered()]

    def can_edit_row(self, row: Any) -> bool:
        """Whether this row shows an edit link."""
        return actor().may(self.write, place_of(row))

    # ---- one record -------------------------------------------------------------------------------------------------

    def get_one(self, id: Any) -> Any:  # noqa: A002 - Flask-Admin's name
        """One live record within reach, or 404."""
        return record.get_for(actor(), self.key, str(id))

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """A new record."""
        units = unit.reachable(actor(), self.write)
        if not units:
            abort(403)
        chosen = record_form.chosen_unit(units)
        if chosen is None:
            return self.render("admin/choose_unit.html", units=units)
        if request.method == "POST":
            done = record_form.save(self, chosen, None)
            if done is None:
                flash(_("Saved."), "ok")
                return redirect(self.get_url(".index_view"))
            return done
        return record_form.show(self, chosen, None, units)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        """Change a record."""
        entry = record.get_for(actor(), self.key, request.args.get("id", ""), self.write)
        owner = record_form.unit_of(entry)
        if request.method == "POST":
            done = record_form.save(self, owner, entry)
            if done is None:
                flash(_("Saved."), "ok")
                return redirect(self.way_back())
            return done
        return record_form.show(self, owner, entry, [owner])

    @expose("/details/")
    def details_view(self) -> Any:
        """One record, read."""
        entry = record.get_for(actor(), self.key, request.args.get("id", ""))
        return record_form.details(self, entry)

    @expose("/delete/", methods=("POST",))
    def delete_view(self) -> Any:
        """Take a record off the list; it can be brought back."""
        entry_id = request.form.get("id", "")
        try:
            record.delete(actor(), self.key, entry_id)
        except Refused as refused:
            flash(say(refused.why), "bad")
            return redirect(self.get_url(".index_view"))
        flash(_("Removed. You can undo this below."), "ok")
        return redirect(self.get_url(".index_view", dihapus=entry_id))

    @expose("/restore/", methods=("POST",))
    def restore_view(self) -> Any:
        """Undo a removal."""
        if not actor().may_somewhere(self.write):
            abort(403)
        try:
            record.restore(actor(), self.key, request.form.get("id", ""))
        except Refused as refused:
            flash(say(refused.why), "bad")
        else:
            flash(_("The record is back."), "ok")
        return redirect(self.get_url(".index_view"))

    @action("delete", _l("Remove"), _l("Remove the chosen records?"))
    def action_delete(self, ids: Sequence[str]) -> None:
        """Remove several, all or none; each is loaded within reach, whatever ids were sent."""
        try:
            removed = record.delete_many(actor(), self.key, list(dict.fromkeys(ids[:200])))
        except Refused as refused:
            flash(say(refused.why), "bad")
        else:
            flash(_("%(n)s records removed.", n=removed), "ok")

    # ---- export -----------------------------------------------------------------------------------------------------

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Any:
        """Exactly what the list shows, all pages, in a stream."""
        args = self._get_list_extra_args()
        column = self._get_column_by_idx(args.sort)
        wanted = self.query(str(column[0]) if column else None, args.sort_desc, args.search, args.filters)
        rows = records.export_rows(actor(), wanted, self.definition)
        return table_file(self.key, export_type, records.export_header(self.definition), rows)

    def address(self, name: str, **values: Any) -> str:
        """An address of this collection."""
        return url_for(f"konten.{name}", ctype=self.key, **values)


def field_filters(asked: Field) -> list[IndexFilter]:
    """The filters that fit a field's kind of value."""
    kind, name = of(asked), pick(asked.label, locale())
    options = list(kind.offers(asked, formatter())) or None
    operators = (*kind.filters(), "contains") if kind.refers else kind.filters()
    return [IndexFilter(asked, operator, name, options) for operator in operators]


def _units_in_reach() -> int:
    """How many units the reader sees records of; counted once per request, asked for by columns and filters."""
    if "units_in_reach" not in g:
        g.units_in_reach = unit.how_many(actor(), Permission.RECORD_READ)
    return int(g.units_in_reach)
