"""What keeps the program running: health, log lines, counts, proxies."""

import functools
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
import sqlalchemy as sa

from infra import metrics
from infra.log import PLAUSIBLE, JsonLines
from settings import ROOT, Settings
from tests import world
from tests.server import Server

TOKEN = "a-token-for-the-tests"


class Lines(logging.Handler):
    """Log lines as production writes them."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        from infra.log import _name_request

        _name_request(record)
        self.texts.append(self.format(record))

    def of(self, logger: str) -> list[dict]:
        return [line for line in map(json.loads, self.texts) if line["logger"] == logger]


@pytest.fixture
def as_(as_):
    """Browsers that read an answer to its end, as servers send it: only then is it told and counted."""

    def browser(who=""):
        found = as_(who)
        found.client.open = functools.partial(found.client.open, buffered=True)
        return found

    return browser


@pytest.fixture
def lines():
    handler, root = Lines(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def fail(app, monkeypatch):
    """``fail("health.healthz", error)``: a page that ends with an error nobody expected."""

    def replace(endpoint, error):
        def view(**_args):
            raise error

        monkeypatch.setitem(app.view_functions, endpoint, view)

    return replace


def requests_of(endpoint: str) -> float:
    found = re.findall(rf'emonev_requests_total{{endpoint="{endpoint}",[^}}]*}} ([\d.]+)', metrics.text().decode())
    return sum(map(float, found))


def count(name: str) -> float:
    found = re.findall(rf"^{re.escape(name)} ([\d.e+]+)$", metrics.text().decode(), re.MULTILINE)
    return float(found[0]) if found else 0.0


# health


def test_health_is_good_when_all_parts_are(app, as_):
    answer = as_().get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_health_names_tables_of_another_version(app, as_):
    from models import db

    with app.app_context():
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
        db.session.commit()
    answer = as_().get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"status": "failed", "failed": ["migrations"]})


def test_health_names_a_folder_that_takes_no_files(app, as_, tmp_path, monkeypatch, lines):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setattr(app.extensions["file_store"], "root", tmp_path / "file")
    answer = as_().get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"status": "failed", "failed": ["storage"]})
    assert str(tmp_path) not in answer.text
    assert lines.of("web.health")[0]["message"] == "health: storage"


def test_health_leaves_nothing_in_the_folder(app, as_):
    root = app.extensions["file_store"].root
    before = set(root.rglob("*")) if root.exists() else set()
    as_().get("/healthz")
    assert set(root.rglob("*")) == before


@pytest.fixture
def no_database(app, monkeypatch):
    from models import db

    def refuse(*_args, **_kwargs):
        raise sa.exc.OperationalError("SELECT", {}, RuntimeError("connection refused"))

    return lambda: monkeypatch.setattr(db.engine, "raw_connection", refuse)


def test_without_a_database_health_says_so_and_people_get_a_page(app, as_, no_database, lines):
    with app.app_context():
        no_database()
    assert as_().get("/healthz").json == {"status": "failed", "failed": ["database", "migrations"]}
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["_user_id"], session["_fresh"] = "somebody", True
    answer = browser.get("/")
    assert answer.status_code == 503
    assert "Server sedang sibuk" in answer.text
    assert answer.headers["X-Request-ID"] in answer.text


# log lines


def test_a_request_is_one_line_that_names_page_and_person_but_nothing_typed(app, as_, ids, lines):
    report = ids.report["32.16"]
    as_("operator").get(
        f"/laporan/{report}?periksa=rahasia", headers={"Cookie": "x=kue-rahasia"}, environ_base={"REMOTE_ADDR": "10.1.2.3"}
    )
    (line,) = lines.of("emonev.request")
    assert (line["method"], line["route"], line["status"]) == ("GET", "/laporan/<report_id>", 200)
    assert line["address"] == "10.1.2.3"
    assert line["level"] == "INFO"
    assert line["time"].endswith("+00:00")
    assert PLAUSIBLE.fullmatch(line["request_id"])
    assert line["ms"] > 0
    assert "rahasia" not in "".join(lines.texts)
    assert report not in "".join(lines.texts)


def test_the_line_names_who_asked_and_how_much_was_answered(app, as_, lines):
    answer = as_("operator").get("/laporan")
    (line,) = lines.of("emonev.request")
    with app.app_context():
        assert line["user"] == world.person("operator").id
    assert line["bytes"] == len(answer.data) > 1000


def test_a_password_is_never_written(app, as_, lines):
    as_().post("/masuk", {"email": "orang@example.org", "password": "kata-sandi-rahasia"})
    assert lines.of("emonev.request")[0]["route"] == "/masuk"
    assert "rahasia" not in "".join(lines.texts)
    assert "orang@" not in "".join(lines.texts)


def test_unknown_addresses_and_static_files_have_their_line_too(app, as_, lines):
    as_().get("/undangan/sandi-yang-salah-ketik")
    as_().get("/static/app.css")
    assert [(line["route"], line["status"]) for line in lines.of("emonev.request")] == [("-", 404), ("/static/", 200)]
    assert "salah-ketik" not in "".join(lines.texts)


def test_an_unexpected_error_is_found_by_the_code_on_the_page(app, as_, fail, lines):
    fail("account.language", ValueError("08123 nomor pribadi"))
    answer = as_().post("/bahasa")
    code = answer.headers["X-Request-ID"]
    assert answer.status_code == 500
    assert re.search(rf"<p>[^<]*\b{code}</p>", answer.text)
    (error,) = lines.of("web.errors")
    assert (error["request_id"], error["level"]) == (code, "ERROR")
    assert 'test_operation.py", line' in error["traceback"]
    assert error["traceback"].endswith("builtins.ValueError")
    assert "08123" not in "".join(lines.texts)
    assert lines.of("emonev.request")[0]["request_id"] == code


def test_the_causes_of_an_error_are_told_without_their_words():
    try:
        try:
            raise OSError(28, "disk penuh di folder rahasia")
        except OSError as cause:
            raise RuntimeError("tak tersimpan: rahasia") from cause
    except RuntimeError as error:
        told = JsonLines().formatException((type(error), error, error.__traceback__))
    kinds = [line for line in told.splitlines() if not line.startswith(" ")]
    assert kinds == ["builtins.OSError 28", "builtins.RuntimeError"]
    assert "tak tersimpan" in told  # it stands in the source line, which is ours
    assert "disk penuh di folder rahasia\n" not in told


def written(production: bool) -> str:
    script = f"import logging; from infra import log; log.configure({production}); log.REQUEST_ID.set('kode-1234'); logging.getLogger('x').info('satu\\ndua')"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == ""
    return run.stderr


def test_production_writes_one_json_object_a_line_and_development_words():
    (line,) = written(True).splitlines()
    found = json.loads(line)
    assert (found["level"], found["request_id"], found["message"]) == ("INFO", "kode-1234", "satu\ndua")
    assert "INFO kode-1234 satu\ndua" in written(False)


def test_a_page_that_did_not_fail_shows_no_code(as_):
    answer = as_().get("/tidak-ada")
    assert answer.headers["X-Request-ID"] not in answer.text


@pytest.mark.parametrize("offered", ["kode-dari-proksi.42", "a" * 64])
def test_a_plausible_code_is_kept(as_, offered):
    assert as_().get("/healthz", headers={"X-Request-ID": offered}).headers["X-Request-ID"] == offered


@pytest.mark.parametrize(
    "offered", ["", "pendek", "a" * 65, "dengan spasi di dalam", '"><script>alert', "ünïcödé-kode", "%0d%0apalsu-baris"]
)
def test_any_other_code_is_replaced(as_, offered):
    given = as_().get("/healthz", headers={"X-Request-ID": offered}).headers["X-Request-ID"]
    assert given != offered
    assert re.fullmatch("[0-9a-f]{12}", given)


# counts


def test_counts_are_hidden_while_there_is_no_token(as_):
    assert as_().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_counts_are_for_the_bearer_of_the_token(app, as_, monkeypatch):
    monkeypatch.setitem(app.config, "METRICS_TOKEN", TOKEN)
    for wrong in ({}, {"Authorization": TOKEN}, {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": "Bearer ü"}):
        answer = as_("admin").get("/metrics", headers=wrong)
        assert (answer.status_code, answer.data) == (401, b"")
    answer = as_().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    assert "emonev_requests_total{" in answer.text


def test_each_answer_is_counted_by_page_and_status(as_):
    before = requests_of("health.healthz")
    as_().get("/healthz")
    assert requests_of("health.healthz") == before + 1
    metrics.request_done("SPYTRACK", "health.healthz", 405, 0.2)
    assert 'method="other"' in metrics.text().decode()
    assert "SPYTRACK" not in metrics.text().decode()


def test_refused_sign_ins_are_counted_and_good_ones_are_not(as_):
    before = count("emonev_sign_in_failures_total")
    as_().post("/masuk", {"email": "operator@example.org", "password": "salah-sekali-2026"})
    assert count("emonev_sign_in_failures_total") == before + 1
    assert as_().post("/masuk", {"email": "operator@example.org", "password": world.PASSWORD}).status_code == 302
    assert count("emonev_sign_in_failures_total") == before + 1


def test_saved_reports_are_counted(as_, ids):
    browser, url = as_("operator"), f"/laporan/{ids.report['32.16']}"
    page = browser.fields(browser.get(url, follow_redirects=True).text)
    before = count('emonev_reports_total{step="saved"}')
    assert browser.post(url, page | {"_action": "save"}).status_code in (200, 302)
    assert count('emonev_reports_total{step="saved"}') == before + 1


def test_errors_of_the_database_are_counted(ctx):
    from models import db

    before = count('emonev_database_errors_total{kind="IntegrityError"}')
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.text("INSERT INTO unit (id) VALUES (NULL)"))
    db.session.rollback()
    assert count('emonev_database_errors_total{kind="IntegrityError"}') == before + 1


@pytest.fixture
def pair(app, template, tmp_path):
    """A production server of two workers."""
    from models import db

    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
        db.session.remove()
        if template[0] == "sqlite":
            url = f"sqlite:///{shutil.copy(db.engine.url.database, tmp_path / 'pair.sqlite3')}"
    env = os.environ | {"DATABASE_URL": url.replace("postgresql+psycopg", "postgresql"), "STORAGE_URL": f"file://{tmp_path}/files",
                        "SECRET_KEY": "two-workers-share-one-secret-key-0123456789", "METRICS_TOKEN": TOKEN,
                        "METRICS_DIR": str(tmp_path / "metrics")}  # fmt: skip
    server = Server(env, 2)
    server.wait()
    yield server, tmp_path / "metrics"
    server.stop()


@pytest.mark.enable_socket
def test_the_counts_of_two_workers_are_added_up(pair):
    server, folder = pair
    run, sent = folder / str(server.process.pid), 0

    def both() -> bool:
        files = list(run.glob("counter_*.db"))
        return len(files) == 2 and all(b"405" in path.read_bytes() for path in files)

    while not both():
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"{server.address}/bahasa", timeout=20)
        sent += 1
        assert sent < 5000
    ask = urllib.request.Request(f"{server.address}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    wanted = f'emonev_requests_total{{endpoint="none",method="GET",status="405"}} {sent}.0'

    def told() -> bool:
        with urllib.request.urlopen(ask, timeout=20) as answer:
            return wanted in answer.read().decode()

    assert any(told() for _ in range(200))  # a request is counted once its last byte has gone, which its reader may see first
    assert all(told() for _ in range(6))  # whichever worker answers


SCRIPT = """
import sys
from pathlib import Path
from infra import shared_counts
shared_counts.share(Path(sys.argv[1]))
from infra import metrics
metrics.sign_in_refused()
print(next(line for line in metrics.text().decode().splitlines() if line.startswith("emonev_sign_in_failures_total")))
"""


def test_what_ended_workers_counted_is_kept_in_one_file(tmp_path):
    gone = tmp_path / "999999999"
    gone.mkdir()
    (tmp_path / "note").write_text("not ours")
    for number in (1, 2, 3):  # each a worker of this process, and ended before the next
        run = subprocess.run([sys.executable, "-c", SCRIPT, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True)
        assert run.stdout.strip() == f"emonev_sign_in_failures_total {number}.0"
    here = tmp_path / str(os.getpid())
    assert len(list(here.glob("counter_*.db"))) == 2  # the kept one and the last
    assert not gone.exists()
    assert (tmp_path / "note").exists()


# proxies


def behind(app, tmp_path, hops: int):
    from app import create_app

    settings = Settings(True, app.config["SQLALCHEMY_DATABASE_URI"], "k" * 32, tmp_path, 8000, 1, proxy_hops=hops)
    other = create_app(settings)
    seen = {}

    @other.before_request
    def look():
        from flask import request

        from services import audit

        seen.update(origin=audit.ORIGIN.get(), secure=request.is_secure, host=request.host)
        return "", 204

    return other.test_client(), seen


FORGED = {"X-Forwarded-For": "6.6.6.6, 7.7.7.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "jahat.example"}


@pytest.mark.parametrize(
    ("hops", "origin", "secure"), [(0, "127.0.0.1", False), (1, "7.7.7.7", True), (2, "6.6.6.6", True), (3, "127.0.0.1", True)]
)
def test_only_as_many_proxies_as_set_are_believed(app, tmp_path, hops, origin, secure):
    browser, seen = behind(app, tmp_path, hops)
    browser.get("/healthz", headers=FORGED)
    assert seen == {"origin": origin, "secure": secure, "host": "localhost"}
