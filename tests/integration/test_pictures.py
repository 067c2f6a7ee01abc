"""Files looked at on the screen: by whom, what is shown of them, what is said of those that cannot be."""

import io
import threading

import pytest

from exchange import pictures
from models import Unit, db
from services import file
from services.file import Upload
from tests import world
from tests.html import visible_text
from tests.papers import BLUE, RED, document, near, seen

PB = "32.16"


@pytest.fixture
def attached(app, ids):
    """``attached(content, name)``: the address of a file of the unit."""

    def attach(content, name="SK Bupati.pdf"):
        with app.app_context():
            unit = db.session.get(Unit, ids.unit[PB])
            store = app.extensions["file_store"]
            kept = file.store(world.person("operator"), store, unit, [Upload(name, io.BytesIO(content))], tuple(file.KIND_WORDS))
            return f"/berkas/{unit.id}/{next(iter(kept))}"

    return attach


def test_pages_are_turned_on_the_screen(as_, attached):
    browser, address = as_("operator"), attached(document(RED, BLUE, BLUE))
    first = visible_text(browser.get(f"{address}/lihat").text)
    assert "Halaman 1 dari 3" in first
    assert "Halaman berikutnya" in first
    assert "Halaman sebelumnya" not in first
    last = browser.get(f"{address}/lihat?halaman=3").text
    assert f'src="{address}/halaman/3"' in last
    assert "Halaman berikutnya" not in last
    shown = browser.get(f"{address}/halaman/2")
    assert shown.mimetype == "image/webp"
    assert near(seen(shown.data).getpixel((500, 700)), BLUE)


@pytest.mark.parametrize("beyond", ["lihat?halaman=0", "lihat?halaman=4", "lihat?halaman=-1", "halaman/4", "halaman/0"])
def test_there_is_no_page_beyond(as_, attached, beyond):
    assert as_("operator").get(f"{attached(document(RED, BLUE, BLUE))}/{beyond}").status_code == 404


def test_a_page_number_that_is_none_is_the_first(as_, attached):
    answer = as_("operator").get(f"{attached(document(RED, BLUE))}/lihat?halaman=dua")
    assert "Halaman 1 dari 2" in visible_text(answer.text)


def test_a_picture_is_sent_once_and_asked_for_each_time(as_, attached):
    browser, address = as_("operator"), attached(document(BLUE))
    first = browser.get(f"{address}/kecil")
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = browser.client.get(f"{address}/kecil", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = as_("stranger").client.get(f"{address}/kecil", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 404


def test_what_cannot_be_drawn_is_said_and_can_be_downloaded(as_, attached):
    browser, address = as_("operator"), attached(b"%PDF-1.4 bukti")
    looked = browser.get(f"{address}/lihat")
    assert looked.status_code == 200
    assert "tidak dapat ditampilkan di sini" in visible_text(looked.text)
    assert f'href="{address}"' in looked.text
    assert browser.get(f"{address}/kecil").mimetype == "image/svg+xml"
    assert browser.get(f"{address}/halaman/1").status_code == 404


def test_a_sheet_is_no_picture(as_, attached):
    from tests.integration.test_unit_import import book

    address = attached(book(["a"]).getvalue(), "daftar.xlsx")
    for way in ("lihat", "kecil", "halaman/1"):
        assert as_("operator").get(f"{address}/{way}").status_code == 404


def test_while_others_pictures_are_made_the_sign_stands_and_the_page_is_asked_for_again(as_, attached, monkeypatch):
    browser, address = as_("operator"), attached(document(RED))
    full = threading.BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(pictures, "AT_ONCE", full)
    monkeypatch.setattr(pictures, "PATIENCE", 0.01)
    assert browser.get(f"{address}/kecil").mimetype == "image/svg+xml"
    assert [browser.get(f"{address}/{way}").status_code for way in ("lihat", "halaman/1")] == [503, 503]
    full.release()
    assert browser.get(f"{address}/kecil").mimetype == "image/webp"
