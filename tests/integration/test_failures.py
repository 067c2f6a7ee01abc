"""A full disk, a full, locked or vanished database: said in Indonesian, nothing half written, the next request works."""

import errno
import io
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from models import Entry, StoredFile, connection, db
from tests.html import form_values, visible_text

PB = "32.16"
SAFE = "Tidak ada yang hilang"


@pytest.fixture
def page(as_, ids):
    """The operator's fill page: (browser, address, its values)."""
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    return browser, address, form_values(browser.get(address).text) | {"f.PB-SDL-03": "8", "_action": "save"}


def with_file(values):
    return values | {"f.PB-KLB-01.files": (io.BytesIO(b"%PDF-1.4 penuh"), "SK klaster.pdf")}


def send(page, values=None):
    browser, address, own = page
    return browser.post(address, values or own, content_type="multipart/form-data")


def works_again(app, ids, page):
    assert send(page).status_code == 302
    with app.app_context():
        assert db.session.get(Entry, ids.report[PB]).doc["PB-SDL-03"]["v"] == 8


def loose_files(app):
    """Files in the store that have no name of their own yet."""
    return [path for path in app.extensions["file_store"].root.rglob(".part-*")]


def full(*_args, **_more):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("step", ["open", "flush", "move"])
def test_a_full_disk_refuses_the_file_at_its_question_and_keeps_the_answers(app, ids, page, monkeypatch, step):
    with app.app_context():
        before = db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile))
    with monkeypatch.context() as disk:
        if step == "open":
            disk.setattr("infra.storage.tempfile.NamedTemporaryFile", full)
        elif step == "flush":
            disk.setattr("infra.storage.os.fsync", full)
        else:
            disk.setattr(Path, "replace", full)
        answer = send(page, with_file(page[2]))
    assert answer.status_code == 422
    shown = visible_text(answer.text.split('id="q-PB-KLB-01"')[1].split('id="q-')[0])
    assert "“SK klaster.pdf” tidak dapat disimpan" in shown
    assert loose_files(app) == []
    with app.app_context():
        assert db.session.get(Entry, ids.report[PB]).doc["PB-SDL-03"]["v"] == 8
        assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == before
    again = form_values(page[0].get(page[1]).text) | {"_action": "save"}
    assert send(page, with_file(again)).status_code == 302
    with app.app_context():
        assert len(db.session.get(Entry, ids.report[PB]).doc["PB-KLB-01"]["files"]) == 1


def test_no_room_for_what_arrives_is_said(app, ids, page, monkeypatch, tables):
    before = tables()
    with monkeypatch.context() as disk:
        disk.setattr("tempfile.SpooledTemporaryFile", full)  # where a post waits while it is read
        disk.setattr("werkzeug.formparser.SpooledTemporaryFile", full, raising=False)
        answer = send(page, with_file(page[2]))
    assert answer.status_code == 503
    assert SAFE in visible_text(answer.text)
    assert tables() == before
    works_again(app, ids, page)


def test_a_full_database_loses_nothing_and_says_so(app, ids, page, tables, monkeypatch):
    """SQLite is given no more pages; PostgreSQL says what it says when its disk is full."""
    with app.app_context():
        sqlite = db.engine.dialect.name == "sqlite"
        if sqlite:
            monkeypatch.setattr(connection, "PRAGMAS", (*connection.PRAGMAS, "max_page_count=1"))  # as many as it has
            db.engine.dispose()
        else:
            sa.event.listen(db.engine, "before_cursor_execute", _no_room)
    before = tables()
    answer = send(page, page[2] | {"f.PB-KOR-01": "x" * 19_000})
    assert answer.status_code == 503
    assert SAFE in visible_text(answer.text)
    assert tables() == before
    with app.app_context():
        if sqlite:
            monkeypatch.undo()
            db.session.remove()
            db.engine.dispose()
        else:
            sa.event.remove(db.engine, "before_cursor_execute", _no_room)
    works_again(app, ids, page)


def _no_room(_connection, _cursor, statement, _values, _context, _many):
    if statement.startswith(("INSERT", "UPDATE")):
        raise sa.exc.OperationalError(statement, {}, psycopg.errors.DiskFull("could not extend file"))


def test_a_file_whose_line_cannot_be_written_leaves_no_loose_part(app, ids, page, monkeypatch, tables):
    from services import file

    before = tables()

    def unwritten(*_args, **_more):
        raise sa.exc.OperationalError("INSERT", {}, Exception("database or disk is full"))

    with monkeypatch.context() as database:
        database.setattr(file, "insert_once", unwritten)
        answer = send(page, with_file(page[2]))
    assert answer.status_code == 503
    assert loose_files(app) == []
    assert tables() == before
    works_again(app, ids, page)


@pytest.mark.parametrize("moment", ["reading", "writing"])
def test_a_connection_that_is_cut_loses_nothing(app, ids, page, tables, moment):
    """PostgreSQL ends the session from outside; SQLite's connection is closed under the request."""
    before, wanted = tables(), {"reading": "SELECT", "writing": "INSERT INTO answer_change"}[moment]
    cut = []

    def hook(link, _cursor, statement, *_rest):
        if statement.startswith(wanted) and not cut:
            cut.append(statement)
            _cut(link)

    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", hook)
    answer = send(page)
    with app.app_context():
        sa.event.remove(db.engine, "before_cursor_execute", hook)
    assert cut
    assert answer.status_code == 503
    assert SAFE in visible_text(answer.text)
    assert tables() == before
    works_again(app, ids, page)


def _cut(link):
    """End the session a statement is about to run in."""
    if link.dialect.name == "sqlite":
        link.connection.driver_connection.execute("ROLLBACK")
        raise sa.exc.OperationalError("", {}, Exception("disk I/O error"))
    info = link.connection.driver_connection.info
    with psycopg.connect(host=info.host, port=info.port, user=info.user, dbname=info.dbname, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [info.backend_pid])
        while other.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [info.backend_pid]).fetchone():
            pass


def test_a_database_that_is_gone_is_said_on_every_page(app, ids, page, as_, tmp_path):
    """The page that says so is made without it."""
    browser, address, values = page
    with app.app_context():
        engine = db.engine
        url = sa.make_url(f"sqlite:///{tmp_path}/none/there.sqlite3")
        if engine.dialect.name == "postgresql":
            url = engine.url.set(host="127.0.0.1", port=1)
        gone = sa.create_engine(url, pool_pre_ping=True)
        db._app_engines[app][None] = gone
    try:
        for answer in (
            browser.get(address),
            browser.get("/"),
            browser.get("/admin/unit/"),
            browser.post(address, values),
            as_().get("/masuk"),
        ):
            assert answer.status_code == 503
            assert SAFE in visible_text(answer.text)
        assert browser.get("/healthz").status_code == 503
    finally:
        db._app_engines[app][None] = engine
        gone.dispose()
    works_again(app, ids, page)
