"""What was typed is kept as typed: nought, late answers, two tabs, people who may fill and not send."""

import datetime as dt

import sqlalchemy as sa

from models import Entry, FieldRow, Report, db
from services import definition, event, period, region, unit, user
from services.actor import SYSTEM, actor_for
from services.drafting import Draft, save_draft
from services.reading import board
from services.report import submit
from services.report_rows import get_for
from services.unit_of_work import unit_of_work
from services.user import GrantWish
from tests import world
from tests.answers import complete
from tests.html import form_values, visible_text
from tests.integration.test_reports import send

PB = "32.16"


def doc(ids, report=PB):
    return get_for(world.person("operator"), ids.report[report]).entry.doc


def test_nought_is_an_answer_and_can_be_taken_back(ctx, ids):
    actor, report_id = world.person("operator"), ids.report[PB]
    saved = save_draft(actor, report_id, Draft({"PB-SDL-03": {"v": 0}}, 0))
    assert doc(ids)["PB-SDL-03"]["v"] == 0
    assert "PB-SDL-03" not in {e.code for e in saved.checked.errors}
    save_draft(actor, report_id, Draft({"PB-SDL-03": {"v": None}}, saved.seq))
    assert doc(ids)["PB-SDL-03"]["v"] is None


def test_a_no_can_be_taken_back_too(ctx, ids):
    actor, report_id = world.person("operator"), ids.report[PB]
    saved = save_draft(actor, report_id, Draft({"PB-KLB-01": {"v": False}}, 0))
    assert doc(ids)["PB-KLB-01"]["v"] is False
    save_draft(actor, report_id, Draft({"PB-KLB-01": {"v": None}}, saved.seq))
    assert doc(ids)["PB-KLB-01"]["v"] is None


def test_an_answer_changed_by_someone_else_after_my_own_change_is_not_overwritten_unseen(ctx, ids):
    one, two = world.person("operator"), world.person("province")
    user.update(SYSTEM, two.id, name="Rekan", active=True, grants=[GrantWish("operator", "unit", ids.unit[PB])])
    two, report_id = world.person("province"), ids.report[PB]
    save_draft(one, report_id, Draft({"PB-SDL-03": {"v": 5}}, 0))
    save_draft(two, report_id, Draft({"PB-SDL-03": {"v": 9}}, 1))
    saved = save_draft(one, report_id, Draft({"PB-SDL-03": {"v": 7}}, 0))
    assert [(c.theirs["v"], c.mine["v"], c.who) for c in saved.conflicts] == [(9, 7, "Rekan")]
    assert doc(ids)["PB-SDL-03"]["v"] == 9


def test_a_second_tab_of_the_same_person_takes_nothing_back(app, as_, ids):
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    first, second = (form_values(browser.get(address).text) for _tab in range(2))
    assert browser.post(address, first | {"f.PB-SDL-03": "5", "_action": "save"}).status_code == 302
    assert browser.post(address, second | {"f.PB-KAP-01": "21", "_action": "save"}).status_code == 302
    answer = browser.post(address, second | {"f.PB-KAP-01": "22", "f.PB-SDL-03": "6", "_action": "save"})
    assert answer.status_code == 422
    assert "Isi lagi bila isian Anda yang benar" in answer.text
    assert "Isian Anda sudah tersimpan" not in answer.text
    with app.app_context():
        assert (doc(ids)["PB-SDL-03"]["v"], doc(ids)["PB-KAP-01"]["v"]) == (5, 22), "the page's own earlier save is its base"


def test_a_period_that_closed_meanwhile_refuses_to_send_and_keeps_what_was_typed(app, as_, ids):
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    values = form_values(browser.get(address).text)
    with app.app_context():
        period.save(SYSTEM, year=2026, quarter=4, due_date=dt.date(2027, 1, 21), state="closed", period_id=ids.period)
    for action in ("save", "send"):
        answer = browser.post(address, values | {"f.PB-SDL-03": "8" if action == "save" else "9", "_action": action})
        assert answer.status_code == 302
        html = browser.get(address).text
        assert "Periode ini sudah ditutup" in html
        assert "Isian Anda sudah tersimpan" in html
    with app.app_context():
        assert doc(ids)["PB-SDL-03"]["v"] == 9
        assert get_for(world.person("operator"), ids.report[PB]).state == "draft"


def filler(ids):
    """Someone who may fill and read, not send."""
    wish = [GrantWish(world.role("pengisi", "report:read", "report:fill", "ranking:read"), "unit", ids.unit[PB])]
    return user.create(
        SYSTEM, email="filler@example.org", name="Pengisi", password=world.PASSWORD, hasher=world.fast_hash, grants=wish
    )


