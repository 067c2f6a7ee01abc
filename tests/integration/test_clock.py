"""A server clock that is set back or forward: nothing is lost, nothing changes its order, nobody is shut out for long."""

import datetime as dt

import sqlalchemy as sa
import time_machine

from domain.reporting.states import Move
from infra import clock
from infra.ids import new_id
from models import AnswerChange, AuditEntry, EntryRevision, ReportTransition, UnitYear, User, db
from services import record, score, sign_in
from services.drafting import Draft, save_draft
from services.report import move
from tests import world
from tests.html import form_values
from tests.integration.test_conflicts import other
from tests.integration.test_reports import member, send

PB = "32.16"
HOUR = dt.timedelta(hours=1)


def test_ids_keep_the_order_they_were_made_in():
    made = []
    for hours in (0, 5, -48, 0, 2):
        with clock.at(world.TODAY + hours * HOUR):
            made += [new_id() for _place in range(50)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {len(key) for key in made} == {26}


def test_changes_revisions_steps_and_the_trail_keep_their_order(ctx, ids):
    actor = world.person("operator")
    with clock.at(world.TODAY):
        save_draft(actor, ids.report[PB], Draft({"PB-SDL-03": {"v": 4}}, 0))
        entry = record.save(actor, "anggota", ids.unit[PB], member("PMI", "masyarakat"))
    with clock.at(world.TODAY - 30 * HOUR):
        saved = save_draft(actor, ids.report[PB], Draft({"PB-SDL-03": {"v": 5}}, 1))
        assert saved.conflicts == ()
        record.save(actor, "anggota", ids.unit[PB], {"lembaga": {"v": "PMI Bekasi"}}, entry, seen=1)
        send(report_id=ids.report[PB])
        move(world.person("province"), ids.report[PB], Move.RETURN, "Perbaiki")
    changes = sa.select(AnswerChange.value).where(AnswerChange.entry_id == ids.report[PB], AnswerChange.path == "PB-SDL-03")
    assert [value["v"] for value in db.session.scalars(changes.order_by(AnswerChange.seq))][:2] == [4, 5]
    kept = sa.select(EntryRevision.doc).where(EntryRevision.entry_id == entry).order_by(EntryRevision.number)
    assert [doc["lembaga"]["v"] for doc in db.session.scalars(kept)] == ["PMI", "PMI Bekasi"]
    steps = sa.select(ReportTransition.target).where(ReportTransition.report_id == ids.report[PB]).order_by(ReportTransition.number)
    assert db.session.scalars(steps).all() == ["submitted", "returned"]
    trail = sa.select(AuditEntry.verb).where(AuditEntry.subject_id.in_([entry, ids.report[PB]])).order_by(AuditEntry.id)
    assert db.session.scalars(trail).all() == ["add", "edit", "submit", "return"]


def test_a_page_from_before_the_jump_still_shows_both_values(ctx, ids):
    save_draft(world.person("operator"), ids.report[PB], Draft({"PB-SDL-03": {"v": 4}}, 0, "mine"))
    with clock.at(clock.now() - 5 * HOUR):
        theirs = save_draft(other(), ids.report[PB], Draft({"PB-SDL-03": {"v": 9}}, 0, "theirs"))
    assert [(c.theirs["v"], c.mine["v"]) for c in theirs.conflicts] == [(4, 9)]


def test_a_lock_lasts_no_longer_than_a_lock_lasts(ctx):
    who = world.person("leader").id
    for _try in range(sign_in.MAX_FAILURES):
        sign_in.failed(who)
    account = db.session.get(User, who)
    assert sign_in.locked(account)
    with clock.at(clock.now() + sign_in.LOCK_MINUTES * dt.timedelta(minutes=1) + HOUR):
        assert not sign_in.locked(account)
    with clock.at(clock.now() - 24 * HOUR):
        assert not sign_in.locked(account), "a clock set back a day does not shut anyone out for a day"


def test_a_clock_set_back_signs_nobody_out_and_loses_no_form(app, ids):
    app.config["WTF_CSRF_ENABLED"] = True
    client, address = app.test_client(), f"/laporan/{ids.report[PB]}"
    values = form_values(client.get("/masuk").text)
    client.post("/masuk", data=values | {"email": "operator@example.org", "password": world.PASSWORD})
    page = form_values(client.get(address).text)
    for hours in (-6, 6):
        with time_machine.travel(world.TODAY + hours * HOUR, tick=False):
            assert client.get("/").status_code == 200
            assert client.post(address, data=page | {"f.PB-SDL-03": "8", "_action": "save"}).status_code == 302
    with time_machine.travel(world.TODAY + 32 * 24 * HOUR):
        assert client.get("/").status_code == 302, "a month is a month"


def test_scores_of_a_time_that_has_not_come_are_made_again(ctx, ids):
    year, late = 2026, world.TODAY + dt.timedelta(days=365)
    with clock.at(late):
        score.refresh_stale(year)
        wrong = points(ids)
    assert points(ids) == wrong
    assert score.refresh_stale(year) > 0
    assert points(ids) != wrong, "what was overdue only by the wrong clock is owed no longer"
    rows = db.session.execute(sa.select(UnitYear.scored_at).where(UnitYear.year == year)).scalars().all()
    assert all(at <= clock.now() for at in rows)
    assert score.refresh_stale(year) == 0, "and only once"


def points(ids):
    query = sa.text("SELECT subject, node, p, v, due FROM score WHERE unit_id = :unit ORDER BY subject, node")
    return [tuple(row) for row in db.session.execute(query, {"unit": ids.unit[PB]})]
