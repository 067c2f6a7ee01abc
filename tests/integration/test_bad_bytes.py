"""Bytes no browser sends: answered in clear words, never with a 500, and nothing of them is stored half."""

import pytest

from models import Entry, db
from tests.html import form_values, visible_text

PB = "32.16"
BOUNDARY = "----batas"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
URLENCODED = "application/x-www-form-urlencoded"


def part(name: bytes, value: bytes) -> bytes:
    return b"--" + BOUNDARY.encode() + b'\r\nContent-Disposition: form-data; name="' + name + b'"\r\n\r\n' + value + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()
CODES = part(b"_codes", b"PB-SDL-03 PB-KOR-01") + part(b"_action", b"save")
BODIES = {
    "broken utf-8, urlencoded": (URLENCODED, b"_codes=PB-SDL-03&_action=save&f.PB-SDL-03=\xff\xfe"),
    "broken utf-8, percent": (URLENCODED, b"_codes=PB-SDL-03&_action=save&f.PB-SDL-03=%FF%FE%80"),
    "lone surrogate, percent": (URLENCODED, b"_codes=PB-SDL-03&_action=save&f.PB-SDL-03=%ED%A0%80"),
    "lone surrogate, json-ish": (URLENCODED, b"_codes=PB-SDL-03&_action=save&f.PB-SDL-03=%5Cud800"),
    "nul, percent": (URLENCODED, b"_codes=PB-SDL-03&_action=save&f.PB-SDL-03=a%00b&_op=%00"),
    "broken utf-8, multipart": (MULTIPART, CODES + part(b"f.PB-SDL-03", b"\xff\xfe\x80") + END),
    "surrogate bytes, multipart": (MULTIPART, CODES + part(b"f.PB-SDL-03", b"\xed\xa0\x80") + END),
    "nul, multipart": (MULTIPART, CODES + part(b"f.PB-SDL-03", b"a\x00b") + END),
    "broken name, multipart": (MULTIPART, CODES + part(b"f.\xff\x00", b"1") + END),
    "no boundary": ("multipart/form-data", CODES + part(b"f.PB-SDL-03", b"8") + END),
    "another boundary": ("multipart/form-data; boundary=lain", CODES + part(b"f.PB-SDL-03", b"8") + END),
    "boundary of strange letters": ("multipart/form-data; boundary=\xe9\xff", CODES + END),
    "cut off": (MULTIPART, CODES + part(b"f.PB-SDL-03", b"8")[:-4]),
    "headers without end": (MULTIPART, b"--" + BOUNDARY.encode() + b"\r\n" + b"X: y\r\n" * 20_000),
    "json": ("application/json", b'{"_codes": "PB-SDL-03", "f.PB-SDL-03": 8}'),
    "broken json": ("application/json", b"{\xff\x00"),
    "xml": ("text/xml", b"<a/>"),
    "a type that is none": ("\xff/;;=;", b"f.PB-SDL-03=8"),
    "no type": ("", b"_codes=PB-SDL-03&f.PB-SDL-03=8"),
    "an unknown letter code": (f"{URLENCODED}; charset=utf-99", b"_codes=PB-SDL-03&_action=save&f.PB-SDL-03=delapan"),
    "empty": (MULTIPART, b""),
}


@pytest.fixture(params=[True, False], ids=["with token check", "without"])
def browser(request, app, as_):
    """The operator; with the form token asked for, as in service, and without, so that the rest is reached."""
    app.config["WTF_CSRF_ENABLED"] = request.param
    return as_("operator")


PAGES = ("/laporan/{report}", "/admin/konten/anggota/new/", "/admin/kejadian/new/", "/masuk", "/bahasa")


@pytest.mark.parametrize("page", PAGES)
def test_no_body_breaks_a_page_or_leaves_half_an_answer(app, browser, ids, page):
    for what, (kind, body) in BODIES.items():
        address = page.format(report=ids.report[PB])
        answer = browser.client.open(address, method="POST", data=body, headers={"Content-Type": kind} if kind else {})
        assert answer.status_code < 500, (what, answer.status_code)
        assert answer.status_code < 400 or '<html lang="id">' in answer.text, what
        with app.app_context():
            kept = db.session.get(Entry, ids.report[PB]).doc.get("PB-SDL-03", {})
        assert "v" not in kept, what
        kept.get("raw", "").encode()  # a text every database holds


