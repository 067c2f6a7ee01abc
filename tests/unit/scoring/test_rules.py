"""The nine rules and their edges."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.scoring.rules import FULL, PARAMETERS, RULES, Situation, points
from domain.scoring.slot import Paper
from tests.unit.make import at, define, event, item, option, said, scored, text
from tests.unit.scoring.sheets import POINT, filed, rated

EVIDENCE = {"label": text("paper"), "kinds": ["pdf"]}
CHOICES = [option("none", score=0), option("draft", score=40.5), option("done", score=100)]


def test_there_are_nine_rules_under_their_own_keys():
    assert set(RULES) == {"biner", "biner_bukti", "rasio", "terbalik", "opsi", "jumlah_opsi", "tenggat", "baris", "informasi"}
    assert all(rule.key == key and rule.title for key, rule in RULES.items())


def test_every_parameter_of_a_rule_has_a_name():
    assert {name for rule in RULES.values() for name in (*rule.needs, *rule.allows, *rule.expressions)} == PARAMETERS.keys()


@pytest.mark.parametrize(("value", "micro"), [(True, FULL), (False, 0)])
def test_binary(value, micro):
    assert rated("yes_no", {"key": "biner"}, value).micro == micro


@pytest.mark.parametrize(("rows", "micro"), [([5, 6], FULL), ([5], 0), ([0], 0)])
def test_binary_on_a_table(rows, micro):
    value = [{"id": f"r{i}", "n": n} for i, n in enumerate(rows)]
    assert rated("table", {"key": "biner", "when": "sum(${A/n}) > 10"}, value, columns=[item("n", "integer")]).micro == micro


def test_binary_on_a_calculation():
    assert rated("calculated", {"key": "biner", "when": "${A} > 3"}, 4, calculation="2 + 2").micro == FULL
    assert rated("calculated", {"key": "biner", "when": "${A} > 4"}, 4, calculation="2 + 2").micro == 0


@pytest.mark.parametrize(
    ("value", "files", "micro", "why"),
    [
        (True, ["f"], FULL, "Answered Yes, with evidence"),
        (True, [], 0, "Answered Yes, without evidence"),
        (False, ["f"], 0, "Answered No"),
    ],
)
def test_binary_with_evidence(value, files, micro, why):
    done = rated("yes_no", {"key": "biner_bukti"}, value, files=files, evidence=EVIDENCE)
    assert (done.micro, said(done.why)) == (micro, why)


@pytest.mark.parametrize(
    ("value", "target", "micro"),
    [
        (0, 3, 0),
        (1, 3, 33_333_333),
        (2, 3, 66_666_667),
        (3, 3, FULL),
        (7, 3, FULL),
        (-1, 3, 0),
        (1, 8, 12_500_000),
        (1, 0.5, FULL),
        (999_999_999_999_999, 0.000001, FULL),
    ],
)
def test_ratio(value, target, micro):
    assert rated("integer", {"key": "rasio", "target": target}, value).micro == micro


def test_ratio_reads_the_decimal_text_not_the_double():
    assert rated("decimal", {"key": "rasio", "target": 0.3}, 0.1).micro == 33_333_333
    assert rated("decimal", {"key": "rasio", "target": 0.7}, 0.7).micro == FULL


def test_ratio_of_a_percentage():
    rule = {"key": "rasio", "target": 80}
    assert rated("percent", rule, {"n": 4, "d": 10}).micro == 50 * POINT
    assert rated("percent", rule, {"n": 1, "d": 3}).micro == 41_666_667
    assert rated("percent", rule, {"n": 0, "d": 0}).micro is None
    assert rated("percent", rule, {"n": 0, "d": 5}).micro == 0


def test_ratio_of_a_calculation_of_any_size():
    assert rated("calculated", {"key": "rasio", "target": 1}, 10**45, calculation="1").micro == FULL
    assert rated("calculated", {"key": "rasio", "target": 1}, -(10**45), calculation="1").micro == 0


@pytest.mark.parametrize(("quarter", "micro"), [(1, FULL), (2, 75 * POINT), (3, 46_153_846), (4, 33_333_333)])
def test_ratio_with_a_target_per_quarter(quarter, micro):
    rule = {"key": "rasio", "targets": {1: 15, 2: 40, 3: 65, 4: 90}}
    assert rated("integer", rule, 30, at(quarter)).micro == micro


def test_a_quarter_without_its_own_target_takes_the_common_one():
    rule = {"key": "rasio", "target": 10, "targets": {1: 5}}
    assert rated("integer", rule, 5, at(1)).micro == FULL
    assert rated("integer", rule, 5, at(2)).micro == 50 * POINT
    assert rated("integer", rule, 5, at(None, event=event()), subject="event_response", frequency="event").micro == 50 * POINT


@pytest.mark.parametrize(
    ("value", "micro"),
    [(0, FULL), (180, FULL), (181, 99_459_459), (200, 89_189_189), (272.5, 50 * POINT), (364, 540_541), (365, 0), (1000, 0)],
)
def test_inverse(value, micro):
    assert rated("decimal", {"key": "terbalik", "target": 180, "limit": 365}, value).micro == micro


def test_inverse_of_hours_and_of_nothing():
    rule = {"key": "terbalik", "target": 24, "limit": 72}
    assert rated("duration", rule, {"from": "2026-09-01T00:00", "to": "2026-09-03T00:00"}).micro == 50 * POINT
    assert rated("duration", rule, {"from": "2026-09-01T00:00", "to": None}).micro is None
    assert rated("percent", {"key": "terbalik", "target": 2, "limit": 10}, {"n": 0, "d": 0}).micro is None
    assert rated("percent", {"key": "terbalik", "target": 0, "limit": 10}, {"n": 5, "d": 100}).micro == 50 * POINT


@pytest.mark.parametrize(("value", "micro"), [("none", 0), ("draft", 40_500_000), ("done", FULL)])
def test_option(value, micro):
    done = rated("single_choice", {"key": "opsi"}, value, choices=CHOICES)
    assert done.micro == micro
    assert value in said(done.why)


@pytest.mark.parametrize(("chosen", "micro"), [(["a"], 33_333_333), (["a", "b", "c"], FULL), (["a", "b", "c", "d"], FULL)])
def test_option_count(chosen, micro):
    assert rated("multiple_choice", {"key": "jumlah_opsi", "target": 3}, chosen, choices=[option(c) for c in "abcd"]).micro == micro


@pytest.mark.parametrize(
    ("day", "score"),
    [
        ("2025-12-01", 100),
        ("2026-01-31", 100),
        ("2026-02-01", 90),
        ("2026-02-07", 90),
        ("2026-02-08", 80),
        ("2026-04-04", 10),
        ("2026-04-05", 0),
        ("2026-12-31", 0),
    ],
)
def test_deadline_in_the_report_year(day, score):
    assert rated("date", {"key": "tenggat", "deadline": "01-31"}, day, at(1)).micro == score * POINT


def test_deadline_after_the_event():
    rule, more = {"key": "tenggat", "after": "event_ended", "days": 30}, {"subject": "event_post", "frequency": "event"}
    assert rated("date", rule, "2026-10-30", at(None, event=event()), **more).micro == FULL
    assert rated("date", rule, "2026-10-31", at(None, event=event()), **more).micro == 90 * POINT
    assert rated("date", rule, "2026-10-31", at(None, event=event(ended=None)), **more).micro is None
    assert rated("date", rule, "2026-10-31", at(None), **more).micro is None


COLUMNS = [item("name", required=True), item("n", "integer", required=True), item("on", "date")]


def row(name="x", n=1, **more):
    return {"id": name or "r", "name": name, "n": n} | more


@pytest.mark.parametrize(
    ("rows", "micro"),
    [
        ([row("a"), row("b")], 50 * POINT),
        ([row("a")] * 5, FULL),
        ([row("a"), row(None)], 25 * POINT),
        ([row("a"), row("b", None)], 25 * POINT),
        ([row("a"), row("b", 0)], 25 * POINT),
        ([row("a"), row("b", 99)], 25 * POINT),
        ([row("a"), row("b", _raw={"on": "soon"})], 25 * POINT),
    ],
)
def test_rows(rows, micro):
    rule = {"key": "baris", "target": 4, "filter": "${n} > 0"}
    options = {"row_rules": [{"test": "${n} < 50", "message": text("m")}]}
    assert rated("table", rule, rows, columns=COLUMNS, options=options).micro == micro


def test_rows_that_are_not_counted_are_told_with_their_cause():
    rule = {"key": "baris", "target": 4, "filter": "${n} > 0"}
    part, unfit = row("b", _raw={"on": "soon"}), row("c", 0)
    assert said(rated("table", rule, [row("a")], columns=COLUMNS).why) == "1 of target 4 rows"
    why = rated("table", rule, [row("a"), part, unfit, row("d", 0)], columns=COLUMNS).why
    assert said(why) == (
        "1 of target 4 rows; 1 not counted because incomplete; 2 not counted because the conditions below are not met"
    )


@pytest.mark.parametrize(
    ("kind", "value", "more", "why"),
    [
        ("integer", 2, {"options": {"unit": {"id": "orang", "en": "people"}}}, "2\u00a0people of target 3\u00a0people"),
        ("percent", {"n": 1, "d": 2}, {}, "50\u00a0% of target 3\u00a0%"),
    ],
)
def test_a_reason_names_the_unit(kind, value, more, why):
    assert said(rated(kind, {"key": "rasio", "target": 3}, value, **more).why) == why


def test_hours_are_called_hours():
    value = {"from": "2026-10-09T08:00", "to": "2026-10-09T14:00"}
    why = rated("duration", {"key": "terbalik", "target": 2, "limit": 10}, value).why
    assert said(why) == "6\u00a0hours; full marks up to 2\u00a0hours, none from 10\u00a0hours"


def test_rows_that_do_not_balance_count_nothing():
    rule = {"key": "baris", "target": 1, "balance": "sum(${A/n}) = 3"}
    assert rated("table", rule, [row("a", 1), row("b", 2)], columns=COLUMNS).micro == FULL
    assert rated("table", rule, [row("a", 1), row("b", 1)], columns=COLUMNS).micro == 0


def test_rows_may_read_the_context_and_the_form():
    rule = {"key": "baris", "target": 1, "filter": "${on} <= ${_period_end} and ${n} = ${B}"}

    def points_for(n, on):
        return rated("table", rule, [row("a", n, on=on)], columns=COLUMNS, doc={"B": {"v": 2}}, others=[item("B", "integer")]).micro

    assert points_for(2, "2026-12-31") == FULL
    assert points_for(2, "2027-01-01") == points_for(3, "2026-12-31") == 0


def test_information_is_never_scored():
    other = scored("B", "yes_no", {"key": "biner"})
    assert rated("text", {"key": "informasi"}, "x", weight=0, others=[other]).micro is None


def test_a_field_without_a_rule_cannot_be_scored():
    definition = define(item("A", "yes_no"))
    with pytest.raises(LookupError, match="A"):
        RULES["biner"].score(Situation(definition.by_code["A"], {"v": True}, Paper(filed(definition, {})).resolver))


def test_every_score_says_why():
    assert said(rated("integer", {"key": "rasio", "target": 3}, 2).why) == "2 of target 3"
    assert (
        said(rated("date", {"key": "tenggat", "deadline": "01-31"}, "2026-02-09", at(1)).why)
        == "2 started weeks after 2026-01-31, 10 less for each"
    )
    assert said(rated("date", {"key": "tenggat", "deadline": "01-31"}, "2026-01-09", at(1)).why) == "In time, due 2026-01-31"
    assert dt.date(2026, 1, 31).isoformat() in said(rated("date", {"key": "tenggat", "deadline": "01-31"}, "2026-02-09", at(1)).why)


@given(st.decimals(-10, 10, places=9))
def test_points_stay_between_nothing_and_full(share):
    micro = points(share)
    assert 0 <= micro <= FULL
    if 0 <= share <= 1:
        assert abs(micro - share * FULL) <= Decimal("0.5")


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(1, 10**6))
def test_ratio_never_falls_when_more_is_done(done, more, target):
    assert points(Decimal(done) / target) <= points(Decimal(done + more) / target)
