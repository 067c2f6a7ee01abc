"""Units and officers from a sheet; lists as workbooks."""

import datetime as dt
import io
import json
import re

import pytest
import sqlalchemy as sa
import xlsxwriter
from python_calamine import CalamineWorkbook

from domain.messages import message
from exchange import xlsx
from models import RoleGrant, Unit, UnitYear, User, db
from services import region, score, unit_import, user
from services.actor import SYSTEM
from services.errors import Forbidden, Refused
from services.user import GrantWish
from tests import world
from tests.html import visible_text

HEADER = ["Kode wilayah", "Nama daerah", "Nama klaster", "SK pembentukan", "Wajib lapor sejak", "Wajib lapor sampai", "Nama petugas", "Surel petugas"]  # fmt: skip
SURABAYA = ["35.78", "Kota Surabaya", "", "SK 1/2026", "01/01/2026", "", "Petugas Surabaya", "surabaya@bpbd.go.id"]


def book(*rows, header=HEADER) -> io.BytesIO:
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"default_date_format": "dd/mm/yyyy"}) as made:
        sheet = made.add_worksheet()
        for number, row in enumerate([header, *rows]):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell)
    kept.seek(0)
    return kept


def cells(body: bytes) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()


@pytest.fixture
def admin(as_):
    return as_("admin")


def upload(admin, *rows, **kwargs):
    return admin.post("/admin/unit/impor/", {"berkas": (book(*rows, **kwargs), "unit.xlsx")}, content_type="multipart/form-data")


def apply(admin, page):
    return admin.post(
        "/admin/unit/impor/", {k: v for k, v in admin.fields(page.text).items() if k == "rows"} | {"_action": "apply"}
    )


def test_sheet_makes_units_officers_and_their_links(app, admin, as_, tables):
    before = tables()
    looked = upload(admin, SURABAYA)
    assert "1 baru" in looked.text
    assert tables() == before
    done = apply(admin, looked)
    assert "1 unit ditambahkan" in done.text
    link = re.search(r"Petugas Surabaya\tsurabaya@bpbd.go.id\thttp://localhost(/kata-sandi/[\w-]+)", done.text)[1]
    assert as_().post(link, {"password": "gudang hijau di kali", "again": "gudang hijau di kali"}).location == "/masuk"
    with app.app_context():
        made = db.session.scalars(sa.select(Unit).where(Unit.region_id == region.region_id("35.78"))).one()
        assert (made.name, made.decree, made.start_date) == ("Klaster Logistik Kota Surabaya", "SK 1/2026", dt.date(2026, 1, 1))
        grant = db.session.scalars(
            sa.select(RoleGrant).join(User, User.id == RoleGrant.user_id).where(User.email == SURABAYA[7])
        ).one()
        assert (grant.role, grant.scope_kind, grant.scope_id) == ("operator", "region", made.region_id)


def test_officer_from_the_sheet_finds_the_report_of_an_open_period(app, admin, as_):
    apply(admin, upload(admin, SURABAYA))
    with app.app_context():
        found = db.session.scalars(sa.select(User).where(User.email == SURABAYA[7])).one()
        assert found.password == ""
        key = found.fs_uniquifier
    officer = as_()
    with officer.client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = key, True
    assert "Pra-bencana" in officer.get("/laporan").text


def test_same_sheet_again_changes_nothing(admin, tables):
    apply(admin, upload(admin, SURABAYA[:6]))
    before = {name: rows for name, rows in tables().items() if name != "audit"}
    looked = upload(admin, SURABAYA[:6])
    assert "0 baru" in looked.text
    apply(admin, looked)
    assert {name: rows for name, rows in tables().items() if name != "audit"} == before


def test_filled_cells_change_a_unit_and_empty_ones_leave_it(app, admin):
    apply(admin, upload(admin, ["32.16", "", "Klaster Bekasi Baru", "", "", "31/12/2030", "", ""]))
    with app.app_context():
        kept = db.session.get_one(Unit, world.unit_of("32.16"))
        assert (kept.name, kept.start_date, kept.end_date) == ("Klaster Bekasi Baru", dt.date(2025, 12, 1), dt.date(2030, 12, 31))


def test_what_would_change_is_shown_before_it_is_written(admin):
    looked = visible_text(upload(admin, ["32.16", "Kab. Bekasi", "", "", "02/01/2026", "", "", ""]).text)
    assert "Wajib lapor sejak: 1 Des 2025 → 2 Jan 2026" in looked


@pytest.mark.parametrize(
    ("code", "name", "same"),
    [
        ("32.04", "Kabupaten Bandung", True),
        ("32.04", "Kab. Bandung", True),
        ("32.04", "BANDUNG", True),
        ("32.04", "Kota Bandung", False),
        ("32.73", "Kota Bandung", True),
        ("13.07", "Lima Puluh Kota", True),
        ("13.07", "Kab Lima Puluh Kota", True),
        ("31.71", "Jakarta Selatan", False),
        ("32", "Provinsi Jawa Barat", True),
        ("32", "Jawa Timur", False),
    ],
)
def test_a_code_and_a_name_that_are_two_regions_are_told(admin, code, name, same):
    looked = visible_text(upload(admin, [code, name, "", "", "01/01/2026", "", "", ""]).text)
    assert ("Periksa keduanya" not in looked) is same


