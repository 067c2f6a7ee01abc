"""The publish page: what changed in words, what stands in the way, from when, why."""

import datetime as dt
from typing import Any

from flask import flash, redirect
from flask_admin import BaseView, expose
from flask_babel import gettext as _

from admin.base import Guarded, put_faults
from domain.access import Permission
from forms.admin_forms import PublishForm
from forms.texts import formatter, text
from services import publishing
from services.errors import Refused
from shell import kept_post
from shell.request import actor


class PublishView(Guarded, BaseView):
    """Publish what was edited."""

    read, write = Permission.DEFINITION_READ, Permission.DEFINITION_PUBLISH
    national = True

    def __init__(self) -> None:
        super().__init__(name="Terbitkan", endpoint="terbitkan", url="/admin/terbitkan")

    @expose("/")
    def index(self) -> Any:
        """Every form and list with what waits to be published."""
        return self.render("admin/publish_index.html", proposals=publishing.propose_all(actor()))

    @expose("/<key>/", methods=("GET", "POST"))
    def publish_view(self, key: str) -> Any:
        """Look, then publish."""
        proposal = publishing.propose(actor(), key)
        form = PublishForm()
        form.effective_from.choices = [(s.day.isoformat(), text(s.name) or formatter().date(s.day)) for s in proposal.starts]
        if form.validate_on_submit() and self._published(key, form):
            return redirect(self.get_url(".publish_view", key=key))
        if not form.is_submitted():
            form.effective_from.data = next((s.day.isoformat() for s in proposal.starts if s.suggested), None)
            form.seen.data = proposal.compiled.sha256
        page = {"proposal": proposal, "form": form, "history": publishing.history(actor(), key), "words": change_value}
        return self.render("admin/publish.html", **page)

    def _published(self, key: str, form: PublishForm) -> bool:
        """Publish and say so, or put the refusal in its place."""
        if kept_post.resumed():
            return False
        day = dt.date.fromisoformat(form.effective_from.data)
        wish = {"reason": form.reason.data or "", "seen": str(form.seen.data), "consent": bool(form.consent.data)}
        try:
            number = publishing.publish(actor(), key, effective_from=day, **wish)
        except Refused as refused:
            put_faults(form, refused)
            return False
        flash(_("Version %(n)s is published and holds from %(day)s.", n=number, day=formatter().date(day)), "ok")
        return True


def change_value(value: Any) -> str:
    """An old or new value in a list of changes, in words."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        shown = text(value) if set(value) <= {"id", "en"} else "; ".join(f"{k}: {change_value(v)}" for k, v in value.items())
        return shown[:300]
    if isinstance(value, list):
        return ", ".join(change_value(v.get("label", v) if isinstance(v, dict) else v) for v in value)[:300]
    if isinstance(value, (int, float)):
        return formatter().number(value)
    return str(value)[:300]
