"""Reports: drafts, conflicts, sending, what is owed, carry-over, verdicts."""

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from domain.reporting import Move, State
from domain.scoring.slot import Verdict
from models import AnswerChange, Entry, EntryRevision, Event, Report, ReportTransition, Score, VerdictRow, db
from services import event, period, record, unit, user
from services.actor import SYSTEM, actor_for
from services.drafting import Draft, save_draft
from services.errors import Forbidden, NotFound, Refused
from services.report import give_verdicts, move, submit
from services.report_context import sent_document, version_of
from services.report_rows import get_for
from services.user import GrantWish
from tests import world
from tests.answers import complete

PB = "32.16"


def send(who="operator", report_id="", quality=0.9, **changes):
    actor = world.person(who)
    answers = complete(actor, report_id, quality)
    answers |= {code: answers.get(code, {}) | answer for code, answer in changes.items()}
    return submit(actor, report_id, Draft(answers, get_for(actor, report_id).entry.seq))


def score(ids, node="total", subject="year"):
    return db.session.scalars(
        sa.select(Score).where(Score.unit_id == ids.unit[PB], Score.subject == subject, Score.node == node)
    ).one()


def test_opening_a_period_makes_the_reports_that_are_owed(ctx, ids):
    late = unit.create(SYSTEM, region_id=_region("35.78"), name="Klaster baru", start_date=dt.date(2026, 12, 1))
    period.save(SYSTEM, year=2027, quarter=1, due_date=dt.date(2027, 4, 21), state="open")
    owed = set(db.session.scalars(sa.select(Report.unit_id).where(Report.year == 2027)))
    assert owed == {*ids.unit.values(), late}
    assert late not in set(db.session.scalars(sa.select(Report.unit_id).where(Report.year == 2026)))
    assert period.open_period(SYSTEM, db.session.scalars(sa.select(Report.period_id).where(Report.year == 2027)).first()) == 0


def _region(code):
    from services.region import region_id

    return region_id(code)


def test_deadline_is_the_end_of_the_day_in_the_units_own_zone(ctx, ids):
    due = get_for(world.person("operator"), ids.report[PB]).due_at
    assert due == dt.datetime(2027, 1, 21, 16, 59, 59, tzinfo=dt.UTC)  # 23.59.59 WIB


def test_an_event_asks_for_response_and_then_for_post_disaster_work(ctx, ids):
    actor = world.person("operator")
    made = event.save(actor, unit_id=ids.unit[PB], name="Longsor", hazard="longsor", occurred_at=dt.datetime(2026, 11, 1, 2),
                      declared_at=dt.datetime(2026, 11, 1, 9), status_end=None, response_due=dt.date(2026, 12, 1), post_due=None)  # fmt: skip
    subjects = [version_of(r)[1].subject for r in db.session.scalars(sa.select(Report).where(Report.event_id == made))]
    assert subjects == ["event_response"]
    event.save(actor, event_id=made, unit_id=ids.unit[PB], name="Longsor", hazard="longsor", occurred_at=dt.datetime(2026, 11, 1, 2),
               declared_at=dt.datetime(2026, 11, 1, 9), status_end=dt.date(2026, 11, 9), response_due=dt.date(2026, 12, 1),
               post_due=dt.date(2027, 1, 9))  # fmt: skip
    subjects = [version_of(r)[1].subject for r in db.session.scalars(sa.select(Report).where(Report.event_id == made))]
    assert sorted(subjects) == ["event_post", "event_response"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"declared_at": dt.datetime(2026, 10, 8, 1)}, "declared_at"),
        ({"status_end": dt.date(2026, 10, 1)}, "status_end"),
        ({"post_due": None}, "post_due"),
        ({"response_due": dt.date(2026, 10, 1)}, "response_due"),
    ],
)
def test_impossible_events_are_refused_at_their_field(ctx, ids, changes, field):
    row = db.session.get(Event, ids.event)
    values = {
        n: getattr(row, n)
        for n in ("unit_id", "name", "hazard", "occurred_at", "declared_at", "status_end", "response_due", "post_due")
    }
    with pytest.raises(Refused) as refusal:
        event.save(world.person("operator"), event_id=row.id, **(values | changes))
    assert field in refusal.value.faults


