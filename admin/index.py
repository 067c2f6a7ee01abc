"""The admin's first page: what can be managed, by right."""

from typing import Any

from flask_admin import AdminIndexView, expose

from forms.texts import locale
from shell import navigation
from shell.request import actor, to_sign_in


class Index(AdminIndexView):
    """Links to every list the person may open."""

    def is_accessible(self) -> bool:
        """Everyone who is signed in."""
        return bool(actor().id)

    def inaccessible_callback(self, name: str, **_kwargs: Any) -> Any:
        """To the sign-in page."""
        return to_sign_in()

    @expose("/")
    def index(self) -> Any:
        """The page."""
        groups = [g for g in navigation.groups(actor(), locale()) if g.title]
        return self.render("admin/index.html", groups=groups)
