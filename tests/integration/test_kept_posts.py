"""Posts outlive sessions: what was typed comes back to the person who typed it, to nobody else, and is never saved by itself."""

import datetime as dt
import io
import re

import pytest
import sqlalchemy as sa
import time_machine

from models import AuditEntry, EndedSession, Entry, KeptPost, Unit, User, db
from services import bundle, kept_post, period, record, user
from services.actor import SYSTEM
from services.drafting import Draft, save_draft
from services.kept_post import Held
from services.user import GrantWish
from tests import world
from tests.html import form_values, visible_text
from tests.integration.test_conflicts import COLUMNS, other
from tests.integration.test_records import post_values
from tests.integration.test_reports import member
from tests.meanwhile import meanwhile
from tests.unit.make import form, item, section

PB = "32.16"
KEPT = "Jawaban Anda disimpan sementara"
BACK = "Jawaban yang Anda kirim sebelum keluar ada di sini; belum disimpan."


@pytest.fixture(autouse=True)
def csrf(app):
    """As in service: every form needs its token."""
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def visit(app):
    """``visit("operator")``: a client in which that person has signed in with their password."""

    def enter(who):
        client = app.test_client()
        sign_in(client, who)
        return client

    return enter


def sign_in(client, who, address="/masuk"):
    values = form_values(client.get(address).text)
    return client.post("/masuk", data=values | {"email": f"{who}@example.org", "password": world.PASSWORD})


