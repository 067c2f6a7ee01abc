"""Forms at and over their limits: as large as the form is accepted, anything larger is refused in words, nothing is stored."""

import http.client

import pytest

from domain.fields.table import MAX_ROWS
from models import Entry, db
from services import bundle, period
from services.actor import SYSTEM
from shell import limits
from tests import world
from tests.html import form_values, visible_text
from tests.server import Server, environment_of_a_copy
from tests.unit.make import collection, form, item, section

PB = "32.16"
TOO_LARGE = "terlalu besar"
BOUNDARY = "----batas"
COLUMNS = [item(f"c{n}", required=n == 0) for n in range(12)]
HEAD = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def parts(values) -> bytes:
    """A multipart body, quickly."""
    pairs = [(name, value) for name, given in values.items() for value in (given if isinstance(given, list) else [given])]
    lines = (f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in pairs)
    return f"{''.join(lines)}--{BOUNDARY}--\r\n".encode()


def rows(code, count=MAX_ROWS):
    """Every cell of a table's rows, filled."""
    keys = [f"n{number}" for number in range(1, count + 1)]
    cells = {f"f.{code}.{key}.{c['code']}": f"isi {key}" for key in keys for c in COLUMNS}
    return {f"f.{code}.row": keys, "_action": "save"} | cells


@pytest.fixture
def wide(app, ids):
    """A phase form with three wide tables, and a list with one: addresses of their pages."""
    tables = [item(name, "table", columns=COLUMNS) for name in ("T", "U", "W")]
    with app.app_context():
        bundle.apply(SYSTEM, {"lebar": form(section("S", *tables), key="lebar")})
        bundle.apply(SYSTEM, {"daftar-lebar": collection(item("name", required=True), tables[0], key="daftar-lebar")})
        period.open_period(SYSTEM, ids.period)
        return f"/laporan/{world.report_of(PB, 'lebar')}", "/admin/konten/daftar-lebar/new/"


def test_full_tables_are_taken_without_scripts(app, as_, wide):
    fill, _record = wide
    browser = as_("operator")
    values = form_values(browser.get(fill).text) | rows("T") | rows("U") | rows("W")
    assert len(values) > 18_000
    assert browser.post(fill, parts(values), headers=HEAD).status_code == 302
    with app.app_context():
        doc = db.session.get(Entry, fill.rpartition("/")[2]).doc
        assert [len(doc[code]["v"]) for code in ("T", "U", "W")] == [MAX_ROWS] * 3
        assert doc["W"]["v"][-1]["c11"] == f"isi n{MAX_ROWS}"


def test_a_record_with_a_full_table_is_taken_and_one_row_more_is_refused_in_words(app, as_, wide):
    _fill, new = wide
    browser = as_("operator")
    blank = form_values(browser.get(new).text)
    more = browser.post(new, parts(blank | rows("T", MAX_ROWS + 1) | {"f.name": "Satu"}), headers=HEAD)
    assert more.status_code == 422
    assert f"paling banyak {MAX_ROWS} baris" in visible_text(more.text).casefold()
    assert form_values(more.text)[f"f.T.n{MAX_ROWS + 1}.c0"] == [f"isi n{MAX_ROWS + 1}"], "nothing typed is lost"
    assert browser.post(new, parts(blank | rows("T") | {"f.name": "Satu"}), headers=HEAD).status_code == 302


def test_the_limit_follows_the_largest_form(app, as_, ids):
    with app.app_context(), app.test_request_context():
        before = limits.largest_form()
        table = item("T", "table", columns=[item(f"c{n}") for n in range(60)])
        bundle.apply(SYSTEM, {"raksasa": form(section("S", table), key="raksasa")})
    with app.app_context():
        assert limits.largest_form() >= max(before, 2 * MAX_ROWS * 60)


@pytest.mark.parametrize("junk", ["fields", "one field", "small fields"])
def test_junk_is_refused_or_read_and_never_kept(app, as_, ids, tables, junk):
    browser, address, before = as_("operator"), f"/laporan/{ids.report[PB]}", tables()["answer_change"]
    with app.app_context():
        most = max(limits.largest_form(), app.config["MAX_FORM_PARTS"])
    bodies = {
        "fields": parts({f"x{n}": "" for n in range(most + 1)}),
        "one field": parts({"f.PB-SDL-03": "9" * (9 * 1024 * 1024)}),
        "small fields": parts({f"x{n}": "y" * 10_000 for n in range(1000)}),
    }
    answer = browser.post(address, bodies[junk], headers=HEAD)
    if junk == "small fields":
        assert answer.status_code in (302, 400, 422)
    else:
        assert answer.status_code == 413
        assert TOO_LARGE in visible_text(answer.text)
    assert tables()["answer_change"] == before
    plain = browser.post(address, b"f.PB-SDL-03=" + b"9" * (10 * 1024 * 1024), content_type="application/x-www-form-urlencoded")
    assert plain.status_code < 500
    assert tables()["answer_change"] == before


class Person:
    """Someone who talks to a server in plain HTTP."""

    def __init__(self, address: str) -> None:
        self.host, self.cookies = address.removeprefix("http://"), {}

    def ask(self, method, path, body=None, headers=None):
        link = http.client.HTTPConnection(self.host, timeout=30)
        cookie = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())} if self.cookies else {}
        try:
            link.request(method, path, body, cookie | (headers or {}))
            answer = link.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = line.split(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.read().decode()
        finally:
            link.close()

    def sign_in(self, who):
        _status, html = self.ask("GET", "/masuk")
        values = form_values(html) | {"email": f"{who}@example.org", "password": world.PASSWORD}
        assert self.ask("POST", "/masuk", parts(values), HEAD)[0] == 302


@pytest.fixture
def person(app, template, tmp_path):
    """The operator, signed in at a granian server on a copy of the world."""
    server = Server(environment_of_a_copy(app, template, tmp_path), 1)
    try:
        server.wait()
        found = Person(server.address)
        found.sign_in("operator")
        yield found
    finally:
        server.stop()


@pytest.mark.enable_socket
def test_a_real_server_says_what_is_too_large_and_keeps_the_draft(person, ids):
    address = f"/laporan/{ids.report[PB]}"
    values = form_values(person.ask("GET", address)[1])
    assert person.ask("POST", address, parts(values | {"f.PB-SDL-03": "7", "_action": "save"}), HEAD)[0] == 302
    bodies = {
        "too large a field": parts(values | {"f.PB-SDL-03": "9" * (9 * 1024 * 1024)}),
        "too many parts": parts(values | {f"x{n}": "" for n in range(60_000)}),
        "too large a body": parts(values | {f"x{n}": "y" * 4_000_000 for n in range(33)}),
    }
    for what, body in bodies.items():
        status, html = person.ask("POST", address, body, HEAD)
        assert status == 413, what
        assert TOO_LARGE in visible_text(html), what
    assert form_values(person.ask("GET", address)[1])["f.PB-SDL-03"] == ["7"]
    endless = {**HEAD, "Content-Length": str(10**15)}
    status, html = person.ask("POST", address, b"--", endless)
    assert status == 413
    assert TOO_LARGE in visible_text(html)
