"""Answers in gzip: the same bytes for who takes it, untouched for who does not."""

import gzip

import pytest

GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.mark.parametrize("address", ["/masuk", "/laporan", "/static/app.css", "/sw.js", "/static/ikon.svg"])
def test_the_same_answer_in_fewer_bytes(as_, address):
    browser = as_("" if address == "/masuk" else "operator")
    plain, short = browser.get(address), browser.get(address, headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert short.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in short.headers["Vary"]
    assert int(short.headers["Content-Length"]) == len(short.data) < len(plain.data) / 2
    if address.startswith("/static") or address == "/sw.js":
        assert gzip.decompress(short.data) == plain.data
    assert short.headers.get("Content-Security-Policy") == plain.headers.get("Content-Security-Policy")


def test_a_static_file_is_the_same_each_time(as_):
    assert as_().get("/static/app.css", headers=GZIP).data == as_().get("/static/app.css", headers=GZIP).data


@pytest.mark.parametrize("address", ["/sesi", "/static/mark-192.png", "/admin/konten/anggota/export/csv/"])
def test_small_packed_and_streamed_answers_stay(as_, address):
    answer = as_("operator").get(address, headers=GZIP)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def test_what_is_known_already_is_not_sent_again(as_):
    first = as_().get("/sw.js", headers=GZIP)
    again = as_().get("/sw.js", headers=GZIP | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_part_of_a_file_is_not_squeezed(as_):
    part = as_().get("/static/app.css", headers=GZIP | {"Range": "bytes=0-1999"})
    assert (part.status_code, len(part.data)) == (206, 2000)
    assert "Content-Encoding" not in part.headers
