"""A report filled in as a workbook: what goes out comes back the same, what was touched arrives as if typed, and nothing else."""

import io
import re
import zipfile

import pytest
import xlsxwriter

from forms.fields.base import Box
from models import Report, db
from services import bundle, period, region
from services.actor import SYSTEM
from services.drafting import Draft, save_draft
from shell.report_book import words_of
from tests import world
from tests.books import cells_of, filled_in, row_of
from tests.html import form_values, visible_text
from tests.integration.test_conflicts import other
from tests.unit.make import form, item, option, section, text

BEKASI = "32.16"
COLOURS = [option("m", label=text("Merah")), option("b", label=text("Biru, tua")), option("x", label=text("Abu"), retired=True)]
ASKED = [
    item("Y", "yes_no"),
    item("W", "integer", options={"min": 1, "max": 90_000}),
    item("D", "decimal"),
    item("P", "percent", options={"numerator": text("Hadir"), "denominator": text("Diundang")}),
    item("M", "money"),
    item("T", "text"),
    item("L", "long_text", required=False),
    item("A", "date"),
    item("O", "datetime"),
    item("R", "date_range"),
    item("U", "duration"),
    item("S", "single_choice", choices=COLOURS),
    item("C", "multiple_choice", choices=COLOURS),
    item("F", "reference", options={"target": "regions"}),
    item("I", "link"),
    item("G", "geopoint"),
    item("B", "table", columns=[item("a"), item("n", "integer", required=False), item("s", "yes_no", required=False)]),
    item("E", "yes_no", evidence={"label": text("Tautan"), "kinds": ["link"]}),
    item("K", "calculated", calculation="${W} * 2"),
    item("N", "note"),
]
ROWS = [{"id": "r1", "a": "beras", "n": 1200, "s": True}, {"id": "r2", "a": "=1+1", "n": -3}]
ANSWERS = {
    "Y": True, "W": 12_500, "D": 2.25, "P": {"n": 12, "d": 15}, "M": 1_500_000_000, "T": "=SUM(A1)", "L": "satu\ndua",
    "A": "2026-09-03", "O": "2026-09-03T08:15", "R": {"from": "2026-01-01", "to": "2026-02-28"},
    "U": {"from": "2026-09-03T08:00", "to": "2026-09-04T09:30"}, "S": "b", "C": ["m", "b"], "I": "https://contoh.id/a",
    "G": {"lat": -6.25, "lon": 107.5}, "B": ROWS, "E": True,
}  # fmt: skip


def answer(browser, address, body, name="isian.xlsx"):
    return browser.post(f"{address}/excel", {"berkas": (io.BytesIO(body), name)}, content_type="multipart/form-data")


class Excel:
    """The report, its template, and what becomes of one that is filled in."""

    sheet = "Isian"

    def __init__(self, app, browser, report):
        self.app, self.browser, self.report = app, browser, report
        self.address = f"/laporan/{report}"

    def template(self):
        return self.browser.get(f"{self.address}/excel/templat").data

    def look(self, body):
        return answer(self.browser, self.address, body)

    def keep(self, looked):
        return self.browser.post(self.address, form_values(looked.text) | {"_action": "save"})

    def cell(self, body, name):
        return row_of(body, self.sheet, f"f.{name}"), 5

    @property
    def doc(self):
        with self.app.app_context():
            return db.session.get_one(Report, self.report).entry.doc


@pytest.fixture
def excel(app, ids, as_):
    with app.app_context():
        bundle.apply(SYSTEM, {"daftar": form(section("S", *ASKED), key="daftar")})
        period.open_period(SYSTEM, ids.period)
        report = world.report_of(BEKASI, "daftar")
    return Excel(app, as_("operator"), report)


