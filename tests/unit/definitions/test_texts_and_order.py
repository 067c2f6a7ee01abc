"""Texts no page could hold, the order of computing, and records that name their own kind."""

from domain.answers import check
from tests.unit.definitions.test_compile import one
from tests.unit.make import at, collection, compiled, item, problems, text


def test_nul_and_lone_surrogates_leave_no_trace_in_texts():
    done = compiled(one(item("A", label={"id": "Uji\x00 satu\ud800", "en": "One"})))
    assert done.definition.by_code["A"].label["id"] == "Uji satu?"
    assert done.snapshot.encode()


def test_a_column_does_not_hide_that_a_table_waits_for_a_question_of_the_same_name():
    fields = [item("T", "table", relevant="${B} > 0", columns=[item("B", "integer")]), item("B", "calculated", calculation="1 + 1")]
    order = [f.code for f in compiled(one(*fields)).definition.computing_order]
    assert order == ["B", "T"]


def test_a_record_may_name_one_of_its_own_kind():
    assert compiled(collection(item("parent", "reference", options={"target": "things"}))).publishable


def test_fields_come_after_those_they_read():
    done = compiled(
        one(
            item("A", "yes_no", relevant="${C} > 1"),
            item("B", "calculated", calculation="sum(${T/n})"),
            item("C", "calculated", calculation="${B} * 2"),
            item("D", "integer", constraint=". > ${E}"),
            item("E", "integer"),
            item("T", "table", columns=[item("n", "integer")]),
        )
    )
    assert [f.code for f in done.definition.computing_order] == ["T", "B", "C", "A", "D", "E"]


def test_a_cycle_names_those_that_wait():
    (problem,) = compiled(
        one(item("A", "yes_no"), item("B", "yes_no", relevant="${C}"), item("C", "yes_no", relevant="${A} and ${B}"))
    ).problems
    assert (problem.path, problem.params["codes"]) == ("S/B", "B, C")


def test_a_draft_with_a_cycle_can_still_be_opened():
    done = compiled(one(item("A", "yes_no", relevant="${B}"), item("B", "yes_no", relevant="${A}"), item("C", "yes_no")))
    assert {f.code for f in done.definition.computing_order} == {"A", "B", "C"}
    assert "C" in check(done.definition, {"A": {"v": True}}, at()).relevant


def test_constraints_and_warnings_may_look_at_each_other():
    assert problems(one(item("A", "integer", constraint=". > ${B}"), item("B", "integer", constraint=". < ${A}"))) == set()


def test_inside_a_table_the_row_comes_first():
    table = item(
        "T",
        "table",
        columns=[item("n", "integer"), item("on", "date"), item("twice", "calculated", calculation="${n} * ${F}")],
        options={"row_rules": [{"test": "${on} <= ${_period_end} and ${n} < 9", "message": text("m")}]},
    )
    rule = {"key": "baris", "target": 1, "filter": "${n} > 1", "balance": "sum(${T/n}) > ${F}"}
    assert problems(one(table | {"rule": rule, "weight": 1, "frequency": "yearly"}, item("F", "integer"))) == set()
