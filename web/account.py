"""Sign-in on Flask-Security-Too: our own pages, Indonesian texts, lock-out counted in the database."""

import re
from typing import Any

from flask import Blueprint, Flask, abort, current_app, g, jsonify, redirect, request, session
from flask_babel import gettext as _
from flask_login import user_logged_out
from flask_security import Security, SQLAlchemyUserDatastore, UserMixin, user_authenticated
from flask_security.forms import LoginForm
from flask_security.utils import set_request_attr
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.wrappers import Response

from domain.access.passwords import LONGEST
from infra import metrics
from infra.ids import new_id
from models import User, db
from services import registry, sign_in, unit, user
from services.actor import Person, person
from settings import ROOT
from shell.request import actor

blueprint = Blueprint("account", __name__)
LOCALES = ("id", "en")
OPEN_DOORS = frozenset({"security.login", "security.logout"})
HERE = re.compile(r"/(?:[\w.~?=&%+-][\w./~?=&%+-]*)?", re.ASCII)
"""An address inside this site: it starts with one slash."""
SESSION = "sid"
"""The session's own key in its cookie, made at sign-in."""
DEMO = "@example.org"
"""Demo accounts live in a domain nobody owns; production never lets them in."""


@blueprint.get("/sesi")
def session_now() -> Response:
    """Who is signed in, for scripts: before anything that waits on a device is sent, it asks whose session this is."""
    who = actor().id
    answer = jsonify({"person": who, "csrf": generate_csrf() if who else "", "epoch": registry.registry().epoch})
    answer.headers["Cache-Control"] = "no-store"
    return answer


class SignInForm(LoginForm):
    """The library's form with one message for every refusal."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the pair is right and the account open. A wrong password is counted in the database."""
        self.email.data = sign_in.address(self.email.data or "") or ""
        account = sign_in.account(self.email.data)
        closed = self._closed(account)
        passed = super().validate(**kwargs)  # a closed account takes as long as any other
        if closed:
            self.problem = self.wrong()
        elif self.user is None or not self.user_authenticated:
            self.problem = self.wrong()
            if account is not None:
                sign_in.failed(account.id)
        elif not passed:
            self.problem = _("This account is not active. Ask the BNPB administrator.")
        if self.problem:
            metrics.sign_in_refused()
        return not self.problem

    problem = ""
    remember = None
    """No cookie outlives the browser: a sign-out must end everything."""

    def _closed(self, account: User | None) -> bool:
        """Whether no password opens it: a resting account, a demo account in production, or an endless text."""
        if account is not None and sign_in.locked(account):
            return True
        if len(self.password.data or "") > LONGEST:
            self.password.data = ""
            return True
        return bool(self.email.data.endswith(DEMO)) and current_app.config["PRODUCTION"]

    @staticmethod
    def wrong() -> str:
        """The one sentence for every refusal: it tells neither which of the two was wrong nor whether the account exists."""
        return _(
            "Email or password is wrong. After %(n)s wrong tries an account rests for %(m)s minutes: wait, then try again.",
            n=sign_in.MAX_FAILURES,
            m=sign_in.LOCK_MINUTES,
        )


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
        SESSION_PROTECTION=None,  # phones change their address all day; nothing here rests on "freshness"
    )
    security = Security(app, SQLAlchemyUserDatastore(db, User, None), login_form=SignInForm)
    security.login_context_processor(_tiles)
    app.login_manager.user_loader(_account)  # type: ignore[attr-defined]
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]  # no tokens: sessions only
    user_authenticated.connect(_on_signed_in, app, weak=False)
    user_logged_out.connect(_on_signed_out, app, weak=False)
    app.before_request(_only_our_doors)
    app.register_blueprint(blueprint)


def _only_our_doors() -> None:
    """The library brings more pages than sign-in and sign-out; none of them is ours."""
    if (request.endpoint or "").startswith("security.") and request.endpoint not in OPEN_DOORS:
        abort(404)
    if request.endpoint in OPEN_DOORS and request.mimetype == "application/json":
        abort(415)
    if request.endpoint in OPEN_DOORS:
        _stay_here()


def _stay_here() -> None:
    """Drop ways on that lead elsewhere or nowhere before the library reads them: some of them it cannot even parse."""
    for name in ("args", "form"):
        sent: MultiDict[str, str] = getattr(request, name)
        if not all(map(HERE.fullmatch, sent.getlist("next"))):
            setattr(request, name, ImmutableMultiDict([pair for pair in sent.items(multi=True) if pair[0] != "next"]))


class Account(UserMixin):  # type: ignore[misc]  # the library is not typed
    """Who is signed in, as the library wants to see it. Plain values: nothing a request could change by accident."""

    active = True
    roles = ()

    def __init__(self, found: Person) -> None:
        self.id, self.name, self.locale, self.fs_uniquifier = found.id, found.name, found.locale, found.key


def _account(key: str) -> Account | None:
    """The account of a session, by one statement; what the library notes of the request is noted too."""
    if "unknown_person" in g:
        return None
    found = person(key, session.get(SESSION, ""))
    if found is None:
        return None
    g.actor, g.kept_posts = found.actor, found.kept
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    return Account(found)


def _tiles() -> dict[str, object]:
    """The country in tiles beside the form: provinces whose regions have a cluster stand out."""
    return {"sign_in_tiles": [(x, y, "mid" if lit else "") for x, y, lit in unit.tiles()]}


def _on_signed_in(_app: Flask, user: User, **_extra: Any) -> None:
    sign_in.succeeded(user.id)
    session[SESSION] = new_id()
    for kept in (session, g):
        kept.pop("csrf_token", None)  # a token from before the sign-in opens nothing after it


def _on_signed_out(_app: Flask, user: Account, **_extra: Any) -> None:
    if SESSION in session:
        sign_in.ended(user.id, session.pop(SESSION))


@blueprint.post("/bahasa")
def language() -> Response:
    """Choose the language; remembered for people, kept in the session for others."""
    wanted = request.form.get("bahasa", "")
    if wanted in LOCALES:
        session["locale"] = wanted
        if actor().id:
            user.set_locale(actor(), wanted)
    back = request.form.get("kembali", "/")
    return redirect(back if HERE.fullmatch(back) else "/")
