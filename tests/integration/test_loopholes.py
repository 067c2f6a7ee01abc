"""Guards that hold against those who would profit from their absence: the late, the forgetful, the forger, the crowd."""

import datetime as dt
import zipfile

import pytest
import sqlalchemy as sa

from domain.scoring.slot import Verdict
from models import Period, Report, UnitYear, User, db
from services import event, lookups, period, record, region, score, unit, user
from services.actor import SYSTEM
from services.drafting import Draft, save_draft
from services.errors import Refused
from services.report import give_verdicts
from services.report_context import previous_answers, version_of
from services.report_rows import LEFT_OUT, get_for
from services.unit_of_work import unit_of_work
from services.user import GrantWish
from tests import world
from tests.html import visible_text
from tests.integration.test_promises import event_values, granted
from tests.integration.test_reports import member, send

PB = "32.16"


LATE_WAYS = [
    ({"status_end": None}, "status_end"),
    (
        {
            "occurred_at": dt.datetime(2025, 12, 14, 1),
            "declared_at": dt.datetime(2025, 12, 24, 1),
            "response_due": dt.date(2026, 11, 20),
        },
        "declared_at",
    ),
    ({"status_end": dt.date(2027, 1, 2), "post_due": dt.date(2026, 12, 20)}, "post_due"),
]


@pytest.mark.parametrize(("changes", "field"), LATE_WAYS)
def test_whoever_is_late_dates_no_way_out(ctx, ids, changes, field):
    import time_machine

    _row, values = event_values(ids)
    with time_machine.travel(dt.datetime(2027, 1, 5, 3, tzinfo=dt.UTC)):
        before = {r.id: (r.year, r.due_at) for r in db.session.scalars(sa.select(Report))}
        with pytest.raises(Refused) as refused:
            event.save(world.person("operator"), **(values | changes))
        assert field in refused.value.faults
        assert {r.id: (r.year, r.due_at) for r in db.session.scalars(sa.select(Report))} == before


def test_on_the_last_day_itself_the_region_may_still_move_it(ctx, ids):
    import time_machine

    _row, values = event_values(ids)
    with time_machine.travel(dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)):
        assert event.save(world.person("operator"), **(values | {"response_due": dt.date(2026, 11, 27)})) == ids.event


def test_no_status_ends_in_the_next_age(ctx, ids):
    _row, values = event_values(ids)
    with pytest.raises(Refused) as refused:
        event.save(world.person("operator"), **(values | {"status_end": dt.date(2099, 12, 31), "post_due": dt.date(2100, 1, 31)}))
    assert set(refused.value.faults) == {"status_end"}


def test_a_unit_that_ends_owes_no_untouched_report_any_longer(ctx, ids):
    home = {"name": "Klaster", "start_date": dt.date(2025, 12, 1), "end_date": dt.date(2026, 9, 30)}
    unit.update(SYSTEM, ids.unit["35.07"], **home)
    assert db.session.get(Report, ids.report["35.07"]) is None
    assert db.session.scalar(sa.select(sa.func.count()).where(UnitYear.unit_id == ids.unit["35.07"])) == 0
    assert score.rebuild_differences() == []


def test_a_closed_period_stands_whatever_the_unit_s_dates(ctx, ids):
    period.save(SYSTEM, year=2026, quarter=4, due_date=dt.date(2027, 1, 21), state="closed", period_id=ids.period)
    home = {"name": "Klaster"}
    unit.update(SYSTEM, ids.unit["35.07"], **home, start_date=dt.date(2027, 1, 1))
    assert db.session.get(Report, ids.report["35.07"]) is not None


def test_a_unit_does_not_end_before_an_emergency_it_declared(ctx, ids):
    with pytest.raises(Refused) as refused:
        unit.update(SYSTEM, ids.unit[PB], name="Klaster", start_date=dt.date(2025, 12, 1), end_date=dt.date(2026, 9, 30))
    assert set(refused.value.faults) == {"end_date"}
    assert refused.value.why.params == {"day": dt.date(2026, 10, 9)}


def test_a_report_sent_in_time_lets_its_event_be_corrected(ctx, ids):
    import time_machine

    send(report_id=ids.report["response"])
    _row, values = event_values(ids)
    with time_machine.travel(dt.datetime(2026, 12, 1, 3, tzinfo=dt.UTC)):
        assert event.save(world.person("operator"), **(values | {"response_due": dt.date(2026, 11, 27)})) == ids.event


def test_a_unit_does_not_end_over_answers(ctx, ids):
    save_draft(world.person("stranger"), ids.report["35.07"], Draft({"PB-SDL-03": {"v": 4}}, 0))
    home = {"name": "Klaster", "start_date": dt.date(2025, 12, 1), "end_date": dt.date(2026, 9, 30)}
    with pytest.raises(Refused) as refused:
        unit.update(SYSTEM, ids.unit["35.07"], **home)
    assert set(refused.value.faults) == {"end_date"}


