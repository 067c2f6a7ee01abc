"""Answers of last time stand in the boxes of a draft, and count once they are confirmed or changed."""

import datetime as dt

import pytest

from domain.reporting import Move
from models import Report, db
from services import bundle, period
from services.actor import SYSTEM
from services.drafting import Draft, save_draft
from services.report import move, submit
from tests import world
from tests.html import form_values, visible_text
from tests.unit.make import form, item, option, section, text

BEKASI = "32.16"
ASKED = [
    item("N", "integer"),
    item("Y", "yes_no"),
    item("C", "multiple_choice", choices=[option("a", label=text("Apel")), option("b", label=text("Belimbing"))]),
    item("P", "percent", options={"numerator": text("Hadir"), "denominator": text("Diundang")}),
    item("B", "table", columns=[item("a"), item("n", "integer", required=False), item("k", "calculated", calculation="${n} * 2")]),
    item("L", "single_choice", choices=[option("x"), option("y")]),
]
LAST = {"N": 48, "Y": False, "C": ["a", "b"], "P": {"n": 3, "d": 4}, "B": [{"id": "r1", "a": "beras", "n": 7}], "L": "x"}


@pytest.fixture
def draft(app, ids):
    """The report of the next quarter, with one of this quarter sent before it."""
    with app.app_context():
        bundle.apply(SYSTEM, {"daftar": form(section("S", *ASKED), key="daftar")})
        period.open_period(SYSTEM, ids.period)
        first = world.report_of(BEKASI, "daftar")
        assert submit(world.person("operator"), first, Draft({code: {"v": v} for code, v in LAST.items()}, 0)).sent
        later = period.save(SYSTEM, year=2027, quarter=1, due_date=dt.date(2027, 4, 21), state="open")
        query = db.select(Report.id).where(
            Report.period_id == later, Report.content_type_id == db.session.get_one(Report, first).content_type_id
        )
        return db.session.scalars(query.where(Report.unit_id == ids.unit[BEKASI])).one()


@pytest.fixture
def browser(as_):
    return as_("operator")


def doc_of(app, draft):
    with app.app_context():
        return db.session.get_one(Report, draft).entry.doc


def test_they_stand_in_the_boxes_and_say_so(browser, draft):
    page = browser.get(f"/laporan/{draft}").text
    shown = form_values(page)
    assert [shown[name] for name in ("f.N", "f.Y", "f.C", "f.P.n", "f.P.d", "f.L")] == [
        ["48"],
        ["tidak"],
        ["a", "b"],
        ["3"],
        ["4"],
        ["x"],
    ]
    assert shown["f.B.r1.a"] == ["beras"]
    said = visible_text(page)
    assert said.count("Belum diubah") == len(LAST)
    assert "0 dari 6 jawaban wajib" in said


def test_saved_as_they_stand_they_are_nobodys_answers(app, browser, draft):
    page = form_values(browser.get(f"/laporan/{draft}").text)
    browser.post(f"/laporan/{draft}", page | {"_action": "save"})
    assert doc_of(app, draft) == {}
    checked = browser.post(f"/laporan/{draft}", page | {"_action": "send"})
    assert checked.status_code in (302, 422)
    with app.app_context():
        assert db.session.get_one(Report, draft).state == "draft"


@pytest.mark.parametrize("code", LAST)
def test_a_confirmed_one_is_an_answer(app, browser, draft, code):
    page = form_values(browser.get(f"/laporan/{draft}").text)
    browser.post(f"/laporan/{draft}", page | {f"f.{code}.same": [*page[f"f.{code}.same"], "1"], "_action": "save"})
    doc = doc_of(app, draft)
    assert doc.keys() == {code}
    assert doc[code]["v"] == LAST[code] or [{k: v for k, v in row.items() if k != "k"} for row in doc[code]["v"]] == LAST[code]
    again = browser.get(f"/laporan/{draft}").text
    assert visible_text(again).count("Belum diubah") == len(LAST) - 1


