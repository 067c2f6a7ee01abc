"""The one check of answers: what is asked now, what is missing, what is wrong, what is filled in."""

import datetime as dt

import pytest

from domain.answers import Context, check, is_due, unknown_lookups
from domain.answers.check import INVALID, MISSING, WARNING, has_evidence
from domain.answers.context import freeze, thaw
from domain.canonical import canonical
from domain.expressions import Moment
from domain.fields import of
from tests.unit.make import ID, TODAY, at, collection, compiled, define, event, faults, item, moment, option, said, scored, text

RATIO = {"key": "rasio", "target": 3}


def test_required_only_in_due_quarters():
    definition = define(scored("A", "integer", RATIO, frequency="half_yearly"), item("B", required=False), item("N", "note"))
    assert faults(definition, {}, at(4)) == faults(definition, {}, at(2)) == [("A", "", MISSING)]
    assert faults(definition, {}, at(1)) == faults(definition, {}, at(3)) == []
    assert check(definition, {}, at(2)).required == {"A"}
    assert check(definition, {}, at(3)).required == frozenset()
    assert is_due(definition.by_code["B"], at(3))


def test_an_event_form_asks_everything():
    definition = define(scored("A", "integer", RATIO, frequency="event"), subject="event_response")
    assert faults(definition, {}, at(None, event=event())) == [("A", "", MISSING)]


def test_a_typed_answer_is_checked_even_when_it_is_not_due():
    definition = define(scored("A", "integer", RATIO, frequency="yearly", options={"max": 5}))
    assert faults(definition, {"A": {"v": 9}}, at(1)) == [("A", "", INVALID)]


def test_relevance_hides_and_hidden_answers_read_as_empty():
    definition = define(
        item("A", "yes_no"), item("B", "integer", relevant="${A}"), item("C", "text", relevant="${B} > 1"), item("D", "calculated", calculation="coalesce(${B}, -1)")
    )  # fmt: skip
    doc = {"A": {"v": False}, "B": {"v": 5}, "C": {"v": "x"}}
    done = check(definition, doc, at())
    assert done.relevant == {"A", "D"}
    assert done.faults == ()
    assert done.doc["D"] == {"v": -1}
    assert set(done.relevant_doc()) == {"A", "D"}
    assert done.doc["B"] == {"v": 5}  # kept in the draft
    assert check(definition, doc | {"A": {"v": True}}, at()).relevant == {"A", "B", "C", "D"}
    assert doc == {"A": {"v": False}, "B": {"v": 5}, "C": {"v": "x"}}


def test_relevance_does_not_depend_on_the_order_of_fields():
    definition = define(item("C", "text", relevant="${B} > 1"), item("B", "integer", relevant="${A}"), item("A", "yes_no"))
    assert check(definition, {"A": {"v": False}, "B": {"v": 5}}, at()).relevant == {"A"}


EVIDENCE = {"label": text("the decree"), "required": ".", "kinds": ["pdf"]}


def test_evidence_is_required_by_its_own_expression():
    definition = define(scored("A", "yes_no", {"key": "biner_bukti"}, evidence=EVIDENCE))
    assert faults(definition, {"A": {"v": False}}) == []
    assert faults(definition, {"A": {"v": True}}) == [("A", "files", MISSING)]
    assert said(check(definition, {"A": {"v": True}}, at()).faults[0].why) == "Attach the evidence: the decree."
    assert faults(definition, {"A": {"v": True, "files": ["f"]}}) == []
    assert faults(definition, {"A": {"v": True, "link": "https://a.id"}}) == []
    assert faults(definition, {"A": {"v": True, "link_raw": "a.id"}}) == [("A", "link", INVALID)]
    assert faults(definition, {}) == [("A", "", MISSING)]
    assert has_evidence({"link": "x"})
    assert not has_evidence({"files": []})


def test_evidence_may_be_a_link_or_optional():
    definition = define(
        item("A", "yes_no", evidence=EVIDENCE | {"kinds": ["link"]}),
        item("B", "yes_no", evidence={"label": text("x"), "kinds": ["pdf"]}),
    )
    done = check(definition, {"A": {"v": True}, "B": {"v": True}}, at())
    assert [said(f.why) for f in done.faults] == ["Enter the link: the decree."]


def test_unread_text_keeps_its_error():
    definition = define(item("A", "integer"), item("B", "date"))
    done = check(definition, {"A": {"raw": "dua"}, "B": {"raw": "2026-01-01"}}, at())
    assert [(f.code, said(f.why), f.severity) for f in done.faults] == [
        ("A", "Enter a number, for example 12.", INVALID),
        ("B", "Save this answer again.", INVALID),
    ]
    assert done.invalid == done.errors == done.faults


