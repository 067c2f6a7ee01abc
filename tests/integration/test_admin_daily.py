"""The admin's daily work: order, regions that change by law, the audit trail."""

import ast
import datetime as dt
import gc
import html
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from admin.audit import since
from admin.audit_words import DETAILS, SUBJECTS, VERBS
from infra import clock
from models import ChoiceRow, Entry, FieldRow, Period, Region, RegistryState, Report, SectionRow, Unit, db
from services import audit, definition_order, region, score, unit, user
from services.actor import SYSTEM
from services.errors import Forbidden, NotFound, Refused
from services.reading.region_sheet import region_sheet
from services.report_rows import get_for
from services.unit_of_work import unit_of_work
from tests import world
from tests.html import visible_text
from tests.meanwhile import meanwhile

ROOT = Path(__file__).resolve().parent.parent.parent


def codes(model, **same) -> list[str]:
    query = sa.select(model).filter_by(**same).order_by(model.position, model.code).execution_options(populate_existing=True)
    return [row.code for row in db.session.scalars(query)]


def asked(code: str) -> FieldRow:
    return db.session.scalars(sa.select(FieldRow).where(FieldRow.code == code)).one()


# ---- order --------------------------------------------------------------------------------------------------------------


def test_question_moves_one_step_and_the_form_follows(app, as_, ids):
    admin = as_("admin")
    with app.app_context():
        row = asked("PB-KAP-04")
        key, before = row.id, codes(FieldRow, section_id=row.section_id, parent_id=None)
    answer = admin.post("/admin/indikator/geser/?flt0_0=pra-bencana", {"geser": f"up:{key}"})
    assert answer.location.endswith(f"#r-{key}")
    assert "flt0_0=pra-bencana" in answer.location
    with app.app_context():
        after = codes(FieldRow, section_id=asked("PB-KAP-04").section_id, parent_id=None)
    place = before.index("PB-KAP-04")
    assert after == [*before[: place - 1], "PB-KAP-04", "PB-KAP-03", *before[place + 1 :]]
    page = admin.get("/admin/terbitkan/pra-bencana/").text
    assert "Urutan" in page
    values = admin.fields(page) | {"reason": "Urutan"}
    assert admin.post("/admin/terbitkan/pra-bencana/", values).status_code == 302
    filled = as_("operator").get(f"/laporan/{ids.report['32.16']}").text
    assert filled.index('id="q-PB-KAP-04"') < filled.index('id="q-PB-KAP-03"')


@pytest.mark.parametrize("model", [FieldRow, SectionRow, ChoiceRow])
def test_up_and_down_again_leaves_the_order_as_it_was(ctx, model):
    admin = world.person("admin")
    first = db.session.scalars(sa.select(model).where(model.retired.is_(False)).order_by(model.id)).first()
    same = {"field_id": first.field_id} if model is ChoiceRow else {"content_type_id": first.content_type_id}
    same |= {"section_id": first.section_id, "parent_id": first.parent_id} if model is FieldRow else {}
    before = codes(model, **same)
    down = before.index(first.code) < len(before) - 1
    definition_order.move(admin, model, first.id, up=not down)
    assert codes(model, **same) != before
    definition_order.move(admin, model, first.id, up=down)
    assert codes(model, **same) == before


def test_retired_neighbours_are_stepped_over_and_ends_stay(ctx):
    admin = world.person("admin")
    rows = codes(FieldRow, section_id=asked("PB-KLB-01").section_id, parent_id=None)
    asked(rows[1]).retired = True
    db.session.commit()
    definition_order.move(admin, FieldRow, asked(rows[0]).id, up=False)
    assert codes(FieldRow, section_id=asked(rows[0]).section_id, parent_id=None)[:3] == [rows[2], rows[1], rows[0]]
    definition_order.move(admin, FieldRow, asked(rows[2]).id, up=True)
    assert codes(FieldRow, section_id=asked(rows[0]).section_id, parent_id=None)[:3] == [rows[2], rows[1], rows[0]]


