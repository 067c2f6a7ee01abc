"""Slots, year rules, versions, phases, compliance, total."""

import datetime as dt
import json

import pytest

from domain.answers.context import EventFacts
from domain.canonical import canonical
from domain.scoring.rules import FULL
from domain.scoring.scheme import scheme_from
from domain.scoring.slot import SlotState, Verdict
from domain.scoring.tree import grow, year_rule_words
from domain.scoring.year import Due, EventForm, PeriodicForm, find, score_year, timeliness
from exchange.bundle import read_yaml
from tests.unit.make import ROOT, at, compiled, define, event, form, item, said, scored, section, text
from tests.unit.scoring.sheets import POINT, accepted, filed, indicator, quarters, sheet

RATIO = {"key": "rasio", "target": 10}
SCHEME = scheme_from(
    {
        "phases": [{"form": "form", "weight": 60}, {"form": "reply", "weight": 25}, {"form": "after", "weight": 15}],
        "total": {"achievement": 90, "compliance": 10},
        "compliance": {"completeness": 60, "timeliness": 40, "late_per_week": 10},
        "bands": [
            {"code": "high", "label": {"id": "T"}, "from": 50, "tone": 5},
            {"code": "low", "label": {"id": "R"}, "from": 0, "tone": 1},
        ],
        "leagues": [{"key": "all", "label": {"id": "Semua"}, "levels": ["regency"]}],
        "tie_breaks": ["name"],
    }
)


def slot(report, code="A", quarter=4):
    (only,) = indicator(grow(report.definition, [sheet(report, quarter)]), code).slots
    return only


def test_a_claimed_slot_counts_in_p_only():
    definition = define(scored("A", "integer", RATIO))
    done = slot(filed(definition, {"A": {"v": 5}}))
    assert (done.state, done.p, done.v) == (SlotState.SCORED, 50 * POINT, 0)
    assert (done.due, done.answered, done.accepted) == (1, 1, 0)


def test_verdicts():
    definition = define(scored("A", "integer", RATIO))
    doc = {"A": {"v": 5}}
    good = slot(filed(definition, doc, A=Verdict.ACCEPTED))
    assert (good.p, good.v, good.accepted) == (50 * POINT, 50 * POINT, 1)
    back = slot(filed(definition, doc, A=Verdict.RETURNED))
    assert (back.p, back.v, back.answered, back.accepted) == (0, 0, 1, 0)
    spared = slot(filed(definition, doc, A=Verdict.NOT_APPLICABLE))
    assert (spared.state, spared.p, spared.v, spared.due) == (SlotState.NOT_APPLICABLE, None, None, 0)


def test_an_unanswered_slot_counts_zero_and_is_due():
    done = slot(filed(define(scored("A", "integer", RATIO)), {}))
    assert (done.state, done.p, done.v, done.due, done.answered) == (SlotState.UNANSWERED, 0, 0, 1, 0)


def test_an_optional_unanswered_slot_counts_zero_but_is_not_missing():
    done = slot(filed(define(scored("A", "integer", RATIO, required=False)), {}))
    assert (done.p, done.due) == (0, 0)


def test_automatic_answers_are_accepted_with_the_report():
    definition = define(scored("A", "automatic", RATIO, options={"measure": {"collection": "things", "aggregate": "count"}}))
    done = slot(filed(definition, {"A": {"v": 5}}))
    assert (done.p, done.v, done.due) == (50 * POINT, 50 * POINT, 0)


def test_nothing_sent_is_pending_before_the_deadline_and_zero_after():
    definition = define(scored("A", "integer", RATIO))
    (early,) = indicator(grow(definition, [sheet(None, 4, late=False)]), "A").slots
    (late,) = indicator(grow(definition, [sheet(None, 4, late=True)]), "A").slots
    assert (early.state, early.p, early.v, early.due) == (SlotState.PENDING, None, None, 0)
    assert (late.state, late.p, late.v, late.due) == (SlotState.UNANSWERED, 0, 0, 1)


