"""Sign-in seen from outside: one account has one spelling, sessions are the only key, grants hold where they were given."""

import pytest
import sqlalchemy as sa

from models import AuditEntry, RoleGrant, User, db
from services import region, user
from services.actor import SYSTEM
from services.errors import Refused
from services.user import GrantWish
from tests import world

PB = "32.16"
ALIASES = ("operator@ｅxample.org", "operator@example。org", "ｏperator@example.org", "operator@ⓔxample.org")


def sign_in(client, email, password=world.PASSWORD, **more):
    return client.post("/masuk", data={"email": email, "password": password} | more)


@pytest.mark.parametrize("alias", ALIASES)
def test_look_alike_letters_open_no_account(app, alias):
    client = app.test_client()
    assert sign_in(client, alias).status_code == 200
    assert client.get("/").status_code == 302


def test_every_spelling_of_an_address_is_counted_and_locked_together(app):
    client = app.test_client()
    for email in (
        " Operator@Example.org",
        "OPERATOR@example.org ",
        "operator@EXAMPLE.ORG",
        "operator@example.org",
        "operator@example.org",
    ):
        sign_in(client, email, "salah-salah-salah")
    assert sign_in(client, "Operator@example.org").status_code == 200
    with app.app_context():
        assert db.session.scalars(sa.select(User.locked_until).where(User.email == "operator@example.org")).one() is not None


def test_there_are_no_tokens(app):
    client = app.test_client()
    answer = client.post("/masuk?include_auth_token", json={"email": "operator@example.org", "password": world.PASSWORD})
    assert answer.status_code == 415
    assert b"authentication_token" not in answer.data
    with app.test_request_context():
        token = db.session.scalars(sa.select(User).where(User.email == "operator@example.org")).one().get_auth_token()
    assert client.get(f"/?auth_token={token}").status_code == 302
    assert client.get("/", headers={"Authentication-Token": token}).status_code == 302


def test_the_sign_in_page_is_kept_by_no_cache(app):
    assert app.test_client().get("/masuk").headers["Cache-Control"] == "no-store"


def test_a_form_token_from_before_the_sign_in_is_worth_nothing_after_it(app):
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    import re

    before = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/masuk").text)[1]
    assert sign_in(client, "operator@example.org", csrf_token=before).status_code == 302
    assert client.post("/bahasa", data={"bahasa": "en", "csrf_token": before}).status_code == 400
    after = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/").text)[1]
    assert client.post("/bahasa", data={"bahasa": "en", "csrf_token": after}).status_code == 302
    other = app.test_client()  # someone else's token, be it of this very moment, opens nothing
    theirs = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', other.get("/masuk").text)[1]
    assert sign_in(other, "stranger@example.org", csrf_token=theirs).status_code == 302
    theirs = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', other.get("/").text)[1]
    assert client.post("/bahasa", data={"bahasa": "en", "csrf_token": theirs}).status_code == 400
    assert other.post("/bahasa", data={"bahasa": "en", "csrf_token": theirs}).status_code == 302


def test_the_librarys_scripts_are_not_served(app):
    assert app.test_client().get("/admin/static/vendor/jquery.min.js").status_code == 404


def add(email, role, kind, scope="", password=world.PASSWORD):
    return user.create(
        SYSTEM, email=email, name="Orang", password=password, hasher=world.fast_hash, grants=[GrantWish(role, kind, scope)]
    )


@pytest.mark.parametrize("email", ["orang@bpbd", "orang@bpbd.local", "a..b@example.org", "örang@example.org", "orang@exämple.org"])
def test_an_address_nobody_could_sign_in_with_gets_no_account(ctx, email):
    with pytest.raises(Refused) as refused:
        add(email, "leader", "national")
    assert set(refused.value.faults) == {"email"}


def test_a_password_with_composed_letters_opens_the_account_it_was_given_to(app):
    with app.app_context():
        add("kafe@example.org", "leader", "national", password="Siap\u00e9-\ufb01-Siaga-26")
    assert sign_in(app.test_client(), "kafe@example.org", "Siap\u00e9-\ufb01-Siaga-26").status_code == 302


def test_a_grant_in_one_region_opens_no_national_page(app, as_):
    with app.app_context():
        add("daerah@example.org", "admin", "region", region.region_id(PB))
    browser = as_("daerah")
    for address in ("indikator/", "bagian/", "pilihan/", "terbitkan/", "pengguna/", "periode/new/"):
        assert browser.get(f"/admin/{address}").status_code == 403, address
    assert browser.get("/admin/unit/").status_code == 200


def test_an_account_that_is_switched_off_is_out_and_its_sessions_stay_ended(app, as_):
    browser, direct = as_("leader"), as_("verifier")
    with app.app_context():
        db.session.execute(sa.update(User).where(User.email == "verifier@example.org").values(active=False))
        db.session.commit()
        leader = world.person("leader")
        grants = [GrantWish("leader", "national")]
        for active in (False, True):
            user.update(world.person("admin"), leader.id, name="Leader", active=active, grants=grants)
    assert direct.get("/").status_code == 302
    assert browser.get("/").status_code == 302