def test_constraint_and_warning():
    definition = define(
        item(
            "A",
            "integer",
            constraint=". <= 100",
            constraint_message=text("Too much"),
            warning=". <= ${B}",
            warning_message=text("More than B"),
        ),
        item("B", "integer", constraint=". > 0"),
    )
    assert faults(definition, {"A": {"v": 5}, "B": {"v": 9}}) == []
    done = check(definition, {"A": {"v": 101}, "B": {"v": 9}}, at())
    assert [(said(f.why), f.severity) for f in done.faults] == [("Too much", INVALID), ("More than B", WARNING)]
    assert [said(f.why) for f in done.errors] == ["Too much"]
    assert [said(f.why) for f in check(definition, {"A": {"v": 1}, "B": {"v": -1}}, at()).errors] == [
        "Check B: the answer does not meet its rule."
    ]


def test_empty_answers_are_not_tested():
    definition = define(item("A", "integer", required=False, constraint=". > 5", warning=". > 5"))
    assert faults(definition, {}) == faults(definition, {"A": {"v": None}}) == []


TABLE = item(
    "T",
    "table",
    columns=[
        item("n", "integer", required=True),
        item("m", "integer"),
        item("sum", "calculated", calculation="${n} * ${m} div 2", options={"places": 0}),
    ],
    options={
        "row_rules": [
            {"test": "${m} >= ${n}", "message": text("m is at least n")},
            {"test": "${n} < ${LIMIT} and today() > date('2026-01-01')", "message": text("too big")},
        ]
    },
)


def test_row_rules_name_the_row():
    definition = define(TABLE, item("LIMIT", "integer"))
    rows = [
        {"id": "r1", "n": 1, "m": 2},
        {"id": "r2", "n": 3, "m": 2},
        {"id": "r3", "n": 99, "m": 100},
        {"id": "r4", "m": 1, "_raw": {"n": "x"}},
    ]
    done = check(definition, {"T": {"v": rows}, "LIMIT": {"v": 50}}, at())
    assert [(f.part, said(f.why)) for f in done.faults] == [
        ("r4/n", "Row 4, n: Enter a number, for example 12."),
        ("r2/", "Row 2: m is at least n"),
        ("r3/", "Row 3: too big"),
    ]


def test_a_cell_has_its_own_rule_and_warning():
    columns = [
        item("n", "integer", constraint=". > 0 and . < ${LIMIT}", constraint_message=text("between 0 and the limit")),
        item("m", "integer", warning=". <= ${n}", warning_message=text("more than n")),
    ]
    definition = define(item("T", "table", columns=columns), item("LIMIT", "integer"))
    rows = [
        {"id": "r1", "n": 5, "m": 5},
        {"id": "r2", "n": 60, "m": 61},
        {"id": "r3", "m": 1},
        {"id": "r4", "n": 0, "_raw": {"m": "x"}},
    ]
    found = check(definition, {"T": {"v": rows}, "LIMIT": {"v": 50}}, at()).faults
    assert [(f.part, f.severity, said(f.why)) for f in found] == [
        ("r4/m", "invalid", "Row 4, m: Enter a number, for example 12."),
        ("r2/n", "invalid", "Row 2, n: between 0 and the limit"),
        ("r2/m", "warning", "Row 2, m: more than n"),
        ("r3/m", "warning", "Row 3, m: more than n"),
    ]


def test_calculated_columns_are_filled_in_and_rounded():
    definition = define(TABLE, item("LIMIT", "integer"), item("TOTAL", "calculated", calculation="sum(${T/sum}) + count(${T})"))
    rows = [{"id": "r1", "n": 1, "m": 3}, {"id": "r2", "n": 2, "m": 3}]
    done = check(definition, {"T": {"v": rows}, "LIMIT": {"v": 50}}, at())
    assert [row["sum"] for row in done.doc["T"]["v"]] == [2, 3]
    assert done.doc["TOTAL"] == {"v": 7}
    assert "sum" not in rows[0]


def test_calculated_fields_round_half_away_and_never_fail():
    definition = define(
        item("A", "money"),
        item("B", "calculated", calculation="${A} * ${A} * ${A}", options={"places": 0}),
        item("C", "calculated", calculation="${A} div 2", options={"places": 0}),
    )
    assert check(definition, {"A": {"v": 5}}, at()).doc["C"] == {"v": 3}
    assert check(definition, {}, at()).doc["C"] == {"v": None}
    huge = check(definition, {"A": {"v": 999_999_999_999_999}}, at()).doc["B"]["v"]
    assert huge == pytest.approx(1e45)