def test_a_quarter_that_is_not_due_has_no_slot():
    definition = define(scored("A", "integer", RATIO, frequency="yearly"))
    tree = grow(definition, [sheet(None, 1, True), sheet(accepted(definition, {"A": {"v": 10}}, at(2)), 2), sheet(None, 4)])
    assert [s.quarter for s in indicator(tree, "A").slots] == [4]
    assert tree.p is tree.v is None


def test_when_irrelevant_zero_or_share():
    fields = [
        scored("A", "yes_no", {"key": "biner"}, 1),
        scored("Z", "integer", RATIO, 1, relevant="${A}"),
        scored("S", "integer", RATIO, 1, relevant="${X} > 0", when_irrelevant="share"),
        item("X", "integer"),
    ]
    definition = define(*fields)
    tree = grow(definition, [sheet(accepted(definition, {"A": {"v": False}, "Z": {"v": 10}, "S": {"v": 10}}))])
    zero, share = indicator(tree, "Z"), indicator(tree, "S")
    assert (zero.p, zero.v, zero.slots[0].due) == (0, 0, 0)
    assert (share.p, share.v, share.slots[0].state) == (None, None, SlotState.NOT_APPLICABLE)
    assert tree.p == 0
    tree = grow(definition, [sheet(accepted(definition, {"A": {"v": True}, "Z": {"v": 10}, "S": {"v": 5}, "X": {"v": 1}}))])
    assert tree.p == tree.v == 83_333_333


def test_a_denominator_of_zero_does_not_apply():
    definition = define(scored("A", "percent", {"key": "rasio", "target": 80}), scored("B", "integer", RATIO))
    tree = grow(definition, [sheet(accepted(definition, {"A": {"v": {"n": 0, "d": 0}}, "B": {"v": 10}}))])
    assert (tree.p, tree.v) == (FULL, FULL)
    assert indicator(tree, "A").slots[0].due == 1


def test_information_has_no_weight_in_the_tree():
    definition = define(scored("I", "text", {"key": "informasi"}, 0), scored("A", "integer", RATIO))
    tree = grow(definition, [sheet(accepted(definition, {"I": {"v": "x"}, "A": {"v": 10}}))])
    assert (tree.p, indicator(tree, "I").p) == (FULL, None)


@pytest.mark.parametrize(
    ("rule", "values", "late", "points"),
    [
        ("last", {1: 10, 2: 5, 3: 2, 4: 1}, True, 10),
        ("last", {1: 10, 2: 5}, False, 50),
        ("last", {1: 10, 2: 5}, True, 0),
        ("mean", {1: 10, 2: 5, 3: 10, 4: 5}, True, 75),
        ("mean", {1: 10, 2: 5}, False, 75),
        ("mean", {1: 10, 2: 5}, True, 37.5),
        ("sum", {1: 1, 2: 2, 3: 3, 4: 1}, True, 70),
        ("sum", {1: 9, 2: 9}, True, 100),
        ("sum", {1: 4}, False, 40),
        ("sum", {1: 0, 2: 0}, False, 0),
    ],
)
def test_year_rules(rule, values, late, points):
    tree = quarters(define(scored("A", "integer", RATIO, year_rule=rule)), values, late)
    assert (tree.p, tree.v) == (points * POINT, points * POINT)


def test_no_slot_no_year():
    for rule in ("last", "mean", "sum"):
        assert quarters(define(scored("A", "integer", RATIO, year_rule=rule)), {}, late=False).p is None


def test_sum_is_scored_by_the_target_of_the_last_quarter_that_was_due():
    rule = {"key": "rasio", "targets": {"1": 4, "2": 10}}
    definition = define(scored("A", "integer", rule, year_rule="sum", due_in=[1, 2]))
    assert quarters(definition, {1: 2, 2: 3, 3: 1, 4: 1}).p == 50 * POINT