def test_a_sent_report_keeps_its_due_date_and_year_when_its_event_moves(ctx, ids):
    send(report_id=ids.report["response"])
    before = db.session.get(Report, ids.report["response"]).due_at
    _row, values = event_values(ids)
    event.save(SYSTEM, **(values | {"response_due": dt.date(2026, 11, 27)}))
    assert db.session.get(Report, ids.report["response"]).due_at == before


@pytest.mark.parametrize(
    ("who", "changes"),
    [
        ("admin", {"grants": [GrantWish("admin", "region", "x")]}),
        ("admin", {"active": False, "grants": [GrantWish("admin", "national", "")]}),
    ],
)
def test_a_right_that_holds_in_one_region_or_for_nobody_active_lets_nobody_in(ctx, ids, who, changes):
    place = {"grants": [GrantWish("admin", "region", region.region_id(PB))]} if "active" not in changes else {}
    wish = {"name": "Admin", "active": True} | changes | place
    with pytest.raises(Refused, match="At least one active person"):
        user.update(SYSTEM, world.person(who).id, **wish)


def test_nobody_switches_their_own_account_off(ctx, ids):
    granted("leader", ("admin", "national", ""))
    admin = world.person("admin")
    with pytest.raises(Refused) as refused:
        user.update(admin, admin.id, name="Admin", active=False, grants=[GrantWish("admin", "national", "")])
    assert set(refused.value.faults) == {"active"}


def test_a_province_grant_names_a_province(ctx):
    with pytest.raises(Refused) as refused:
        granted("leader", ("provincial-verifier", "province", region.region_id(PB)))
    assert set(refused.value.faults) == {"grants"}


def test_nobody_judges_a_report_nobody_sent(ctx, ids):
    _version, definition = version_of(get_for(SYSTEM, ids.report[PB]))
    wish = {definition.by_code["PB-KLB-01"].id: (Verdict.ACCEPTED, "")}
    with pytest.raises(Refused):
        give_verdicts(world.person("verifier"), ids.report[PB], wish)


def test_nobody_writes_over_a_period_or_person_changed_meanwhile(ctx, ids):
    row = db.session.get(Period, ids.period)
    dates = {"year": 2026, "quarter": 4, "state": "open", "period_id": row.id, "seen": row.lock_version}
    period.save(SYSTEM, due_date=dt.date(2027, 1, 22), **dates)
    with pytest.raises(Refused, match="changed since"):
        period.save(SYSTEM, due_date=dt.date(2027, 1, 25), **dates)
    leader = db.session.get(User, world.person("leader").id)
    wish = {"name": "Pimpinan", "active": True, "grants": [GrantWish("leader", "national", "")], "seen": leader.lock_version}
    user.update(SYSTEM, leader.id, **wish)
    with pytest.raises(Refused, match="changed since"):
        user.update(SYSTEM, leader.id, **wish)


@pytest.mark.parametrize("place", ["unit", "kejadian", "periode", "pengguna"])
def test_a_form_of_yesterday_writes_over_nothing(app, as_, ids, place):
    from tests.html import form_values

    with app.app_context():
        keys = {"unit": ids.unit[PB], "kejadian": ids.event, "periode": ids.period, "pengguna": world.person("leader").id}
    browser, address = as_("admin"), f"/admin/{place}/edit/?id={keys[place]}"
    page = form_values(browser.get(address).text)
    assert browser.post(address, page).status_code == 302
    answer = browser.post(address, page)
    assert answer.status_code in (200, 422)
    assert "Data ini diubah sejak Anda membuka halaman" in answer.text


def test_a_changed_password_ends_every_session(app, as_, ids):
    browser = as_("leader")
    assert browser.get("/").status_code == 200
    with app.app_context():
        wish = {"name": "Leader", "active": True, "grants": [GrantWish("leader", "national", "")]}
        user.update(SYSTEM, world.person("leader").id, **wish, password="sandi-baru-2026", hasher=world.fast_hash)
    assert browser.get("/").status_code == 302


@pytest.mark.parametrize("trick", ["counts", "zip64", "comment"])
def test_the_size_of_a_table_of_contents_cannot_be_hidden(tmp_path, trick):
    import struct

    from services.file import MOST_DIRECTORY, _office

    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "x")
        for number in range(MOST_DIRECTORY // 80):
            archive.writestr(f"{number:050d}", "")
    body = bytearray(path.read_bytes())
    place = body.rfind(b"PK\x05\x06")
    size, start = struct.unpack("<II", body[place + 12 : place + 20])
    if trick == "counts":
        body[place + 8 : place + 12] = b"PK\x05\x06"
    elif trick == "comment":
        body[place + 20 : place + 22] = struct.pack("<H", 60_000)
        body += b"x" * 60_000
    else:
        count = MOST_DIRECTORY // 80 + 1
        record64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
        locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, place, 1)
        end = body[place:]
        end[8:20] = struct.pack("<HHII", 0xFFFF, 0xFFFF, 200, 0xFFFFFFFF)
        body[place:] = record64 + locator + end
    path.write_bytes(body)
    assert _office(path) == ""