def test_rows_left_as_the_template_has_them_do_nothing(admin):
    looked = upload(admin, ["35.77", "Kota Madiun"], SURABAYA, ["35.79", "Kota Batu", "", ""])
    assert "1 baru" in looked.text
    assert "Madiun" not in visible_text(looked.text)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["99.99", "", "", "", "01/01/2026"], "Tidak ada daerah"),
        (["", "", "", "", "01/01/2026"], "Isi kode wilayah"),
        (["35.79", "Kota Batu", "Klaster Batu"], "Isi sejak kapan klaster wajib lapor"),
        (["35.79", "Kabupaten Sidoarjo", "", "", "01/01/2026"], "adalah Kota Batu, bukan “Kabupaten Sidoarjo”"),
        (["35.78", "", "", "", "01/01/2026", "", "Petugas tanpa surel"], "Isi surel Petugas tanpa surel"),
        (["35.78", "", "", "", "besok"], "Wajib lapor sejak, “besok”"),
        (["35.78", "", "", "", "31/02/2026"], "Tanggal itu tidak ada"),
        (["35.78", "", "", "", "besok"], "tanggal"),
        (["35.78", "", "", "", "01/01/2026", "01/01/2025"], "tanggal"),
        (["35.78", "", "", "", "01/01/2026", "", "P", "bukan surel"], "bukan alamat surel"),
        (["35.78", "", "x" * 161, "", "01/01/2026"], "terlalu panjang"),
        (["35.78", "", "", "x" * 161, "01/01/2026"], "terlalu panjang"),
        (["35.78", "", "", "", "01/01/2026", "", "x" * 121, "p@bpbd.go.id"], "terlalu panjang"),
    ],
)
def test_wrong_rows_are_told_and_nothing_is_written(admin, tables, row, said):
    before = tables()
    looked = upload(admin, SURABAYA[:6], row if row[0] != "35.78" else ["35.79", *row[1:]])
    assert said in looked.text
    assert "Tulis baris ini" not in looked.text
    assert apply(admin, looked).status_code == 422
    assert tables() == before


def test_one_region_twice_is_told(admin):
    assert "dua kali" in upload(admin, SURABAYA, SURABAYA).text


def test_code_that_excel_took_for_a_number_is_read(app, admin):
    apply(admin, upload(admin, [32.1, "", "", "", dt.date(2026, 2, 3)]))
    with app.app_context():
        made = db.session.get_one(Unit, world.unit_of("32.10"))
        assert made.start_date == dt.date(2026, 2, 3)


def test_markup_in_a_sheet_is_text(admin):
    looked = upload(admin, ["35.78", "", "<script>alert(1)</script>", "", "01/01/2026"], header=[*HEADER, "<b>kolom</b>"])
    assert "<script>alert(1)" not in looked.text
    assert "<b>kolom" not in looked.text


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04 not a workbook", b"kode;nama\n35.78;x\n", b"\x00" * 6_000_000])
def test_what_is_no_workbook_is_refused(admin, tables, body):
    before = tables()
    answer = admin.post("/admin/unit/impor/", {"berkas": (io.BytesIO(body), "unit.xlsx")}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "tidak dapat dibaca" in answer.text
    assert tables() == before


@pytest.mark.parametrize(
    "posted", ["", "x", "{}", "[1]", '[["a", 1]]', "[]", "[[]]", '[["Kode wilayah", "Wajib lapor sejak"], [null]]']
)
def test_forged_rows_are_refused(admin, tables, posted):
    before = tables()
    assert admin.post("/admin/unit/impor/", {"rows": posted, "_action": "apply"}).status_code == 422
    assert tables() == before


def test_no_file_and_no_header_are_told(admin):
    assert "Pilih dahulu" in admin.post("/admin/unit/impor/", {}).text
    assert "Baris pertama" in upload(admin, SURABAYA, header=["a", "b"]).text


def test_packed_bomb_is_not_unpacked():
    import zipfile

    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (xlsx.MOST_UNPACKED + 1))
    bomb.seek(0)
    with pytest.raises(xlsx.Unreadable):
        xlsx.read_rows(bomb, 10)


def test_template_lists_regions_without_a_cluster(admin):
    rows = cells(admin.get("/admin/unit/contoh/").data)
    assert rows[0] == HEADER
    codes = {row[0] for row in rows[1:]}
    assert "35.78" in codes
    assert "32.16" not in codes


@pytest.mark.parametrize("who", ["operator", "verifier", "leader", "coordinator"])
def test_others_write_no_units(ctx, who):
    with pytest.raises(Forbidden):
        unit_import.plan(world.person(who), [HEADER, SURABAYA])