def test_a_draft_keeps_everything_that_was_typed(ctx, ids):
    actor, report_id = world.person("operator"), ids.report[PB]
    saved = save_draft(actor, report_id, Draft({"PB-SDL-03": {"raw": "dua belas"}, "PB-KLB-01": {"v": True}}, 0))
    assert [(e.code, e.severity) for e in saved.checked.invalid] == [("PB-SDL-03", "invalid")]
    doc = get_for(actor, report_id).entry.doc
    assert doc["PB-SDL-03"]["raw"] == "dua belas"
    assert doc["PB-KLB-01"]["v"] is True


def test_answers_out_of_sight_stay_in_the_draft_and_are_left_out_when_sent(ctx, ids):
    actor, report_id = world.person("operator"), ids.report[PB]
    answers = complete(actor, report_id)
    save_draft(actor, report_id, Draft({"PB-KLB-04": {"v": 3}}, 0))
    saved = submit(actor, report_id, Draft(answers | {"PB-KLB-01": {"v": False}}, 1))
    assert saved.sent
    doc = get_for(actor, report_id).entry.doc
    assert "PB-KLB-04" not in doc
    change = db.session.scalars(
        sa.select(AnswerChange).where(AnswerChange.entry_id == report_id, AnswerChange.path == "PB-KLB-04")
    ).first()
    assert change.value == {"v": 3}


def test_the_same_save_twice_counts_once(ctx, ids):
    actor, report_id = world.person("operator"), ids.report[PB]
    draft = Draft({"PB-SDL-03": {"v": 5}}, 0)
    assert save_draft(actor, report_id, draft).seq == 1
    save_draft(actor, report_id, Draft({"PB-SDL-03": {"v": 6}}, 1))
    assert save_draft(actor, report_id, draft).seq == 2
    assert get_for(actor, report_id).entry.doc["PB-SDL-03"]["v"] == 6


def test_other_words_from_the_same_page_are_another_save(ctx, ids):
    actor = world.person("operator")
    first = save_draft(actor, ids.report[PB], Draft({"PB-SDL-03": {"v": 8}}, 0, "one-page"))
    save_draft(actor, ids.report[PB], Draft({"PB-SDL-03": {"v": 9}}, first.seq, "one-page"))
    assert get_for(actor, ids.report[PB]).entry.doc["PB-SDL-03"]["v"] == 9


def test_two_people_merge_by_question_and_a_real_conflict_overwrites_nothing(ctx, ids):
    one, two = world.person("operator"), world.person("province")
    from services import user
    from services.user import GrantWish

    user.update(SYSTEM, two.id, name="Rekan", active=True, grants=[GrantWish("operator", "region", _region(PB))])
    two = world.person("province")
    report_id = ids.report[PB]
    save_draft(one, report_id, Draft({"PB-SDL-03": {"v": 5}, "PB-KAP-01": {"v": 1}}, 0))
    page_seq = 2
    save_draft(two, report_id, Draft({"PB-SDL-03": {"v": 9}}, page_seq))
    saved = save_draft(one, report_id, Draft({"PB-SDL-03": {"v": 7}, "PB-KAP-01": {"v": 2}}, page_seq))
    assert [(c.code, c.theirs["v"], c.mine["v"], c.who) for c in saved.conflicts] == [("PB-SDL-03", 9, 7, "Rekan")]
    doc = get_for(one, report_id).entry.doc
    assert (doc["PB-SDL-03"]["v"], doc["PB-KAP-01"]["v"]) == (9, 2)
    stale_but_untouched = save_draft(one, report_id, Draft({"PB-SDL-03": {"v": 5}}, page_seq))
    assert not stale_but_untouched.conflicts
    assert get_for(one, report_id).entry.doc["PB-SDL-03"]["v"] == 9


def test_sending_refuses_an_incomplete_report_and_keeps_the_draft(ctx, ids):
    actor, report_id = world.person("operator"), ids.report[PB]
    saved = submit(actor, report_id, Draft({"PB-KLB-01": {"v": True}}, 0))
    assert not saved.sent
    assert ("PB-KLB-01", "files", "missing") in {(e.code, e.part, e.severity) for e in saved.checked.errors}
    assert get_for(actor, report_id).state == State.DRAFT
    assert get_for(actor, report_id).entry.doc["PB-KLB-01"]["v"] is True


