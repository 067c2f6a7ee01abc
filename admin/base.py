"""The base views: each known trap of Flask-Admin is closed here once.

Scope in every loader (the list filter alone leaks through edit, details, delete and actions); 403 and 404 instead of
redirects with a message; writes through services; no swallowed TypeError; no inline edit, no ajax look-ups; our own
templates without inline handlers; CSRF by FlaskForm.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import abort, flash, g, request
from flask_admin.contrib.sqla import ModelView
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from admin import stale
from admin.exports import FORMATS, table_file
from domain.access import Permission, Place
from forms.texts import say
from models import db
from services.errors import NotFound, Refused, Stale
from services.scope import place_of, within
from shell import kept_post
from shell.request import actor, to_sign_in

EDITS = frozenset({"create_view", "edit_view", "delete_view", "action_view", "link_view", "hand_over_view", "import_view"})
MOST_PAGES = 100_000
MOST_SEARCHED = 100
"""Letters of a search that count."""
MOST_FILTERS = 40
"""Filters of one address; every one costs a condition and a chip."""
EXPORTED_AT_ONCE = 200
FORMS = frozenset({"create_view", "edit_view", "publish_view"})
CLOSED = frozenset({"ajax_lookup", "ajax_update"})
WAY_BACK = re.compile(r"(/(?![/\\])[^\x00-\x1f\x7f\\]*)?")
"""What the library may take as the address to return to; its own test lets ``http:elsewhere`` and line ends through."""


class Guarded:
    """Access by permission, for any admin view. *read* opens the view, *write* its changes; *national* views hold rows of
    the whole country, so a grant in one region opens nothing there."""

    read: ClassVar[Permission]
    write: ClassVar[Permission]
    national: ClassVar[bool] = False

    def is_accessible(self) -> bool:
        """Whether the person may open this view at all."""
        return self._may(self.read)

    def _may(self, permission: Permission) -> bool:
        return actor().may(permission, Place()) if self.national else actor().may_somewhere(permission)

    def inaccessible_callback(self, name: str, **_kwargs: Any) -> Response:
        """To the sign-in page, or 403 for those who are signed in."""
        return to_sign_in() if not actor().id else abort(403)

    def _handle_view(self, name: str, **kwargs: Any) -> Response | None:
        if name in CLOSED:
            abort(404)
        if not self.is_accessible():
            return self.inaccessible_callback(name, **kwargs)
        if not WAY_BACK.fullmatch(request.values.get("url", "")):
            abort(404)
        if (name in EDITS or request.method != "GET") and not self._may(self.write):
            abort(403)
        if name in FORMS:
            kept_post.resume(actor())
        return None

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run the view once; an error inside it is an error."""
        return fn(self, *args, **kwargs)

    @property
    def may_write(self) -> bool:
        """Whether buttons for changes are shown."""
        return self._may(self.write)


