"""What a page sends in the background: acknowledged in JSON that names the sending, taken once, never mistaken for another's."""

import pytest
import sqlalchemy as sa

from models import AnswerChange, KeptPost, db
from services import user
from services.actor import SYSTEM
from services.drafting import Draft, save_draft
from services.report import submit
from services.report_rows import get_for
from services.user import GrantWish
from tests import world
from tests.answers import complete
from tests.html import form_values

PB, SCRIPT = "32.16", {"Accept": "application/json"}


class Page:
    """An opened fill page that posts single answers the way its script does."""

    def __init__(self, browser, address):
        self.browser, self.address, self.nth = browser, address, 0
        page = form_values(browser.get(address).text)
        names = ("csrf_token", "_person", "_op", "_seq", "_version")
        self.about = {name: page[name][0] for name in names}

    def send(self, code, value, **more):
        self.nth += 1
        said = self.about | {"_codes": code, f"f.{code}": value, "_nth": self.nth} | more
        return self.browser.post(self.address, said, headers=SCRIPT)


@pytest.fixture
def address(ids):
    return f"/laporan/{ids.report[PB]}"


@pytest.fixture
def page(as_, address):
    return Page(as_("operator"), address)


@pytest.fixture
def stored(app, ids):
    def value(code):
        with app.app_context():
            return (get_for(world.person("operator"), ids.report[PB]).entry.doc.get(code) or {}).get("v")

    return value


def logged(app):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(AnswerChange))


def colleague(app, ids):
    with app.app_context():
        two = world.person("province")
        user.update(SYSTEM, two.id, name="Rekan", active=True, grants=[GrantWish("operator", "unit", ids.unit[PB])])


def test_the_acknowledgement_names_the_sending_and_what_is_kept(page, stored):
    answer = page.send("PB-SDL-03", "5")
    assert answer.status_code == 200
    said = answer.json
    assert (said["page"], said["nth"], said["seq"]) == (page.about["_op"], 1, 1)
    assert said["said"].startswith("Tersimpan di server, ")
    assert (said["others"], said["clashes"], said["stale"]) == ({}, {}, False)
    assert stored("PB-SDL-03") == 5


def test_one_sending_twice_is_one_change(app, page, stored):
    for _time in range(2):
        page.nth = 0
        assert page.send("PB-SDL-03", "5").json["nth"] == 1
    assert (stored("PB-SDL-03"), logged(app)) == (5, 1)


def test_a_sending_that_comes_after_a_later_one_changes_nothing(app, page, stored):
    page.send("PB-SDL-03", "5", _nth=2)
    page.send("PB-SDL-03", "6", _nth=4)
    assert page.send("PB-SDL-03", "5", _nth=3).json["clashes"] == {}
    assert (stored("PB-SDL-03"), logged(app)) == (6, 2)
    assert page.send("PB-KAP-01", "7", _nth=3).status_code == 200
    assert stored("PB-KAP-01") == 7, "only what was answered later is overtaken"


def test_the_whole_form_comes_after_what_it_sent_in_the_background(app, page, stored):
    page.send("PB-SDL-03", "5")
    whole = form_values(page.browser.get(page.address).text) | page.about
    page.browser.post(page.address, whole | {"f.PB-SDL-03": "6", "_nth": "2", "_action": "save"})
    assert page.send("PB-SDL-03", "5", _nth=1).status_code == 200
    assert stored("PB-SDL-03") == 6


def test_others_answers_come_along_as_the_page_shows_them(app, ids, page):
    colleague(app, ids)
    with app.app_context():
        save_draft(world.person("province"), ids.report[PB], Draft({"PB-KAP-01": {"v": 21}}, 0))
    said = page.send("PB-SDL-03", "5").json
    assert list(said["others"]) == ["PB-KAP-01"]
    assert 'data-q="PB-KAP-01"' in said["others"]["PB-KAP-01"]
    assert 'value="21"' in said["others"]["PB-KAP-01"]


def test_what_two_answered_differently_is_shown_in_words_and_stays(app, ids, page, stored):
    colleague(app, ids)
    with app.app_context():
        save_draft(world.person("province"), ids.report[PB], Draft({"PB-SDL-03": {"v": 1200}}, 0))
    said = page.send("PB-SDL-03", "5").json
    clash = said["clashes"]["PB-SDL-03"]
    assert (clash["who"], clash["theirs"], clash["mine"]) == ("Rekan (Operator BPBD)", "1.200\u00a0unit", "5\u00a0unit")
    assert 'value="1.200"' in said["others"]["PB-SDL-03"]
    assert stored("PB-SDL-03") == 1200
    page.about["_seq"] = said["seq"]
    assert page.send("PB-SDL-03", "5").json["clashes"] == {}, "chosen by someone who has seen both"
    assert stored("PB-SDL-03") == 5