def test_sending_writes_state_revision_audit_and_score_at_once(ctx, ids):
    saved = send(report_id=ids.report[PB])
    assert saved.sent
    report = get_for(world.person("operator"), ids.report[PB])
    assert report.state == State.SUBMITTED
    assert report.first_sent_at is not None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(EntryRevision).where(EntryRevision.entry_id == report.id)) == 1
    steps = db.session.scalars(sa.select(ReportTransition).where(ReportTransition.report_id == report.id)).all()
    assert [(s.source, s.target) for s in steps] == [("draft", "submitted")]
    verbs = db.session.execute(sa.text("SELECT verb, detail FROM audit WHERE subject_id = :i"), {"i": report.id}).all()
    assert [v.verb for v in verbs] == ["submit"]
    assert "PB-KLB-01" in verbs[0].detail
    assert score(ids).p > 0
    assert score(ids, "phase:pra-bencana").v == 0  # nothing is verified yet
    assert score(ids).v < score(ids).p


def test_sending_twice_is_refused_and_changes_nothing(ctx, ids, tables):
    actor = world.person("operator")
    answers = complete(actor, ids.report[PB])
    assert submit(actor, ids.report[PB], Draft(answers, 0)).sent
    before = tables()
    with pytest.raises(Refused, match="has been sent"):
        submit(actor, ids.report[PB], Draft(answers, 0))
    assert tables() == before


def test_a_closed_period_takes_no_report(ctx, ids):
    period.save(SYSTEM, year=2026, quarter=4, due_date=dt.date(2027, 1, 21), state="closed", period_id=ids.period)
    saved = send(report_id=ids.report[PB])
    assert not saved.sent
    assert "closed" in saved.refusal.msgid
    assert get_for(world.person("operator"), ids.report[PB]).state == State.DRAFT


def test_a_cluster_cannot_end_before_it_starts(ctx, ids):
    for wish in ({"region_id": _region("35.78")}, {"unit_id": ids.unit[PB]}):
        with pytest.raises(Refused) as refused:
            (unit.create if "region_id" in wish else unit.update)(
                SYSTEM, **wish, name="Klaster", start_date=dt.date(2026, 5, 1), end_date=dt.date(2026, 4, 1)
            )
        assert set(refused.value.faults) == {"end_date"}


def test_measures_count_on_opening_and_freeze_when_sent(ctx, ids):
    actor = world.person("operator")
    for name, element in (("BPBD", "pemerintah"), ("PMI", "masyarakat"), ("Radio", "media")):
        record.save(actor, "anggota", ids.unit[PB], member(name, element))
    from services.reading.report_page import report_page

    assert report_page(actor, ids.report[PB]).doc["PB-KLB-05"]["v"] == 3
    send(report_id=ids.report[PB])
    record.save(actor, "anggota", ids.unit[PB], member("Kampus", "akademisi"))
    frozen = report_page(actor, ids.report[PB]).doc["PB-KLB-05"]
    assert frozen["v"] == 3
    assert frozen["measure"]["rows"] == 3
    assert len(frozen["measure"]["sha256"]) == 64


def member(name, element, **more):
    values = {"lembaga": name, "jenis": "opd", "unsur": element, "peran": "anggota", "status": "aktif", "ditinjau_pada": "2026-10-01",
              "narahubung_jabatan": "Kepala", "narahubung_nama": "Narahubung 1", "telepon": "021 555 0101"}  # fmt: skip
    return {code: {"v": value} for code, value in (values | more).items()}


def test_once_answers_carry_over_until_they_end(ctx, ids):
    send(report_id=ids.report[PB], **{"PB-KLB-02": {"v": {"from": "2024-01-02", "to": "2027-02-01"}}})
    actor = world.person("operator")
    with time_machine.travel(dt.datetime(2027, 1, 5, 3, tzinfo=dt.UTC)):
        period.save(SYSTEM, year=2027, quarter=1, due_date=dt.date(2027, 4, 21), state="open")
        from services.reading.report_page import report_page

        nxt = db.session.scalars(sa.select(Report.id).where(Report.unit_id == ids.unit[PB], Report.year == 2027)).one()
        page = report_page(actor, nxt)
        assert page.doc["PB-KLB-01"]["v"] is True
        assert page.doc["PB-KLB-01"]["files"]
        assert "PB-SDL-03" not in page.doc
        assert page.previous["PB-SDL-03"]["v"] is not None
    with time_machine.travel(dt.datetime(2027, 4, 5, 3, tzinfo=dt.UTC)):
        period.save(SYSTEM, year=2027, quarter=2, due_date=dt.date(2027, 7, 21), state="open")
        nxt = db.session.scalars(
            sa.select(Report.id).where(Report.unit_id == ids.unit[PB], Report.year == 2027).order_by(Report.due_at.desc())
        ).first()
        assert "PB-KLB-01" not in report_page(actor, nxt).doc