class GuardedModel(Guarded):
    """What all lists share: our templates, paging, streamed export, 404 for rows out of reach."""

    list_template = "admin/list.html"
    create_template = "admin/form.html"
    edit_template = "admin/form.html"
    details_template = "admin/details.html"
    form_base_class = FlaskForm
    page_size = 25
    can_set_page_size = False
    can_export = True
    can_view_details = False
    export_types: ClassVar[list[str]] = list(FORMATS)
    named_filter_urls = True
    title: Any = ""
    item: Any = ""
    intro: Any = ""
    icon = "table"

    def _get_list_extra_args(self) -> Any:
        """What was asked of a list; the library would hand every other argument of the address on to ``url_for``."""
        args = super()._get_list_extra_args()  # type: ignore[misc]
        args.extra_args = {}
        args.page = min(max(args.page or 0, 0), MOST_PAGES)
        return args

    def _get_list_filter_args(self) -> Any:
        """Only filters that say something: an empty box is no filter. Read once, so that a fault is told once."""
        if sum(name.startswith("flt") and value != "" for name, value in request.args.items(multi=True)) > MOST_FILTERS:
            abort(400)
        if "list_filters" not in g:
            g.list_filters = [f for f in super()._get_list_filter_args() or () if f[2] != ""] or None  # type: ignore[misc]
        return g.list_filters

    def as_asked(self, endpoint: str) -> str:
        """The address of a view of this list with what this request asked: the same page, order and filters."""
        asked = request.query_string.decode("latin-1")
        return f"{self.get_url(endpoint)}{'?' if asked else ''}{asked}"  # type: ignore[attr-defined]

    def edit_address(self, row: Any) -> str:
        """The form of a row, which leads back to the list as it is now."""
        asked = {"url": self.as_asked(".index_view")} if request.query_string else {}
        return str(self.get_url(".edit_view", id=row.id, **asked))  # type: ignore[attr-defined]

    def way_back(self) -> str:
        """The list one came from, as it was asked for; an address of this site (:data:`WAY_BACK`)."""
        return request.args.get("url") or str(self.get_url(".index_view"))  # type: ignore[attr-defined]

    def without_filter(self, place: int) -> str:
        """The list's address without the active filter at *place*."""
        args = self._get_list_extra_args()
        return str(self._get_list_url(args.clone(filters=[f for n, f in enumerate(args.filters or ()) if n != place], page=0)))  # type: ignore[attr-defined]

    def filter_value(self, index: int) -> str:
        """What a filter is set to now."""
        return next((value for found, _name, value in self._get_list_filter_args() or () if found == index), "")

    def loaded(self, found: Any) -> Any:
        """The row, or 404."""
        if found is None:
            raise NotFound
        return found

    def _export_csv(self, return_url: Any) -> Response:
        """Our own stream: BOM, semicolons, no formula cells."""
        return self._export_tablib("csv", return_url)

    def _export_tablib(self, export_type: str, _return_url: Any) -> Response:
        """Every kind in the same way."""
        return table_file(self.endpoint, export_type, *self.export_table())

    def also_found(self, _word: str) -> list[Any]:
        """What else a searched word may match besides the searchable columns."""
        return []

    def _apply_search(self, query: Any, count_query: Any, joins: Any, count_joins: Any, search: str) -> tuple[Any, ...]:
        """Every word typed stands somewhere, letter by letter: ``%`` and ``_`` are no wildcards."""
        for word in set(search[:MOST_SEARCHED].split()):
            found, counted = self.also_found(word), self.also_found(word)
            for field, path in self._search_fields:
                query, joins, alias = self._apply_path_joins(query, joins, path, inner_join=False)
                found.append(getattr(alias, field.key, field).icontains(word, autoescape=True))
                if count_query is not None:
                    count_query, count_joins, alias = self._apply_path_joins(count_query, count_joins, path, inner_join=False)
                    counted.append(getattr(alias, field.key, field).icontains(word, autoescape=True))
            query = query.filter(sa.or_(*found))
            count_query = count_query.filter(sa.or_(*counted)) if count_query is not None else None
        return query, count_query, joins, count_joins

    def more_actions(self, _model: Any) -> list[tuple[str, str, str]]:
        """(address, icon, word) of what else can be done with a row, shown on its page."""
        return []

    def list_actions(self) -> list[tuple[str, str, str]]:
        """(address, icon, word) of what else can be done with the list."""
        return []

    def search_placeholder(self) -> str:
        """One word; column names would only be cut off."""
        return _("Search")

    def column_place(self, name: str) -> int:
        """Where a column stands among all, shown or not: what a sort address counts by."""
        return next(place for place, (found, _label) in enumerate(self._list_columns) if found == name)

    def column_title(self, _name: str, label: Any) -> Any:
        """A column's head in the reader's language."""
        return label

    def shown_filters(self, filters: Any) -> list[tuple[int, Any]]:
        """(place, filter) of those this reader is offered."""
        return list(enumerate(filters))

    def filter_faults(self) -> dict[int, str]:
        """What is wrong with what was typed into a filter, by its place."""
        typed = ((index, self._filters[index], value) for index, _name, value in self._get_list_filter_args() or ())  # type: ignore[attr-defined]
        return {index: words for index, found, value in typed if (words := getattr(found, "fault", lambda _value: "")(value))}

    def filter_word(self, index: int, value: str) -> str:
        """A filter's value in words."""
        options = self._filters[index].get_options(self)
        return str(dict(options).get(value, value)) if options else value

    def visible_columns(self, columns: Any) -> Any:
        """The columns this reader sees."""
        return columns

    def get_export_value(self, model: Any, name: str) -> Any:
        """A day stays a day: whoever opens the file may sort by it."""
        value = getattr(model, name, None)
        return value if type(value) is dt.date else super().get_export_value(model, name)  # type: ignore[misc]

    def export_table(self) -> tuple[list[str], Any]:
        """Header and rows of the export."""
        columns = self._list_columns
        asked = self._get_list_extra_args()
        sort = self._get_column_by_idx(asked.sort)
        _count, query = self.get_list(
            0, sort[0] if sort else None, asked.sort_desc, asked.search, asked.filters, execute=False, page_size=0
        )

        def rows() -> Iterator[list[Any]]:
            """Read while it is sent, through the session of that time: the view's own is gone by then, and would keep a
            connection nobody gives back."""
            for row in query.with_session(db.session()).yield_per(EXPORTED_AT_ONCE):
                yield [self.get_export_value(row, name) for name, _title in columns]

        return [str(title) for _name, title in columns], rows()