@pytest.mark.parametrize("who", ["operator", "verifier", "leader"])
def test_others_move_nothing(ctx, tables, who):
    before = tables()
    with pytest.raises(Forbidden):
        definition_order.move(world.person(who), FieldRow, asked("PB-KLB-02").id, up=True)
    with pytest.raises(NotFound):
        definition_order.move(world.person("admin"), FieldRow, "no such row", up=True)
    assert tables() == before


# ---- regions ------------------------------------------------------------------------------------------------------------

PLACE = {"official_name": "", "zone": "WIT", "own_bpbd": True, "level": "regency", "valid_from": dt.date(2026, 1, 1)}


def kept(code: str) -> Region:
    return db.session.scalars(sa.select(Region).where(Region.code == code)).one()


def changed(code: str, /, **values) -> str:
    row = kept(code)
    names = ("code", "name", "official_name", "level", "parent_id", "zone", "own_bpbd", "valid_from", "valid_to", "successor_id")
    return region.save(SYSTEM, region_id=row.id, **({name: getattr(row, name) for name in names} | values))


def test_split_province_ends_and_its_reports_keep_their_place(ctx, ids):
    new = region.save(SYSTEM, code="39", name="Jawa Baru", parent_id=None, **{**PLACE, "level": "province", "zone": "WIB"})
    changed("32.16", code="39.01", parent_id=new)
    here = db.session.get_one(Unit, ids.unit["32.16"])
    db.session.refresh(here)
    assert here.province_id == new
    assert region.by_code("39.01").id == here.region_id
    assert region.by_code("32.16") is None
    assert db.session.get_one(Report, ids.report["32.16"]).province_id == new
    assert db.session.get_one(Entry, ids.report["32.16"]).province_id == new
    with pytest.raises(NotFound):  # the verifier of the old province reads it no longer
        get_for(world.person("province"), ids.report["32.16"])
    assert get_for(world.person("operator"), ids.report["32.16"]).id == ids.report["32.16"]


def test_region_that_ended_is_offered_no_longer_but_its_code_may_come_again(ctx):
    changed("35.78", valid_to=dt.date(2026, 5, 31))
    assert region.by_code("35.78") is None
    assert "35.78" not in {r.code for r in region.all_regions()}
    parent = kept("35").id
    again = region.save(SYSTEM, code="35.78", name="Surabaya Baru", parent_id=parent, **PLACE | {"valid_from": dt.date(2026, 6, 1)})
    assert region.by_code("35.78").id == again


def test_a_code_given_anew_means_whoever_had_it_in_the_year_asked(ctx):
    place = PLACE | {"valid_from": dt.date(2026, 6, 1)}
    old = unit.create(
        SYSTEM, region_id=kept("35.78").id, name="Klaster lama", start_date=dt.date(2020, 1, 1), end_date=dt.date(2026, 5, 31)
    )
    changed("35.78", valid_to=dt.date(2026, 5, 31))
    heir = region.save(SYSTEM, code="35.78", name="Surabaya Baru", parent_id=kept("35").id, **place)
    new = unit.create(SYSTEM, region_id=heir, name="Klaster baru", start_date=dt.date(2026, 6, 1))
    reader = world.person("admin")
    assert [region_sheet(reader, "35.78", year).unit.id for year in (2025, 2026, None)] == [old, new, new]


def test_two_who_add_one_code_at_once_add_one_region(app):
    with app.app_context():
        parent = kept("35").id

    def add(name):
        return lambda: region.save(SYSTEM, code="35.99", name=name, parent_id=parent, **PLACE)

    late = meanwhile(app, add("Satu"), add("Dua")).exception()
    assert isinstance(late, Refused)
    assert set(late.faults) == {"code"}
    with app.app_context():
        assert kept("35.99").name == "Satu"


