"""Sign-in on Flask-Security-Too: our own pages, Indonesian texts, lock-out counted in the database."""

from typing import Any

from flask import Blueprint, Flask, current_app, redirect, request, session
from flask_babel import gettext as _
from flask_security import Security, SQLAlchemyUserDatastore, user_authenticated
from flask_security.forms import LoginForm
from flask_security.utils import set_request_attr
from werkzeug.wrappers import Response

from infra import clock
from models import User, db
from services import sign_in, unit, user
from settings import ROOT
from shell.request import actor

blueprint = Blueprint("account", __name__)
LOCALES = ("id", "en")
DEMO = "@example.org"
"""Demo accounts live in a domain nobody owns; production never lets them in."""


class SignInForm(LoginForm):
    """The library's form with one message for every wrong pair, and ours for a locked account."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the pair is right and the account open. A wrong password is counted in the database."""
        passed = super().validate(**kwargs)
        if self.user is not None and current_app.config["PRODUCTION"] and self.user.email.endswith(DEMO):
            self.problem = self.wrong()
        elif self.user is None or not self.user_authenticated:
            self.problem = self.wrong()
            if self.user is not None:
                sign_in.failed(self.user.id)
        elif sign_in.locked(self.user):
            until = clock.local("WIB", self.user.locked_until)
            self.problem = _("Too many tries. You can sign in again at %(time)s WIB.", time=until.strftime("%H.%M"))
        elif not passed:
            self.problem = _("This account is not active. Ask the BNPB administrator.")
        return not self.problem

    problem = ""

    @staticmethod
    def wrong() -> str:
        """The one sentence that never tells which of the two was wrong."""
        return _("Email or password is wrong. Try again.")


def register(app: Flask) -> None:
    """Configure the library and take over its pages."""
    app.config.update(
        SECURITY_LOGIN_URL="/masuk",
        SECURITY_LOGOUT_URL="/keluar",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_LOGOUT_VIEW="/masuk",
        SECURITY_LOGIN_USER_TEMPLATE="web/account/sign_in.html",
        SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of an algorithm
        SECURITY_PASSWORD_SALT=app.secret_key,
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_I18N_DIRNAME=["builtin", str(ROOT / "translations")],
        SECURITY_I18N_DOMAIN="flask_security",
        SECURITY_DEFAULT_REMEMBER_ME=False,
    )
    security = Security(app, SQLAlchemyUserDatastore(db, User, None), login_form=SignInForm)
    security.login_context_processor(_tiles)
    app.login_manager.user_loader(_person)  # type: ignore[attr-defined]
    user_authenticated.connect(_on_signed_in, app, weak=False)
    app.register_blueprint(blueprint)


def _person(key: str) -> User | None:
    """The account of a session, by one prepared statement; what the library notes of the request is noted too."""
    found = sign_in.person(key)
    if found is not None:
        set_request_attr("fs_authn_via", "session")
        set_request_attr("fs_paa", session.get("fs_paa", 0))
    return found


def _tiles() -> dict[str, object]:
    """The country in tiles beside the form: provinces whose regions have a cluster stand out."""
    return {"sign_in_tiles": [(x, y, "mid" if lit else "") for x, y, lit in unit.tiles()]}


def _on_signed_in(_app: Flask, user: User, **_extra: Any) -> None:
    sign_in.succeeded(user.id)


@blueprint.post("/bahasa")
def language() -> Response:
    """Choose the language; remembered for people, kept in the session for others."""
    wanted = request.form.get("bahasa", "")
    if wanted in LOCALES:
        session["locale"] = wanted
        if actor().id:
            user.set_locale(actor(), wanted)
    back = request.form.get("kembali", "/")
    return redirect(back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/")