def test_who_may_fill_and_not_send_fills_and_keeps_the_draft_when_sending_is_tried(ctx, ids):
    actor = actor_for(filler(ids))
    answers = complete(actor, ids.report[PB])
    saved = submit(actor, ids.report[PB], Draft(answers, 0))
    assert not saved.sent
    assert saved.refusal is not None
    assert doc(ids)["PB-KLB-01"]["v"] is True


def test_the_fill_page_of_who_may_not_send_has_no_button_to_send(app, as_, ids):
    with app.app_context():
        filler(ids)
    html = as_("filler").get(f"/laporan/{ids.report[PB]}").text
    assert 'value="check"' in html
    assert "Periksa dan kirim" not in html


def test_the_start_of_a_duration_is_the_events_whatever_the_page_sends(ctx, ids):
    actor, report_id = world.person("operator"), ids.report["response"]
    forged = {"v": {"from": "2026-10-11T08:00", "to": "2026-10-11T09:00"}}
    save_draft(actor, report_id, Draft({"TD-AKT-01": {"v": True}, "TD-AKT-02": forged}, 0))
    assert doc(ids, "response")["TD-AKT-02"]["v"] == {"from": "2026-10-09T08:00", "to": "2026-10-11T09:00"}


def test_what_is_hidden_in_another_form_is_empty_here(ctx, ids):
    from services import bundle
    from services.report_context import context_of, version_of
    from tests.unit.make import form, item, section

    gate = item("H-GATE", "yes_no")
    hidden = item("H-NUM", "integer", relevant="${H-GATE} = true()", required=False)
    reader = item("R-NUM", "calculated", calculation="${asal:H-NUM} + 1")
    bundle.apply(SYSTEM, {"asal": form(section("A", gate, hidden), key="asal"), "baca": form(section("B", reader), key="baca")})
    period.open_period(SYSTEM, ids.period)
    source, target = world.report_of(PB, "asal"), world.report_of(PB, "baca")
    actor = world.person("operator")

    def read():
        report = get_for(actor, target)
        return context_of(report, version_of(report)[1]).related["asal", "H-NUM"]

    seq = save_draft(actor, source, Draft({"H-GATE": {"v": True}, "H-NUM": {"v": 5}}, 0)).seq
    assert read() == 5
    save_draft(actor, source, Draft({"H-GATE": {"v": False}}, seq))
    assert read() is None


def test_a_later_due_date_moves_the_deadline_of_unsent_reports(ctx, ids):
    actor = world.person("operator")
    assert submit(actor, ids.report[PB], Draft(complete(actor, ids.report[PB]), 0)).sent
    sent = get_for(actor, ids.report[PB]).due_at
    period.save(SYSTEM, year=2026, quarter=4, due_date=dt.date(2027, 2, 10), state="open", period_id=ids.period)
    due = dict(db.session.execute(sa.select(Report.id, Report.due_at).where(Report.period_id == ids.period)).all())
    assert due[ids.report[PB]] == sent, "what was sent was sent under its own deadline"
    assert due[ids.report["32"]] == dt.datetime(2027, 2, 10, 16, 59, 59, tzinfo=dt.UTC)


def test_a_period_that_closes_soon_can_be_reported_for_from_the_start(ctx, ids):
    period.save(SYSTEM, year=2027, quarter=1, due_date=dt.date(2027, 4, 21), state="closing")
    assert set(db.session.scalars(sa.select(Report.unit_id).where(Report.year == 2027))) == set(ids.unit.values())


def changed_event(ids, actor=None, **changes):
    row = db.session.get(event.Event, ids.event)
    names = ("unit_id", "name", "hazard", "occurred_at", "declared_at", "status_end", "response_due", "post_due")
    return event.save(actor or world.person("operator"), event_id=row.id, **({n: getattr(row, n) for n in names} | changes))


def test_a_status_that_has_not_ended_after_all_owes_no_blank_post_disaster_report(ctx, ids):
    changed_event(ids, status_end=None, post_due=None)
    assert db.session.get(Report, ids.report["post"]) is None
    assert db.session.get(Report, ids.report["response"]) is not None


