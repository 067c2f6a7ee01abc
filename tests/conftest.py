"""Fixtures: one application, one template database per engine, a fresh copy per test, people who are signed in."""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine

import app as _first  # noqa: F401 - it tells WTForms where the translations are, before anything binds that

os.environ.setdefault("EMONEV_ENV", "development")
DATABASES = ("sqlite", "postgresql")
COUNTS: Counter[str] = Counter()


def make_app(url: str, folder: Path, migration_url: str = ""):
    from app import create_app
    from settings import Settings

    app = create_app(Settings(False, url, "test-secret-key-of-enough-length", folder / "files", 8000, 1, migration_url))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    return app


def point(app, url: str) -> sa.Engine:
    """Let the application use another database. One that comes again under the same address keeps its engine, and with it
    every statement that was compiled."""
    from models import db
    from models.connection import prepare_engine
    from services import registry

    old = db._app_engines[app].get(None)
    if old is not None:
        old.dispose()
    if old is None or old.url != sa.make_url(url):
        db._app_engines[app][None] = sa.create_engine(url)
        prepare_engine(db._app_engines[app][None])
    with app.app_context():
        registry.forget()
    return db._app_engines[app][None]


def fill(app) -> None:
    """Migrate, seed, build the world."""
    from flask_migrate import upgrade

    from cli.seed import run
    from tests import world

    with app.app_context():
        upgrade(directory="migrations")
        with time_machine.travel(world.FOUNDED, tick=False):
            run()
        with time_machine.travel(world.TODAY, tick=False):
            world.build()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    from tests.postgres import server

    with server() as url:
        yield url


TEMPLATES: dict[str, tuple] = {}
"""Filled once per process; a parallel run goes from file to file and so from database to database."""


@pytest.fixture(scope="session", params=DATABASES)
def template(request, tmp_path_factory):
    """(engine name, application, how to copy the template)."""
    name = request.param
    if name not in TEMPLATES:
        folder = tmp_path_factory.mktemp("data")
        TEMPLATES[name] = _sqlite(folder) if name == "sqlite" else _postgresql(folder, request.getfixturevalue("postgres"))
    return TEMPLATES[name]


def _sqlite(folder: Path) -> tuple:
    path = folder / "template.sqlite3"
    app = make_app(f"sqlite:///{path}", folder)
    fill(app)
    _checkpoint(app, path)
    return "sqlite", app, folder


def _postgresql(folder: Path, admin: str) -> tuple:
    from tests.postgres import copy_database

    base = f"base_{os.getpid()}"
    url = copy_database(admin, "template1", base)
    app = make_app(url.replace("postgresql://", "postgresql+psycopg://"), folder)
    fill(app)
    point(app, "sqlite://")
    return "postgresql", app, (admin, base)


def _checkpoint(app, path: Path) -> None:
    from models import db

    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    import sqlite3

    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


@pytest.fixture
def app(template, request):
    """The application on a fresh copy of the world, at the world's time."""
    from tests import world

    name, application, source = template
    if name == "sqlite":
        path = source / "test.sqlite3"
        shutil.copy(source / "template.sqlite3", path)
        url = f"sqlite:///{path}"
    else:
        from tests.postgres import copy_database

        admin, base = source
        url = copy_database(admin, base, f"test_{os.getpid()}").replace("postgresql://", "postgresql+psycopg://")
    engine = point(application, url)
    COUNTS[name] += 1
    application.config["WTF_CSRF_ENABLED"] = False
    with time_machine.travel(world.TODAY, tick=True):
        yield application
    engine.dispose()
    if name == "postgresql":
        from tests.postgres import drop_database

        drop_database(source[0], url.rsplit("/", 1)[1])
    else:
        for tail in ("", "-wal", "-shm"):
            path.with_name(path.name + tail).unlink(missing_ok=True)


@pytest.fixture
def ctx(app):
    """An application context for tests that call services."""
    with app.app_context():
        yield app


@pytest.fixture
def ids(app):
    from tests import world

    with app.app_context():
        return world.ids()


class Browser:
    """A test client with the person who uses it."""

    def __init__(self, app, who: str = "") -> None:
        from tests.world import person

        self.client = app.test_client()
        if who:
            from models import User, db

            with app.app_context():
                found = db.session.scalars(sa.select(User).where(User.id == person(who).id)).one()
                uniquifier = found.fs_uniquifier
            with self.client.session_transaction() as session:
                session["_user_id"], session["_fresh"] = uniquifier, True

    def get(self, url: str, **kwargs):
        return self.client.get(url, **kwargs)

    def post(self, url: str, data=None, **kwargs):
        return self.client.post(url, data=data or {}, **kwargs)

    def fields(self, html: str) -> dict[str, list[str]]:
        """The form's present values, as a browser without scripts would send them."""
        from tests.html import form_values

        return form_values(html)


@pytest.fixture
def as_(app):
    """``as_("operator")``: that person's browser."""
    return lambda who="": Browser(app, who)


@pytest.fixture
def tables(app):
    """``tables()``: the content of every table, to show that nothing changed."""

    def read() -> dict[str, list[tuple]]:
        from models import Base, db

        with app.app_context():
            names = sorted(Base.metadata.tables)
            return {name: sorted(map(repr, db.session.execute(sa.text(f'SELECT * FROM "{name}"')).all())) for name in names}

    return read


LONGEST = ("browser/test_every_page", "test_storm", "test_crowds", "test_backup")
"""Whoever runs in parallel begins with these: nobody waits for one of them alone at the end, and a browser, which waits a lot, has a
neighbour that does not."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items) -> None:
    """The longest files first; the rest as they come."""
    items.sort(key=lambda item: next((place for place, name in enumerate(LONGEST) if name in item.nodeid), len(LONGEST)))


def pytest_sessionfinish(session) -> None:
    """In a parallel run: tell the counts to the process that prints them."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["counts"] = dict(COUNTS)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error) -> None:
    """Add the counts of one parallel process."""
    COUNTS.update(getattr(node, "workeroutput", {}).get("counts", {}))


def pytest_terminal_summary(terminalreporter) -> None:
    if COUNTS:
        words = ", ".join(f"{name} {COUNTS[name]}" for name in DATABASES)
        terminalreporter.write_line(f"database tests: {words}")
    if COUNTS["engine cases"]:
        terminalreporter.write_line(f"both engines: {COUNTS['engine cases']} cases, {COUNTS['with a value']} with a value")
