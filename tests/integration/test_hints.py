"""What a page tells its person before it costs them: what is not complete, what waits, what counts nothing, where to go."""

import datetime as dt
import io
import re

import pytest
import sqlalchemy as sa
import time_machine

from domain.fields.display import Formatter
from domain.reporting import Move
from models import FieldRow, Score, db
from services import user
from services.actor import SYSTEM
from services.drafting import Draft, save_draft
from services.file import _clean_name
from services.reading.forecast import Forecast, forecast
from services.reading.report_page import report_page
from services.report import move, submit
from services.report_rows import get_for
from services.user import GrantWish
from tests import world
from tests.answers import complete
from tests.html import form_values, visible_text
from tests.integration.test_reports import send, verify

PB = "32.16"


def question(html, code):
    return visible_text("<div" + re.split(r'<div class="q[ "]', html.split(f'id="q-{code}"')[1])[0])


def test_an_answer_without_its_evidence_is_not_called_filled_in(app, as_, ids):
    with app.app_context():
        save_draft(world.person("operator"), ids.report[PB], Draft({"PB-KLB-01": {"v": True}, "PB-KLB-04": {"v": 4}}, 0))
    html = as_("operator").get(f"/laporan/{ids.report[PB]}").text
    assert "Belum lengkap" in question(html, "PB-KLB-01")
    assert "Terisi" in question(html, "PB-KLB-04")


def test_what_is_optional_and_scored_says_that_nothing_is_nought(as_, ids):
    html = as_("operator").get(f"/laporan/{ids.report[PB]}").text
    assert "tidak wajib, kosong dinilai 0" in question(html, "PB-KOR-03")


def test_a_question_that_waits_names_what_it_waits_for_and_what_that_costs(as_, ids):
    html = as_("operator").get(f"/laporan/{ids.report[PB]}").text
    waiting = html.split('<li data-waits="PB-ANG-03" id="q-PB-ANG-03">')[1].split("</li>")[0]
    assert "Muncul bila “Rencana kerja tahunan disahkan” sudah diisi. Sampai saat itu skornya 0." in visible_text(waiting)
    assert 'href="#q-PB-RNC-04"' in waiting
    assert 'id="q-PB-RNC-04"' in html


def test_evidence_says_when_it_is_needed(as_, ids):
    html = as_("operator").get(f"/laporan/{ids.report[PB]}").text
    assert "wajib bila jawabannya Ya; PDF" in question(html, "PB-KLB-01")
    assert "wajib bila jawaban terisi selain “Belum" in question(html, "PB-RNC-02")
    assert "bila ada; " in question(html, "PB-SDL-02")


def test_what_is_only_saved_is_not_said_to_be_all_that_is_left(app, as_, ids):
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    page = form_values(browser.get(address).text) | {"f.PB-SDL-03": "empat", "_action": "save"}
    answer = browser.post(address, page)
    shown = visible_text(answer.text)
    with app.app_context():
        missing = {e.code for e in report_page(world.person("operator"), ids.report[PB]).checked.faults if e.severity == "missing"}
    assert "1 hal perlu diperbaiki" in shown
    assert f"Selain itu, {len(missing)} jawaban atau bukti wajib belum ada." in shown
    assert "sebelum dikirim" not in shown
    assert len(missing) > 5


def test_a_warning_is_named_before_sending_and_stops_nothing(app, as_, ids):
    with app.app_context():
        answers = complete(world.person("operator"), ids.report[PB])
        answers["PB-ANG-02"] |= {"v": {"n": 130, "d": 100}}
        save_draft(world.person("operator"), ids.report[PB], Draft(answers, 0))
    shown = as_("operator").get(f"/laporan/{ids.report[PB]}?periksa=1").text
    note = shown.split('<div class="note is-warn">')[1].split("</div>")[0]
    assert 'href="#f-PB-ANG-02-n"' in note
    assert "Realisasi melebihi pagu" in visible_text(note)
    assert 'value="send"' in shown


def test_whoever_is_about_to_send_sees_what_it_does_to_the_score(app, as_, ids):
    with app.app_context():
        save_draft(world.person("operator"), ids.report[PB], Draft(complete(world.person("operator"), ids.report[PB]), 0))
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    html = browser.get(f"{address}?periksa=1").text
    foreseen = re.search(r"sekarang (\S+), setelah dikirim (\S+)\.", visible_text(html))
    assert foreseen is not None
    assert browser.post(address, form_values(html) | {"_action": "send"}).status_code == 302
    with app.app_context():
        stored = db.session.get(Score, (ids.unit[PB], 2026, "year", "total"))
        assert (foreseen[1], foreseen[2]) == ("–", Formatter("id").score(stored.p))


