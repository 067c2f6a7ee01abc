"""Indicators, sections and choices: the rows of definitions, changed through services, in force after publishing."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from flask import flash, g, redirect, request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.base import ServiceView
from admin.field_source import decimal, fill, label, number, source_from
from admin.filters import OptionFilter
from domain.access import Permission
from domain.definitions.schema import MILLI, PHASE_FORM
from domain.fields import TYPES
from domain.messages import N_, message, pick
from domain.scoring.rules import RULES
from forms import admin_forms
from forms.texts import formatter, locale
from models import ChoiceRow, ContentType, FieldRow, SectionRow, db
from services import definition, definition_order, registry
from services.errors import Refused
from shell.request import actor

Row = TypeVar("Row")


def form_filter(column: Any, belongs: Callable[[Any], Any]) -> OptionFilter:
    """Rows of one form or list. *belongs*: the condition for its id (a subquery)."""
    chosen = sa.select(ContentType.id)
    return OptionFilter(
        column,
        _l("Form or list"),
        type_choices,
        lambda key: belongs(chosen.where(ContentType.key == key).scalar_subquery()),
    )


class DefinitionView(ServiceView):
    """What the three share."""

    read, write = Permission.DEFINITION_READ, Permission.DEFINITION_EDIT
    scoped = False
    national = True
    can_delete = True
    intro = _l("Changes take effect when the version is published.")
    publish_hint = True
    named_filter_urls = False
    """A filter's name is in the reader's language; its address must not be."""

    def remove(self, model: Any) -> None:
        """Retire; nothing is deleted."""
        definition.retire(actor(), self.table, model.id)

    @expose("/delete/", methods=("POST",))
    def delete_view(self) -> Any:
        """Retire one row, and say that nothing was deleted."""
        if self.delete_model(self.loaded(self.get_one(request.form.get("id", "")))):
            flash(_("Retired. New versions no longer hold it; old reports keep it."), "ok")
        return redirect(self.get_url(".index_view"))

    @expose("/geser/", methods=("POST",))
    def move_view(self) -> Any:
        """Let one row change places with its neighbour, and come back to it."""
        way, _colon, key = request.form.get("geser", "").partition(":")
        definition_order.move(actor(), self.table, key, up=way == "up")
        return redirect(self.as_asked(".index_view") + f"#r-{key}")

    def get_query(self) -> Any:
        """Live rows first; retired ones stay visible."""
        return db.session.query(self.model)


def type_choices() -> list[tuple[str, str]]:
    """Content types by key."""
    rows = db.session.scalars(sa.select(ContentType).order_by(ContentType.position))
    return [(t.key, pick(t.settings.get("label"), locale()) or t.key) for t in rows]


def section_choices() -> list[tuple[str, str]]:
    """Live sections with their form."""
    rows = db.session.execute(
        sa.select(SectionRow, ContentType)
        .join(ContentType, ContentType.id == SectionRow.content_type_id)
        .where(SectionRow.retired.is_(False))
        .order_by(ContentType.position, SectionRow.position)
    )
    return [(s.id, f"{pick(t.settings.get('label'), locale())} · {pick(s.label, locale())}") for s, t in rows]


def type_of(row: FieldRow | SectionRow) -> ContentType:
    """The content type of a row; all are read once per request, for lists show one in every line."""
    return _held(ContentType)[row.content_type_id]


def _held(model: type[Row]) -> Mapping[str, Row]:
    held = g.setdefault("held_rows", {})
    if model not in held:
        held[model] = {row.id: row for row in db.session.scalars(sa.select(model))}  # type: ignore[attr-defined]
    return cast("Mapping[str, Row]", held[model])


class FieldView(DefinitionView):
    """Indicators and fields of lists."""

    table = FieldRow
    title, item, icon = _l("Indicators"), _l("indicator"), "studio"
    form = admin_forms.FieldForm
    column_list = ("code", "label", "section", "type", "weight", "retired")
    column_labels = {
        "code": _l("Code"),
        "label": _l("Question"),
        "section": _l("Form and section"),
        "type": _l("Kind of answer"),
        "weight": _l("Weight"),
        "retired": _l("State"),
    }
    column_sortable_list = ("code", "type", "weight")
    column_searchable_list = ("search", "code")
    column_filters = (form_filter(FieldRow.content_type_id, lambda form: FieldRow.content_type_id == form),)
    page_size = 60
    column_formatters = {
        "label": lambda _v, _c, m, _n: pick(m.label, locale()),
        "section": lambda _v, _c, m, _n: section_words(m),
        "type": lambda _v, _c, m, _n: _(TYPES[m.type].title) if m.type in TYPES else m.type,
        "weight": lambda _v, _c, m, _n: formatter().number(m.weight / MILLI) if m.weight else "–",
        "retired": lambda _v, _c, m, _n: state_words(m),
    }

    def __init__(self) -> None:
        super().__init__(endpoint="indikator", url="/admin/indikator")

    def _get_default_order(self) -> list[tuple[Any, None, bool]]:
        """As in the forms: form, section, question; the columns of a table after it."""
        table = sa.orm.aliased(FieldRow)
        places = (
            sa.select(ContentType.position).where(ContentType.id == FieldRow.content_type_id),
            sa.select(SectionRow.position).where(SectionRow.id == FieldRow.section_id),
            sa.select(table.position).where(table.id == sa.func.coalesce(FieldRow.parent_id, FieldRow.id)),
        )
        own = (sa.func.coalesce(FieldRow.parent_id, FieldRow.id), FieldRow.parent_id.is_not(None), FieldRow.position)
        return [(key, None, False) for key in (*(place.scalar_subquery() for place in places), *own)]

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        """Back to the list, at what was saved; a new question to choose from goes on to its choices."""
        if is_created and TYPES[db.session.get_one(FieldRow, model).type].has_choices:
            flash(_("Now add the choices of this question, at least two."), "info")
            return str(self.get_url("pilihan.create_view", field_id=model))
        return self.way_back() if "url" in request.args else str(self.get_url(".index_view", search=request.form.get("code", "")))

    def get_query(self) -> Any:
        return db.session.query(FieldRow).filter(FieldRow.parent_id.is_(None))

    def get_count_query(self) -> Any:
        return db.session.query(sa.func.count("*")).select_from(FieldRow).filter(FieldRow.parent_id.is_(None))

    def create_form(self, obj: Any = None) -> Any:
        form = super().create_form(obj)
        offer(form)
        return form

    def edit_form(self, obj: Any = None) -> Any:
        form = super().edit_form(obj)
        offer(form)
        if not form.is_submitted():
            fill(form, obj, type_of(obj).kind == PHASE_FORM)
        form.code.render_kw = {"readonly": True}
        return form

    def create(self, form: Any) -> Any:
        section = db.session.get(SectionRow, form.section_id.data)
        if section is None:
            raise Refused(message(N_("Choose a section.")), {"section_id": message(N_("Choose a section."))})
        return definition.save_field(actor(), type_of(section).key, section.id, source_from(form))

    def change(self, form: Any, model: Any) -> None:
        definition.save_field(actor(), type_of(model).key, form.section_id.data, source_from(form), model.id, form.seen_version)


def state_words(row: FieldRow) -> str:
    """Whether a question is asked: in the newest version, in the next one, or no longer."""
    if row.retired:
        return _("Retired")
    ref = registry.registry().types.get(type_of(row).key)
    published = registry.definition_of(ref.versions[-1]).by_id if ref and ref.versions else {}
    return _("In use") if row.id in published else _("Not published yet")


def section_words(row: FieldRow) -> str:
    """``Pra-bencana · Kapasitas``."""
    section = _held(SectionRow)[row.section_id]
    return f"{pick(type_of(row).settings.get('label'), locale())} · {pick(section.label, locale())}"


def offer(form: Any) -> None:
    """Fill the selects of the field form."""
    form.section_id.choices = section_choices()
    form.type.choices = [(name, _(kind.title)) for name, kind in TYPES.items()]
    form.rule.choices = [("", "–")] + [(key, _(rule.title)) for key, rule in RULES.items()]


class SectionView(DefinitionView):
    """Sections of forms and lists."""

    table = SectionRow
    title, item, icon = _l("Sections"), _l("section"), "table"
    form = admin_forms.SectionForm
    column_list = ("code", "label", "type", "weight", "position", "retired")
    column_labels = {
        "code": _l("Code"),
        "label": _l("Name"),
        "type": _l("Form or list"),
        "weight": _l("Weight"),
        "position": _l("Order"),
        "retired": _l("State"),
    }
    column_sortable_list = ("code", "weight", "position")
    column_default_sort = [("content_type_id", False), ("position", False)]
    column_searchable_list = ("code",)
    column_filters = (form_filter(SectionRow.content_type_id, lambda form: SectionRow.content_type_id == form),)
    page_size = 60
    column_formatters = {
        "label": lambda _v, _c, m, _n: pick(m.label, locale()),
        "type": lambda _v, _c, m, _n: pick(type_of(m).settings.get("label"), locale()),
        "position": lambda _v, _c, m, _n: str(m.position),
        "weight": lambda _v, _c, m, _n: formatter().number(m.weight / MILLI) if m.weight else "–",
        "retired": lambda _v, _c, m, _n: _("Retired") if m.retired else _("In use"),
    }

    def __init__(self) -> None:
        super().__init__(endpoint="bagian", url="/admin/bagian")

    def create_form(self, obj: Any = None) -> Any:
        form = super().create_form(obj)
        form.type_key.choices = type_choices()
        return form

    def edit_form(self, obj: Any = None) -> Any:
        form = super().edit_form(obj)
        owner = type_of(obj)
        form.type_key.choices = [(owner.key, pick(owner.settings.get("label"), locale()))]
        form.code.render_kw = {"readonly": True}
        if not form.is_submitted():
            form.label_id.data, form.label_en.data = obj.label.get("id", ""), obj.label.get("en", "")
            form.weight.data = Decimal(obj.weight) / MILLI
        return form

    def create(self, form: Any) -> Any:
        return definition.save_section(actor(), form.type_key.data, _section_values(form))

    def change(self, form: Any, model: Any) -> None:
        definition.save_section(actor(), type_of(model).key, _section_values(form), model.id, form.seen_version)


def _section_values(form: Any) -> dict[str, Any]:
    return {
        "code": form.code.data,
        "label": label(form, "label"),
        "weight": round((form.weight.data or 0) * MILLI),
        "retired": form.retired.data,
    } | ({} if form.position.data is None else {"position": form.position.data})


class ChoiceView(DefinitionView):
    """Choices of fields."""

    table = ChoiceRow
    title, item, icon = _l("Choices"), _l("choice"), "choice"
    form = admin_forms.ChoiceForm
    column_list = ("field", "code", "label", "score", "position", "retired")
    column_labels = {
        "field": _l("Field"),
        "code": _l("Code"),
        "label": _l("Name"),
        "score": _l("Score"),
        "position": _l("Order"),
        "retired": _l("State"),
    }
    column_sortable_list = ("code", "position")
    column_default_sort = [("field_id", False), ("position", False)]
    column_searchable_list = ("code",)
    column_filters = (
        form_filter(
            ChoiceRow.field_id, lambda form: ChoiceRow.field_id.in_(sa.select(FieldRow.id).where(FieldRow.content_type_id == form))
        ),
    )
    page_size = 60
    column_formatters = {
        "field": lambda _v, _c, m, _n: field_words(_held(FieldRow)[m.field_id]),
        "position": lambda _v, _c, m, _n: str(m.position),
        "label": lambda _v, _c, m, _n: pick(m.label, locale()),
        "score": lambda _v, _c, m, _n: m.score or "–",
        "retired": lambda _v, _c, m, _n: _("Retired") if m.retired else _("In use"),
    }

    def __init__(self) -> None:
        super().__init__(endpoint="pilihan", url="/admin/pilihan")

    def also_found(self, word: str) -> list[Any]:
        """Choices of a question found by its code or words."""
        asked = sa.select(FieldRow.id).where(FieldRow.search.contains(word.casefold(), autoescape=True))
        return [ChoiceRow.field_id.in_(asked)]

    def create_form(self, obj: Any = None) -> Any:
        form = super().create_form(obj)
        rows = db.session.scalars(sa.select(FieldRow).where(FieldRow.type.in_(CHOOSING)).order_by(FieldRow.code))
        form.field_id.choices = [("", _("Choose")), *((f.id, field_words(f)) for f in rows)]
        if not form.is_submitted():
            form.field_id.data = request.args.get("field_id", "")
        return form

    def edit_form(self, obj: Any = None) -> Any:
        form = super().edit_form(obj)
        form.field_id.choices = [(obj.field_id, field_words(db.session.get_one(FieldRow, obj.field_id)))]
        form.code.render_kw = {"readonly": True}
        if not form.is_submitted():
            form.label_id.data, form.label_en.data = obj.label.get("id", ""), obj.label.get("en", "")
            form.score.data = decimal(obj.score)
        return form

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        """On to the next choice of the same question while it has fewer than two."""
        if is_created:
            owner = db.session.get_one(ChoiceRow, model).field_id
            if db.session.scalar(sa.select(sa.func.count()).where(ChoiceRow.field_id == owner)) < LEAST:
                return str(self.get_url(".create_view", field_id=owner))
        return super().get_save_return_url(model, is_created)

    def create(self, form: Any) -> Any:
        return definition.save_choice(actor(), form.field_id.data, _choice_values(form))

    def change(self, form: Any, model: Any) -> None:
        definition.save_choice(actor(), model.field_id, _choice_values(form), model.id, form.seen_version)


LEAST = 2
"""Choices a question needs."""
CHOOSING = sorted(name for name, kind in TYPES.items() if kind.has_choices)


def field_words(row: FieldRow) -> str:
    """Code, question and form of a field; a column with the code of its table."""
    code = f"{_held(FieldRow)[row.parent_id].code}/{row.code}" if row.parent_id else row.code
    return f"{code} · {pick(row.label, locale())} ({pick(type_of(row).settings.get('label'), locale())})"


def _choice_values(form: Any) -> dict[str, Any]:
    score = number(form.score.data)
    return {
        "code": form.code.data,
        "label": label(form, "label"),
        "score": None if score is None else str(score),
        "retired": form.retired.data,
    } | ({} if form.position.data is None else {"position": form.position.data})
