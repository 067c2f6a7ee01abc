"""The collection router: one registered view serves every collection that exists, now and later.

Flask-Admin cannot add views while running, and would reach one worker only. So per request an unregistered typed view
is looked up by (type, version): a new version is simply a new key, and every worker sees it at once.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, g
from flask_admin import BaseView, expose
from flask_babel import lazy_gettext as _l

from admin.base import Guarded
from admin.typed import TypedView
from domain.access import Permission
from forms.kept import Kept
from forms.texts import locale
from services import record
from shell import navigation
from shell.request import actor


class CollectionRouter(Guarded, BaseView):
    """``/admin/konten/<key>/…`` for every collection."""

    read, write = Permission.RECORD_READ, Permission.RECORD_EDIT

    def __init__(self) -> None:
        super().__init__(name="Konten", endpoint="konten", url="/admin/konten")
        self.views: Kept[tuple[str, str, str, str], TypedView] = Kept(200)

    @expose("/")
    def index(self) -> Any:
        """Every collection."""
        groups = [group for group in navigation.groups(actor(), locale()) if str(group.title) == str(_l("Cluster"))]
        return self.render("admin/index.html", groups=groups)

    def create_blueprint(self, admin: Any) -> Blueprint:
        """Flask-Admin's routes once more, below the collection's key."""
        blueprint = super().create_blueprint(admin)
        for url, name, methods in TypedView._urls:
            blueprint.add_url_rule(f"/<ctype>{url}", name, self._routed(name), methods=methods)
        blueprint.url_value_preprocessor(_take_key)
        blueprint.url_defaults(_put_key)
        return blueprint

    def _routed(self, name: str) -> Callable[..., Any]:
        def route(**kwargs: Any) -> Any:
            return getattr(self.view(g.ctype), name)(**kwargs)

        return route

    def view(self, key: str) -> TypedView:
        """The typed view of a collection's current version."""
        version, definition = record.definition_for(key)
        name = (key, version.id, version.sha256, locale())
        return self.views.get(name, lambda: TypedView(self, key, version, definition))


def _take_key(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.ctype = (values or {}).pop("ctype", None)


def _put_key(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint != "konten.index" and "ctype" not in values and g.get("ctype"):
        values["ctype"] = g.ctype
