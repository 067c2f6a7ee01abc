"""Two pages of one report: nothing typed is lost, nothing is sent that was not seen, and what clashes is told in full."""

import datetime as dt
import io

import pytest
import sqlalchemy as sa

from models import AnswerChange, FieldRow, Report, db
from services import bundle, definition, period, record, region
from services.actor import SYSTEM
from services.drafting import Draft, save_draft
from services.report_rows import get_for
from tests import world
from tests.answers import complete
from tests.html import form_values, visible_text
from tests.integration.test_definitions import publish
from tests.integration.test_promises import granted
from tests.integration.test_reports import member, send
from tests.unit.make import form, item, section
from web import report_form

PB = "32.16"


def retire(code):
    row = db.session.scalars(sa.select(FieldRow).where(FieldRow.code == code)).one()
    definition.retire(world.person("admin"), FieldRow, row.id)


def other():
    """A second person who fills for the same unit."""
    return granted("leader", ("operator", "region", region.region_id(PB)))


def stored(ids, report=PB):
    return get_for(SYSTEM, ids.report[report])


def test_a_repeated_press_says_its_conflict_again_and_sends_nothing(app, as_, ids):
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    with app.app_context():
        actor = world.person("operator")
        save_draft(actor, ids.report[PB], Draft(complete(actor, ids.report[PB], 0.9), 0))
    mine = form_values(browser.get(address).text) | {"f.PB-SDL-03": "7", "f.PB-KAP-01": "21"}
    with app.app_context():
        save_draft(other(), ids.report[PB], Draft({"PB-SDL-03": {"v": 9}}, stored(ids).entry.seq, "other"))
    for action in ("save", "check", "send", "send"):
        answer = browser.post(address, mine | {"_action": action})
        assert answer.status_code == 422, action
        assert "Yang tersimpan: 9 unit. Isian Anda: 7 unit." in visible_text(answer.text), action
    with app.app_context():
        assert (stored(ids).state, stored(ids).entry.doc["PB-SDL-03"]["v"]) == ("draft", 9)


def test_a_counted_denominator_is_nobodys_change(app, as_, ids):
    with app.app_context():
        record.save(world.person("operator"), "anggota", ids.unit[PB], member("PMI", "masyarakat"))
        save_draft(world.person("operator"), ids.report[PB], Draft({"PB-SDL-05": {"v": {"n": 1, "d": None}}}, 0))
        before = stored(ids).entry.seq
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    page = form_values(browser.get(address).text)
    for _again in range(2):
        assert browser.post(address, page | {"_action": "save"}).status_code == 302
    with app.app_context():
        assert stored(ids).entry.seq == before
        assert stored(ids).entry.doc["PB-SDL-05"]["v"] == {"n": 1, "d": 1}


def test_a_conflict_over_a_question_asked_no_longer_is_told(app, as_, ids):
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    page = form_values(browser.get(address).text)
    with app.app_context():
        save_draft(other(), ids.report[PB], Draft({"PB-SDL-03": {"v": 9}}, 0, "other"))
        retire("PB-SDL-03")
        publish()
    answer = browser.post(address, page | {"f.PB-SDL-03": "7.777", "_action": "save"}, follow_redirects=True)
    assert "Yang tersimpan: 9 unit. Isian Anda: 7.777 unit." in visible_text(answer.text)


def test_a_conflict_and_a_refused_file_are_told_after_the_period_closed(app, as_, ids):
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    page = form_values(browser.get(address).text)
    with app.app_context():
        save_draft(other(), ids.report[PB], Draft({"PB-SDL-03": {"v": 9}}, 0, "other"))
        period.save(SYSTEM, year=2026, quarter=4, due_date=dt.date(2027, 1, 21), state="closed", period_id=ids.period)
    files = {"f.PB-KLB-01.files": (io.BytesIO(b"no PDF"), "bukti.pdf")}
    answer = browser.post(address, page | {"f.PB-SDL-03": "7", "_action": "save"} | files, follow_redirects=True)
    shown = visible_text(answer.text)
    assert "Periode ini sudah ditutup" in shown
    assert "Yang tersimpan: 9 unit. Isian Anda: 7 unit." in shown
    assert "bukti.pdf" in shown