def answered(excel, answers=None, base=0, who=None, page="first"):
    with excel.app.app_context():
        given = answers or {**ANSWERS, "F": region.region_id("32.16")}
        doc = {code: {"v": value} for code, value in given.items()}
        if "E" in doc:
            doc["E"]["link"] = "https://contoh.id/e"
        return save_draft(who() if who else world.person("operator"), excel.report, Draft(doc, base, page)).seq


@pytest.mark.parametrize("language", ["id", "en"])
def test_what_nobody_touched_changes_nothing(excel, language):
    answered(excel)
    excel.browser.post("/bahasa", {"bahasa": language})
    looked = excel.look(excel.template())
    assert looked.status_code == 200
    assert "f.T" not in form_values(looked.text)
    assert {"id": "tidak mengubah apa pun", "en": "changes nothing"}[language] in visible_text(looked.text)


def test_an_empty_template_filled_in_arrives_as_if_typed(excel):
    body = excel.template()
    typed = {
        "Y": "ya", "W": 12_500, "D": 2.25, "P.n": 12, "P.d": 15, "M": "Rp 1.500.000.000", "T": "=SUM(A1)", "L": "satu\ndua",
        "O": "03/09/2026 08.15", "R.from": "01/01/2026", "R.to": "28/02/2026", "U.from": "3/9/2026 8.00",
        "U.to": "4/9/2026 9.30", "S": "biru, TUA", "F": "32.16 Kabupaten Bekasi", "I": "https://contoh.id/a", "G": "-6,25 107,5",
        "E": "Ya", "E.link": "https://contoh.id/e",
    }  # fmt: skip
    import datetime as dt

    cells = {excel.cell(body, name): value for name, value in typed.items()}
    cells |= {excel.cell(body, "A"): dt.date(2026, 9, 3), excel.cell(body, "C=m"): "Ya", excel.cell(body, "C=b"): "ya"}
    body = filled_in(
        body,
        Isian=cells,
        B={(3, 1): "beras", (3, 2): 1200, (3, 3): "Ya", (9, 1): "air", (9, 2): -3},
    )
    looked = excel.look(body)
    assert "18 jawaban akan berubah" in visible_text(looked.text)
    assert excel.doc == {}, "nothing is kept by looking"
    assert excel.keep(looked).status_code == 302
    doc = excel.doc
    with excel.app.app_context():
        wanted = {**ANSWERS, "F": region.region_id("32.16")}
    assert {code: doc[code].get("v") for code in wanted if code != "B"} == {c: v for c, v in wanted.items() if c != "B"}
    assert doc["E"]["link"] == "https://contoh.id/e"
    rows = doc["B"]["v"]
    assert [{k: v for k, v in row.items() if k != "id"} for row in rows] == [
        {"a": "beras", "n": 1200, "s": True},
        {"a": "air", "n": -3},
    ]
    assert len({row["id"] for row in rows}) == 2


def test_a_cell_that_cannot_be_taken_is_told_at_its_place_and_kept_to_be_mended(excel):
    answered(excel)
    body = excel.template()
    wrong = {"W": "banyak", "A": "31/02/2026", "S": "Hijau", "P.n": 99}
    cells = {excel.cell(body, name): value for name, value in wrong.items()}
    looked = excel.look(filled_in(body, Isian=cells, B={(4, 2): "dua"}))
    said = visible_text(looked.text)
    assert "5 jawaban akan berubah" in said
    for name in wrong:
        row, _column = excel.cell(body, name)
        assert re.search(rf"Isian!F{row + 1} \S", said), name
    assert re.search(r"B!C5 Baris 2", said)
    kept = excel.keep(looked)
    assert kept.status_code == 422
    assert (excel.doc["W"]["raw"], excel.doc["A"]["raw"], excel.doc["P"]["v"]) == ("banyak", "31/02/2026", {"n": 99, "d": 15})


