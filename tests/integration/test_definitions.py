"""Definitions: guards, publishing, versions of open reports, freshness."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from models import FieldRow, SectionRow, Version, db
from services import bundle, definition, publishing, registry
from services.actor import SYSTEM
from services.drafting import Draft, save_draft
from services.errors import Forbidden, Refused
from services.report import submit
from services.report_context import version_of
from services.report_rows import get_for
from services.unit_of_work import unit_of_work
from tests import world
from tests.answers import complete

NEW = {
    "code": "PB-KAP-06",
    "type": "integer",
    "label": {"id": "Pengemudi bersertifikat", "en": "Certified drivers"},
    "weight": 2,
    "rule": {"key": "rasio", "target": 12},
    "frequency": "quarterly",
}


COLUMN = {"code": "a", "type": "single_choice", "label": {"id": "A"}, "choices": [{"code": "x", "label": {"id": "X"}}]}
CHOICE = {"code": "a", "label": {"id": "A"}, "score": 50}


def add_indicator(**changes) -> str:
    section = db.session.scalars(sa.select(SectionRow).where(SectionRow.code == "KAP")).one()
    return definition.save_field(world.person("admin"), "pra-bencana", section.id, NEW | changes)


def publish(actor=None, key="pra-bencana", **changes) -> int:
    actor = actor or world.person("admin")
    proposal = publishing.propose(actor, key)
    wish = {"effective_from": proposal.starts[0].day, "reason": "Rapat evaluasi", "seen": proposal.compiled.sha256}
    return publishing.publish(actor, key, **(wish | changes))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE version SET snapshot = '{}'",
        "UPDATE version SET effective_from = '2030-01-01'",
        "DELETE FROM version",
        "UPDATE candidate SET sha256 = 'x'",
        "DELETE FROM candidate",
        "DELETE FROM audit",
        "UPDATE audit SET verb = 'x'",
        "UPDATE scheme_version SET snapshot = '{}'",
    ],
)
def test_immutable_rows_refuse_raw_sql(ctx, statement):
    with pytest.raises(sa.exc.DBAPIError, match="immutable"):
        db.session.execute(sa.text(statement))


def test_immutable_rows_refuse_replace_and_truncate(ctx):
    if db.engine.dialect.name == "sqlite":
        statement = "REPLACE INTO version SELECT id, content_type_id, number, '{}', sha256, effective_from, reason, published_at, published_by, candidate_id FROM version"
    else:
        statement = "TRUNCATE version CASCADE"
    before = db.session.scalars(sa.select(Version.sha256).order_by(Version.id)).all()
    with pytest.raises(sa.exc.DBAPIError, match="immutable"):
        db.session.execute(sa.text(statement))
    db.session.rollback()
    assert db.session.scalars(sa.select(Version.sha256).order_by(Version.id)).all() == before


def test_a_version_cannot_be_changed_through_the_orm(ctx):
    version = db.session.scalars(sa.select(Version)).first()
    version.snapshot = "{}"
    with pytest.raises(sa.exc.DBAPIError, match="immutable"):
        db.session.flush()


def test_published_indicator_is_in_the_open_report_at_once(ctx, ids):
    add_indicator()
    assert publish() == 2
    page = get_for(world.person("operator"), ids.report["32.16"])
    version, form = version_of(page)
    assert version.number == 2
    assert "PB-KAP-06" in form.by_code


def test_nobody_sends_a_page_past_a_publication_under_way(app, ids):
    """The publisher has written and not yet committed: who sends meanwhile waits, and then learns of the new question."""
    written, answered = threading.Event(), threading.Event()

    def publishes() -> None:
        with app.app_context():
            add_indicator()
            with unit_of_work():
                publish()
                written.set()
                answered.wait(2)  # who sends must not get through before; only a broken lock lets it

    def sends(answers: dict) -> bool:
        with app.app_context():
            written.wait(20)
            try:
                return submit(world.person("operator"), ids.report["32.16"], Draft(answers, 0, version=1)).sent
            finally:
                answered.set()

    with app.app_context():
        answers = complete(world.person("operator"), ids.report["32.16"])
    with ThreadPoolExecutor(2) as hands:
        publishing_done, sent = hands.submit(publishes), hands.submit(sends, answers)
        assert publishing_done.result(30) is None
        assert not sent.result(30)
    with app.app_context():
        assert version_of(get_for(world.person("operator"), ids.report["32.16"]))[0].number == 2


def test_next_period_leaves_the_open_report_alone(ctx, ids):
    add_indicator()
    proposal = publishing.propose(world.person("admin"), "pra-bencana")
    following = next(s for s in proposal.starts if not s.running)
    assert not following.suggested  # nobody has sent under the old questions yet
    publish(effective_from=following.day)
    version, form = version_of(get_for(world.person("operator"), ids.report["32.16"]))
    assert version.number == 1
    assert "PB-KAP-06" not in form.by_code


def test_a_sent_report_keeps_its_version_and_score(ctx, ids):
    actor = world.person("operator")
    assert submit(actor, ids.report["32.16"], Draft(complete(actor, ids.report["32.16"]), 0)).sent
    before = db.session.execute(
        sa.text("SELECT node, p, v FROM score WHERE unit_id = :u ORDER BY subject, node"), {"u": ids.unit["32.16"]}
    ).all()
    add_indicator()
    with pytest.raises(Refused, match="already sent"):
        publish()
    publish(consent=True)
    version, form = version_of(get_for(actor, ids.report["32.16"]))
    assert version.number == 1
    assert "PB-KAP-06" not in form.by_code
    after = db.session.execute(
        sa.text("SELECT node, p, v FROM score WHERE unit_id = :u ORDER BY subject, node"), {"u": ids.unit["32.16"]}
    ).all()
    assert after == before


def test_answers_to_a_retired_question_are_kept_apart(ctx, ids):
    actor, report_id = world.person("operator"), ids.report["32.16"]
    save_draft(actor, report_id, Draft({"PB-SDL-03": {"v": 7}}, 0))
    row = db.session.scalars(sa.select(FieldRow).where(FieldRow.code == "PB-SDL-03")).one()
    definition.retire(world.person("admin"), FieldRow, row.id)
    publish()
    from services.reading.report_page import report_page

    page = report_page(actor, report_id)
    assert "PB-SDL-03" not in page.definition.by_code
    assert page.gone["PB-SDL-03"]["v"] == 7
    assert [c.code for c in page.changes] == ["PB-SDL-03"]


def test_publishing_needs_the_right_a_reason_and_the_state_that_was_seen(ctx):
    add_indicator()
    with pytest.raises(Forbidden):
        publish(world.person("operator"), seen="x")
    with pytest.raises(Refused, match="why"):
        publish(reason="  ")
    with pytest.raises(Refused, match="changed while"):
        publish(seen="0" * 64)
    with pytest.raises(Refused, match="when"):
        publish(effective_from=dt.date(2031, 5, 5))


def test_errors_block_publishing_and_leave_the_old_version(ctx):
    row = db.session.get(FieldRow, add_indicator())
    with unit_of_work():  # as a retired question or an older release can leave it
        row.settings = {**row.settings, "rule": {"key": "rasio"}, "relevant": "${TIDAK-ADA} = 1"}
    proposal = publishing.propose(world.person("admin"), "pra-bencana")
    assert {(p.path, p.code) for p in proposal.compiled.problems if p.severity == "error"} == {
        ("KAP/PB-KAP-06/rule/target", "rule-parameter"),
        ("KAP/PB-KAP-06/relevant", "reference-unknown"),
    }
    assert {(spot.field.id, spot.setting.msgid) for p, spot in proposal.findings if p.severity == "error"} == {
        (row.id, "Scoring rule and target"),
        (row.id, "Shown when"),
    }
    assert proposal.hindrances == 2
    with pytest.raises(Refused, match="problems"):
        publish(seen="")
    assert registry.registry().types["pra-bencana"].versions[-1].number == 1


@pytest.mark.parametrize(
    ("changes", "box"),
    [
        ({"rule": {"key": "rasio"}}, "target"),
        ({"rule": {"key": "terbalik", "target": 3}}, "limit"),
        ({"rule": {"key": "opsi"}}, "rule"),
        ({"rule": None}, "rule"),
        ({"type": "yes_no", "rule": {"key": "biner_bukti"}}, "evidence_id"),
        ({"relevant": "${TIDAK-ADA} = 1"}, "relevant"),
        ({"relevant": "${PB-KAP-06} = 1"}, "relevant"),
        ({"relevant": ". = 1"}, "relevant"),
        (
            {"type": "single_choice", "rule": {"key": "opsi"}, "choices": [CHOICE | {"score": "x"}, CHOICE | {"code": "b"}]},
            "advanced",
        ),
        ({"type": "single_choice", "rule": {"key": "opsi"}, "choices": [CHOICE, CHOICE]}, "advanced"),
        ({"type": "table", "rule": {"key": "baris", "target": 1}, "columns": [COLUMN, COLUMN]}, "advanced"),
        ({"type": "table", "rule": {"key": "baris", "target": 1}, "columns": [COLUMN | {"choices": [CHOICE, CHOICE]}]}, "advanced"),
        ({"constraint": ". = 'a'"}, "constraint"),
        ({"evidence": {"label": {"id": "Foto"}, "required": "${TIDAK-ADA}"}}, "evidence_required"),
        ({"label": {"en": "Drivers"}}, "label_id"),
        ({"options": {"min": "x"}}, "advanced"),
    ],
)
def test_what_could_never_be_published_is_refused_where_it_is_typed(ctx, tables, changes, box):
    before = tables()
    with pytest.raises(Refused) as refused:
        add_indicator(**changes)
    assert box in refused.value.faults
    assert tables() == before


def test_questions_that_wait_for_each_other_are_refused_at_whichever_closes_the_circle(ctx):
    add_indicator()
    first = add_indicator(code="PB-KAP-08", relevant="${PB-KAP-06} = 1")
    row = db.session.scalars(sa.select(FieldRow).where(FieldRow.code == "PB-KAP-06")).one()
    with pytest.raises(Refused) as refused:
        definition.save_field(world.person("admin"), "pra-bencana", row.section_id, NEW | {"relevant": "${PB-KAP-08} = 1"}, row.id)
    assert set(refused.value.faults) == {"relevant"}
    assert db.session.get(FieldRow, first).settings["relevant"] == "${PB-KAP-06} = 1"


def test_a_retired_question_and_another_s_fault_stop_nobody(ctx):
    row = db.session.get(FieldRow, add_indicator())
    with unit_of_work():
        row.settings = {**row.settings, "relevant": "${TIDAK-ADA} = 1"}
    other = add_indicator(code="PB-KAP-08")
    assert definition.save_field(
        world.person("admin"), "pra-bencana", row.section_id, NEW | {"relevant": "${X}", "retired": True}, row.id
    )
    assert db.session.get(FieldRow, other).code == "PB-KAP-08"


def test_a_question_may_wait_for_its_choices(ctx):
    assert add_indicator(type="single_choice", rule={"key": "opsi"})


def test_nothing_to_publish_is_said(ctx):
    with pytest.raises(Refused, match="Nothing has changed"):
        publish()


def test_a_failed_publication_leaves_no_trace_in_memory(ctx, monkeypatch):
    add_indicator()
    monkeypatch.setattr(publishing.audit, "record", lambda *a, **k: (_ for _ in ()).throw(RuntimeError("disk full")))
    with pytest.raises(RuntimeError):
        publish()
    assert registry.registry().types["pra-bencana"].versions[-1].number == 1
    monkeypatch.undo()
    assert publish() == 2
    assert "PB-KAP-06" in registry.definition_of(registry.registry().types["pra-bencana"].versions[-1]).by_code


def test_edits_are_recorded_as_ops_and_stale_edits_are_refused(ctx):
    field_id = add_indicator()
    section = db.session.scalars(sa.select(SectionRow).where(SectionRow.code == "KAP")).one()
    seen = db.session.get(FieldRow, field_id).lock_version
    admin = world.person("admin")
    definition.save_field(admin, "pra-bencana", section.id, NEW | {"weight": 3}, field_id, seen)
    with pytest.raises(Refused, match="changed since"):
        definition.save_field(admin, "pra-bencana", section.id, NEW | {"weight": 4}, field_id, seen)
    ops = db.session.execute(sa.text("SELECT before, after FROM draft_op WHERE subject_id = :i ORDER BY id"), {"i": field_id}).all()
    assert len(ops) == 2
    assert '"weight":2000' in ops[1].before
    assert '"weight":3000' in ops[1].after


def test_a_code_is_never_used_twice(ctx):
    row = db.session.scalars(sa.select(FieldRow).where(FieldRow.code == "PB-KAP-02")).one()
    definition.retire(world.person("admin"), FieldRow, row.id)
    with pytest.raises(Refused, match="twice"):
        add_indicator(code="PB-KAP-02")


def test_bundle_round_trip_publishes_nothing_and_a_change_publishes_one(ctx):
    types, _others = bundle.export()
    assert bundle.apply(SYSTEM, types) == {}
    changed = types["pokja"]
    changed["sections"][0]["fields"].append({"code": "catatan", "type": "long_text", "label": {"id": "Catatan", "en": "Notes"}})
    assert bundle.apply(SYSTEM, {"pokja": changed}) == {"pokja": 2}


def test_a_faulty_bundle_changes_nothing(ctx, tables):
    types, _others = bundle.export()
    types["pokja"]["sections"][0]["fields"][0]["type"] = "tidak-ada"
    before = tables()
    with pytest.raises(Refused):
        bundle.apply(SYSTEM, {"pokja": types["pokja"]})
    assert tables() == before


def test_consent_is_asked_against_the_version_that_holds_not_the_one_that_waits(ctx, ids):
    """A weight that waits for the next quarter would come in with a label that starts now."""
    actor = world.person("operator")
    assert submit(actor, ids.report["32.16"], Draft(complete(actor, ids.report["32.16"]), 0)).sent
    add_indicator()
    following = next(s for s in publishing.propose(world.person("admin"), "pra-bencana").starts if not s.running)
    publish(effective_from=following.day)
    section = db.session.scalars(sa.select(SectionRow).where(SectionRow.code == "KAP")).one()
    words = {"label": {"id": "Kapasitas baru", "en": "Capacity"}, "weight": section.weight, "position": section.position}
    definition.save_section(world.person("admin"), "pra-bencana", words, section.id)
    proposal = publishing.propose(world.person("admin"), "pra-bencana")
    assert [c.scored for c in proposal.changes] == [False]
    assert {s.running: (s.scored, s.suggested) for s in proposal.starts} == {True: (True, False), False: (False, True)}
    with pytest.raises(Refused, match="already sent"):
        publish()


def test_reports_of_events_count_as_touched(ctx, ids):
    from tests.integration.test_reports import send

    send(report_id=ids.report["response"])
    starts = publishing.propose(world.person("admin"), "tanggap-darurat").starts
    assert {s.running: (s.sent, s.drafts) for s in starts} == {True: (1, 0), False: (0, 0)}


@pytest.mark.parametrize("text", ['help: {id: "\\ud800"}', 'help: {id: "a\\0b"}'])
def test_letters_no_database_can_hold_are_refused(text):
    from exchange.bundle import BundleError, parse_yaml

    with pytest.raises(BundleError):
        parse_yaml(text)


def test_escapes_that_only_look_like_them_are_read():
    from exchange.bundle import parse_yaml

    assert parse_yaml(r"a: '\u0000'") == {"a": r"\u0000"}
    assert parse_yaml(r'a: "\ud83d\ude00"') == {"a": "\N{GRINNING FACE}"}


@pytest.mark.parametrize(
    "typed",
    ["calculation: 1 + 1", "columns: [{code: k, type: text, label: {id: K, en: K}}]", "choices: [{code: a, label: A, score: x}]"],
)
def test_settings_that_another_type_has_are_refused_at_their_box(as_, typed):
    from tests.html import form_values

    browser = as_("admin")
    values = form_values(browser.get("/admin/indikator/new/").text)
    wrong = {"code": "PB-KAP-77", "label_id": "Lama siaga", "label_en": "Readiness", "type": "duration", "advanced": typed}
    answer = browser.post("/admin/indikator/new/", values | wrong)
    assert answer.status_code == 200
    assert "perlu diperbaiki" in answer.text
    assert 'aria-describedby="e-advanced"' in answer.text