def test_sum_leaves_out_what_was_returned():
    definition = define(scored("A", "decimal", RATIO, year_rule="sum"))
    tree = grow(definition, [sheet(accepted(definition, {"A": {"v": 2.5}}, at(1)), 1), sheet(filed(definition, {"A": {"v": 4}}, at(2), A=Verdict.RETURNED), 2), sheet(filed(definition, {"A": {"v": 1}}, at(3)), 3)])  # fmt: skip
    assert (tree.p, tree.v) == (35 * POINT, 25 * POINT)


def test_the_words_for_a_year():
    tree = quarters(define(scored("A", "integer", RATIO, year_rule="mean")), {1: 1, 2: 2})
    one = indicator(tree, "A")
    assert said(year_rule_words(one.field, one.slots)) == "The year is the mean of the quarters in which it is due"
    assert year_rule_words(one.field, one.slots[:1]) is None


def test_earlier_slots_keep_the_target_and_rule_of_their_own_version():
    old = define(
        scored("A-OLD", "integer", {"key": "rasio", "target": 5}, 9, id="same", year_rule="last"), scored("GONE", "integer", RATIO)
    )
    new = define(
        scored("A", "integer", {"key": "rasio", "target": 10}, 1, id="same", year_rule="mean"), scored("B", "integer", RATIO, 3)
    )
    tree = grow(new, [sheet(accepted(old, {"A-OLD": {"v": 5}, "GONE": {"v": 10}}, at(1), version=1), 1), sheet(accepted(new, {"A": {"v": 5}, "B": {"v": 10}}, at(2), version=2), 2)])  # fmt: skip
    joined = indicator(tree, "A")
    assert [(s.version, s.p) for s in joined.slots] == [(1, FULL), (2, 50 * POINT)]
    assert joined.p == 75 * POINT
    assert [s.version for s in indicator(tree, "B").slots] == [2]
    assert tree.p == (75 + 3 * 100) * POINT // 4


def test_due_quarters_of_an_earlier_version_count_for_its_slots():
    old = define(scored("A", "integer", RATIO, frequency="quarterly", id="same"))
    new = define(scored("A", "integer", RATIO, frequency="yearly", id="same"))
    tree = grow(new, [sheet(accepted(old, {"A": {"v": 10}}, at(1)), 1), sheet(accepted(new, {"A": {"v": 10}}, at(2)), 2)])
    assert [s.quarter for s in indicator(tree, "A").slots] == [1]


def two_sections():
    return compiled(
        form(
            section("S", scored("A", "integer", RATIO), weight=75),
            section(
                "T", scored("B", "integer", RATIO, relevant="${X} > 0", when_irrelevant="share"), item("X", "integer"), weight=25
            ),
        )
    ).definition


def test_a_section_that_does_not_apply_gives_its_weight_away():
    definition = two_sections()
    tree = grow(definition, [sheet(accepted(definition, {"A": {"v": 5}}))])
    assert [(b.code, b.p) for b in tree.branches] == [("S", 50 * POINT), ("T", None)]
    assert tree.p == 50 * POINT
    tree = grow(definition, [sheet(accepted(definition, {"A": {"v": 5}, "B": {"v": 10}, "X": {"v": 1}}))])
    assert tree.p == (75 * 50 + 25 * 100) * POINT // 100


DUE = dt.datetime(2026, 4, 10, 16, 59, 59, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("late", "score"),
    [
        (dt.timedelta(days=-9), 100),
        (dt.timedelta(0), 100),
        (dt.timedelta(seconds=1), 90),
        (dt.timedelta(weeks=1), 90),
        (dt.timedelta(weeks=1, seconds=1), 80),
        (dt.timedelta(weeks=9, seconds=1), 0),
        (dt.timedelta(weeks=50), 0),
    ],
)
def test_timeliness_by_started_weeks(late, score):
    assert timeliness(Due(DUE, DUE + late, True), 10) == score * POINT


def test_never_sent_is_zero_once_late_and_open_before():
    assert timeliness(Due(DUE, None, True), 10) == 0
    assert timeliness(Due(DUE, None, False), 10) is None


def in_time(passed=True):
    return Due(DUE, DUE, passed)