def test_a_started_post_disaster_report_is_not_thrown_away(ctx, ids):
    import pytest

    from services.errors import Refused

    save_draft(world.person("operator"), ids.report["post"], Draft({"PS-EVA-01": {"v": True}}, 0))
    with pytest.raises(Refused) as refused:
        changed_event(ids, status_end=None, post_due=None)
    assert set(refused.value.faults) == {"status_end"}
    assert db.session.get(Report, ids.report["post"]) is not None


def test_an_event_moved_to_another_year_leaves_no_score_behind(ctx, ids):
    from services import score

    moments = {"occurred_at": dt.datetime(2025, 12, 9, 2), "declared_at": dt.datetime(2025, 12, 9, 8)}
    ends = {"status_end": dt.date(2025, 12, 24), "response_due": dt.date(2026, 1, 20), "post_due": dt.date(2026, 2, 20)}
    changed_event(ids, SYSTEM, **moments, **ends)
    assert score.rebuild_differences() == []
    back = {"occurred_at": dt.datetime(2026, 10, 9, 2), "declared_at": dt.datetime(2026, 10, 9, 8)}
    changed_event(
        ids, SYSTEM, **back, status_end=dt.date(2026, 10, 24), response_due=dt.date(2026, 11, 20), post_due=dt.date(2026, 12, 20)
    )
    assert score.rebuild_differences() == []
    assert 2025 not in score.years()


def test_a_page_may_say_again_what_it_said_before(app, as_, ids):
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    page = form_values(browser.get(address).text)
    for typed in ("51", "52", "51"):  # the last one from the page the Back button brought again
        assert browser.post(address, page | {"f.PB-KAP-01": typed, "_action": "save"}).status_code == 302
    with app.app_context():
        assert doc(ids)["PB-KAP-01"]["v"] == 51


def test_the_same_press_sent_twice_is_logged_once(ctx, ids):
    actor, report_id = world.person("operator"), ids.report[PB]
    page = Draft({"PB-KAP-01": {"v": 5}}, 0, "page-1")
    assert save_draft(actor, report_id, page).seq == save_draft(actor, report_id, page).seq == 1


def test_what_was_typed_on_a_page_from_before_a_publication_is_kept(app, as_, ids):
    from tests.integration.test_definitions import publish

    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    page = form_values(browser.get(address).text)
    with app.app_context():
        retired = db.session.scalars(sa.select(FieldRow).where(FieldRow.code == "PB-SDL-03")).one()
        definition.retire(world.person("admin"), FieldRow, retired.id)
        publish()
    answer = browser.post(address, page | {"f.PB-SDL-03": "4.242", "f.PB-KAP-01": "77", "_action": "save"})
    assert answer.status_code == 302
    html = visible_text(browser.get(answer.location).text)
    assert "BNPB mengubah formulir ini saat Anda mengisinya" in html
    assert "4.242" in html[html.index("Tidak ditanyakan lagi") :]
    with app.app_context():
        kept = doc(ids)
        assert (kept["PB-KAP-01"]["v"], kept["PB-SDL-03"]["v"]) == (77, 4242)


def test_nothing_is_sent_that_was_published_anew_in_the_same_moment(app, as_, ids, monkeypatch):
    from tests.integration.test_definitions import publish
    from web import report_form

    def overtaken(actor, report_id, draft):
        retired = db.session.scalars(sa.select(FieldRow).where(FieldRow.code == "PB-SDL-03")).one()
        definition.retire(world.person("admin"), FieldRow, retired.id)
        publish()
        monkeypatch.setattr(report_form, "submit", submit)
        return submit(actor, report_id, draft)

    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    with app.app_context():
        actor = world.person("operator")
        save_draft(actor, ids.report[PB], Draft(complete(actor, ids.report[PB]), 0))
    page = form_values(browser.get(address).text)
    monkeypatch.setattr(report_form, "submit", overtaken)
    answer = browser.post(address, page | {"f.PB-KAP-01": "78", "_action": "send"})
    assert answer.status_code == 302
    html = visible_text(browser.get(answer.location).text)
    assert "BNPB mengubah formulir ini saat Anda mengisinya" in html
    with app.app_context():
        row = get_for(world.person("operator"), ids.report[PB])
        assert (row.state, row.entry.doc["PB-KAP-01"]["v"]) == ("draft", 78)
    browser.post(address, form_values(browser.get(address).text) | {"_action": "send"})
    with app.app_context():
        assert get_for(world.person("operator"), ids.report[PB]).state == "submitted"


