"""Two pages of one record: different answers merge, the same answer is never overwritten unseen, one page makes one record."""

import io

import pytest
import sqlalchemy as sa

from admin import record_form
from models import Entry, EntryRevision, db
from services import bundle, record
from services.actor import SYSTEM
from tests import world
from tests.html import form_values, visible_text
from tests.integration.test_records import post_values
from tests.integration.test_reports import member
from tests.unit.make import collection, item

PB = "32.16"
MEETING = {
    code: {"v": value}
    for code, value in {
        "tanggal": "2026-10-01", "jenis": "rapat", "judul": "Rapat data", "tempat": "Aula", "peserta": 9, "hasil": "Sepakat", "lembaga_hadir": 3,
    }.items()
}  # fmt: skip
LIST = collection(
    item("name", required=True),
    item("has", "yes_no", required=False),
    item("what", relevant="${has}", required=False),
    item("count", "integer", relevant="${has}", required=False),
    item("proof", evidence={"label": {"id": "Surat", "en": "Letter"}, "kinds": ["pdf"]}, required=False),
    item("paper", "file", options={"kinds": ["pdf"]}, required=False),
    key="catatan",
)


@pytest.fixture
def notes(app):
    """A list whose second question waits for the first, and one record in it."""
    with app.app_context():
        bundle.apply(SYSTEM, {"catatan": LIST})
        return record.save(world.person("operator"), "catatan", world.unit_of(PB), {"name": {"v": "Satu"}})


def address_of(entry):
    return f"/admin/konten/catatan/edit/?id={entry}"


def doc_of(app, entry):
    with app.app_context():
        return db.session.get(Entry, entry).doc


def test_a_stale_edit_is_refused_and_shown_again(app, as_, ids):
    with app.app_context():
        entry = record.save(world.person("operator"), "anggota", ids.unit["32.16"], member("PMI", "masyarakat"))
    browser = as_("operator")
    old = post_values(browser.get(f"/admin/konten/anggota/edit/?id={entry}").text)
    assert browser.post(f"/admin/konten/anggota/edit/?id={entry}", old | {"f.lembaga": "PMI Bekasi"}).status_code == 302
    answer = browser.post(f"/admin/konten/anggota/edit/?id={entry}", old | {"f.lembaga": "PMI Cikarang"})
    assert answer.status_code == 422
    assert form_values(answer.text)["f.lembaga"] == ["PMI Cikarang"]
    shown = visible_text(answer.text)
    assert "1 jawaban yang Anda ubah sudah diubah lebih dulu" in shown
    assert "Diubah lebih dulu" in shown
    assert "Operator mengubahnya, 10 November 2026 10.00 WIB. Tersimpan sekarang: PMI Bekasi." in shown
    with app.app_context():
        assert db.session.get(Entry, entry).title == "PMI Bekasi"
    again = post_values(answer.text)
    assert browser.post(f"/admin/konten/anggota/edit/?id={entry}", again).status_code == 302  # seen, and meant so
    with app.app_context():
        assert db.session.get(Entry, entry).title == "PMI Cikarang"


def test_two_who_change_different_answers_of_one_record_both_keep_theirs(app, as_, ids):
    with app.app_context():
        entry = record.save(world.person("operator"), "anggota", ids.unit["32.16"], member("PMI", "masyarakat"))
    address = f"/admin/konten/anggota/edit/?id={entry}"
    first, second = as_("operator"), as_("coordinator")
    old, later = post_values(first.get(address).text), post_values(second.get(address).text)
    assert second.post(address, later | {"f.unsur": "media"}).status_code == 302
    assert first.post(address, old | {"f.lembaga": "PMI Bekasi"}).status_code == 302
    with app.app_context():
        doc = db.session.get(Entry, entry).doc
        assert (doc["lembaga"]["v"], doc["unsur"]["v"]) == ("PMI Bekasi", "media")


def test_a_clash_shows_theirs_where_only_they_changed_something(app, as_, ids):
    with app.app_context():
        entry = record.save(world.person("operator"), "anggota", ids.unit["32.16"], member("PMI", "masyarakat"))
    address = f"/admin/konten/anggota/edit/?id={entry}"
    browser = as_("operator")
    old = post_values(browser.get(address).text)
    assert browser.post(address, old | {"f.lembaga": "PMI Bekasi", "f.unsur": "media"}).status_code == 302
    again = post_values(browser.post(address, old | {"f.lembaga": "PMI Cikarang"}).text)
    assert browser.post(address, again).status_code == 302
    with app.app_context():
        doc = db.session.get(Entry, entry).doc
        assert (doc["lembaga"]["v"], doc["unsur"]["v"]) == ("PMI Cikarang", "media")


def test_a_page_of_a_record_that_was_never_so_is_refused(app, as_, ids):
    with app.app_context():
        entry = record.save(world.person("operator"), "anggota", ids.unit["32.16"], member("PMI", "masyarakat"))
    browser = as_("operator")
    page = post_values(browser.get(f"/admin/konten/anggota/edit/?id={entry}").text)
    answer = browser.post(f"/admin/konten/anggota/edit/?id={entry}", page | {"_seen": "77", "f.lembaga": "Lain"})
    assert answer.status_code == 422
    assert form_values(answer.text)["f.lembaga"] == ["Lain"]