def test_a_grant_that_stays_keeps_who_gave_it_and_the_trail_names_what_was_given(ctx):
    leader, admin = world.person("leader"), world.person("admin")
    before = db.session.execute(sa.select(RoleGrant.id, RoleGrant.granted_at).where(RoleGrant.user_id == leader.id)).all()
    grants = [GrantWish("leader", "national"), GrantWish("national-verifier", "national")]
    user.update(admin, leader.id, name="Leader", active=True, grants=grants)
    after = db.session.execute(sa.select(RoleGrant.id, RoleGrant.granted_at).where(RoleGrant.user_id == leader.id)).all()
    assert set(before) < set(after)
    trail = db.session.scalars(
        sa.select(AuditEntry.detail).where(AuditEntry.subject_id == leader.id).order_by(AuditEntry.id.desc())
    )
    assert "national-verifier national" in trail.first()["grants"]


def test_a_unit_grant_reaches_that_units_reports_alone(app, as_, ids):
    with app.app_context():
        add("unit@example.org", "operator", "unit", ids.unit[PB])
    browser = as_("unit")
    html = browser.get("/laporan").text
    assert ids.report[PB] in html
    assert ids.report["32"] not in html
    assert browser.get(f"/laporan/{ids.report['32']}").status_code == 404
    assert browser.get("/admin/kejadian/").status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"cari": "32.16"}, {PB}),
        ({"cari": "kabupaten BEKASI"}, {PB}),
        ({"cari": "%"}, set()),
        ({"cari": "32.16", "formulir": "tanggap-darurat"}, set()),
        ({"formulir": "pra-bencana"}, {PB, "32"}),
        ({"formulir": "pra-bencana", "status": "open", "cari": " bekasi "}, {PB}),
        ({"formulir": "gone"}, set()),
    ],
)
def test_reports_are_found_by_unit_code_and_form(as_, ids, query, found):
    html = as_("admin").get("/laporan", query_string=query).text
    assert {code for code in (PB, "32") if ids.report[code] in html} == found


def test_two_who_do_the_same_at_once_are_told_so(app, as_, monkeypatch):
    from services import unit

    def overtaken(*_args, **_more):
        raise sa.exc.IntegrityError("insert", {}, Exception("unique"))

    monkeypatch.setattr(unit, "create", overtaken)
    from tests.html import form_values

    browser = as_("admin")
    values = form_values(browser.get("/admin/unit/new/").text)
    with app.app_context():
        values |= {"region_id": region.region_id("35.78"), "name": "Klaster", "start_date": "01/01/2026"}
    answer = browser.post("/admin/unit/new/", values)
    assert answer.status_code == 409
    assert "Orang lain baru saja menyimpan" in answer.text


def test_nul_in_a_form_is_no_server_error(as_, ids):
    browser = as_("admin")
    for address, name in (("/admin/indikator/delete/", "id"), ("/masuk", "email"), (f"/laporan/{ids.report[PB]}", "_op")):
        assert browser.post(address, {name: "a\x00b", "_action": "save"}).status_code < 500, address


def test_numbers_without_end_are_refused_at_their_box(as_):
    from tests.html import form_values

    browser = as_("admin")
    values = form_values(browser.get("/admin/indikator/new/").text)
    for huge in ("1e999999", "1e400", "-1e99", "0.1e-99", "1" * 40):
        answer = browser.post("/admin/indikator/new/", values | {"code": "PB-KAP-77", "weight": huge, "target": huge})
        assert answer.status_code == 200, huge
        assert 'class="err"' in answer.text


@pytest.mark.parametrize(
    "way", ["https://[::1", "http://x:99999999/", "//jahat.example", "report.fill", "/\\jahat.example", "\u2028"]
)
def test_a_way_on_that_leads_nowhere_is_dropped_at_both_doors(app, way):
    client, pair = app.test_client(), {"email": "operator@example.org", "password": world.PASSWORD}
    assert client.get("/masuk", query_string={"next": way}).status_code == 200
    for asked, typed in (({"next": way}, {}), ({}, {"next": way})):
        assert client.post("/masuk", query_string=asked, data=pair | typed).location == "/"
        assert client.post("/keluar", query_string=asked, data=typed).location == "/masuk"
    assert client.post("/masuk", data=pair | {"next": "/laporan?hal=2"}).location == "/laporan?hal=2"


def test_sign_out_needs_a_post_and_ends_the_session(app):
    client = app.test_client()
    client.post("/masuk", data={"email": "operator@example.org", "password": world.PASSWORD})
    assert client.get("/keluar").status_code in (404, 405)
    assert client.post("/keluar").status_code == 302
    assert client.get("/").status_code == 302


def test_a_copied_cookie_opens_nothing_after_sign_out(app):
    thief, client, other = app.test_client(), app.test_client(), app.test_client()
    pair = {"email": "operator@example.org", "password": world.PASSWORD, "remember": "y"}
    for browser in (client, other):
        browser.post("/masuk", data=pair)
        assert browser.get_cookie("remember_token") is None
    copied = client.get_cookie("emonev_session").value
    thief.set_cookie("emonev_session", copied)
    assert thief.get("/").status_code == 200
    client.post("/keluar")
    thief.set_cookie("emonev_session", copied)
    assert thief.get("/").status_code == 302
    assert other.get("/").status_code == 200, "another device of the same person stays signed in"


def test_a_deactivated_person_is_out_at_once(app, as_):
    browser = as_("leader")
    assert browser.get("/").status_code == 200
    with app.app_context():
        from services import user

        leader = world.person("leader")
        user.update(world.person("admin"), leader.id, name="Leader", active=False, grants=[])
    assert browser.get("/").status_code == 302