def test_files_of_two_people_stay_and_only_words_can_clash(ctx, ids):
    actor, report_id, code = world.person("operator"), ids.report[PB], "PB-KOR-01"
    save_draft(actor, report_id, Draft({code: {"v": 5, "files": ["old", "kept"]}}, 0))
    save_draft(actor, report_id, Draft({code: {"v": 7, "files": ["old", "kept", "one"]}}, 1))
    same_words = save_draft(actor, report_id, Draft({code: {"v": 7, "files": ["kept", "two"]}}, 1))
    assert same_words.conflicts == ()
    assert doc(ids)[code]["files"] == ["kept", "one", "two"]
    other_words = save_draft(actor, report_id, Draft({code: {"v": 9, "files": ["old", "kept", "three"]}}, 1))
    assert [(c.theirs["v"], c.mine["v"]) for c in other_words.conflicts] == [(7, 9)]
    assert (doc(ids)[code]["v"], doc(ids)[code]["files"]) == (7, ["kept", "one", "two", "three"])


def test_a_sent_report_keeps_its_deadline_and_year(ctx, ids):
    send(report_id=ids.report[PB])
    before = get_for(SYSTEM, ids.report[PB]).due_at
    period.save(SYSTEM, year=2026, quarter=4, due_date=dt.date(2027, 2, 21), state="open", period_id=ids.period)
    assert get_for(SYSTEM, ids.report[PB]).due_at == before
    assert get_for(SYSTEM, ids.report["32"]).due_at != before


def test_a_closed_period_that_is_dated_anew_makes_no_reports(ctx, ids):
    day = {"year": 2026, "quarter": 4, "period_id": ids.period}
    period.save(SYSTEM, **day, due_date=dt.date(2027, 1, 21), state="closed")
    late = unit.create(SYSTEM, region_id=region.region_id("35.78"), name="Klaster baru", start_date=dt.date(2026, 9, 1))
    reports = sa.select(Report).where(Report.unit_id == late)
    period.save(SYSTEM, **day, due_date=dt.date(2027, 1, 28), state="closed")
    assert db.session.scalars(reports).all() == []
    assert get_for(SYSTEM, ids.report[PB]).due_at.date() == dt.date(2027, 1, 28)
    period.save(SYSTEM, **day, due_date=dt.date(2027, 1, 28), state="open")
    assert db.session.scalars(reports).one().due_at.date() == dt.date(2027, 1, 28)


def test_progress_counts_what_needs_nothing_more(app, as_, ids):
    """An answer whose evidence is missing is not counted as done."""
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    page = form_values(browser.get(address).text)
    browser.post(address, page | {"f.PB-KLB-01": "ya", "_action": "save"})
    assert "0 dari" in visible_text(browser.get(address).text)
    browser.post(address, form_values(browser.get(address).text) | {"f.PB-KLB-01": "tidak", "_action": "save"})
    assert "1 dari" in visible_text(browser.get(address).text)


def test_the_page_key_of_another_person_opens_no_way_past_a_conflict(ctx, ids):
    one, report_id = world.person("operator"), ids.report[PB]
    two = world.person("province")
    user.update(SYSTEM, two.id, name="Rekan", active=True, grants=[GrantWish("operator", "unit", ids.unit[PB])])
    save_draft(one, report_id, Draft({"PB-SDL-03": {"v": 5}}, 0, "page-1"))
    saved = save_draft(world.person("province"), report_id, Draft({"PB-SDL-03": {"v": 7}}, 0, "page-1"))
    assert [c.theirs["v"] for c in saved.conflicts] == [5]
    assert doc(ids)["PB-SDL-03"]["v"] == 5


def test_who_holds_the_entry_sees_a_draft_that_was_saved_meanwhile(ctx, ids):
    """A draft is written past the session: whatever the session keeps of it is read again."""
    with unit_of_work() as session:
        entry = session.get_one(Entry, ids.report[PB])
        assert "PB-SDL-03" not in entry.doc
        save_draft(world.person("operator"), ids.report[PB], Draft({"PB-SDL-03": {"v": 7}}, 0))
        assert entry.doc["PB-SDL-03"] == {"v": 7}
        assert entry.seq == 1


def test_a_year_is_official_once_every_report_of_it_is_validated(ctx, ids):
    for_all = sa.update(Report).where(Report.year == 2026)
    official = lambda: board.board(world.person("admin"), year=2026, league="kabkota").official  # noqa: E731
    assert not board.board(world.person("admin"), year=1999, league="kabkota").official
    with unit_of_work() as session:
        session.execute(for_all.values(state="validated"))
    assert official()
    with unit_of_work() as session:
        session.execute(for_all.where(Report.id == ids.report[PB]).values(state="verified"))
    assert not official()