def test_a_page_sent_twice_makes_one_record_and_two_pages_make_two(app, as_, ids):
    browser = as_("operator")
    meeting = {
        "tanggal": "01/10/2026",
        "jenis": "rapat",
        "judul": "Rapat data",
        "tempat": "Aula",
        "peserta": "9",
        "hasil": "Sepakat",
    }
    typed = {f"f.{code}": value for code, value in (meeting | {"lembaga_hadir": "3"}).items()}
    page = post_values(browser.get("/admin/konten/kegiatan/new/").text) | typed
    other = post_values(browser.get("/admin/konten/kegiatan/new/").text) | typed
    assert [browser.post("/admin/konten/kegiatan/new/", p).status_code for p in (page, page, other)] == [302, 302, 302]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Entry).where(Entry.title == "Rapat data")) == 2


def test_a_clash_loses_nothing_the_page_never_showed(app, as_, notes):
    first, second = as_("operator"), as_("coordinator")
    old = post_values(first.get(address_of(notes)).text)
    page = post_values(second.get(address_of(notes)).text) | {"f.has": "ya", "f.name": "Dua"}
    assert second.post(address_of(notes), page).status_code == 302
    assert second.post(address_of(notes), post_values(second.get(address_of(notes)).text) | {"f.what": "peta"}).status_code == 302
    clash = first.post(address_of(notes), old | {"f.name": "Tiga"})
    assert clash.status_code == 422
    assert form_values(clash.text)["f.what"] == ["peta"]
    assert first.post(address_of(notes), post_values(clash.text)).status_code == 302
    doc = doc_of(app, notes)
    assert (doc["name"]["v"], doc["has"]["v"], doc["what"]["v"]) == ("Tiga", True, "peta")


def test_a_clash_names_who_changed_that_answer_not_who_saved_last(app, as_, notes):
    first, second = as_("operator"), as_("coordinator")
    old = post_values(first.get(address_of(notes)).text)
    assert second.post(address_of(notes), post_values(second.get(address_of(notes)).text) | {"f.name": "Dua"}).status_code == 302
    assert first.post(address_of(notes), post_values(first.get(address_of(notes)).text) | {"f.has": "ya"}).status_code == 302
    shown = visible_text(first.post(address_of(notes), old | {"f.name": "Tiga"}).text)
    assert "Coordinator mengubahnya" in shown
    assert "Operator mengubahnya" not in shown


def test_files_two_people_attach_to_one_answer_both_stay(app, as_, notes):
    first, second = as_("operator"), as_("coordinator")
    pages = [(browser, post_values(browser.get(address_of(notes)).text)) for browser in (first, second)]
    for number, (browser, page) in enumerate(pages):
        posted = page | {"f.paper.files": (io.BytesIO(b"%PDF-1.4 " + str(number).encode()), f"{number}.pdf")}
        assert browser.post(address_of(notes), posted).status_code == 302
    assert sorted(doc_of(app, notes)["paper"]["names"].values()) == ["0.pdf", "1.pdf"]


def test_an_edit_that_equals_another_record_of_the_same_page_is_an_edit(app, as_, notes):
    browser = as_("operator")
    page = post_values(browser.get("/admin/konten/catatan/new/").text)
    for name in ("A", "B"):  # made, Back, changed, made again
        assert browser.post("/admin/konten/catatan/new/", page | {"f.name": name}).status_code == 302
    with app.app_context():
        other = db.session.scalars(sa.select(Entry.id).where(Entry.title == "B")).one()
    assert browser.post(address_of(other), post_values(browser.get(address_of(other)).text) | {"f.name": "A"}).status_code == 302
    with app.app_context():
        entry = db.session.get(Entry, other)
        assert (entry.title, entry.lock_version) == ("A", 2)
        assert db.session.get(EntryRevision, (other, 2)).doc == entry.doc
        assert record.rebuild_differences() == []


def test_every_change_of_a_record_adds_one_revision_of_its_number(ctx, ids):
    """Merging rests on it."""
    actor, unit = world.person("operator"), ids.unit[PB]
    entry = record.save(actor, "anggota", unit, member("PMI", "masyarakat"))
    record.save(actor, "anggota", unit, {"lembaga": {"v": "PMI Bekasi"}}, entry, seen=1)
    record.delete(actor, "anggota", entry)
    record.restore(actor, "anggota", entry)
    numbers = db.session.scalars(sa.select(EntryRevision.number).where(EntryRevision.entry_id == entry)).all()
    assert (sorted(numbers), db.session.get(Entry, entry).lock_version) == ([1, 2, 3, 4], 4)