def test_a_page_goes_on_with_what_an_earlier_one_of_the_same_person_left(app, ids, as_, page, stored):
    page.send("PB-SDL-03", "5")
    heir = Page(as_("operator"), page.address)
    heir.about["_seq"] = page.about["_seq"]  # it sends what the earlier page typed, upon what that page was made from
    assert heir.send("PB-SDL-03", "6").json["clashes"].keys() == {"PB-SDL-03"}
    assert heir.send("PB-SDL-03", "6", _heir=page.about["_op"]).json["clashes"] == {}
    assert stored("PB-SDL-03") == 6


def test_no_heir_of_another_person(app, ids, page, stored):
    colleague(app, ids)
    with app.app_context():
        save_draft(world.person("province"), ids.report[PB], Draft({"PB-SDL-03": {"v": 9}}, 0, "theirs"))
    assert page.send("PB-SDL-03", "5", _heir="theirs").json["clashes"].keys() == {"PB-SDL-03"}
    assert stored("PB-SDL-03") == 9


def test_answers_of_one_person_are_not_taken_from_another(app, as_, page, stored):
    with app.app_context():
        other = world.person("province").id
    answer = page.send("PB-SDL-03", "5", _person=other)
    assert (answer.status_code, answer.json) == (409, {"another": True})
    assert stored("PB-SDL-03") is None


def test_who_is_signed_out_is_told_so_and_nothing_is_kept_in_between(app, page, stored):
    page.browser.post("/keluar", {"csrf_token": page.about["csrf_token"]})
    answer = page.send("PB-SDL-03", "5")
    assert (answer.status_code, answer.json) == (401, {"signed_out": True})
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(KeptPost)) == 0
    assert stored("PB-SDL-03") is None


def test_a_forged_sending_is_refused(app, page, stored):
    app.config["WTF_CSRF_ENABLED"] = True
    assert page.send("PB-SDL-03", "5", csrf_token="made-up").status_code == 401
    assert stored("PB-SDL-03") is None


def test_a_report_of_elsewhere_is_hidden_from_scripts_too(as_, page, stored):
    page.browser = as_("stranger")
    answer = page.send("PB-SDL-03", "5")
    assert answer.status_code == 404
    assert answer.json["refused"].startswith("Halaman ini tidak ada.")
    assert stored("PB-SDL-03") is None


def test_a_report_that_was_sent_takes_no_more_and_says_so(app, ids, page):
    with app.app_context():
        actor = world.person("operator")
        assert submit(actor, ids.report[PB], Draft(complete(actor, ids.report[PB]), 0)).sent
    answer = page.send("PB-SDL-03", "5")
    assert answer.status_code == 409
    assert "sudah dikirim" in answer.json["refused"]


def test_what_a_sent_report_holds_already_is_acknowledged(app, ids, page, tables):
    """A press on "send" may overtake the answer that was saving itself."""
    with app.app_context():
        actor = world.person("operator")
        assert submit(actor, ids.report[PB], Draft(complete(actor, ids.report[PB]), 0)).sent
        held = get_for(actor, ids.report[PB]).entry.doc["PB-SDL-03"]["v"]
    before = tables()
    answer = page.send("PB-SDL-03", str(held))
    assert (answer.status_code, answer.json["page"], answer.json["nth"]) == (200, page.about["_op"], 1)
    assert tables() == before


def test_the_session_says_who_it_is_of(app, as_, page):
    now = page.browser.get("/sesi")
    assert now.json["person"] == page.about["_person"]
    assert page.send("PB-SDL-03", "5", csrf_token=now.json["csrf"]).status_code == 200
    assert now.headers["Cache-Control"] == "no-store"
    nobody = app.test_client().get("/sesi")
    assert (nobody.json["person"], nobody.json["csrf"]) == ("", "")
    assert nobody.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "bad", [{"_nth": "9" * 400}, {"_nth": "-1"}, {"_seq": "x"}, {"_heir": "a " * 9000}, {"_op": ":::"}, {"_codes": ""}]
)
def test_odd_marks_of_a_page_break_nothing(page, bad):
    assert page.send("PB-SDL-03", "5", **bad).status_code == 200
