"""Choosing a password through a one-time link."""

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_security import hash_password
from flask_security.utils import logout_user
from werkzeug.wrappers import Response

from forms.password import PasswordForm
from forms.texts import say
from services import access_link
from services.errors import NotFound, Refused

blueprint = Blueprint("password", __name__)


@blueprint.route("/kata-sandi/<secret>", methods=["GET", "POST"])
def choose(secret: str) -> Response:
    """Choose a password, once; then sign in with it."""
    form = PasswordForm()
    try:
        who = access_link.holder(secret)
        if form.validate_on_submit() and _chosen(secret, form):
            logout_user()  # whoever was signed in here is not whom the link was for
            flash(_("Your password is saved. Sign in with %(email)s.", email=who.email), "ok")
            return redirect(url_for("security.login"))  # type: ignore[return-value]
    except NotFound:
        return _page("web/account/link_closed.html", 404, days=access_link.DAYS)
    return _page("web/account/password.html", 422 if form.errors else 200, form=form, who=who)


def _chosen(secret: str, form: PasswordForm) -> bool:
    try:
        access_link.use(secret, form.password.data or "", hash_password)
    except Refused as refused:
        form.password.errors = [say(refused.why)]
        return False
    return True


def _page(template: str, status: int, **page: object) -> Response:
    """An answer nobody keeps a copy of: its address opens an account."""
    answer = make_response(render_template(template, **page), status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