def test_what_was_typed_into_a_report_a_colleague_sent_meanwhile_is_shown_to_be_copied(app, as_, ids, tables):
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    values = form_values(browser.get(address).text)
    with app.app_context():
        send(report_id=ids.report[PB])
    before = tables()
    typed = values | {"f.PB-SDL-03": "4321", "f.PB-KOR-01": "banyak", "f.PB-KLB-01.files": (io.BytesIO(b"%PDF-1.4 isi"), "SK.pdf")}
    late = browser.post(address, typed | {"_action": "save"}, content_type="multipart/form-data")
    assert late.status_code == 409
    shown = visible_text(late.text)
    assert "Isian Anda tidak dapat disimpan" in shown
    assert "Isian Anda 4.321" in shown
    assert "banyak" in shown
    assert "Berkas ini tidak disimpan: SK.pdf" in shown
    assert tables() == before


def test_a_report_sent_between_reading_and_saving_a_page_shows_what_was_typed_too(app, as_, ids, monkeypatch):
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    values = form_values(browser.get(address).text) | {"f.PB-SDL-03": "4321", "_action": "save"}
    original = report_form.save_draft

    def late(*what):
        send(report_id=ids.report[PB])
        return original(*what)

    monkeypatch.setattr(report_form, "save_draft", late)
    answer = browser.post(address, values)
    assert (answer.status_code, "Isian Anda 4.321" in visible_text(answer.text)) == (409, True)


def test_files_beyond_the_limit_are_named_at_their_question(app, as_, ids):
    from tests.answers import pdf

    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    page = form_values(browser.get(address).text)
    files = [(io.BytesIO(pdf(f"surat {n}")), f"surat {n}.pdf") for n in range(13)]
    answer = browser.post(address, page | {"f.PB-KLB-01.files": files, "_action": "save"})
    assert answer.status_code == 422
    assert "Paling banyak 10 berkas sekaligus. Lampirkan lagi 3 berkas lainnya." in visible_text(answer.text)
    with app.app_context():
        assert len(stored(ids).entry.doc["PB-KLB-01"]["files"]) == 10


def test_nobody_sends_a_page_made_before_the_form_was_changed(app, as_, ids):
    from tests.integration.test_definitions import add_indicator

    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    with app.app_context():
        actor = world.person("operator")
        save_draft(actor, ids.report[PB], Draft(complete(actor, ids.report[PB], 0.9), 0))
    page = form_values(browser.get(address).text)
    with app.app_context():
        add_indicator(required=False)
        publish()
    answer = browser.post(address, page | {"_action": "send"}, follow_redirects=True)
    assert "Pengemudi bersertifikat (baru)" in visible_text(answer.text)
    assert "BNPB mengubah formulir ini saat Anda mengisinya" in visible_text(answer.text)
    with app.app_context():
        assert stored(ids).state == "draft"
    assert browser.post(address, form_values(answer.text) | {"_action": "send"}).status_code == 302
    with app.app_context():
        assert stored(ids).state == "submitted"


COLUMNS = [item("a"), item("b", required=False)]


@pytest.fixture
def table_report(app, ids):
    with app.app_context():
        bundle.apply(SYSTEM, {"daftar": form(section("S", item("T", "table", columns=COLUMNS)), key="daftar")})
        period.open_period(SYSTEM, ids.period)
        return world.report_of(PB, "daftar")


def test_columns_asked_no_longer_stay_in_their_rows_whichever_page_they_come_from(app, as_, table_report):
    browser, address = as_("operator"), f"/laporan/{table_report}"
    rows = {"f.T.row": ["r1", "r2"], "f.T.r1.a": "beras", "f.T.r1.b": "dua", "f.T.r2.a": "air", "f.T.r2.b": "lima"}
    older = form_values(browser.get(address).text)
    assert browser.post(address, older | rows | {"_action": "save"}).status_code == 302
    page = form_values(browser.get(address).text)
    with app.app_context():
        bundle.apply(SYSTEM, {"daftar": form(section("S", item("T", "table", columns=COLUMNS[:1])), key="daftar")})
    assert browser.post(address, page | {"f.T.r1.b": "tiga", "_action": "save"}).status_code == 302
    fresh = form_values(browser.get(address).text)
    assert browser.post(address, fresh | {"f.T.r2.a": "air bersih", "_action": "save"}).status_code == 302
    with app.app_context():
        doc = db.session.get_one(Report, table_report).entry.doc
        assert doc["T"]["v"] == [{"id": "r1", "a": "beras", "b": "tiga"}, {"id": "r2", "a": "air bersih", "b": "lima"}]


