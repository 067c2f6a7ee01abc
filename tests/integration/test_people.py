"""People come, forget, leave: one-time links, hand-overs, accounts nobody uses."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
import time_machine

from infra import clock
from models import AccessLink, AuditEntry, EndedSession, Report, RoleGrant, User, db
from services import access_link, drafting, region, sign_in, succession, user
from services.actor import SYSTEM
from services.drafting import Draft
from services.errors import Forbidden, NotFound, Refused
from services.scope import held
from services.unit_of_work import unit_of_work
from services.user import GrantWish
from tests import world
from tests.html import visible_text
from tests.meanwhile import meanwhile

OFFICER = "petugas.baru@bpbd.go.id"
GOOD = "gudang hijau di tepi kali"


def secret_in(html: str) -> str:
    return re.search(r"/kata-sandi/([\w-]+)", html)[1]


def account(email: str) -> User:
    return db.session.scalars(sa.select(User).where(User.email == email).execution_options(populate_existing=True)).one()


@pytest.fixture
def invited(app):
    """A person without a password, operator in Bekasi."""
    with app.app_context():
        wish = GrantWish("operator", "region", region.region_id("32.16"))
        return user.create(SYSTEM, email=OFFICER, name="Petugas Baru", grants=[wish])


@pytest.fixture
def link(app):
    """``link(id)``: a fresh link for a person. Outside a request: each request has a context of its own."""

    def make(user_id: str) -> access_link.Made:
        with app.app_context():
            return access_link.make(world.person("admin"), user_id)

    return make


def enter(as_, email: str, password: str):
    return as_().post("/masuk", {"email": email, "password": password})


def test_admin_invites_and_officer_chooses_a_password(app, as_):
    admin, officer = as_("admin"), as_()
    made = admin.post("/admin/pengguna/new/", {"email": OFFICER, "name": "Petugas Baru", "active": "y", "role_1": "operator",
                                               "place_1": f"region|{region.region_id('32.16')}"})  # fmt: skip
    assert made.status_code == 302
    assert "/admin/pengguna/tautan/" in made.location
    assert enter(as_, OFFICER, "").status_code == 200  # no password, no way in
    shown = admin.post(made.location).text
    secret = secret_in(shown)
    assert "Petugas Baru" in officer.get(f"/kata-sandi/{secret}").text
    chosen = officer.post(f"/kata-sandi/{secret}", {"password": GOOD, "again": GOOD})
    assert chosen.location == "/masuk"
    assert "Kata sandi Anda tersimpan" in officer.get("/masuk").text
    assert enter(as_, OFFICER, GOOD).location == "/"


def test_link_works_once(app, as_, link, invited):
    secret = link(invited).secret
    with app.app_context():
        access_link.use(secret, GOOD, world.fast_hash)
    assert as_().get(f"/kata-sandi/{secret}").status_code == 404
    assert as_().post(f"/kata-sandi/{secret}", {"password": "kata sandi pencuri", "again": "kata sandi pencuri"}).status_code == 404
    assert enter(as_, OFFICER, GOOD).location == "/"


def test_newer_link_ends_the_older(app, as_, link, invited):
    older = link(invited).secret
    newer = link(invited).secret
    assert as_().get(f"/kata-sandi/{older}").status_code == 404
    assert as_().get(f"/kata-sandi/{newer}").status_code == 200


def test_link_ends_after_its_days(app, as_, link, invited):
    made = link(invited)
    with time_machine.travel(made.expires_at - dt.timedelta(seconds=1)):
        assert as_().get(f"/kata-sandi/{made.secret}").status_code == 200
    with time_machine.travel(made.expires_at):
        closed = as_().get(f"/kata-sandi/{made.secret}")
    assert closed.status_code == 404
    assert "tautan baru" in closed.text


def test_link_of_a_closed_account_opens_nothing(app, as_, link, invited):
    secret = link(invited).secret
    with app.app_context():
        user.update(world.person("admin"), invited, name="Petugas Baru", active=False, grants=[])
    assert as_().get(f"/kata-sandi/{secret}").status_code == 404
    with pytest.raises(Refused):
        link(invited)


@pytest.mark.parametrize("wrong", ["x", "a" * 43, "%F0%9F%98%80", "..%2F..%2Fetc", "a" * 5000])
def test_made_up_links_open_nothing(app, as_, link, invited, wrong):
    link(invited)
    assert as_().get(f"/kata-sandi/{wrong}").status_code == 404


def test_database_keeps_no_secret(ctx, invited):
    secret = access_link.make(world.person("admin"), invited).secret
    row = db.session.scalars(sa.select(AccessLink)).one()
    assert secret not in (row.secret_hash, row.id)
    with pytest.raises(NotFound):
        access_link.holder(row.secret_hash)


@pytest.mark.parametrize(
    ("typed", "again", "said"),
    [
        ("rahasia12", "rahasia12", "sedikitnya 12"),
        (GOOD, GOOD + "x", "tidak sama"),
        ("", "", "wajib diisi"),
        (GOOD * 20, GOOD * 20, "200"),
        (OFFICER, OFFICER, "mudah ditebak"),
        ("password12345", "password12345", "mudah ditebak"),
        ("petugas baru", "petugas baru", "mudah ditebak"),
        ("!@#$%^&*()_+", "!@#$%^&*()_+", "mudah ditebak"),
        ("\u200b" * 14, "\u200b" * 14, "mudah ditebak"),
    ],
)
def test_unfit_passwords_are_refused_and_the_link_stays(app, as_, link, invited, typed, again, said):
    secret = link(invited).secret
    opened = as_().get(f"/kata-sandi/{secret}").text
    answer = as_().post(f"/kata-sandi/{secret}", {"password": typed, "again": again})
    assert answer.status_code == 422
    assert said in answer.text
    assert not typed or answer.text.count(typed) == opened.count(typed)  # a password is not sent back
    assert OFFICER in as_().get(f"/kata-sandi/{secret}").text


def test_new_password_opens_a_resting_account_and_ends_sessions(app, as_, link):
    operator = as_("operator")
    assert operator.get("/laporan").status_code == 200
    with app.app_context():
        found = account("operator@example.org")
        found.locked_until = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10)
        db.session.commit()
        access_link.use(link(found.id).secret, GOOD, world.fast_hash)
    assert operator.get("/laporan").status_code == 302
    assert enter(as_, "operator@example.org", world.PASSWORD).status_code == 200
    assert enter(as_, "operator@example.org", GOOD).location == "/"


@pytest.mark.parametrize("who", ["operator", "verifier", "leader", "stranger"])
def test_only_administrators_make_links(app, as_, invited, who):
    assert as_(who).post("/admin/pengguna/tautan/", {"id": invited}).status_code == 403
    with app.app_context():
        with pytest.raises(Forbidden):
            access_link.make(world.person(who), invited)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(AccessLink)) == 0


def test_successor_gets_the_roles_and_goes_on_with_the_draft(app, as_, ids):
    here, admin = ids.report["32.16"], as_("admin")
    with app.app_context():
        drafting.save_draft(world.person("operator"), here, Draft({"PB-KLB-01": {"v": True}}, 0))
        leaver = account("operator@example.org").id
    assert f"/laporan/{here}" in admin.get(f"/admin/pengguna/serah-terima/?id={leaver}").text
    done = admin.post("/admin/pengguna/serah-terima/", {"id": leaver, "email": OFFICER, "name": "Penerus"})
    assert done.location.startswith("/admin/pengguna/tautan/?id=")
    secret = secret_in(admin.post(done.location).text)
    as_().post(f"/kata-sandi/{secret}", {"password": GOOD, "again": GOOD})
    successor = as_()
    successor.post("/masuk", {"email": OFFICER, "password": GOOD})
    kept = successor.fields(successor.get(f"/laporan/{here}").text)
    assert kept["f.PB-KLB-01"] == ["ya"]
    successor.post(f"/laporan/{here}", kept | {"f.PB-KLB-01": "tidak"})
    assert enter(as_, "operator@example.org", world.PASSWORD).status_code == 200
    with app.app_context():
        assert db.session.get_one(Report, here).entry.doc["PB-KLB-01"]["v"] is False
        assert not account("operator@example.org").active
        assert db.session.scalars(sa.select(RoleGrant).where(RoleGrant.user_id == leaver)).all() == []


def test_handing_over_to_someone_known_adds_what_they_lack(ctx):
    leaver, known = account("operator@example.org"), account("coordinator@example.org")
    assert succession.hand_over(world.person("admin"), leaver.id, email="Coordinator@Example.org") == known.id
    held = {g.role for g in db.session.scalars(sa.select(RoleGrant).where(RoleGrant.user_id == known.id))}
    assert held == {"coordinator", "operator"}


def test_what_a_successor_holds_already_stays_as_it_was_given_and_the_rest_is_given_by_who_hands_over(ctx):
    leaver, known = account("operator@example.org").id, account("coordinator@example.org").id
    [wish] = user.held_by(leaver)
    user.add_grant(SYSTEM, known, wish)
    user.add_grant(SYSTEM, leaver, GrantWish("leader", "national"))
    admin = world.person("admin")
    assert succession.hand_over(admin, leaver, email="coordinator@example.org") == known
    assert {g.role: g.granted_by for g in user.grants_of(known)} == {"coordinator": None, "operator": None, "leader": admin.id}
    assert user.grants_of(leaver) == []


def test_a_name_that_is_not_the_address_s_is_asked_about(ctx, tables):
    leaver, before = account("operator@example.org").id, tables()
    with pytest.raises(Refused) as refused:
        succession.hand_over(world.person("admin"), leaver, email="coordinator@example.org", name="Budi Pengganti")
    assert set(refused.value.faults) == {"name"}
    assert tables() == before
    assert succession.hand_over(world.person("admin"), leaver, email="coordinator@example.org", name=" coordinator ")


@pytest.mark.parametrize("name", ["\u200b", "\u202e\u200f", "\x07", "\u3164", "\u2800\ufe0f"])
def test_a_name_nobody_sees_is_none(as_, tables, name):
    before = tables()
    answer = as_("admin").post("/admin/pengguna/new/", {"email": OFFICER, "name": name, "active": "y"})
    assert "wajib diisi" in visible_text(answer.text)
    assert tables() == before


@pytest.mark.parametrize(
    ("email", "name", "field"),
    [
        ("operator@example.org", "Dia sendiri", "email"),
        ("bukan surel", "", "email"),
        ("tak.dikenal@bpbd.go.id", "", "name"),
        ("bukan surel", "Penerus", "email"),
    ],
)
def test_unfit_successors_are_refused_and_nothing_moves(ctx, tables, email, name, field):
    leaver, before = account("operator@example.org"), tables()
    with pytest.raises(Refused) as refused:
        succession.hand_over(world.person("admin"), leaver.id, email=email, name=name)
    assert field in refused.value.faults
    assert tables() == before


def test_nobody_hands_over_the_last_administrator(ctx, tables):
    admin = account("admin@example.org")
    before = tables()
    with pytest.raises(Refused):
        succession.hand_over(world.person("admin"), admin.id, email=OFFICER, name="Penerus")
    with pytest.raises(Refused):  # the follower has not chosen a password: nobody could let people in
        succession.hand_over(SYSTEM, admin.id, email=OFFICER, name="Penerus")
    assert tables() == before


def test_sent_reports_keep_their_sender(ctx, ids):
    db.session.execute(sa.update(Report).where(Report.id == ids.report["32.16"]).values(sent_by=account("operator@example.org").id))
    db.session.commit()
    leaver = account("operator@example.org")
    succession.hand_over(world.person("admin"), leaver.id, email="coordinator@example.org")
    assert db.session.get_one(Report, ids.report["32.16"]).sent_by == leaver.id


def test_list_names_accounts_nobody_uses(app, as_, invited):
    now = dt.datetime.now(dt.UTC)
    with app.app_context():
        for email, seen in (
            ("operator", now),
            ("coordinator", now - dt.timedelta(days=91)),
            ("leader", now - dt.timedelta(days=89)),
        ):
            account(f"{email}@example.org").last_seen_at = seen
        db.session.commit()
    never, long = (as_("admin").get(f"/admin/pengguna/?flt0_0={what}").text for what in ("never", "long"))
    assert OFFICER in never
    assert "operator@example.org" not in never
    assert "coordinator@example.org" in long
    assert "leader@example.org" not in long
    assert "Belum: buat tautan" in never


def test_a_role_given_meanwhile_is_not_taken_by_a_form_from_before(app, as_, invited):
    admin = as_("admin")
    form = admin.fields(admin.get(f"/admin/pengguna/edit/?id={invited}").text)
    with app.app_context():
        user.add_grant(SYSTEM, invited, GrantWish("leader", "national"))
    answer = admin.post(f"/admin/pengguna/edit/?id={invited}", form | {"name": "Nama Lain"})
    assert answer.status_code == 200
    assert "diubah sejak" in answer.text or "berubah sejak" in answer.text
    with app.app_context():
        assert {g.role for g in user.grants_of(invited)} == {"operator", "leader"}


def test_a_password_set_by_hand_or_a_closed_account_ends_links(app, as_, link, invited):
    first = link(invited)
    with app.app_context():
        kept = [GrantWish(g.role, g.scope_kind, g.scope_id) for g in user.grants_of(invited)]
        user.update(SYSTEM, invited, name="Petugas", active=True, grants=kept, password=GOOD, hasher=str.upper)
    assert as_().get(f"/kata-sandi/{first.secret}").status_code == 404
    second = link(invited)
    with app.app_context():
        user.update(SYSTEM, invited, name="Petugas", active=False, grants=kept)
        user.update(SYSTEM, invited, name="Petugas", active=True, grants=kept)
    assert as_().get(f"/kata-sandi/{second.secret}").status_code == 404


def test_a_password_page_that_was_open_too_long_starts_again(app, link, invited):
    app.config["WTF_CSRF_ENABLED"] = True
    page = f"/kata-sandi/{link(invited).secret}"
    late = app.test_client().post(page, data={"password": GOOD, "again": GOOD, "csrf_token": "x"}, follow_redirects=True)
    assert late.request.path == page
    assert "Tulis kata sandi sekali lagi" in late.text


def test_ended_sessions_are_forgotten_once_no_cookie_can_name_them(ctx):
    who = world.person("operator").id
    for days, key in ((70, "long ago"), (10, "lately"), (0, "now")):
        with clock.at(clock.now() - dt.timedelta(days=days)):
            sign_in.ended(who, key)
    assert set(db.session.scalars(sa.select(EndedSession.key))) == {"lately", "now"}


def test_whoever_is_held_is_seen_as_they_are_now(ctx, invited):
    """An account read before, closed by someone else meanwhile."""
    assert db.session.get(User, invited).active
    with db.engine.begin() as other:
        other.execute(sa.update(User).where(User.id == invited).values(active=False))
    with unit_of_work():
        assert held(User, invited).active is False
    with pytest.raises(Refused):
        succession.hand_over(world.person("admin"), account("coordinator@example.org").id, email=OFFICER)


def test_a_hand_over_is_found_under_both_names(ctx, as_, invited):
    succession.hand_over(world.person("admin"), account("coordinator@example.org").id, email=OFFICER)
    shown = visible_text(as_("admin").get(f"/admin/jejak/?search={OFFICER}").text)
    assert "Koordinator klaster (Kabupaten Bekasi)" in shown


def test_a_locked_account_is_seen_among_the_users(app, as_, invited):
    with app.app_context():
        for _try in range(sign_in.MAX_FAILURES):
            sign_in.failed(invited)
    shown = visible_text(as_("admin").get(f"/admin/pengguna/?search={OFFICER}").text)
    assert re.search(r"Diistirahatkan sampai .* WIB", shown)
    assert "sistem mengunci" in visible_text(as_("admin").get(f"/admin/jejak/?search={OFFICER}").text)


def test_people_are_found_by_the_place_of_their_role(as_, invited):
    listed = as_("admin").get("/admin/pengguna/?search=bekasi").text.split("<tbody>")[1]
    assert OFFICER in listed
    assert "stranger@example.org" not in listed


def test_a_role_given_after_the_page_was_opened_is_not_handed_over_unseen(app, as_):
    admin = as_("admin")
    with app.app_context():
        leaver = account("coordinator@example.org").id
    page = f"/admin/pengguna/serah-terima/?id={leaver}"
    form = admin.fields(admin.get(page).text) | {"email": "pengganti@bpbd.go.id", "name": "Pengganti"}
    with app.app_context():
        user.add_grant(SYSTEM, leaver, GrantWish("admin", "national"))
    late = admin.post(page, form)
    assert "diubah sejak Anda membuka halaman" in visible_text(late.text)
    with app.app_context():
        assert account("coordinator@example.org").active
    seen = admin.fields(late.text) | {"email": "pengganti@bpbd.go.id", "name": "Pengganti"}
    assert admin.post(page, seen).status_code == 302
    again = admin.post(page, admin.fields(admin.get(page).text) | {"email": "lain@bpbd.go.id", "name": "Lain"})
    assert "sudah diserahkan" in visible_text(again.text)


def test_a_password_chosen_in_somebody_elses_session_ends_it(app, as_, link, invited):
    browser = as_("operator")
    address = f"/kata-sandi/{link(invited).secret}"
    answer = browser.post(address, {"password": GOOD, "again": GOOD})
    assert answer.status_code == 302
    assert browser.get("/laporan").status_code == 302


def test_blanks_are_no_password(ctx, invited):
    with pytest.raises(Refused):
        user.create(SYSTEM, email="kosong@bpbd.go.id", name="K", password=" " * 14, hasher=world.fast_hash)


def test_a_link_opens_nothing_of_an_account_closed_by_whatever_way(app, as_, link, invited):
    secret = link(invited).secret
    with app.app_context(), unit_of_work() as session:
        session.execute(sa.update(User).where(User.id == invited).values(active=False))
    assert as_().get(f"/kata-sandi/{secret}").status_code == 404


def test_nobody_makes_us_hash_for_a_link_that_opens_nothing(ctx, invited):
    hashed = []
    for secret in ("x" * 43, ""):
        with pytest.raises(NotFound):
            access_link.use(secret, GOOD, hashed.append)
    assert hashed == []


def test_links_and_chosen_passwords_stand_in_the_trail_and_their_pages_in_no_cache(app, as_, link, invited):
    page = f"/kata-sandi/{link(invited).secret}"
    assert as_().get(page).headers["Cache-Control"] == "no-store"
    as_().post(page, {"password": GOOD, "again": GOOD})
    assert as_().get(page).headers["Cache-Control"] == "no-store"
    with app.app_context():
        lines = db.session.execute(sa.select(AuditEntry.verb, AuditEntry.actor_id).where(AuditEntry.subject_id == invited)).all()
        assert {("link", world.person("admin").id), ("choose-password", None)} <= {tuple(line) for line in lines}


def test_two_who_use_one_link_at_once_set_one_password(app, link, invited):
    secret, first = link(invited).secret, []

    def use(password):
        return lambda: access_link.use(secret, password, world.fast_hash)

    def chosen():
        use(GOOD)()
        first.append(db.session.get_one(User, invited).password)

    assert isinstance(meanwhile(app, chosen, use("kata sandi pencuri")).exception(), NotFound)
    with app.app_context():
        assert account(OFFICER).password == first[0]


@pytest.mark.parametrize("who", ["operator", "verifier", "leader"])
def test_only_who_may_change_accounts_sees_or_gives_what_somebody_leaves(ctx, tables, invited, who):
    actor, before = world.person(who), tables()
    for step in (lambda: succession.left_behind(actor, invited), lambda: succession.hand_over(actor, invited, email="coordinator@example.org")):  # fmt: skip
        with pytest.raises(Forbidden):
            step()
    assert tables() == before


@pytest.mark.parametrize("page", ["tautan", "serah-terima", "edit", "new"])
def test_who_may_only_look_at_accounts_opens_no_page_that_changes_them(app, as_, invited, page):
    with app.app_context():
        user.add_grant(SYSTEM, world.person("leader").id, GrantWish(world.role("pengamat", "user:read"), "national"))
    assert as_("leader").get("/admin/pengguna/").status_code == 200
    assert as_("leader").get(f"/admin/pengguna/{page}/?id={invited}").status_code == 403


def test_nobody_hands_over_their_own_account_though_another_administrator_stays(ctx, tables):
    user.add_grant(SYSTEM, world.person("leader").id, GrantWish("admin", "national"))
    admin, before = world.person("admin"), tables()
    with pytest.raises(Refused, match="your own account"):
        succession.hand_over(admin, admin.id, email="leader@example.org")
    assert tables() == before


def test_an_account_that_rests_follows_nobody(ctx, tables, invited):
    user.update(SYSTEM, invited, name="Petugas", active=False, grants=[])
    leaver, before = account("operator@example.org").id, tables()
    with pytest.raises(Refused) as refused:
        succession.hand_over(world.person("admin"), leaver, email=OFFICER, name="Petugas")
    assert set(refused.value.faults) == {"email"}
    assert tables() == before


def test_what_opened_the_account_of_who_left_opens_it_no_more_when_they_come_back(app, as_, link):
    browser = as_("coordinator")
    with app.app_context():
        leaver = account("coordinator@example.org").id
    secret = link(leaver).secret
    with app.app_context():
        states = {email: account(email).lock_version for email in ("coordinator@example.org", "operator@example.org")}
        succession.hand_over(world.person("admin"), leaver, email="operator@example.org")
        assert all(account(email).lock_version > before for email, before in states.items())
        user.update(SYSTEM, leaver, name="Koordinator", active=True, grants=[GrantWish("coordinator", "national")])
    assert browser.get("/laporan").status_code == 302
    assert as_().get(f"/kata-sandi/{secret}").status_code == 404


def test_hand_overs_that_cross_do_not_wait_for_each_other(app):
    with app.app_context():
        people = {account(f"{who}@example.org").id: f"{who}@example.org" for who in ("operator", "coordinator")}
    low, high = sorted(people)

    def over(leaver, follower):
        return lambda: succession.hand_over(world.person("admin"), leaver, email=people[follower])

    late = meanwhile(app, lambda: held(User, low), over(high, low), then=over(low, high))
    assert isinstance(late.exception(), Refused)
    with app.app_context():
        assert [db.session.get_one(User, key).active for key in (low, high)] == [False, True]


def test_two_administrators_who_depose_each_other_do_not_both_succeed(app):
    with app.app_context():
        user.add_grant(SYSTEM, world.person("leader").id, GrantWish("admin", "national"))
        actors = [world.person("admin"), world.person("leader")]

    def depose(by, whom):
        return lambda: user.update(actors[by], actors[whom].id, name="Turun", active=True, grants=[])

    assert isinstance(meanwhile(app, depose(0, 1), depose(1, 0)).exception(), Refused)
    with app.app_context():
        assert [email for _name, email in user.administrators()] == ["admin@example.org"]


def test_a_password_without_a_hasher_is_a_fault_of_ours_and_not_forgotten(ctx):
    with pytest.raises(TypeError):
        user.create(SYSTEM, email=OFFICER, name="Petugas", password=GOOD)