def test_a_cluster_is_not_made_in_a_region_that_ends_at_this_moment(app):
    with app.app_context():
        here = kept("35.78").id

    def found():
        unit.create(SYSTEM, region_id=here, name="Klaster", start_date=dt.date(2026, 1, 1))

    late = meanwhile(app, lambda: changed("35.78", valid_to=dt.date(2026, 6, 30)), found).exception()
    assert isinstance(late, Refused)
    assert set(late.faults) == {"end_date"}


def test_a_cluster_is_not_extended_in_a_region_that_ends_at_this_moment(app, ids):
    ends = {"valid_to": dt.date(2027, 6, 30)}
    home = {"name": "Klaster", "start_date": dt.date(2025, 12, 1)}
    with app.app_context():
        unit.update(SYSTEM, ids.unit["35.07"], **home, end_date=dt.date(2027, 6, 30))

    def extended():
        unit.update(SYSTEM, ids.unit["35.07"], **home)

    late = meanwhile(app, lambda: changed("35.07", **ends), extended).exception()
    assert isinstance(late, Refused)
    assert set(late.faults) == {"end_date"}


def test_every_worker_hears_of_a_changed_region(ctx):
    before = db.session.scalar(sa.select(RegistryState.epoch))
    changed("35.78", name="Surabaya Raya")
    assert db.session.scalar(sa.select(RegistryState.epoch)) > before


def test_region_of_tomorrow_is_not_there_today(ctx):
    tomorrow = world.TODAY.date() + dt.timedelta(days=1)
    region.save(SYSTEM, code="35.99", name="Esok", parent_id=kept("35").id, **PLACE | {"valid_from": tomorrow})
    assert region.by_code("35.99") is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "3578"}, "code"),
        ({"code": "32.16"}, "code"),
        ({"code": "36.78"}, "parent_id"),
        ({"parent_id": None}, "parent_id"),
        ({"valid_to": dt.date(1945, 8, 16)}, "valid_to"),
        ({"successor_id": "self"}, "successor_id"),
    ],
)
def test_unfit_regions_are_refused(ctx, tables, values, field):
    before = tables()
    if values.get("successor_id"):
        values = {"successor_id": kept("35.78").id, "valid_to": dt.date(2026, 12, 31)}
    with pytest.raises(Refused) as refused:
        changed("35.78", **values)
    db.session.rollback()
    assert field in refused.value.faults
    assert tables() == before


@pytest.mark.parametrize(
    ("code", "values", "field"),
    [
        ("32.16", {"valid_from": dt.date(2026, 6, 1)}, "valid_from"),  # its cluster reports since before
        ("32", {"code": "39"}, "code"),  # its regions carry the old one
        ("35.78", {"successor_id": "35.79"}, "valid_to"),  # nobody follows who has not ended
    ],
)
def test_changes_that_contradict_what_is_there_are_refused(ctx, tables, code, values, field):
    before = tables()
    if "successor_id" in values:
        values = {"successor_id": kept(values["successor_id"]).id}
    with pytest.raises(Refused) as refused:
        changed(code, **values)
    db.session.rollback()
    assert set(refused.value.faults) == {field}
    assert tables() == before


def test_no_region_outlives_its_province_and_no_cluster_begins_before_its_region(ctx):
    ended = region.save(
        SYSTEM, code="39", name="Lama", parent_id=None, **{**PLACE, "level": "province", "valid_to": dt.date(2026, 6, 30)}
    )
    late = {"code": "39.01", "name": "Telat", "parent_id": ended}
    for until in (None, dt.date(2026, 7, 1)):
        with pytest.raises(Refused) as refused:
            region.save(SYSTEM, **late, **PLACE, valid_to=until)
        assert set(refused.value.faults) == {"parent_id"}
    made = region.save(SYSTEM, **late, **PLACE, valid_to=dt.date(2026, 6, 30))
    with pytest.raises(Refused) as refused:
        unit.create(SYSTEM, region_id=made, name="Klaster", start_date=dt.date(2025, 12, 31), end_date=dt.date(2026, 6, 30))
    assert set(refused.value.faults) == {"start_date"}
    assert unit.create(SYSTEM, region_id=made, name="Klaster", start_date=dt.date(2026, 1, 1), end_date=dt.date(2026, 6, 30))