def sign_out(client):
    """In another tab: the page stays open."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/").text)[1]
    assert client.post("/keluar", data={"csrf_token": token}).status_code == 302


def kept(app):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(KeptPost))


def late_post(client, address, **typed):
    """Open a page, sign out beside it, send it; gives (the values sent, the answer)."""
    values = form_values(client.get(address).text) | typed
    sign_out(client)
    return values, client.post(address, data=values, content_type="multipart/form-data")


def test_answers_come_back_after_signing_in_as_the_same_person(app, visit, ids, tables):
    client, address = visit("operator"), f"/laporan/{ids.report[PB]}"
    before = tables()
    _values, sent = late_post(client, address, **{"f.PB-SDL-03": "2.400", "f.PB-KAP-01": "banyak", "_action": "save"})
    assert sent.status_code == 302
    assert sent.location.startswith("/masuk?next=")
    page = client.get(sent.location)
    assert KEPT in visible_text(page.text)
    landed = client.post("/masuk", data=form_values(page.text) | {"email": "operator@example.org", "password": world.PASSWORD})
    assert landed.location == f"{address}?kiriman=1"
    shown = client.get(landed.location)
    assert shown.status_code == 200
    assert BACK in visible_text(shown.text)
    assert "Isi dengan angka" in visible_text(shown.text.split('id="q-PB-KAP-01"')[1].split('id="q-')[0])
    assert "Yang Anda ketik sudah tersimpan" not in visible_text(shown.text)
    back = form_values(shown.text)
    assert (back["f.PB-SDL-03"], back["f.PB-KAP-01"]) == (["2.400"], ["banyak"])
    after = tables()
    assert all(after[name] == before[name] for name in ("entry", "answer_change", "entry_revision"))
    assert form_values(client.get(landed.location).text)["f.PB-SDL-03"] == ["2.400"], (
        "a page that did not arrive can be asked for again"
    )
    to = re.search(r'<form action="(/laporan/[^"]+)"', shown.text)[1]
    assert client.post(to, data=back | {"f.PB-KAP-01": "21", "_action": "save"}).status_code == 302
    with app.app_context():
        doc = db.session.get(Entry, ids.report[PB]).doc
        assert (doc["PB-SDL-03"]["v"], doc["PB-KAP-01"]["v"]) == (2400, 21)
    assert kept(app) == 0


def test_a_table_and_what_was_pressed_come_back_too(app, visit, ids):
    with app.app_context():
        bundle.apply(SYSTEM, {"daftar": form(section("S", item("T", "table", columns=COLUMNS)), key="daftar")})
        period.open_period(SYSTEM, ids.period)
        address = f"/laporan/{world.report_of(PB, 'daftar')}"
    client = visit("operator")
    rows = {"f.T.row": ["n1", "n2"], "f.T.n1.a": "beras", "f.T.n1.b": "dua", "f.T.n2.a": "air", "_action": "rows:T"}
    late_post(client, address, **rows)
    sign_in(client, "operator")
    back = form_values(client.get(f"{address}?kiriman=1").text)
    assert back["f.T.row"][:2] == ["n1", "n2"]
    assert len(back["f.T.row"]) == 5, "the three rows that were asked for"
    assert (back["f.T.n1.a"], back["f.T.n1.b"], back["f.T.n2.a"]) == (["beras"], ["dua"], ["air"])


def test_a_change_by_another_in_between_is_shown_and_not_overwritten(app, visit, ids):
    client, address = visit("operator"), f"/laporan/{ids.report[PB]}"
    late_post(client, address, **{"f.PB-SDL-03": "7", "_action": "save"})
    with app.app_context():
        save_draft(other(), ids.report[PB], Draft({"PB-SDL-03": {"v": 9}}, 0))
    sign_in(client, "operator")
    back = form_values(client.get(f"{address}?kiriman=1").text)
    answer = client.post(address, data=back | {"_action": "save"})
    assert answer.status_code == 422
    shown = visible_text(answer.text.split('id="q-PB-SDL-03"')[1].split('id="q-')[0]).replace("\u00a0", " ")
    assert "9 unit" in shown
    assert "7 unit" in shown
    with app.app_context():
        assert db.session.get(Entry, ids.report[PB]).doc["PB-SDL-03"]["v"] == 9


def test_an_answer_that_has_no_box_any_longer_is_not_lost(app, visit, ids):
    client, address = visit("operator"), f"/laporan/{ids.report[PB]}"
    values = form_values(client.get(address).text) | {"f.PB-KLB-01": "ya", "_action": "save"}
    assert client.post(address, data=values).status_code == 302
    late_post(client, address, **{"f.PB-KLB-03": "pengarah", "f.PB-KLB-01": "tidak", "_action": "save"})
    sign_in(client, "operator")
    page = client.get(f"{address}?kiriman=1").text
    assert client.post(address, data=form_values(page) | {"_action": "save"}).status_code == 302
    with app.app_context():
        doc = db.session.get(Entry, ids.report[PB]).doc
        assert (doc["PB-KLB-01"]["v"], doc["PB-KLB-03"]["v"]) == (False, ["pengarah"])


def test_the_page_itself_offers_what_was_kept_of_it(app, visit, ids):
    client, address = visit("operator"), f"/laporan/{ids.report[PB]}"
    late_post(client, address, **{"f.PB-SDL-03": "7", "_action": "save"})
    assert "belum tersimpan. Tampilkan" not in visible_text(client.get("/masuk").text)
    sign_in(client, "operator")
    assert "Tampilkan" not in visible_text(client.get("/laporan").text)
    plain = client.get(address)
    assert "saat sesi berakhir belum tersimpan" in visible_text(plain.text)
    link = re.search(r'href="([^"]*kiriman=1)"', plain.text)[1]
    shown = client.get(link)
    assert form_values(shown.text)["f.PB-SDL-03"] == ["7"]
    assert "saat sesi berakhir belum tersimpan" not in visible_text(shown.text)
    assert "saat sesi berakhir belum tersimpan" not in visible_text(visit("admin").get(address).text)


def test_another_person_sees_nothing_of_it_and_takes_nothing_away(app, visit, ids):
    client, address = visit("operator"), f"/laporan/{ids.report[PB]}"
    late_post(client, address, **{"f.PB-SDL-03": "4321", "_action": "save"})
    sign_in(client, "admin")
    page = client.get(f"{address}?kiriman=1").text
    assert "4321" not in page
    assert "4.321" not in page
    assert BACK not in visible_text(page)
    assert kept(app) == 1
    sign_out(client)
    sign_in(client, "operator")
    assert form_values(client.get(f"{address}?kiriman=1").text)["f.PB-SDL-03"] == ["4.321"]


def test_a_page_of_the_session_before_comes_back_to_its_person_without_being_saved(app, visit, ids):
    client, address = visit("operator"), f"/laporan/{ids.report[PB]}"
    values = form_values(client.get(address).text) | {"f.PB-SDL-03": "12", "_action": "save"}
    sign_out(client)
    sign_in(client, "operator")  # in another tab
    sent = client.post(address, data=values)
    assert sent.location == f"{address}?kiriman=1"
    assert form_values(client.get(sent.location).text)["f.PB-SDL-03"] == ["12"]
    with app.app_context():
        assert "PB-SDL-03" not in db.session.get(Entry, ids.report[PB]).doc
    assert client.post(address, data=values).status_code == 302, "a second press keeps one post"
    assert kept(app) == 1


def test_a_page_of_one_person_is_nothing_in_the_session_of_another(app, visit, ids):
    client, address = visit("operator"), f"/laporan/{ids.report[PB]}"
    values = form_values(client.get(address).text) | {"f.PB-SDL-03": "12", "_action": "save"}
    sign_out(client)
    sign_in(client, "admin")
    assert client.post(address, data=values).status_code == 400
    assert kept(app) == 0


@pytest.mark.parametrize("fault", ["none", "forged", "of another page", "old", "too old a session key"])
def test_only_a_credible_token_keeps_anything(app, visit, ids, fault):
    client, address = visit("operator"), f"/laporan/{ids.report[PB]}"
    values = form_values(client.get(address).text) | {"f.PB-SDL-03": "12", "_action": "save"}
    token = values["_owner"][0]
    foreign = form_values(client.get(f"/laporan/{ids.report['response']}").text)["_owner"][0]
    sign_out(client)
    sent = {"none": "", "forged": f"{token[:-3]}abc", "of another page": foreign}.get(fault, token)
    hours = {"old": 25}.get(fault, 0)
    with time_machine.travel(world.TODAY + dt.timedelta(hours=hours)):
        answer = client.post(address, data=values | {"_owner": sent})
        assert answer.status_code == 302
        shown = visible_text(client.get(answer.location).text)
    expected = fault == "too old a session key"  # who signed out keeps the right to their own words
    assert (KEPT in shown) is expected
    assert ("belum tersimpan" in shown) is not expected
    assert kept(app) == int(expected)


def test_a_closed_account_keeps_nothing_and_a_new_password_keeps_what_was_typed(app, visit, ids):
    address, pages = f"/laporan/{ids.report[PB]}", {}
    for who in ("operator", "province"):
        pages[who] = (visit(who), f"/laporan/{ids.report[PB if who == 'operator' else '32']}")
    sent = {who: form_values(client.get(page).text) | {"_action": "save"} for who, (client, page) in pages.items()}
    with app.app_context():
        grants = {who: [GrantWish(*wish) for wish in _grants(who)] for who in pages}
        user.update(SYSTEM, world.person("operator").id, name="Operator", active=True, grants=grants["operator"],
                    password="sandi-baru-2026", hasher=world.fast_hash)  # fmt: skip
        user.update(SYSTEM, world.person("province").id, name="Province", active=False, grants=grants["province"])
    for client, page in pages.values():
        assert client.post(page, data=sent["operator" if page == address else "province"]).status_code == 302
    with app.app_context():
        owners = db.session.scalars(sa.select(User.email).join(KeptPost, KeptPost.user_id == User.id)).all()
        assert owners == ["operator@example.org"]


def _grants(who):
    from models import RoleGrant

    rows = db.session.execute(
        sa.select(RoleGrant.role, RoleGrant.scope_kind, RoleGrant.scope_id).where(RoleGrant.user_id == world.person(who).id)
    )
    return rows.all()


def test_the_form_of_a_record_comes_back_with_its_faults_and_its_files_named(app, visit, ids):
    client, address = visit("operator"), "/admin/konten/anggota/new/"
    values = post_values(client.get(address).text) | {"f.lembaga": "PMI Bekasi", "f.ditinjau_pada": "besok"}
    sign_out(client)
    upload = {"f.lembaga.files": (io.BytesIO(b"%PDF-1.4"), "surat tugas.pdf")}
    sent = client.post(address, data=values | upload, content_type="multipart/form-data")
    sign_in(client, "operator", sent.location)
    page = client.get(f"{address}?kiriman=1").text
    shown = visible_text(page)
    assert BACK in shown
    assert "surat tugas.pdf" in shown
    assert "Isi tanggal" in shown
    back = post_values(page)
    assert (back["f.lembaga"], back["f.ditinjau_pada"]) == (["PMI Bekasi"], ["besok"])
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(Entry.title == "PMI Bekasi")) == 0
    rest = {"f.ditinjau_pada": "01/10/2026"} | {
        f"f.{code}": part["v"] for code, part in member("x", "media").items() if code not in ("lembaga", "ditinjau_pada")
    }
    assert client.post(f"{address}?kiriman=1", data=back | rest).status_code == 302
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(Entry.title == "PMI Bekasi")) == 1
    assert kept(app) == 0


def test_a_changed_record_comes_back_against_the_state_it_was_typed_over(app, visit, ids):
    with app.app_context():
        entry = record.save(world.person("operator"), "anggota", ids.unit[PB], member("PMI", "masyarakat"))
    client, address = visit("operator"), f"/admin/konten/anggota/edit/?id={entry}"
    late_post(client, address, **{"f.lembaga": "PMI Cikarang", "_action": "save"})
    with app.app_context():
        record.save(other(), "anggota", ids.unit[PB], {"lembaga": {"v": "PMI Bekasi"}}, entry, seen=1)
    sign_in(client, "operator")
    page = client.get(f"{address}&kiriman=1").text
    assert post_values(page)["f.lembaga"] == ["PMI Cikarang"]
    clash = client.post(f"{address}&kiriman=1", data=post_values(page))
    assert clash.status_code == 422
    assert "PMI Bekasi" in visible_text(clash.text)
    assert post_values(clash.text)["f.lembaga"] == ["PMI Cikarang"]
    with app.app_context():
        assert db.session.get(Entry, entry).title == "PMI Bekasi"


def test_a_plain_form_comes_back_without_the_password_and_says_so(app, visit, ids):
    with app.app_context():
        leader = world.person("leader").id
    client, address = visit("admin"), f"/admin/pengguna/edit/?id={leader}"
    late_post(client, address, name="", password="rahasia-sekali-2026", role_2="verifier")
    with app.app_context():
        assert "rahasia" not in repr(db.session.execute(sa.select(KeptPost.fields)).all())
    sign_in(client, "admin")
    page = client.get(f"{address}&kiriman=1")
    assert page.status_code == 200
    assert BACK in visible_text(page.text)
    assert "kata sandi" in visible_text(page.text.split("sekali lagi")[1][:80])
    assert 'id="e-name"' in page.text, "what is wrong stands at its box"
    assert form_values(page.text)["name"] == [""]
    with app.app_context():
        assert db.session.get(User, leader).name == "Leader"


def test_a_valid_plain_form_is_shown_and_saved_only_when_it_is_sent_again(app, visit, ids):
    client, address = visit("admin"), f"/admin/unit/edit/?id={ids.unit[PB]}"
    late_post(client, address, name="Klaster Baru")
    sign_in(client, "admin")
    page = client.get(f"{address}&kiriman=1")
    assert form_values(page.text)["name"] == ["Klaster Baru"]
    with app.app_context():
        assert db.session.get(Unit, ids.unit[PB]).name != "Klaster Baru"
    assert client.post(f"{address}&kiriman=1", data=form_values(page.text)).status_code == 302
    with app.app_context():
        assert db.session.get(Unit, ids.unit[PB]).name == "Klaster Baru"
    assert kept(app) == 0


def test_a_reason_to_publish_comes_back_and_publishes_nothing(app, visit):
    from models import FieldRow, Version
    from services import definition

    with app.app_context():
        row = db.session.scalars(sa.select(FieldRow).where(FieldRow.code == "PB-SDL-03")).one().id
        definition.retire(SYSTEM, FieldRow, row)
        before = db.session.scalar(sa.select(sa.func.count()).select_from(Version))
    client, address = visit("admin"), "/admin/terbitkan/pra-bencana/"
    late_post(client, address, reason="Rapat evaluasi triwulan")
    sign_in(client, "admin")
    page = client.get(f"{address}?kiriman=1")
    assert form_values(page.text)["reason"] == ["Rapat evaluasi triwulan"]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Version)) == before


def test_a_report_that_was_sent_meanwhile_says_that_the_answers_came_too_late(app, visit, ids):
    from tests.integration.test_reports import send

    client, address = visit("operator"), f"/laporan/{ids.report[PB]}"
    values, _sent = late_post(client, address, **{"f.PB-SDL-03": "7", "_action": "save"})
    with app.app_context():
        send(report_id=ids.report[PB])
    sign_in(client, "operator")
    shown = visible_text(client.get(f"{address}?kiriman=1").text)
    assert "Yang Anda kirim sebelum keluar tidak disimpan" in shown
    assert BACK not in shown
    token = {"csrf_token": re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/").text)[1]}
    late = client.post(f"{address}?kiriman=1", data=values | token)
    assert late.status_code == 409
    assert "Armada angkut siap kerah" in visible_text(late.text)
    assert "Isian Anda 7 " in visible_text(late.text)
    assert kept(app) == 1, "nothing was saved, and the report may come back"


def test_posts_are_kept_two_days_for_twenty_pages_and_pruned(app, ids):
    with app.app_context():
        who = world.person("operator")
        for number in range(25):
            kept_post.keep(who.id, f"/laporan/{number}", Held([("a", str(number))]))
        kept_post.keep(who.id, "/laporan/24", Held([("a", "anew")]))
        assert kept(app) == 20
        assert kept_post.newest(who, "/laporan/24").sent == [("a", "anew")]
        assert kept_post.newest(who, "/laporan/4") is None
        with time_machine.travel(world.TODAY + dt.timedelta(hours=49)):
            assert kept_post.newest(who, "/laporan/24") is None
            kept_post.keep(world.person("admin").id, "/laporan/1", Held([]))
        assert kept(app) == 1


def test_the_trail_names_the_page_and_nothing_that_was_typed(app, visit, ids):
    client, address = visit("operator"), f"/laporan/{ids.report[PB]}"
    late_post(client, address, **{"f.PB-SDL-03": "987654", "_action": "save"})
    with app.app_context():
        line = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.subject == "kept_post")).one()
        assert (line.verb, line.detail) == ("keep", {"path": address, "owner": world.person("operator").id})
        assert db.session.scalar(sa.select(sa.func.count()).select_from(EndedSession)) == 1


def test_the_form_of_something_new_comes_back_and_makes_nothing_until_it_is_sent_again(app, visit, tables):
    client, address = visit("admin"), "/admin/pengguna/new/"
    late_post(client, address, email="baru@bpbd.go.id", name="Petugas Baru", role_1="leader", place_1="national|")
    sign_in(client, "admin")
    before = tables()["user"]
    page = client.get(f"{address}?kiriman=1")
    assert form_values(page.text)["email"] == ["baru@bpbd.go.id"]
    assert [row for row in tables()["user"] if row not in before] == []
    assert client.post(f"{address}?kiriman=1", data=form_values(page.text)).status_code == 302
    with app.app_context():
        assert db.session.scalar(sa.select(User.name).where(User.email == "baru@bpbd.go.id")) == "Petugas Baru"


def test_two_who_fill_one_page_have_each_their_own(ctx):
    page, one, two = "/laporan/x", world.person("operator"), world.person("province")
    for who in (one, two):
        kept_post.keep(who.id, page, Held([("a", who.name)]))
    assert [kept_post.newest(who, page).sent for who in (one, two)] == [[("a", one.name)], [("a", two.name)]]
    kept_post.drop(two, page)
    assert kept_post.newest(two, page) is None
    assert kept_post.newest(one, page).sent == [("a", one.name)]
    for number in range(kept_post.MOST + 5):
        kept_post.keep(two.id, f"/laporan/{number}", Held([]))
    kept_post.keep(two.id, page, Held([("a", "anew")]))
    assert kept_post.newest(one, page).sent == [("a", one.name)]


def test_two_posts_of_one_page_at_once_keep_one(app):
    with app.app_context():
        who = world.person("operator").id

    def keep(text):
        return lambda: kept_post.keep(who, "/laporan/x", Held([("a", text)]))

    assert meanwhile(app, keep("satu"), keep("dua")).result() is True
    assert kept(app) == 1


def test_one_person_keeps_no_more_than_fits_and_always_the_newest(app, monkeypatch):
    monkeypatch.setattr(kept_post, "MOST_LETTERS", 1000)
    with app.app_context():
        who = world.person("operator")
        for number in range(4):
            kept_post.keep(who.id, f"/laporan/{number}", Held([("a", "x" * 400)]))
        assert [kept_post.newest(who, f"/laporan/{number}") is not None for number in range(4)] == [False, False, True, True]
        kept_post.keep(who.id, "/laporan/besar", Held([("a", "x" * 5000)]))
        assert kept_post.newest(who, "/laporan/besar").sent == [("a", "x" * 5000)]
    assert kept(app) == 1


def test_no_token_and_no_endless_file_name_is_kept(app, visit, ids):
    client, address = visit("operator"), f"/laporan/{ids.report[PB]}"
    values = form_values(client.get(address).text) | {"_action": "save", "csrf_token": "rahasia-sesi"}
    sign_out(client)
    client.post(address, data=values | {"f.PB-KLB-01.files": (io.BytesIO(b"%PDF-1.4"), "n" * 3000 + ".pdf")}, content_type="multipart/form-data")  # fmt: skip
    with app.app_context():
        fields = db.session.scalars(sa.select(KeptPost.fields)).one()
    assert "rahasia-sesi" not in repr(fields["sent"])
    assert {name for name, _value in fields["sent"]} & {"csrf_token", "_owner"} == set()
    assert fields["lost"] == ["PB-KLB-01: " + "n" * 200]