def test_a_calculated_list_is_kept_shown_and_read_again():
    choices = [option("a"), option("b")]
    fields = [
        item("M", "multiple_choice", choices=choices),
        item("T", "table", columns=[item("d", "date")]),
        item("L", "calculated", calculation="${M}"),
        item("D", "calculated", calculation="${T/d}"),
        item("N", "calculated", calculation="count-selected(${L})"),
    ]
    definition = define(*fields)
    doc = {"M": {"v": ["a", "b"]}, "T": {"v": [{"id": "n1", "d": "2026-10-01"}, {"id": "n2", "d": "2026-10-02"}]}}
    done = check(definition, doc, at()).doc
    assert (done["L"]["v"], done["D"]["v"], done["N"]["v"]) == (["a", "b"], ["2026-10-01", "2026-10-02"], 2)
    shown = [of(definition.by_code[c]).display(done[c]["v"], definition.by_code[c], ID) for c in ("L", "D")]
    assert shown == ["a, b", "1 Oktober 2026, 2 Oktober 2026"]
    assert canonical(done)


def test_a_text_that_feeds_itself_ends_somewhere():
    grow = "concat(" + ", ".join(["${X}"] * 50) + ")"
    definition = define(
        item("X", "long_text"),
        *(
            item(f"Y{n}", "calculated", calculation=grow.replace("${X}", f"${{{'X' if n == 0 else f'Y{n - 1}'}}}"))
            for n in range(3)
        ),
    )
    assert len(check(definition, {"X": {"v": "x" * 1900}}, at()).doc["Y2"]["v"]) == 20_000


def test_calculations_read_the_context():
    definition = define(
        item("A", "calculated", calculation="${_quarter} + ${_year}"),
        item("B", "calculated", calculation="${_period_end} - ${_period_start}"),
        item("C", "calculated", calculation="today()"),
        item("D", "calculated", calculation="${other:X}"),
    )
    done = check(definition, {}, at(2, related={("other", "X"): True}))
    assert [done.doc[c]["v"] for c in "ABCD"] == [2028, 90, "2026-11-24", True]


COUNTED = {"v": 12, "as_of": "2026-11-24", "rows": 12, "sha256": "abc"}
MEASURE = {"collection": "things", "aggregate": "count"}


def test_a_measure_becomes_the_value():
    definition = define(item("A", "automatic", options={"measure": MEASURE}))
    done = check(definition, {"A": {"note": "seen", "v": 3}}, at(measures={"A": COUNTED}))
    assert done.doc["A"] == {"v": 12, "note": "seen", "measure": {"as_of": "2026-11-24", "rows": 12, "sha256": "abc"}}
    assert check(definition, {"A": {"v": 3}}, at()).doc["A"] == {"v": 3}  # not counted now: what was frozen stays
    assert faults(definition, {}) == []  # nobody is asked


def test_a_measure_becomes_the_denominator_beside_the_typed_numerator():
    definition = define(item("A", "percent", options={"denominator_measure": MEASURE}))
    context = at(measures={"A": COUNTED})
    done = check(definition, {"A": {"v": {"n": 6, "d": None}}}, context)
    assert done.doc["A"]["v"] == {"n": 6, "d": 12}
    assert done.faults == ()
    assert faults(definition, {"A": {"v": {"n": 13, "d": None}}}, context) == [("A", "n", INVALID)]
    empty = check(definition, {}, context)
    assert (empty.doc["A"]["v"], empty.doc["A"]["counted"]) == (None, 12)
    assert [(f.code, f.severity) for f in empty.faults] == [("A", MISSING)]


def test_lookups_are_asked_for_and_unknown_ones_are_faults():
    source = collection(
        item("R", "reference", options={"target": "regions"}),
        item("T", "table", columns=[item("who", "reference", options={"target": "things"})]),
        item("E", "reference", options={"target": "things"}),
    )
    definition = compiled(source).definition
    doc = {"name": {"v": "x"}, "R": {"v": "32"}, "T": {"v": [{"id": "r1", "who": "a"}, {"id": "r2"}]}}
    done = check(definition, doc, Context(TODAY))
    assert [(x.code, x.part, x.target, x.key) for x in done.lookups] == [("R", "", "regions", "32"), ("T", "r1/who", "things", "a")]
    assert unknown_lookups(done, [("regions", "32"), ("things", "a")]) == ()
    assert [(f.code, f.part) for f in unknown_lookups(done, [("things", "32"), ("things", "a")])] == [("R", "")]


def test_answers_to_fields_that_do_not_exist_are_kept_and_ignored():
    definition = define(item("A", required=False))
    done = check(definition, {"GONE": {"v": "x"}}, at())
    assert done.doc["GONE"] == {"v": "x"}
    assert done.faults == ()
    assert done.relevant_doc() == {}