def test_a_check_is_fetched_so_that_back_sends_nothing_again(as_, ids):
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    answer = browser.post(address, form_values(browser.get(address).text) | {"_action": "check"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{address}?periksa=1")
    assert "perlu diperbaiki sebelum dikirim" in visible_text(browser.get(f"{address}?periksa=1").text)
    assert "perlu diperbaiki sebelum dikirim" not in visible_text(browser.get(address).text)


def test_whoever_keeps_lists_for_many_units_chooses_the_unit_first(as_, ids):
    page = as_("admin").get("/admin/konten/anggota/new/").text
    assert 'name="unit"' in page
    assert 'name="f.lembaga"' not in page
    chosen = as_("admin").get(f"/admin/konten/anggota/new/?unit={ids.unit[PB]}").text
    assert form_values(chosen)["_unit"] == [ids.unit[PB]]


def test_one_file_goes_by_the_name_it_was_given_at_each_answer(app, as_, ids):
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    page = form_values(browser.get(address).text)
    files = {
        f"f.{code}.files": (io.BytesIO(b"%PDF-1.4 satu"), name)
        for code, name in (("PB-KLB-01", "SK.pdf"), ("PB-SDL-03", "renja.pdf"))
    }
    assert browser.post(address, page | files | {"_action": "save"}).status_code == 302
    assert browser.post(address, form_values(browser.get(address).text) | {"_action": "save"}).status_code == 302
    html = browser.get(address).text
    assert ("SK.pdf" in question(html, "PB-KLB-01"), "renja.pdf" in question(html, "PB-SDL-03")) == (True, True)
    assert "SK.pdf" not in question(html, "PB-SDL-03")
    printed = visible_text(browser.get(f"{address}/cetak").text)
    assert "SK.pdf" in printed
    assert "renja.pdf" in printed
    with app.app_context():
        assert len({sha for a in get_for(SYSTEM, ids.report[PB]).entry.doc.values() for sha in a.get("files") or ()}) == 1


def test_an_account_without_a_role_is_told_so(app, as_):
    with app.app_context():
        user.create(SYSTEM, email="baru@example.org", name="Baru", password=world.PASSWORD, hasher=world.fast_hash)
    client = app.test_client()
    client.post("/masuk", data={"email": "baru@example.org", "password": world.PASSWORD})
    page = client.get("/").text
    assert "Akun Anda belum punya peran" in page
    assert 'href="mailto:admin@example.org"' in page
    assert "mailto:operator@example.org" not in page
    assert "Lainnya" not in visible_text(page)


def test_whoever_makes_an_account_without_a_role_is_told_so(as_):
    browser = as_("admin")
    account = {"email": "baru@example.org", "name": "Baru", "password": world.PASSWORD, "active": "y"}
    made = browser.post(
        "/admin/pengguna/new/", form_values(browser.get("/admin/pengguna/new/").text) | account, follow_redirects=True
    )
    assert "Akun ini belum punya peran" in visible_text(made.text)
    assert "baru@example.org" in made.text


def test_retiring_is_not_called_deleting(app, as_):
    with app.app_context():
        row = db.session.scalars(sa.select(FieldRow.id).where(FieldRow.code == "PB-SDL-03")).one()
    answer = as_("admin").post("/admin/indikator/delete/", {"id": row}, follow_redirects=True)
    assert "Sudah dipensiunkan" in visible_text(answer.text)
    assert "dihapus" not in visible_text(answer.text)
    assert as_("admin").post("/admin/indikator/delete/", {"id": "nothing"}).status_code == 404


def test_a_hidden_answer_is_said_to_be_kept(app, as_, ids):
    with app.app_context():
        answers = {"PB-KLB-01": {"v": True}, "PB-KLB-04": {"v": 4}}
        save_draft(world.person("operator"), ids.report[PB], Draft(answers, 0))
        save_draft(world.person("operator"), ids.report[PB], Draft({"PB-KLB-01": {"v": False}}, 2))
    html = as_("operator").get(f"/laporan/{ids.report[PB]}").text
    lines = {
        code: visible_text(html.split(f'<li data-waits="{code}" id="q-{code}">')[1].split("</li>")[0])
        for code in ("PB-KLB-04", "PB-KLB-03")
    }
    assert "Isian Anda tetap tersimpan." in lines["PB-KLB-04"]
    assert "tersimpan" not in lines["PB-KLB-03"]


def test_a_question_not_published_yet_says_so_and_one_with_choices_leads_to_them(as_):
    browser = as_("admin")
    page = form_values(browser.get("/admin/indikator/new/").text)
    typed = {"code": "PB-KAP-77", "type": "single_choice", "label_id": "Mutu gladi", "rule": "opsi", "weight": "2"}
    section = re.search(r'<option value="([^"]+)">Pra-bencana · Kapasitas', browser.get("/admin/indikator/new/").text)[1]
    made = browser.post("/admin/indikator/new/", page | typed | {"section_id": section, "frequency": "quarterly"})
    assert made.headers["Location"].startswith("/admin/pilihan/new/?field_id=")
    chosen = browser.get(made.headers["Location"]).text
    assert "Sekarang tambahkan pilihan jawabannya" in visible_text(chosen)
    assert re.search(r'<option selected value="[^"]+">PB-KAP-77', chosen)
    assert form_values(browser.get("/admin/pilihan/new/").text)["field_id"] == [""]
    assert "Belum diterbitkan" in visible_text(browser.get("/admin/indikator/?search=PB-KAP-77").text)
    assert "Belum diterbitkan" not in visible_text(browser.get("/admin/indikator/?search=PB-KAP-01").text)


def test_a_photo_keeps_the_name_it_came_with(app, as_, ids):
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    photo = io.BytesIO(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\x00" * 64)
    page = form_values(browser.get(address).text) | {"f.PB-SDL-02.files": (photo, "gudang.JPG"), "_action": "save"}
    assert browser.post(address, page).status_code == 302
    assert "gudang.JPG" in question(browser.get(address).text, "PB-SDL-02")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("Laporan v1.2", "Laporan v1.2.pdf"), ("rapat 20. 2026", "rapat 20. 2026.pdf"), ("foto.jpg", "foto.pdf"), ("a.PDF", "a.PDF")],
)
def test_a_name_keeps_all_but_a_wrong_extension(sent, kept):
    assert _clean_name(sent, ".pdf") == kept


def forecast_of(ids, code=PB):
    """What a page foresees for its person, and what sending then gives."""
    actor = world.person("operator")
    page = report_page(actor, ids.report[code])
    foreseen = forecast(page)
    assert submit(actor, page.report.id, Draft({}, page.report.entry.seq)).sent
    return foreseen, db.session.get(Score, (ids.unit[PB], 2026, "year", "total")).p


def test_a_returned_report_is_foreseen_with_the_verdicts_that_stand(ctx, ids):
    send(report_id=ids.report[PB])
    verify(ids, returned="PB-KLB-01")
    move(world.person("province"), ids.report[PB], Move.RETURN, "Perbaiki")
    foreseen, then = forecast_of(ids)
    assert foreseen.then == then  # the answer that was returned still counts nothing
    assert not foreseen.first


def test_a_late_report_is_foreseen_as_late(ctx, ids):
    with time_machine.travel(dt.datetime(2027, 1, 30, 1, tzinfo=dt.UTC)):
        save_draft(world.person("operator"), ids.report[PB], Draft(complete(world.person("operator"), ids.report[PB]), 0))
        foreseen, then = forecast_of(ids)
    assert foreseen.then == then


@pytest.mark.parametrize(
    ("now", "then", "first", "low"), [(80, 70, True, True), (80, 70, False, False), (70, 80, True, False), (None, 70, True, False)]
)
def test_the_reason_for_a_fall_is_given_only_where_it_is_true(now, then, first, low):
    assert Forecast(now, then, first).begins_low is low


def test_a_folded_row_is_text_and_a_row_with_a_fault_is_not_folded(app, as_, ids):
    rows = [
        {"id": "r1", "nama": "<script>alert(1)</script>", "pemilik": "PMI", "luas": 10, "kapasitas": 5, "kondisi": "siap"},
        {"id": "r2", "nama": "Gudang dua", "pemilik": "PMI", "luas": 10, "_raw": {"kapasitas": "lima"}, "kondisi": "siap"},
        {"id": "r3", "nama": "Gudang tiga", "luas": 10, "kapasitas": 5, "kondisi": "siap"},
    ]
    with app.app_context():
        save_draft(world.person("operator"), ids.report[PB], Draft({"PB-SDL-02": {"v": rows}}, 0))
    html = as_("operator").get(f"/laporan/{ids.report[PB]}?periksa=1").text
    assert "<script>alert" not in html
    folded = {row: 'class="done"' in html.split(f'<tr id="f-PB-SDL-02-{row}"')[1].split(">")[0] for row in ("r1", "r2", "r3")}
    assert folded == {"r1": True, "r2": False, "r3": False}


def test_only_active_administrators_are_named(ctx):
    other = user.create(
        SYSTEM, email="lama@example.org", name="Lama", password=world.PASSWORD, hasher=world.fast_hash,
        grants=[GrantWish("admin", "national")],
    )  # fmt: skip
    assert ("Lama", "lama@example.org") in user.administrators()
    user.update(SYSTEM, other, name="Lama", active=False, grants=[GrantWish("admin", "national")])
    assert [email for _name, email in user.administrators()] == ["admin@example.org"]