def test_a_last_day_stays_the_day_it_was_when_a_region_s_clock_changes(ctx, ids):
    report = db.session.get_one(Report, ids.report["32.16"])
    assert clock.local("WIB", report.due_at).date() == dt.date(2027, 1, 21)
    changed("32.16", zone="WIT")
    db.session.refresh(report)
    assert report.due_at == clock.end_of_day(dt.date(2027, 1, 21), "WIT")
    assert score.rebuild_differences() == []


def test_region_with_a_reporting_cluster_does_not_end_unnoticed(ctx, ids):
    with pytest.raises(Refused) as refused:
        changed("32.16", valid_to=dt.date(2026, 12, 31))
    assert "valid_to" in refused.value.faults
    here = db.session.get_one(Unit, ids.unit["32.16"])
    unit.update(SYSTEM, here.id, name=here.name, start_date=here.start_date, end_date=dt.date(2026, 12, 31))
    changed("32.16", valid_to=dt.date(2026, 12, 31))
    with pytest.raises(Refused) as refused:
        unit.update(SYSTEM, here.id, name=here.name, start_date=here.start_date, end_date=dt.date(2027, 1, 1))
    assert "end_date" in refused.value.faults


def test_a_region_exists_on_its_last_day_too(ctx):
    changed("35.78", valid_to=world.TODAY.date())
    assert region.by_code("35.78") is not None
    changed("35.78", valid_to=world.TODAY.date() - dt.timedelta(days=1))
    assert region.by_code("35.78") is None


def test_a_province_does_not_end_before_what_lies_in_it(ctx):
    with pytest.raises(Refused) as refused:
        changed("35", valid_to=dt.date(2027, 12, 31))
    assert "valid_to" in refused.value.faults


def test_what_was_left_in_another_province_is_named_and_put_right(ctx, ids):
    wrong = kept("35").id
    with unit_of_work() as session:
        session.execute(sa.update(Report).where(Report.id == ids.report["32.16"]).values(province_id=wrong))
    assert region.rebuild_differences() == [f"report {ids.report['32.16']} province"]
    assert db.session.get_one(Report, ids.report["32.16"], populate_existing=True).province_id == kept("32").id
    assert region.rebuild_differences() == []


def test_admin_adds_and_ends_a_region_on_its_page(app, as_):
    admin = as_("admin")
    with app.app_context():
        parent, ends = kept("35").id, kept("35.78").id
    page = admin.get("/admin/wilayah/new/").text
    values = admin.fields(page) | {"name": "Kota Baru", "level": "city", "code": "35.80", "parent_id": parent, "zone": "WIB"}
    assert admin.post("/admin/wilayah/new/", values).status_code == 302
    url = f"/admin/wilayah/edit/?id={ends}"
    values = admin.fields(admin.get(url).text) | {"valid_to": "01/11/2026"}
    assert admin.post(url, values).status_code == 302
    listed = admin.get(f"/admin/wilayah/?flt0_0={parent}").text
    assert "Kota Baru" in listed
    assert "Jawa Barat" not in listed.split("<tbody>")[1]


# ---- the trail ----------------------------------------------------------------------------------------------------------


def test_trail_tells_who_did_what_and_finds_it(app, as_):
    admin = as_("admin")
    admin.post("/admin/periode/new/", {"year": "2027", "quarter": "1", "due_date": "21/04/2027", "state": "planned"})
    body = admin.get("/admin/jejak/?flt1_1=period").text.split("<tbody>")[1]
    first = re.search(r"<tr.*?</tr>", body, re.S)[0]
    assert "Admin" in first
    assert "menambah" in first
    assert "periode" in first
    assert "unit pelapor" not in body.split("</tbody>")[0]
    assert "Admin" in admin.get("/admin/jejak/?search=admin@example.org").text
    assert "menambah" in admin.get("/admin/jejak/?flt2_2=1").text.split("<tbody>")[1]
    with app.app_context(), clock.at(clock.now() - dt.timedelta(days=8)), unit_of_work():
        audit.record(SYSTEM, "edit", "unit", "minggulalu")
    for span, lines in (("7", 1), ("31", 2)):
        assert len(admin.get(f"/admin/jejak/export/csv/?flt2_2={span}&search=minggulalu").text.splitlines()) == lines