def test_a_plain_row_says_what_the_mapped_report_says(ctx, ids):
    for key in ids.report.values():
        plain, mapped = get_for(SYSTEM, key), db.session.get(Report, key)
        pairs = [(plain, mapped), *((getattr(plain, n), getattr(mapped, n)) for n in ("entry", "unit", "period", "event"))]
        for row, thing in [*pairs, (plain.unit.region, mapped.unit.region)]:
            assert (row is None) == (thing is None)
            if thing is not None:
                table = thing.__table__
                names = [c.name for c in table.c if c.name not in LEFT_OUT.get(table.name, "").split()]
                assert {c.name for c in table.c} & set(row._fields) == set(names)  # what is left out is refused, not empty
                assert [getattr(row, n) for n in names] == [getattr(thing, n) for n in names]


def test_plain_rows_see_what_a_unit_of_work_has_changed(ctx, ids):
    with unit_of_work():
        db.session.get(Report, ids.report[PB]).year = 2031
        assert get_for(SYSTEM, ids.report[PB]).year == 2031
        db.session.get(Report, ids.report[PB]).year = 2026


def test_a_database_that_is_busy_loses_nothing_and_says_so(app, as_, ids, monkeypatch):
    from models import connection
    from tests.html import visible_text

    browser = as_("operator")
    monkeypatch.setattr(connection, "PRAGMAS", (*connection.PRAGMAS[:-1], "busy_timeout=50"))
    monkeypatch.setenv("PGOPTIONS", "-c lock_timeout=50")
    with app.app_context():
        engine = db.engine
    engine.dispose()  # connections made from now on wait less
    with engine.connect() as holder:
        holder.execution_options(**{connection.WRITE: True}).execute(sa.update(Report).values(year=2026))
        answer = browser.post(f"/laporan/{ids.report[PB]}", {"_codes": "PB-SDL-03", "f.PB-SDL-03": "4", "_action": "save"})
    assert answer.status_code == 503
    assert "Tidak ada yang hilang" in visible_text(answer.text)


def test_a_reference_offers_records_within_reach_alone(ctx, ids):
    own, other = world.person("operator"), world.person("admin")
    near = record.save(own, "anggota", ids.unit[PB], member("Lembaga Dekat", "media"))
    far = record.save(other, "anggota", ids.unit["32"], member("Lembaga Jauh", "media"))
    offered = {key for key, _title in lookups.options(own, None, "anggota")}
    assert (near in offered, far in offered) == (True, False)
    assert lookups.options(own, ids.unit["32"], "anggota") == []
    assert far in {key for key, _title in lookups.options(other, ids.unit["32"], "anggota")}


def test_last_time_is_the_own_units_alone(ctx, ids):
    send("province", ids.report["32"])
    period.save(SYSTEM, year=2027, quarter=1, due_date=dt.date(2027, 4, 21), state="open")
    later = {r.unit_id: r.id for r in db.session.scalars(sa.select(Report).where(Report.year == 2027))}
    assert previous_answers(get_for(SYSTEM, later[ids.unit["32"]]))["PB-KLB-01"]
    assert previous_answers(get_for(SYSTEM, later[ids.unit[PB]])) == {}


@pytest.mark.parametrize(
    "elsewhere", ["http:evil.example", "http:/evil.example", "//evil.example", "/\\evil.example", "/a\nb", "\r"]
)
@pytest.mark.parametrize("page", ["unit/details", "unit/edit", "pengguna/edit", "kejadian/edit", "indikator/edit"])
def test_the_way_back_never_leads_elsewhere(as_, page, elsewhere):
    assert as_("admin").get(f"/admin/{page}/", query_string={"url": elsewhere}).status_code == 404


def test_the_way_back_leads_back(as_):
    answer = as_("admin").get("/admin/unit/edit/", query_string={"url": "/admin/unit/?search=klaster logistik, é"})
    assert answer.status_code == 302
    assert answer.location.startswith("/admin/unit/?search=klaster")


def test_a_name_is_shown_as_typed_whatever_it_says(app, as_):
    with app.app_context():
        leader = world.person("leader")
        user.update(
            world.person("admin"), leader.id, name="Ibu @token@ @here@", active=True, grants=[GrantWish("leader", "national", "")]
        )
    assert "Ibu @token@ @here@" in visible_text(as_("leader").get("/").text)