def test_what_was_said_earlier_in_the_year_holds_until_it_is_due_again(ctx, ids):
    """A yearly answer, given when it was due, opens what waits for it in later quarters too; another year asks anew."""
    from services.reading.report_page import report_page

    def opened(year, quarter, month):
        period.save(SYSTEM, year=year, quarter=quarter, due_date=dt.date(year, month, 21), state="open")
        newest = sa.select(Report.id).where(Report.unit_id == ids.unit[PB]).order_by(Report.due_at.desc())
        return db.session.scalars(newest).first()

    with time_machine.travel(dt.datetime(2027, 1, 5, 3, tzinfo=dt.UTC)):
        send(report_id=opened(2027, 1, 4), **{"PB-RNC-04": {"v": "2027-01-04"}})
    with time_machine.travel(dt.datetime(2027, 4, 5, 3, tzinfo=dt.UTC)):
        page = report_page(world.person("operator"), opened(2027, 2, 7))
        assert page.doc["PB-RNC-04"]["v"] == "2027-01-04"
        assert "PB-ANG-03" in page.checked.relevant
        assert "v" not in page.doc.get("PB-KOR-01", {})  # due every quarter: asked anew
        send(report_id=page.report.id)
    with time_machine.travel(dt.datetime(2028, 1, 5, 3, tzinfo=dt.UTC)):
        assert "PB-RNC-04" not in report_page(world.person("operator"), opened(2028, 1, 4)).doc


def verify(ids, returned=""):
    judge = world.person("province")
    report = get_for(judge, ids.report[PB])
    _version, definition = version_of(report)
    said = {f.id: (Verdict.ACCEPTED, "") for f in definition.fields if f.indicator}
    if returned:
        said[definition.by_code[returned].id] = (Verdict.RETURNED, "Unggah pindaian yang jelas")
    give_verdicts(judge, report.id, said)
    return judge


def test_accepted_answers_make_the_verified_score(ctx, ids):
    send(report_id=ids.report[PB])
    assert score(ids, "phase:pra-bencana").v < score(ids, "phase:pra-bencana").p
    verify(ids)
    assert score(ids, "phase:pra-bencana").v == score(ids, "phase:pra-bencana").p


def test_a_returned_answer_counts_nothing_and_only_it_is_repaired(ctx, ids):
    send(report_id=ids.report[PB])
    full = score(ids, "phase:pra-bencana").p
    judge = verify(ids, returned="PB-KLB-01")
    assert score(ids, "phase:pra-bencana").p < full
    assert move(judge, ids.report[PB], Move.RETURN, "Satu bukti belum terbaca") == State.RETURNED
    actor = world.person("operator")
    still = sent_document(get_for(actor, ids.report[PB]))
    save_draft(actor, ids.report[PB], Draft({"PB-KLB-01": {"v": False}}, get_for(actor, ids.report[PB]).entry.seq))
    assert sent_document(get_for(actor, ids.report[PB])) == still  # what was reported stays as reported
    files = still["PB-RNC-01"]["files"] if still["PB-RNC-01"].get("files") else still["PB-KLB-01"]["files"]
    again = submit(
        actor, ids.report[PB], Draft({"PB-KLB-01": {"v": True, "files": files}}, get_for(actor, ids.report[PB]).entry.seq)
    )
    assert again.sent
    kept = dict(
        db.session.execute(sa.text("SELECT field_id, verdict FROM verdict WHERE report_id = :r"), {"r": ids.report[PB]}).all()
    )
    definition = version_of(get_for(actor, ids.report[PB]))[1]
    assert definition.by_code["PB-KLB-01"].id not in kept
    assert kept[definition.by_code["PB-SDL-03"].id] == "accepted"


def test_nobody_verifies_their_own_unit(ctx, ids):
    send("province", ids.report["32"])
    with pytest.raises(Refused):
        give_verdicts(world.person("province"), ids.report["32"], {})
    with pytest.raises(Refused, match="own unit"):
        move(world.person("province"), ids.report["32"], Move.VERIFY)