def test_the_trail_names_whoever_did_it_and_nobody_else(app, as_):
    made = app.test_cli_runner().invoke(
        args=["user", "create", "baru@bpbd.go.id", "--name", "Petugas Baru", "--password", world.PASSWORD]
    )
    assert made.exit_code == 0, made.output
    rows = as_("admin").get("/admin/jejak/?search=baru@bpbd.go.id").text.split("<tbody>")[1].split("</tr>")
    assert [("sistem" in row, "pengguna: Petugas Baru" in row) for row in rows if "menambah" in row] == [(True, True)]


def test_trail_says_its_details_in_words(app, as_):
    admin = as_("admin")
    admin.post("/admin/periode/new/", {"year": "2027", "quarter": "1", "due_date": "21/04/2027", "state": "planned"})
    body = admin.get("/admin/jejak/?flt1_1=period").text.split("<tbody>")[1]
    assert "triwulan: Triwulan I 2027; tenggat: 21 Apr 2027; status: Direncanakan" in body
    assert "127.0.0.1" in body


def test_a_right_in_one_region_opens_no_trail_of_the_whole_country(app, as_):
    with app.app_context():
        key = world.role("pengawas", "audit:read")
        user.add_grant(SYSTEM, world.person("coordinator").id, user.GrantWish(key, "region", region.region_id("32.16")))
    assert as_("coordinator").get("/admin/jejak/").status_code == 403
    assert as_("coordinator").get("/admin/jejak/export/csv/").status_code == 403
    with app.app_context():
        user.add_grant(SYSTEM, world.person("coordinator").id, user.GrantWish(key, "national"))
    assert as_("coordinator").get("/admin/jejak/").status_code == 200


def test_trail_is_narrowed_to_what_one_person_did(app, as_):
    with app.app_context():
        user.update(world.person("admin"), world.person("leader").id, name="Leader", active=True, grants=[])
    lines = as_("admin").get("/admin/jejak/export/csv/?flt3_3=leader@").text.splitlines()[1:]
    assert lines == []  # what others did to them is not theirs
    lines = as_("admin").get("/admin/jejak/export/csv/?flt3_3=admin@example").text.splitlines()[1:]
    assert any("Leader" in line for line in lines)
    assert {line.split(";")[1] for line in lines} == {"Admin"}


def test_trail_is_exported_as_it_was_narrowed(as_):
    admin = as_("admin")
    admin.post("/admin/periode/new/", {"year": "2027", "quarter": "1", "due_date": "21/04/2027", "state": "planned"})
    lines = admin.get("/admin/jejak/export/csv/?flt1_1=period&search=127.0.0.1").text.splitlines()
    assert all(";periode;" in line and "127.0.0.1" in line for line in lines[1:])
    assert any("Triwulan I 2027" in line for line in lines[1:])
    assert len(admin.get("/admin/jejak/export/csv/").text.splitlines()) > len(lines)


def test_trail_is_narrowed_to_days_as_they_pass_where_it_is_read(app, as_):
    admin = as_("admin")
    for verb, at in (("seed", (8, 16, 59, 59)), ("publish", (8, 17)), ("apply", (9, 16, 59, 59)), ("restore", (9, 17))):
        with app.app_context(), clock.at(dt.datetime(2026, 3, *at, tzinfo=dt.UTC)), unit_of_work():
            audit.record(SYSTEM, verb, "database", "hari")

    def found(days: str) -> list[str]:
        lines = admin.get(f"/admin/jejak/export/csv/?search=hari&{days}").text.splitlines()[1:]
        return sorted(line.split(";")[2] for line in lines)

    every = found("")
    assert len(every) == 4
    assert found("flt4_4=09/03/2026&flt5_5=9 Maret 2026") == sorted(["menerbitkan", "menerapkan"])
    assert len(found("flt4_4=2026-03-10")) == 1
    assert found("flt4_4= ") == every
    assert found("flt5_5=besok") == []
    odd = admin.get("/admin/jejak/?flt5_5=besok").text
    assert 'value="besok" aria-invalid="true"' in odd
    assert '<details class="filterbox" open>' in odd
    assert "Isi tanggal, misalnya 20/09/2026" in visible_text(odd)