def year(values, dues=(), late=True, events=(), definition=None):
    definition = definition or define(scored("A", "integer", RATIO, year_rule="mean"))
    sheets = {
        f"q{q}": sheet(accepted(definition, {"A": {"v": values[q]}}, at(q)) if q in values else None, q, late and q not in values)
        for q in (1, 2, 3, 4)
    }
    return score_year(SCHEME, [PeriodicForm(definition, sheets)], list(events), list(dues))


def test_compliance_is_sixty_forty():
    rows = year({1: 10, 2: 10, 3: 10}, [in_time(), in_time(), Due(DUE, DUE + dt.timedelta(days=10), True), Due(DUE, None, True)])
    compliance = find(rows, "compliance")
    assert compliance.detail["completeness"] == 75 * POINT
    assert compliance.detail["timeliness"] == (100 + 100 + 80 + 0) * POINT // 4
    assert compliance.p == compliance.v == (60 * 75 + 40 * 70) * POINT // 100


def test_compliance_of_one_part_only():
    assert find(year({}, [], late=False), "compliance").p is None
    assert find(year({1: 10}, [], late=False), "compliance").p == FULL
    assert find(year({}, [Due(DUE, None, False)], late=False), "compliance").p is None


def test_total_is_ninety_ten():
    rows = year({1: 5, 2: 5, 3: 5, 4: 5}, [in_time()] * 4)
    assert find(rows, "achievement").p == 50 * POINT
    assert find(rows, "compliance").p == FULL
    assert rows[-1] == find(rows, "total")
    assert (rows[-1].p, rows[-1].v) == (55 * POINT, 55 * POINT)


def test_nothing_that_applies_is_not_assessed():
    rows = year({}, [], late=False)
    assert (find(rows, "total").p, find(rows, "total").v, find(rows, "achievement").p) == (None, None, None)
    assert find(rows, "total", "elsewhere") is None


def event_form(key, *points):
    definition = define(scored("A", "integer", RATIO, frequency="event"), key=key, subject="event_response")
    reports = {
        f"e{n}": (
            definition,
            sheet(accepted(definition, {"A": {"v": v}}, at(None, event=event())) if v is not None else None, None, v is None),
        )
        for n, v in enumerate(points)
    }
    return EventForm(key, reports)


def test_an_event_phase_is_the_mean_of_its_events():
    rows = year({1: 10, 2: 10, 3: 10, 4: 10}, events=[event_form("reply", 10, 5, None)])
    assert [find(rows, "phase:reply", f"e{n}").p for n in range(3)] == [FULL, 50 * POINT, 0]
    assert find(rows, "phase:reply").p == 50 * POINT
    assert find(rows, "achievement").p == (60 * FULL + 25 * 50 * POINT + 42) // 85


def test_a_phase_without_events_gives_its_weight_away():
    rows = year({1: 5, 2: 5, 3: 5, 4: 5}, events=[event_form("reply"), event_form("after")])
    assert find(rows, "phase:reply").p is None
    assert find(rows, "achievement").p == 50 * POINT


def test_periods_have_their_own_totals_which_the_year_does_not_average():
    rows = year({1: 10, 2: 5}, late=False, definition=define(scored("A", "integer", RATIO, year_rule="last")))
    assert [find(rows, "phase:form", q).p for q in ("q1", "q2", "q3")] == [FULL, 50 * POINT, None]
    assert find(rows, "phase:form").p == 50 * POINT


def test_a_period_is_totalled_by_its_own_version():
    old = define(scored("A", "integer", RATIO, 1, id="a"), scored("B", "integer", RATIO, 1))
    new = define(scored("A", "integer", RATIO, 1, id="a"))
    sheets = {"q1": sheet(accepted(old, {"A": {"v": 10}}, at(1)), 1), "q2": sheet(accepted(new, {"A": {"v": 10}}, at(2)), 2)}
    rows = score_year(SCHEME, [PeriodicForm(new, sheets)], [], [])
    assert find(rows, "phase:form", "q1").p == 50 * POINT
    assert find(rows, "phase:form").p == FULL