class ServiceView(GuardedModel, ModelView):
    """A plain table edited through services. Subclasses give ``form``, ``create``, ``change`` and perhaps ``remove``."""

    table: ClassVar[Any]
    scoped = True
    can_delete = False
    column_display_pk = False
    column_auto_select_related = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(self.table, db, name=str(self.title), **kwargs)

    def _may(self, permission: Permission) -> bool:
        """Rows that belong to no region are changed by those who may do so for the whole country."""
        whole = not self.scoped and permission is self.write
        return actor().may(permission, Place()) if whole else super()._may(permission)

    def get_query(self) -> Any:
        """Rows within reach."""
        query = db.session.query(self.model)
        return query.filter(within(actor().reach(self.read), self.model)) if self.scoped else query

    def get_count_query(self) -> Any:
        """Count of the same rows."""
        query = db.session.query(sa.func.count("*")).select_from(self.model)
        return query.filter(within(actor().reach(self.read), self.model)) if self.scoped else query

    def get_one(self, id: str) -> Any:  # noqa: A002 - Flask-Admin's name
        """One row within reach, whatever the door."""
        if not isinstance(id, str) or not id.isascii() or len(id) > 64:
            raise NotFound
        row = self.loaded(self.get_query().filter(self.model.id == id).one_or_none())
        if (
            self.scoped
            and request.endpoint
            and request.endpoint.endswith(tuple(EDITS))
            and not actor().may(self.write, place_of(row))
        ):
            abort(403)
        return row

    def edit_form(self, obj: Any = None) -> Any:
        """The form of a row, with the change it was opened at."""
        form = super().edit_form(obj)
        form.seen.data = form.seen.data or str(obj.lock_version)
        return form

    def create_model(self, form: Any) -> Any:
        """Create through the service; faults go to their fields. What only comes back from before is not saved."""
        return None if kept_post.resumed() else self._through(lambda: self.create(form), form)

    def update_model(self, form: Any, model: Any) -> bool:
        """Change through the service; faults go to their fields. What only comes back from before is not saved."""
        if kept_post.resumed():
            return False
        try:
            return self._through(lambda: self.change(form, model), form) is not None
        except Stale:
            stale.put_saved_beside(form, self._as_saved(model))
            return False

    def _as_saved(self, model: Any) -> Any:
        """The form as it would be opened now."""
        method, request.method = request.method, "GET"
        try:
            return self.edit_form(model)
        finally:
            request.method = method

    def delete_model(self, model: Any) -> bool:
        """Remove through the service."""
        return self._through(lambda: self.remove(model), None) is not None

    def _through(self, use_case: Callable[[], Any], form: Any) -> Any:
        try:
            return use_case() or True
        except Stale:
            raise
        except Refused as refused:
            put_faults(form, refused)
            return None

    def create(self, form: Any) -> Any:
        """Create a row from a valid form."""
        raise NotImplementedError

    def change(self, form: Any, model: Any) -> None:
        """Change a row from a valid form."""
        raise NotImplementedError

    def remove(self, model: Any) -> None:
        """Remove a row."""
        raise NotImplementedError

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        """Back to the list."""
        return self.way_back()

    def can_edit_row(self, row: Any) -> bool:
        """Whether this row shows an edit link."""
        return actor().may(self.write, place_of(row) if self.scoped else Place())


def put_faults(form: Any, refused: Refused) -> None:
    """Show a refusal: at the fields it names, else above the form."""
    placed = False
    for name, why in refused.faults.items():
        if form is not None and name in form:
            form[name].errors = [*form[name].errors, say(why)]
            placed = True
    if not placed:
        flash(say(refused.why), "bad")