def test_a_row_is_emptied_changed_and_added(excel):
    answered(excel)
    body = filled_in(excel.template(), B={(3, 1): None, (3, 2): None, (3, 3): None, (4, 2): 7, (5, 1): "tenda"})
    assert excel.keep(excel.look(body)).status_code == 302
    rows = excel.doc["B"]["v"]
    assert [(row["a"], row.get("n")) for row in rows] == [("=1+1", 7), ("tenda", None)]
    assert rows[0]["id"] == "r2"


def test_what_was_answered_meanwhile_stays_and_is_told(excel):
    seq = answered(excel)
    body = excel.template()
    answered(excel, {"T": "baru di halaman", "W": 4}, seq, other, "theirs")
    looked = excel.look(filled_in(body, Isian={excel.cell(body, "T"): "dari Excel", excel.cell(body, "D"): 3}))
    said = visible_text(looked.text)
    assert "2 jawaban akan berubah" in said, "what was not touched is not taken back"
    assert said.count("dijawab lagi di halaman isian") == 1
    kept = excel.keep(looked)
    assert "dari Excel" in visible_text(kept.text), "both are shown"
    doc = excel.doc
    assert (doc["T"]["v"], doc["W"]["v"], doc["D"]["v"]) == ("baru di halaman", 4, 3)


def test_a_choice_no_longer_offered_and_files_stay_with_the_answer(excel):
    with excel.app.app_context():
        doc = {"C": {"v": ["m", "x"]}, "T": {"v": "satu", "files": ["a" * 64], "names": {"a" * 64: "sk.pdf"}}}
        save_draft(world.person("operator"), excel.report, Draft(doc, 0, "first"))
    body = excel.template()
    excel.keep(excel.look(filled_in(body, Isian={excel.cell(body, "C=b"): "Ya", excel.cell(body, "T"): "dua"})))
    assert excel.doc["C"]["v"] == ["m", "b", "x"]
    assert (excel.doc["T"]["v"], excel.doc["T"]["files"]) == ("dua", ["a" * 64])


def test_a_template_from_before_a_publication_is_read_by_its_version(excel):
    body = excel.template()
    with excel.app.app_context():
        left = [f for f in ASKED if f["code"] not in ("T", "S")] + [item("S", "single_choice", choices=[*COLOURS, option("h")])]
        bundle.apply(SYSTEM, {"daftar": form(section("S", *left), key="daftar")})
    looked = excel.look(filled_in(body, Isian={excel.cell(body, "T"): "masih ada", excel.cell(body, "S"): "Merah"}))
    assert looked.status_code == 200
    excel.keep(looked)
    assert (excel.doc["T"]["v"], excel.doc["S"]["v"]) == ("masih ada", "m")


def test_a_file_that_is_no_template_of_this_report_is_refused(excel, ids):
    another = excel.browser.get(f"/laporan/{ids.report[BEKASI]}/excel/templat").data
    plain = io.BytesIO()
    with xlsxwriter.Workbook(plain) as made:
        made.add_worksheet("Isian").write(0, 0, "apa saja")
    renamed = io.BytesIO()
    with xlsxwriter.Workbook(renamed) as made:
        for name, at in (("Isian2", "Isian"), ("emonev", "emonev")):
            page = made.add_worksheet(name)
            for row, cells in enumerate(cells_of(excel.template(), at)):
                page.write_row(row, 0, cells)
    for body, words in (
        (another, "templat laporan lain"),
        (plain.getvalue(), "bukan templat"),
        (renamed.getvalue(), "Lembar “Isian” tidak ada"),
        (b"halo", "tidak dapat dibaca"),
    ):
        looked = excel.look(body)
        assert looked.status_code == 422
        assert words in visible_text(looked.text)
    empty = excel.browser.post(f"{excel.address}/excel", {})
    assert (empty.status_code, "Pilih dahulu" in visible_text(empty.text)) == (422, True)
    assert excel.doc == {}