def test_what_a_merge_would_hide_is_told_before_it_goes(app, as_, notes):
    first, second = as_("operator"), as_("coordinator")
    assert first.post(address_of(notes), post_values(first.get(address_of(notes)).text) | {"f.has": "ya"}).status_code == 302
    old = post_values(first.get(address_of(notes)).text)
    assert second.post(address_of(notes), post_values(second.get(address_of(notes)).text) | {"f.has": "tidak"}).status_code == 302
    told = first.post(address_of(notes), old | {"f.what": "peta"})
    assert told.status_code == 422
    assert "“what” tidak lagi ditanyakan. Anda mengisi: peta. Tersimpan sekarang: –." in visible_text(told.text)
    assert doc_of(app, notes)["has"]["v"] is False
    assert first.post(address_of(notes), post_values(told.text)).status_code == 302  # seen, and meant so


def test_what_could_not_be_read_is_told_too_when_a_merge_hides_it(app, as_, notes):
    first, second = as_("operator"), as_("coordinator")
    assert first.post(address_of(notes), post_values(first.get(address_of(notes)).text) | {"f.has": "ya"}).status_code == 302
    old = post_values(first.get(address_of(notes)).text)
    assert second.post(address_of(notes), post_values(second.get(address_of(notes)).text) | {"f.has": "tidak"}).status_code == 302
    told = first.post(address_of(notes), old | {"f.count": "dua belas"})
    assert "Anda mengisi: dua belas." in visible_text(told.text)


def test_a_third_save_while_a_clash_is_shown_is_not_overwritten_unseen(app, as_, notes, monkeypatch):
    first, second = as_("operator"), as_("coordinator")
    old = post_values(first.get(address_of(notes)).text)
    assert second.post(address_of(notes), post_values(second.get(address_of(notes)).text) | {"f.name": "Dua"}).status_code == 302
    told = record_form._beside_saved

    def meanwhile(*given):
        with app.app_context():
            record.save(world.person("coordinator"), "catatan", "", {"has": {"v": True}}, notes)
        return told(*given)

    monkeypatch.setattr(record_form, "_beside_saved", meanwhile)
    clash = first.post(address_of(notes), old | {"f.name": "Tiga"})
    monkeypatch.undo()
    assert first.post(address_of(notes), post_values(clash.text)).status_code == 302
    doc = doc_of(app, notes)
    assert (doc["name"]["v"], doc["has"]["v"]) == ("Tiga", True)


def test_a_file_another_removed_stays_removed_through_a_clash(app, as_, notes):
    first, second = as_("operator"), as_("coordinator")
    posted = {
        "f.paper.files": (io.BytesIO(b"%PDF-1.4 satu"), "satu.pdf"),
        "f.proof.files": (io.BytesIO(b"%PDF-1.4 dua"), "dua.pdf"),
    }
    page = post_values(first.get(address_of(notes)).text)
    assert first.post(address_of(notes), page | posted | {"f.proof": "A"}).status_code == 302
    old = post_values(first.get(address_of(notes)).text)
    (sha,) = doc_of(app, notes)["proof"]["files"]
    page = post_values(second.get(address_of(notes)).text) | {"f.proof": "B", "f.proof.dropfile": sha}
    assert second.post(address_of(notes), page).status_code == 302
    clash = first.post(address_of(notes), old | {"f.proof": "C"})
    assert clash.status_code == 422
    assert first.post(address_of(notes), post_values(clash.text)).status_code == 302
    doc = doc_of(app, notes)
    assert (doc["proof"]["v"], doc["proof"].get("files")) == ("C", None)
    assert list(doc["paper"]["names"].values()) == ["satu.pdf"]


def test_a_page_that_does_not_say_what_it_showed_overwrites_nothing(app, as_, notes):
    browser = as_("operator")
    page = post_values(browser.get(address_of(notes)).text) | {"f.name": "Lain"}
    for seen in ("", "0", "-1", "x"):
        assert browser.post(address_of(notes), page | {"_seen": seen}).status_code == 422
    assert doc_of(app, notes)["name"]["v"] == "Satu"


def test_a_fault_after_a_merge_shows_the_merged_record(app, as_, notes):
    first, second = as_("operator"), as_("coordinator")
    old = post_values(first.get(address_of(notes)).text)
    assert second.post(address_of(notes), post_values(second.get(address_of(notes)).text) | {"f.has": "ya"}).status_code == 302
    faulty = first.post(address_of(notes), old | {"f.name": ""})
    assert faulty.status_code == 422
    assert form_values(faulty.text)["f.has"] == ["ya"]
    assert first.post(address_of(notes), post_values(faulty.text) | {"f.name": "Dua"}).status_code == 302
    doc = doc_of(app, notes)
    assert (doc["name"]["v"], doc["has"]["v"]) == ("Dua", True)


def test_the_same_change_by_two_is_no_clash(app, as_, notes):
    first, second = as_("operator"), as_("coordinator")
    pages = [(browser, post_values(browser.get(address_of(notes)).text)) for browser in (first, second)]
    assert [browser.post(address_of(notes), page | {"f.name": "Dua"}).status_code for browser, page in pages] == [302, 302]


def test_a_page_key_belongs_to_its_person_and_a_removed_record_is_no_twin(ctx, ids):
    def made(who):
        return record.save(world.person(who), "kegiatan", ids.unit[PB], MEETING, op_key="page")

    one = made("operator")
    assert made("operator") == one
    assert made("coordinator") != one
    record.delete(world.person("operator"), "kegiatan", one)
    assert made("operator") != one
