"""A file that came with an answer that is wrong: kept, shown, and there after the answer is mended; without scripts."""

import io
import zipfile

from models import Entry, db
from services import bundle
from services.actor import SYSTEM
from tests.html import form_values, visible_text
from tests.unit.make import collection, item

PB = "32.16"
PAPER = {"label": {"id": "Surat", "en": "Letter"}, "kinds": ["pdf"]}


def sent_with_file(browser, address, values, name):
    values = values | {name: (io.BytesIO(b"%PDF-1.4 isi"), "SK klaster.pdf")}
    return browser.post(address, values, content_type="multipart/form-data")


def test_the_fill_page_keeps_and_shows_it(app, as_, ids):
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    values = form_values(browser.get(address).text) | {"f.PB-SDL-03": "banyak", "_action": "save"}
    answer = sent_with_file(browser, address, values, "f.PB-KLB-01.files")
    assert answer.status_code == 422
    assert "SK klaster.pdf" in visible_text(answer.text.split('id="q-PB-KLB-01"')[1].split('id="q-')[0])
    mended = form_values(answer.text) | {"f.PB-SDL-03": "8", "_action": "save"}
    assert browser.post(address, mended, content_type="multipart/form-data").status_code == 302
    with app.app_context():
        doc = db.session.get(Entry, ids.report[PB]).doc
        assert (doc["PB-SDL-03"]["v"], len(doc["PB-KLB-01"]["files"])) == (8, 1)
        assert list(doc["PB-KLB-01"]["names"].values()) == ["SK klaster.pdf"]


def office(version=b"\x14\x00"):
    """A document whose table of contents asks for a *version* of unpacking; 2.0 is usual."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("word/document.xml", "<w/>")
    body = made.getvalue()
    start = body.index(b"PK\x01\x02")
    return body[: start + 6] + version + body[start + 8 :]


def test_an_office_file_that_is_forged_is_refused_and_the_answers_beside_it_stay(app, as_, ids):
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    values = form_values(browser.get(address).text) | {"f.PB-SDL-03": "8", "_action": "save"}
    values |= {"f.PB-KLB-01.files": (io.BytesIO(office(b"\xc8\x00")), "SK klaster.docx")}
    answer = browser.post(address, values, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "SK klaster.docx" in visible_text(answer.text.split('id="q-PB-KLB-01"')[1].split('id="q-')[0])
    with app.app_context():
        doc = db.session.get(Entry, ids.report[PB]).doc
        assert (doc["PB-SDL-03"]["v"], doc.get("PB-KLB-01", {}).get("files")) == (8, None)


def test_a_record_keeps_and_shows_it_when_new_and_when_changed(app, as_, ids):
    with app.app_context():
        fields = [item("name", required=True), item("count", "integer"), item("proof", evidence=PAPER, required=False)]
        bundle.apply(SYSTEM, {"surat": collection(*fields, key="surat")})
    browser, address = as_("operator"), "/admin/konten/surat/new/"
    for number, count in enumerate(("x", "y"), 1):
        values = form_values(browser.get(address).text) | {"f.name": "Satu", "f.count": count, "_action": "save"}
        answer = sent_with_file(browser, address, values, "f.proof.files")
        assert answer.status_code == 422
        assert "SK klaster.pdf" in visible_text(answer.text)
        mended = form_values(answer.text) | {"f.count": str(number), "_action": "save"}
        assert browser.post(address, mended, content_type="multipart/form-data").status_code == 302
        with app.app_context():
            entry = db.session.query(Entry).filter_by(title="Satu").one()
            assert (entry.doc["count"]["v"], len(entry.doc["proof"]["files"])) == (number, 1)
            address = f"/admin/konten/surat/edit/?id={entry.id}"
