"""What a device may keep, and for whom."""

import re

import pytest

from tests import world

KEPT = ("/", "/laporan", "/tanpa-jaringan", "/aturan/pra-bencana/1/id.json")


@pytest.mark.parametrize("address", KEPT)
def test_kept_pages_name_their_person(app, as_, address):
    answer = as_("operator").get(address)
    with app.app_context():
        assert answer.headers["Kept-For"] == world.person("operator").id


@pytest.mark.parametrize(
    "address", ["/peringkat", "/admin/konten/anggota/", "/sesi", "/luring", "/laporan/ini-bukan-laporan", "/masuk"]
)
def test_nothing_else_is_kept(as_, address):
    assert "Kept-For" not in as_("operator").get(address).headers


def test_nobodys_pages_are_not_kept(as_):
    assert [address for address in ("/", "/laporan", "/sw.js", "/masuk") if "Kept-For" in as_().get(address).headers] == []


def test_a_device_fetches_ahead_what_its_person_has_to_fill(ids, as_):
    ahead = as_("operator").get("/luring").json
    assert f"/laporan/{ids.report['32.16']}" in ahead["pages"]
    for address in ahead["pages"] + ahead["files"]:
        answer = as_("operator").get(address)
        assert (answer.status_code, "Kept-For" in answer.headers) == (200, True)


def test_who_fills_nothing_fetches_no_report(as_):
    ahead = as_("leader").get("/luring").json
    assert [page for page in ahead["pages"] if page.startswith("/laporan/")] == []
    assert ahead["files"] == []


def test_the_worker_keeps_only_what_is_there(as_):
    answer = as_().get("/sw.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    shell = re.findall(r'"(/[^"]+)"', answer.text.partition("\n")[0])
    assert {address.rpartition("/")[2].partition("?")[0] for address in shell} >= {
        "page.js",
        "form.js",
        "app.css",
        "luring.html",
    }
    assert [address for address in shell if as_().get(address).status_code != 200] == []
    again = as_().get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_script_never_changes_under_its_address_and_an_older_page_gets_the_newest(as_):
    address = re.search(r'src="(/skrip/[^"]+)"', as_("operator").get("/").text)[1]
    kept = as_().get(address)
    assert (kept.mimetype, kept.headers["Cache-Control"]) == ("text/javascript", "public, max-age=31536000, immutable")
    older = as_().get("/skrip/0123456789ab/page.js")
    assert (older.text, older.headers["Cache-Control"]) == (kept.text, "no-cache")
    assert as_().get("/skrip/0123456789ab/none.js").status_code == 404
