"""What the parser refuses, where, and what trees it makes."""

import json

import pytest

from domain.expressions import ExpressionError, evaluate, parse, references
from domain.expressions.parser import MAX_DEPTH, MAX_LENGTH
from tests.unit.make import Given, said


@pytest.mark.parametrize(
    ("source", "code", "position"),
    [
        ("", "expression-syntax", 0),
        ("   ", "expression-syntax", 3),
        ("1 +", "expression-syntax", 3),
        ("1 + ;", "expression-syntax", 4),
        ("1 2", "expression-syntax", 2),
        ("(1 + 2", "expression-syntax", 6),
        ("1 + 2)", "expression-syntax", 5),
        ("* 2", "expression-syntax", 0),
        ("and 1", "expression-syntax", 0),
        ("1 and", "expression-syntax", 5),
        ("'open", "expression-syntax", 0),
        ("1 == 2", "expression-syntax", 3),
        ("1 <> 2", "expression-syntax", 3),
        ("${A", "expression-syntax", 0),
        ("true", "expression-syntax", 0),
        ("sum(1, )", "expression-syntax", 7),
        ("sum(1 2)", "expression-syntax", 6),
        ("sum(1, 2", "expression-syntax", 8),
        ("A + 1", "expression-function", 0),
        ("1 + pulldata('a')", "expression-function", 4),
        ("__import__('os')", "expression-syntax", 0),
        ("1 + ${}", "expression-reference", 4),
        ("${1A}", "expression-reference", 0),
        ("${a b}", "expression-reference", 0),
        ("${a:b/c}", "expression-reference", 0),
        ("${A/b/c}", "expression-reference", 0),
        ("not()", "expression-arguments", 0),
        ("1 + round(1, 2, 3)", "expression-arguments", 4),
        ("true(1)", "expression-arguments", 0),
        ("if(1, 2)", "expression-arguments", 0),
        ("regex('a', ${A})", "expression-regex", 0),
        ("1 and regex('a', '(a+)+')", "expression-regex", 6),
        ("٣ + 1", "expression-syntax", 0),
        ("1 + ²", "expression-syntax", 4),
        ("1" * (MAX_LENGTH + 1), "expression-too-long", 0),
        ("9" * 400, "expression-syntax", 0),
        ("(" * 70 + "1" + ")" * 70, "expression-too-deep", MAX_DEPTH + 1),
        (" -" * 70 + "1", "expression-too-deep", 2 * MAX_DEPTH + 3),
    ],
)
def test_refused(source, code, position):
    with pytest.raises(ExpressionError) as refused:
        parse(source)
    assert (refused.value.code, refused.value.position) == (code, position)
    assert said(refused.value.why)


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("1.50", ["num", 1.5]),
        ("${A}", ["ref", "A"]),
        ("${T/col-1}", ["col", "T", "col-1"]),
        ("${other-form:AB-01}", ["ext", "other-form", "AB-01"]),
        (".", ["self"]),
        ("-.", ["neg", ["self"]]),
        ("1 or 2 and 3", ["or", ["num", 1.0], ["and", ["num", 2.0], ["num", 3.0]]]),
        ("${A} = ''", ["empty", ["ref", "A"]]),
        ("'' != ${A}", ["filled", ["ref", "A"]]),
        ("1 - 2 - 3", ["bin", "-", ["bin", "-", ["num", 1.0], ["num", 2.0]], ["num", 3.0]]),
        ("sum(${T/a}, 1)", ["call", "sum", [["col", "T", "a"], ["num", 1.0]]]),
    ],
)
def test_tree(source, tree):
    assert parse(source) == tree
    assert json.loads(json.dumps(parse(source))) == tree


def test_references_come_from_left_to_right_through_calls_and_operators():
    node = parse("if(${A} > 1, sum(${T/x}), -${B}) + ${f:C} = '' and . > ${A}")
    assert list(references(node)) == [["ref", "A"], ["col", "T", "x"], ["ref", "B"], ["ext", "f", "C"], ["ref", "A"]]


def test_long_sums_of_many_fields_still_work():
    source = " + ".join(["${A}"] * 100)
    assert evaluate(parse(source), Given({"A": 2})) == 200


@pytest.mark.parametrize("joint", [" + ", " and ", " or ", " = "])
def test_chains_too_long_to_evaluate_are_refused(joint):
    with pytest.raises(ExpressionError) as refused:
        parse(joint.join(["1"] * 330))
    assert refused.value.code == "expression-too-deep"