def test_every_node_recomputes_from_the_numbers_beside_it():
    definition = two_sections()
    sheets = {
        f"q{q}": sheet(filed(definition, {"A": {"v": q}, "B": {"v": 2 * q}, "X": {"v": 1}}, at(q), A=Verdict.ACCEPTED), q)
        for q in (1, 2, 3, 4)
    }
    rows = score_year(SCHEME, [PeriodicForm(definition, sheets)], [event_form("reply", 3, 7)], [in_time()])

    def again(children, which):
        known = [(c["w"], c[which]) for c in children if c[which] is not None]
        total = sum(w for w, _ in known)
        return (2 * sum(w * s for w, s in known) + total) // (2 * total) if total else None

    checked = 0
    for row in rows:
        children = row.detail.get("children") or row.detail.get("indicators")
        if children:
            assert (again(children, "p"), again(children, "v")) == (row.p, row.v), row.node
            checked += 1
    assert checked == 21
    assert all(json.loads(canonical(row.detail)) == row.detail for row in rows)


def test_details_explain_each_slot():
    rows = year({1: 5}, late=False)
    (explained,) = find(rows, next(r.node for r in rows if r.node.startswith("section:"))).detail["indicators"]
    first = explained["slots"][0]
    assert (first["state"], first["verdict"], first["version"], first["quarter"]) == ("scored", "accepted", 1, 1)
    params = {"amount": "5", "target": "10", "unit": {}}
    assert first["why"] == {"msgid": "%(amount)s%(unit)s of target %(target)s%(unit)s", "params": params}
    assert explained["slots"][1]["state"] == "pending"


def test_what_was_not_asked_names_its_condition_in_the_details():
    definition = define(
        item("X", "integer", label=text("How many")),
        scored("Z", "integer", RATIO, relevant="${X} > 0"),
        scored("S", "integer", RATIO, relevant="${X} > 0", when_irrelevant="share"),
        scored("N", "integer", RATIO, relevant="not(${X} = 0)"),
    )
    rows = score_year(SCHEME, [PeriodicForm(definition, {"q1": sheet(filed(definition, {"X": {"v": 0}}, at(1)), 1)})], [], [])
    detail = find(rows, next(r.node for r in rows if r.node.startswith("section:"))).detail
    why = {i["code"]: i["slots"][0]["why"] for i in detail["indicators"]}
    clause = {"msgid": "%(what)s is more than %(value)s", "params": {"what": {"msgid": "“%(question)s”", "params": {"question": text("How many")}}, "value": "0"}}  # fmt: skip
    assert why["Z"] == {"msgid": "Counts 0: asked only when %(clause)s", "params": {"clause": clause}}
    assert why["S"] == {"msgid": "Not scored: asked only when %(clause)s", "params": {"clause": clause}}
    assert why["N"] == {"msgid": "Counts 0: the condition under which it is asked does not hold", "params": {}}


def test_dates_in_details_are_iso_text():
    definition = define(scored("A", "date", {"key": "tenggat", "deadline": "01-31"}))
    rows = score_year(
        SCHEME, [PeriodicForm(definition, {"q1": sheet(accepted(definition, {"A": {"v": "2026-02-01"}}, at(1)), 1)})], [], []
    )
    slots = find(rows, f"section:form:{definition.sections[0].id}").detail["indicators"][0]["slots"]
    assert slots[0]["why"]["params"]["deadline"] == "2026-01-31"


def test_the_year_of_an_event_is_that_of_its_declaration():
    late = EventFacts(dt.datetime(2025, 12, 30), dt.datetime(2026, 1, 2, 8), None)
    assert at(None, event=late).year == 2026


def test_the_seed_scheme_reads():
    scheme = scheme_from(read_yaml(ROOT / "seed" / "scheme.yaml"))
    assert sum(scheme.phases.values()) == 100
    assert (scheme.achievement, scheme.compliance) == (90, 10)
    assert [scheme.league(level).key for level in ("province", "regency", "city")] == ["provinsi", "kabkota", "kabkota"]
    assert scheme.league("village") is None