ADDRESSES = [
    "/laporan/%FF%FE", "/laporan/%ED%A0%80", "/laporan/%00", "/daerah/%C3%28", "/admin/konten/%FF/", "/admin/konten/anggota/edit/?id=%FF%FE",
    "/admin/konten/anggota/?search=%ED%A0%80", "/admin/konten/anggota/?search=%FF", "/admin/unit/edit/?id=%ED%A0%80", "/peringkat?tahun=%FF&liga=%ED%B0%80",
    "/laporan?cari=%FF%00", "/laporan?cari=%ED%A0%80&hal=%FF", "/masuk?next=%FF%FE", "/masuk?next=%00", "/berkas/%FF/%FF", "/%FF", "/?kiriman=%FF",
    "/laporan?hal=99999999999999999999999", "/admin/konten/anggota/?page=%EF%BC%91", "/static/%FF", "/static/%00", "/static/..%2f..%2fapp.py",
]  # fmt: skip


def test_no_address_breaks_a_page(as_):
    for who in ("admin", ""):
        browser = as_(who)
        for address in ADDRESSES:
            answer = browser.client.open(raw_environ(address))
            assert answer.status_code < 500, (who, address, answer.status_code)
            assert answer.status_code < 400 or address.startswith("/static") or '<html lang="id">' in answer.text, address


def raw_environ(address: str, **more) -> dict:
    """A request as a server hands it on, byte by byte."""
    from urllib.parse import unquote_to_bytes

    from werkzeug.test import EnvironBuilder

    path, _, query = address.partition("?")
    environ = EnvironBuilder(path="/").get_environ()
    return (
        environ
        | {"PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query, "REQUEST_URI": address, "RAW_URI": address}
        | more
    )


HEADERS = {
    "a broken cookie": {"HTTP_COOKIE": "emonev_session=\xff\xfe; \x80=\xed\xa0\x80"},
    "a cookie of nonsense": {"HTTP_COOKIE": "emonev_session=" + "A" * 5000 + "; ;;==;"},
    "a cookie with NUL": {"HTTP_COOKIE": "emonev_session=a\x00b"},
    "a broken language": {"HTTP_ACCEPT_LANGUAGE": "\xff;q=\xfe,*;q=nan"},
    "a broken host": {"HTTP_HOST": "\xff\xfe"},
    "an empty host": {"HTTP_HOST": ""},
    "a broken referer": {"HTTP_REFERER": "http://\xff\x80/", "HTTP_USER_AGENT": "\xff"},
    "a broken range": {"HTTP_RANGE": "bytes=\xff-", "HTTP_IF_NONE_MATCH": "\xff", "HTTP_IF_MODIFIED_SINCE": "\xff"},
    "a broken sender": {"HTTP_X_FORWARDED_FOR": "\xff", "HTTP_AUTHORIZATION": "Basic \xff"},
    "a length that is none": {"CONTENT_LENGTH": "banyak"},
    "a length below nought": {"CONTENT_LENGTH": "-5"},
    "a length without end": {"CONTENT_LENGTH": "9" * 40},
    "a length in other digits": {"CONTENT_LENGTH": "١٢"},
}


def test_no_header_breaks_a_page(app, ids, as_):
    app.config["WTF_CSRF_ENABLED"] = True
    client = as_("").client
    for what, more in HEADERS.items():
        for method in ("GET", "POST"):
            for address in ("/masuk", "/", f"/laporan/{ids.report[PB]}"):
                answer = client.open(raw_environ(address, REQUEST_METHOD=method, CONTENT_TYPE=URLENCODED, **more))
                assert answer.status_code < 500, (what, method, address, answer.status_code)


def test_other_methods_are_refused_in_words(as_, ids):
    browser = as_("operator")
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "KACAU"):
        answer = browser.client.open(f"/laporan/{ids.report[PB]}", method=method)
        assert answer.status_code == 405, method
        assert '<html lang="id">' in answer.text


def test_what_cannot_be_written_as_text_is_shown_at_its_question(as_, ids):
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    answer = browser.client.post(address, data=CODES + part(b"f.PB-SDL-03", b"8\xff") + END, headers={"Content-Type": MULTIPART})
    assert answer.status_code == 422
    assert "Isi dengan angka" in visible_text(answer.text.split('id="q-PB-SDL-03"')[1].split('id="q-')[0])
    assert form_values(answer.text)["f.PB-SDL-03"] == ["8\ufffd"]