@pytest.mark.parametrize(("name", "value", "code", "kept"), [
    ("f.N", "49", "N", 49), ("f.Y", "ya", "Y", True), ("f.C", ["b"], "C", ["b"]), ("f.P.n", "4", "P", {"n": 4, "d": 4}), ("f.L", "y", "L", "y"),
])  # fmt: skip
def test_a_changed_one_is_an_answer_without_confirming(app, browser, draft, name, value, code, kept):
    page = form_values(browser.get(f"/laporan/{draft}").text)
    browser.post(f"/laporan/{draft}", page | {name: value, "_action": "save"})
    assert {c: a["v"] for c, a in doc_of(app, draft).items()} == {code: kept}


def test_an_emptied_one_stays_empty_and_one_with_a_file_alone_is_still_offered(app, browser, draft):
    page = form_values(browser.get(f"/laporan/{draft}").text)
    browser.post(f"/laporan/{draft}", page | {"f.N": "49", "f.B.r1.n": "8", "_action": "save"})
    page = form_values(browser.get(f"/laporan/{draft}").text)
    browser.post(f"/laporan/{draft}", page | {"f.N": "", "f.B.drop": ["r1"], "_action": "save"})
    with app.app_context():
        save_draft(world.person("operator"), draft, Draft({"P": {"files": ["a" * 64]}}, 9, "file"))
    again = form_values(browser.get(f"/laporan/{draft}").text)
    assert (again["f.N"], "f.N.same" in again, "f.B.same" in again, "f.P.same" in again) == ([""], False, False, True)


def test_what_cannot_be_read_is_an_answer_to_be_mended(app, browser, draft):
    page = form_values(browser.get(f"/laporan/{draft}").text)
    browser.post(f"/laporan/{draft}", page | {"f.N": "banyak", "_action": "save"})
    assert doc_of(app, draft)["N"]["raw"] == "banyak"


def test_a_page_that_only_shows_one_does_not_take_back_a_colleagues_answer(app, browser, draft):
    page = form_values(browser.get(f"/laporan/{draft}").text)
    with app.app_context():
        save_draft(world.person("operator"), draft, Draft({"N": {"v": 50}}, 0, "theirs"))
    done = browser.post(f"/laporan/{draft}", page | {"f.Y": "ya", "_action": "save"})
    assert done.status_code == 302, "nothing clashes"
    assert (doc_of(app, draft)["N"]["v"], doc_of(app, draft)["Y"]["v"]) == (50, True)


@pytest.mark.parametrize("since", ["last time's report", "its type", "a column", "the question"])
def test_whatever_has_changed_since_what_came_back_unconfirmed_is_nobodys(app, browser, draft, since):
    page = form_values(browser.get(f"/laporan/{draft}").text)
    with app.app_context():
        if since == "last time's report":
            now = db.session.get_one(Report, draft)
            ours = db.select(Report).where(Report.unit_id == now.unit_id, Report.content_type_id == now.content_type_id)
            earlier = db.session.scalars(ours.where(Report.id != draft)).one().entry
            earlier.doc = {"N": {"v": 1}, "_context": earlier.doc["_context"]}
            db.session.commit()
        else:
            other = {
                "its type": [item("N", "text"), *ASKED[1:]],
                "a column": [*ASKED[:4], item("B", "table", columns=[item("a")]), ASKED[5]],
                "the question": ASKED[1:],
            }[since]
            bundle.apply(SYSTEM, {"daftar": form(section("S", *other), key="daftar")})
    browser.post(f"/laporan/{draft}", page | {"_action": "save"})
    assert doc_of(app, draft) == {}


def test_what_may_not_be_given_any_more_is_not_offered(app, browser, draft):
    with app.app_context():
        fewer = [f for f in ASKED if f["code"] != "L"] + [
            item("L", "single_choice", choices=[option("x", retired=True), option("y"), option("z")])
        ]
        bundle.apply(SYSTEM, {"daftar": form(section("S", *fewer), key="daftar")})
    page = browser.get(f"/laporan/{draft}").text
    assert "f.L.same" not in form_values(page)
    assert visible_text(page).count("Belum diubah") == len(LAST) - 1


def test_a_report_that_came_back_offers_nothing(app, browser, draft, as_):
    with app.app_context():
        assert submit(world.person("operator"), draft, Draft({code: {"v": v} for code, v in LAST.items()}, 0)).sent
        move(world.person("province"), draft, Move.RETURN, "Periksa lagi.")
        save_draft(world.person("operator"), draft, Draft({"N": {}}, 1, "again"))
    assert "f.N.same" not in form_values(browser.get(f"/laporan/{draft}").text)