def test_everything_the_trail_keeps_has_words():
    calls = [
        node
        for path in (ROOT / "services").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record"
    ]
    said = {keyword.arg for call in calls for keyword in call.keywords}
    assert said | {"made_at", "revision"} == set(DETAILS)  # a restore writes its line without the service
    subjects = {call.args[2].value for call in calls if isinstance(call.args[2], ast.Constant)}
    assert subjects <= set(SUBJECTS)
    verbs = {part.value for call in calls for part in ast.walk(call.args[1]) if isinstance(part, ast.Constant) and part.value}
    assert verbs <= set(VERBS)


def test_today_begins_at_midnight_where_the_trail_is_read():
    with clock.at(dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)):  # 08.00 WIB
        assert [since(1), since(7)] == [dt.datetime(2026, 11, day, 17, tzinfo=dt.UTC) for day in (23, 17)]


@pytest.mark.parametrize("door", ["new/", "edit/?id=x", "delete/", "action/"])
def test_trail_has_no_door_for_changes(as_, door):
    admin = as_("admin")
    assert admin.get(f"/admin/jejak/{door}").status_code in (404, 405)
    assert admin.post(f"/admin/jejak/{door}", {"id": "x"}).status_code in (404, 405)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "wajib diisi"),
        ("  ", "wajib diisi"),
        ("31/02/2027", "Tanggal itu tidak ada"),
        ("segera", "misalnya 20/09/2026"),
        ("01/01/1900", "tahun 1945"),
        ("20 Januari 2029", "paling lama setahun"),
    ],
)
def test_a_day_that_cannot_be_is_told_at_its_box_and_stays_there(as_, tables, typed, said):
    before, admin = tables(), as_("admin")
    answer = admin.post("/admin/periode/new/", {"year": "2027", "quarter": "1", "due_date": typed, "state": "planned"})
    assert said in visible_text(answer.text)
    assert admin.fields(answer.text)["due_date"] == [typed]
    assert tables() == before


def test_a_saved_row_leads_back_to_the_list_it_was_found_in(as_):
    admin = as_("admin")
    listed = admin.get("/admin/wilayah/?search=bekasi&sort=1").text
    address = html.unescape(re.search(r'href="(/admin/wilayah/edit/[^"]+)"', listed)[1])
    saved = admin.post(address, admin.fields(admin.get(address).text))
    assert saved.location == "/admin/wilayah/?search=bekasi&sort=1"


def test_days_are_typed_as_pages_show_them(app, as_):
    values = {"year": "2027", "quarter": "1", "due_date": "21 April 2027", "state": "planned"}
    assert as_("admin").post("/admin/periode/new/", values).status_code == 302
    with app.app_context():
        assert db.session.scalars(sa.select(Period.due_date).where(Period.year == 2027)).one() == dt.date(2027, 4, 21)


@pytest.mark.parametrize("name", ["unit", "pengguna", "wilayah", "jejak", "periode", "kejadian", "indikator", "bagian", "pilihan"])
def test_an_export_gives_its_connection_back(app, as_, name):
    admin = as_("admin")
    with app.app_context():
        before = db.engine.pool.checkedout()
    gc.disable()
    try:
        for _time in range(3):
            answer = admin.get(f"/admin/{name}/export/csv/")
            assert answer.status_code == 200
            assert answer.get_data()
        with app.app_context():
            assert db.engine.pool.checkedout() == before
    finally:
        gc.enable()