def test_a_role_for_the_whole_province_makes_no_unit_in_it_one_s_own_to_judge(ctx, ids):
    """A provincial officer who may also fill reports of the province's regions may not verify what they fill."""
    province = _region("32")
    wishes = [GrantWish("operator", "province", province), GrantWish("provincial-verifier", "province", province)]
    made = user.create(SYSTEM, email="dua@example.org", name="Dua", password=world.PASSWORD, hasher=world.fast_hash, grants=wishes)
    send(report_id=ids.report[PB])
    with pytest.raises(Refused, match="own unit"):
        move(actor_for(made), ids.report[PB], Move.VERIFY)


def test_the_same_declaration_is_one_event(ctx, ids):
    facts = {"unit_id": ids.unit[PB], "hazard": "longsor", "occurred_at": dt.datetime(2026, 11, 1, 2), "declared_at": dt.datetime(2026, 11, 1, 9),
                 "status_end": None, "response_due": dt.date(2026, 12, 1), "post_due": None}  # fmt: skip
    made = event.save(world.person("operator"), name="Longsor", **facts)
    with pytest.raises(Refused) as refused:
        event.save(world.person("operator"), name="Longsor lagi", **facts)
    assert set(refused.value.faults) == {"declared_at"}
    assert event.save(world.person("operator"), event_id=made, name="Longsor Cibarusah", **facts) == made
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event).where(Event.hazard == "longsor")) == 1


def test_provinces_report_straight_to_the_nation(ctx, ids):
    send("province", ids.report["32"])
    assert move(world.person("verifier"), ids.report["32"], Move.VALIDATE) == State.VALIDATED


def test_a_return_needs_a_note(ctx, ids):
    send(report_id=ids.report[PB])
    with pytest.raises(Refused, match="repaired"):
        move(world.person("province"), ids.report[PB], Move.RETURN, " ")


def test_other_regions_see_nothing(ctx, ids):
    with pytest.raises(NotFound):
        get_for(world.person("stranger"), ids.report[PB])
    with pytest.raises(NotFound):
        save_draft(world.person("stranger"), ids.report[PB], Draft({}, 0))
    with pytest.raises(Forbidden):
        save_draft(world.person("coordinator"), ids.report[PB], Draft({}, 0))


def test_the_sent_document_carries_its_own_context(ctx, ids):
    send(report_id=ids.report["response"])
    entry = db.session.get(Entry, ids.report["response"])
    assert entry.doc["_context"]["event"][1] == "2026-10-09T08:00:00"
    before = score(ids, "phase:tanggap-darurat", ids.event).p
    event.save(SYSTEM, event_id=ids.event, unit_id=ids.unit[PB], name="Banjir", hazard="banjir", occurred_at=dt.datetime(2026, 10, 1, 2),
               declared_at=dt.datetime(2026, 10, 1, 8), status_end=dt.date(2026, 10, 24), response_due=dt.date(2026, 11, 20),
               post_due=dt.date(2026, 12, 20))  # fmt: skip
    assert score(ids, "phase:tanggap-darurat", ids.event).p == before
    db.session.refresh(entry)
    assert entry.doc["_context"]["event"][1] == "2026-10-09T08:00:00"


def test_post_disaster_form_reads_the_response_report_of_the_same_event(ctx, ids):
    from services.reading.report_page import report_page

    actor = world.person("operator")
    assert "PS-DEM-01" not in report_page(actor, ids.report["post"]).checked.relevant
    save_draft(actor, ids.report["response"], Draft({"TD-AKT-01": {"v": True}}, 0))
    assert "PS-DEM-01" in report_page(actor, ids.report["post"]).checked.relevant


def test_a_verdict_given_again_replaces_the_one_before(ctx, ids):
    report, judge = ids.report[PB], world.person("province")
    send(report_id=report)
    _version, definition = version_of(get_for(judge, report))
    field = definition.by_code["PB-KLB-01"].id
    give_verdicts(judge, report, {field: (Verdict.ACCEPTED, "")})
    give_verdicts(judge, report, {field: (Verdict.RETURNED, "Pindaian tidak terbaca")})
    (kept,) = db.session.scalars(sa.select(VerdictRow).where(VerdictRow.report_id == report))
    assert (kept.verdict, kept.note) == (Verdict.RETURNED.value, "Pindaian tidak terbaca")