@pytest.mark.parametrize(
    ("rights", "officer", "may"),
    [
        (["unit:edit"], "", True),
        (["unit:edit"], "surabaya@bpbd.go.id", False),
        (["user:edit"], "", False),
        (["unit:edit", "user:edit"], "surabaya@bpbd.go.id", True),
    ],
)
def test_units_and_accounts_are_two_rights(ctx, tables, rights, officer, may):
    user.add_grant(SYSTEM, world.person("leader").id, GrantWish(world.role("penata", *rights), "national"))
    before, sheet = tables(), [HEADER, [*SURABAYA[:6], "", officer]]
    if may:
        assert unit_import.plan(world.person("leader"), sheet).lines[0].what == unit_import.NEW
    else:
        with pytest.raises(Forbidden):
            unit_import.apply(world.person("leader"), sheet)
    assert tables() == before


def test_many_units_at_once_have_the_scores_they_would_have_one_by_one(ctx):
    unit_import.apply(
        world.person("admin"), [HEADER, *([code, "", "", "", "01/01/2026", "", "", ""] for code in ("35.78", "32.17"))]
    )
    assert (
        db.session.scalar(sa.select(sa.func.count()).select_from(UnitYear).join(Unit).where(Unit.start_date == dt.date(2026, 1, 1)))
        == 2
    )
    assert score.rebuild_differences() == []


def test_a_row_whose_officer_fails_at_the_last_moment_is_not_written_and_the_rest_is(ctx, monkeypatch):
    create = user.create

    def fails(actor, *, email, **rest):
        if email.startswith("gagal"):
            raise Refused(message("This e-mail address already has an account."))
        return create(actor, email=email, **rest)

    monkeypatch.setattr(user, "create", fails)
    rows = [[code, "", "", "", "01/01/2026", "", who, f"{who}@bpbd.go.id"] for code, who in (("35.78", "gagal"), ("32.17", "jadi"))]
    done = unit_import.apply(world.person("admin"), [HEADER, *rows])
    assert (done.created, [number for number, _why in done.failed], len(done.waiting)) == (1, [2], 1)
    started = db.session.scalars(sa.select(Unit.region_id).where(Unit.start_date == dt.date(2026, 1, 1))).all()
    assert started == [region.region_id("32.17")]
    assert score.rebuild_differences() == []


def test_workbook_of_a_list_says_what_its_csv_says(admin):
    header, *rows = cells(admin.get("/admin/unit/export/xlsx/").data)
    lines = admin.get("/admin/unit/export/csv/").get_data(as_text=True).lstrip("\ufeff").strip().split("\r\n")
    assert [";".join(map(str, row)) for row in (header, *rows)] == [line.replace('"', "") for line in lines]
    assert len(rows) == 3


def test_workbook_of_records_runs_no_formula(app, admin):
    from services import record
    from tests.integration.test_reports import member

    with app.app_context():
        record.save(world.person("operator"), "anggota", world.unit_of("32.16"), member("=1+1", "masyarakat"))
    body = admin.get("/admin/konten/anggota/export/xlsx/").data
    assert any("=1+1" in row for row in cells(body))
    import zipfile

    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")
    assert admin.get("/admin/konten/anggota/export/ods/").status_code == 404


def test_same_sheet_again_leaves_links_that_were_handed_out(admin, as_):
    first = apply(admin, upload(admin, SURABAYA))
    link = re.search(r"http://localhost(/kata-sandi/[\w-]+)", first.text)[1]
    again = apply(admin, upload(admin, SURABAYA))
    assert "/kata-sandi/" not in again.text
    assert "1 petugas pada lembar ini memegang tautan yang masih berlaku" in again.text
    assert as_().get(link).status_code == 200
    anew = admin.post("/admin/unit/impor/", admin.fields(again.text) | {"_action": "apply"})
    fresh = re.search(r"http://localhost(/kata-sandi/[\w-]+)", anew.text)[1]
    assert [as_().get(one).status_code for one in (link, fresh)] == [404, 200]


def forged(rows):
    return {"rows": json.dumps(rows) if isinstance(rows, list) else rows, "_action": "apply"}


@pytest.mark.parametrize(
    "rows", ["[" * 100_000, "{}", [["Kode wilayah"], [1]], [["\ud800"]], [["a\x00"]], [["x"]] * 2_002, "nonsense"]
)
def test_rows_no_page_has_shown_are_refused_in_words(admin, tables, rows):
    before = tables()
    answer = admin.post("/admin/unit/impor/", forged(rows))
    assert answer.status_code == 422
    assert "tidak dapat dibaca" in answer.text
    assert tables() == before


def test_account_that_may_not_sign_in_is_told_before_anything_is_written(app, admin, tables):
    with app.app_context():
        made = user.create(SYSTEM, email="surabaya@bpbd.go.id", name="Petugas Lama")
        user.update(SYSTEM, made, name="Petugas Lama", active=False, grants=[])
    before = tables()
    looked = upload(admin, SURABAYA)
    assert "tidak diizinkan masuk" in looked.text
    assert apply(admin, looked).status_code == 422
    assert tables() == before