def test_a_clash_of_tables_or_links_shows_every_cell_and_address(app, as_, table_report):
    browser, address = as_("operator"), f"/laporan/{table_report}"
    page = form_values(browser.get(address).text)
    with app.app_context():
        theirs = {"T": {"v": [{"id": "r1", "a": "beras", "b": "dua"}]}}
        save_draft(other(), table_report, Draft(theirs, 0, "other"))
    mine = page | {"f.T.row": ["r1"], "f.T.r1.a": "air", "f.T.r1.b": "lima", "_action": "save"}
    shown = visible_text(browser.post(address, mine).text)
    assert "Yang tersimpan: beras, dua. Isian Anda: air, lima." in shown
    with app.app_context():
        assert (
            db.session.scalar(sa.select(sa.func.count()).select_from(AnswerChange).where(AnswerChange.entry_id == table_report))
            == 1
        )


def test_a_calculated_column_is_nobodys_change_and_a_row_out_of_sight_stays(app, as_, ids):
    columns = [item("a", "integer", required=False), item("b", required=False), item("c", "calculated", calculation="${a} * 2")]

    def publish_with(*kept):
        bundle.apply(SYSTEM, {"hitung": form(section("S", item("T", "table", columns=list(kept))), key="hitung")})

    with app.app_context():
        publish_with(*columns)
        period.open_period(SYSTEM, ids.period)
        report = world.report_of(PB, "hitung")
        rows = [{"id": "r1", "b": "dua"}, {"id": "r2", "a": 3, "b": "lima"}]
        save_draft(world.person("operator"), report, Draft({"T": {"v": rows}}, 0, "first"))
    browser, address = as_("operator"), f"/laporan/{report}"
    page = form_values(browser.get(address).text)
    assert browser.post(address, page | {"_action": "save"}).status_code == 302
    with app.app_context():
        assert db.session.get_one(Report, report).entry.seq == 1
        changed = [{"id": "r1", "b": "dua"}, {"id": "r2", "a": 4, "b": "lima"}]
        save_draft(other(), report, Draft({"T": {"v": changed}}, 1, "other"))
    assert browser.post(address, page | {"_action": "save"}).status_code == 302  # an untouched page is nobody's wish
    with app.app_context():
        publish_with(columns[0], columns[2])
    fresh = form_values(browser.get(address).text)
    assert browser.post(address, fresh | {"f.T.row": ["r1", "r2", "r2"], "f.T.r2.a": "5", "_action": "save"}).status_code == 302
    with app.app_context():
        kept = db.session.get_one(Report, report).entry.doc["T"]["v"]
        assert [(row["id"], row.get("a"), row["b"], row.get("c")) for row in kept] == [
            ("r2", 5, "lima", 10),
            ("r1", None, "dua", None),
        ]


def test_a_check_names_a_record_that_went_meanwhile(app, as_, ids):
    who = item("WHO", "reference", options={"target": "anggota"})
    with app.app_context():
        actor = world.person("operator")
        bundle.apply(SYSTEM, {"nama": form(section("S", who), key="nama")})
        period.open_period(SYSTEM, ids.period)
        report = world.report_of(PB, "nama")
        key = record.save(actor, "anggota", ids.unit[PB], member("PMI", "masyarakat"))
        save_draft(actor, report, Draft({"WHO": {"v": key}}, 0))
        record.delete(actor, "anggota", key)
    shown = visible_text(as_("operator").get(f"/laporan/{report}?periksa=1").text)
    assert "Semua sudah lengkap" not in shown
    assert "tidak ditemukan" in shown