def test_retired_choices_and_every_fault_at_once_in_form_order():
    definition = define(
        item("A", "single_choice", choices=[option("a"), option("b"), option("old", retired=True)]),
        item("B", "date", options={"not_future": True}),
        item("C"),
    )
    found = faults(definition, {"A": {"v": "old"}, "B": {"v": "2026-11-25"}})
    assert found == [("A", "", INVALID), ("B", "", INVALID), ("C", "", MISSING)]


def test_evidence_is_asked_for_beside_what_nobody_types():
    definition = define(
        item("N", "integer"), item("C", "calculated", calculation="${N} * 2", evidence=EVIDENCE | {"required": ". > 4"})
    )
    assert faults(definition, {"N": {"v": 2}}) == []
    assert faults(definition, {"N": {"v": 3}}) == [("C", "files", MISSING)]
    assert faults(definition, {"N": {"v": 3}, "C": {"files": ["f"]}}) == []


def test_unread_text_of_a_column_asked_no_longer_silences_no_rule():
    rules = {"row_rules": [{"test": "${a} > 5", "message": text("Too few")}]}
    definition = define(item("T", "table", columns=[item("a", "integer")], options=rules))
    row = {"id": "1", "a": 1, "_raw": {"gone": "many"}}
    assert [f.part for f in check(definition, {"T": {"v": [row]}}, at()).errors] == ["1/"]


def test_done_is_what_needs_nothing_more():
    definition = define(
        item("GOOD"), item("LESS", required=False), item("EMPTY"), item("WRONG", "integer"),
        scored("BARE", "yes_no", {"key": "biner_bukti"}, evidence=EVIDENCE),
    )  # fmt: skip
    doc = {"GOOD": {"v": "x"}, "LESS": {"v": "y"}, "WRONG": {"raw": "many"}, "BARE": {"v": True}}
    checked = check(definition, doc, at())
    assert checked.required == {"GOOD", "EMPTY", "WRONG", "BARE"}
    assert checked.done == {"GOOD"}
    assert check(definition, doc | {"BARE": {"v": True, "files": ["f"]}, "WRONG": {"v": 3}}, at()).done == {"GOOD", "WRONG", "BARE"}


def test_context_names():
    named = at(2, event=event()).named
    assert (named["_year"], named["_quarter"]) == (2026.0, 2.0)
    assert (named["_period_start"], named["_period_end"]) == (moment("2026-04-01"), moment("2026-06-30"))
    assert named["_event_declared"] == moment("2026-09-02T08:00")
    assert named["_event_ended"] == moment("2026-09-30")
    alone = Context(dt.date(2027, 1, 2)).named
    assert (alone["_year"], alone["_quarter"], alone["_period_end"], alone["_event_ended"]) == (
        2027.0,
        None,
        moment("2027-01-02"),
        None,
    )
    assert Context(dt.date(2027, 1, 2), event=event()).year == 2026
    assert at(None).moments() == {"event_declared": None, "event_occurred": None}
    assert at(None, event=event()).moments()["event_occurred"] == dt.datetime(2026, 9, 1, 4, 30)


@pytest.mark.parametrize("ended", [dt.date(2026, 9, 30), None])
def test_a_context_thaws_as_it_was_frozen(ended):
    related = {
        ("f", "A"): True,
        ("f", "B"): 2.0,
        ("f", "C"): "x",
        ("f", "D"): Moment(3.5),
        ("f", "E"): ("a", "b"),
        ("f", "F"): None,
    }
    context = at(2, event=event(ended), related=related)
    assert thaw(freeze(context), context.period) == context
    plain = at(3)
    assert thaw(freeze(plain), plain.period) == plain


def test_a_fault_of_the_type_is_not_told_again_by_the_rule():
    definition = define(
        item(
            "A",
            "percent",
            constraint=". <= 100",
            constraint_message=text("too much"),
            options={"numerator": text("top"), "denominator": text("bottom")},
        )
    )
    faults = check(definition, {"A": {"v": {"n": 9, "d": 8}}}, at(4)).faults
    assert [fault.part for fault in faults] == ["n"]
    assert check(definition, {"A": {"v": {"n": 8, "d": 8}}}, at(4)).faults == ()


def test_only_a_type_that_computes_is_computed():
    """A version published long ago may hold a calculation elsewhere: what was answered stands."""
    from domain.definitions.build import build
    from tests.unit.make import form, section

    rows = item("R", "table", columns=[item("k", "date", calculation="1 + 1")])
    definition = build(form(section("S", item("A", "duration", calculation="1 + 1"), rows)))[0]
    answers = {"A": {"v": {"from": "2026-01-01", "to": "2026-01-02"}}, "R": {"v": [{"id": "n1", "k": "2026-01-01"}]}}
    assert {code: answer["v"] for code, answer in check(definition, answers, Context(TODAY)).doc.items()} == {
        code: answer["v"] for code, answer in answers.items()
    }
