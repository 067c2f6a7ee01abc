"""The application: create_app() and nothing else."""

# isort: off
import wtforms.i18n
from settings import ROOT, Settings, load_settings

wtforms.i18n.messages_path = lambda: str(ROOT / "translations")  # before flask_wtf and flask_admin bind it
# isort: on

from wsgiref.headers import Headers

from babel import Locale
from flask import Flask, session
from flask_babel import Babel
from flask_login import current_user
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

YEAR = 365 * 24 * 3600
HOUR = 60 * 60
LOCALES = {"id": Locale("id"), "en": Locale("en")}


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from the environment (or from *settings*)."""
    settings = settings or load_settings()
    import admin
    import cli
    import web
    from forms.fields.registry import check_complete
    from infra.storage import FileStore
    from models import db
    from models.connection import prepare_engine
    from shell.limits import FormRequest
    from shell.session import Sessions

    check_complete()
    app = Flask(__name__, static_folder=None, template_folder="templates")
    app.request_class, app.session_interface = FormRequest, Sessions()
    _configure(app, settings)
    app.extensions["file_store"] = FileStore(settings.storage_path)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    Babel(app, locale_selector=_locale)
    CSRFProtect(app)
    web.register(app)
    admin.register(app)
    cli.register(app)
    _wrap(app, settings)
    return app


def _wrap(app: Flask, settings: Settings) -> None:
    """Around the application: static files, the proxies that are believed, the log."""
    from web.compression import Compression
    from web.request_log import RequestLog

    layered = WhiteNoise(app.wsgi_app, root=str(ROOT / "static"), prefix="static/", max_age=YEAR, add_headers_function=_still)
    if settings.proxy_hops:
        layered = ProxyFix(layered, x_for=settings.proxy_hops, x_proto=1, x_host=0)
    app.wsgi_app = RequestLog(Compression(layered))  # type: ignore[method-assign]


def _still(headers: Headers, _path: str, url: str) -> None:
    """Icons are named by what they show, without a hash of what they look like."""
    if url.endswith("/ikon.svg"):
        headers["Cache-Control"] = f"public, max-age={HOUR}"


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MIGRATION_URL=settings.migration_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        BABEL_DEFAULT_LOCALE="id",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        MAX_CONTENT_LENGTH=120 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=8 * 1024 * 1024,
        MAX_FORM_PARTS=2_000,  # forms of data may have more: shell/limits.py
        SESSION_COOKIE_NAME="__Host-session" if settings.production else "emonev_session",
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SECURE=settings.production,
        WTF_CSRF_TIME_LIMIT=None,  # a token is kept as long as its session (web/shell.py)
        PRODUCTION=settings.production,
        METRICS_TOKEN=settings.metrics_token,
    )


def _engine_options(settings: Settings) -> dict[str, object]:
    """Errors of a production database do not quote values; a PostgreSQL server that is gone is found out soon."""
    options: dict[str, object] = {"hide_parameters": settings.production}
    if settings.database_url.startswith("postgresql"):
        options |= {"pool_pre_ping": True, "pool_timeout": 10, "connect_args": {"connect_timeout": 5}}
    return options


def _locale() -> Locale:
    """Indonesian first; English for those who chose it."""
    known = current_user.is_authenticated
    return LOCALES["en" if (current_user.locale if known else session.get("locale")) == "en" else "id"]