@pytest.mark.parametrize("who", ["", "stranger", "coordinator", "province", "verifier", "leader", "admin"])
def test_nobody_else_looks_at_a_workbook_here(excel, as_, who):
    body = excel.template()
    looked = answer(as_(who), excel.address, filled_in(body, Isian={excel.cell(body, "T"): "dari orang lain"}))
    assert looked.status_code == (302 if not who else 404 if who == "stranger" else 403)
    assert "dari orang lain" not in looked.text


def test_a_forged_post_is_refused(excel):
    body = excel.template()
    excel.app.config["WTF_CSRF_ENABLED"] = True
    assert excel.look(body).status_code == 400


def test_a_line_taken_out_moves_no_answer_to_another(excel):
    body = excel.template()
    first, second = row_of(body, "Isian", "f.C=m"), row_of(body, "Isian", "f.C=b")
    gone = {(first, column): None for column in range(7)}
    excel.keep(excel.look(filled_in(body, Isian=gone | {(second, 5): "Ya"})))
    assert excel.doc["C"]["v"] == ["b"]


def test_records_of_one_name_are_told_apart_by_themselves():
    box = Box(offers=[("01AAAA", "Gudang A"), ("01BBBB", "gudang a"), ("01CCCC", "Gudang B")])
    assert words_of(box) == {"01AAAA": "Gudang A [01AAAA]", "01BBBB": "gudang a [01BBBB]", "01CCCC": "Gudang B"}


def test_a_workbook_of_nothing_but_room_is_refused(excel):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        for name in ("emonev", "Isian", "a", "b"):
            page = book.add_worksheet(name)
            page.write(0, 0, "x")
            page.write(11_000, 150, "x")
    looked = excel.look(made.getvalue())
    assert (looked.status_code, "tidak dapat dibaca" in visible_text(looked.text)) == (422, True)


@pytest.mark.parametrize("veil", [
    [["e-Monev laporan 1", "REPORT", "1", "0", "id"]],
    [["e-Monev laporan 1", "REPORT", "1", "0", "xx"], ["sheet", "", "Isian"]],
    [["e-Monev laporan 1", "REPORT", "99", "0", "id"], ["sheet", "", "Isian"]],
    [["e-Monev laporan 1", "REPORT", "-1", "0", "id"], ["sheet", "", "Isian"]],
    [["e-Monev laporan 1", "REPORT", "1", "0", "id"], ["sheet", "", "Isian"], ["sheet", "B", "tidak ada"]],
    [[]],
])  # fmt: skip
def test_a_forged_veil_is_refused(excel, veil):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet("Isian").write(0, 0, "x")
        page = book.add_worksheet("emonev")
        for row, cells in enumerate(veil):
            page.write_row(row, 0, [excel.report if cell == "REPORT" else cell for cell in cells])
    assert excel.look(made.getvalue()).status_code == 422


def test_forged_rows_of_a_table_are_rows_like_any(excel):
    answered(excel)
    body = excel.template()
    forged = filled_in(body, B={(3, 0): "../../x", (4, 0): "r2", (5, 0): "r2", (5, 1): "dua kali"})
    assert excel.keep(excel.look(forged)).status_code == 302
    rows = excel.doc["B"]["v"]
    assert [row["a"] for row in rows] == ["beras", "=1+1", "dua kali"]
    assert len({row["id"] for row in rows}) == 3


def test_the_template_checks_what_is_typed_in_it(excel):
    packed = zipfile.ZipFile(io.BytesIO(excel.template()))
    rules = packed.read("xl/worksheets/sheet1.xml").decode()
    assert "<sheetProtection" in rules
    found = dict(re.findall(r'<dataValidation type="(\w+)".*?sqref="F(\d+)"', rules))
    assert found.keys() == {"list", "whole", "decimal", "date"}
    assert "<formula1>1</formula1><formula2>90000</formula2>" in rules
    assert 'state="veryHidden"' in packed.read("xl/workbook.xml").decode()
    assert re.search(r'<dataValidation type="whole"[^>]*sqref="C4:C\d+"', packed.read("xl/worksheets/sheet2.xml").decode())
