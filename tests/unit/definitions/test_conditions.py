"""Conditions in words: every plain shape, and silence for what has no plain words."""

import pytest

from domain.definitions.conditions import constant, told
from domain.expressions import parse
from tests.unit.make import define, item, option, said, text

COLUMNS = [item("n", "integer", label=text("Number"))]
FORM = define(
    item("YES", "yes_no", label=text("Ready?")),
    item("NUM", "integer", label=text("How many")),
    item(
        "ONE", "single_choice", label=text("Which"), choices=[option("a", label=text("First")), option("b", label=text("Second"))]
    ),
    item("TEXT", label=text("Remark")),
    item("TAB", "table", label=text("List"), columns=COLUMNS),
)


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("${YES}", "“Ready?” is answered Yes"),
        ("${NUM} > 0", "“How many” is more than 0"),
        ("${NUM} >= 2.5", "“How many” is at least 2.5"),
        ("${NUM} < 3", "“How many” is less than 3"),
        ("${NUM} <= 3", "“How many” is at most 3"),
        ("${NUM} = 3", "“How many” is “3”"),
        ("${ONE} = 'a'", "“Which” is “First”"),
        ("${ONE} != 'b'", "“Which” is filled in with anything but “Second”"),
        ("${ONE} = 'gone'", "“Which” is “gone”"),
        ("${ONE} != ''", "“Which” is filled in"),
        ("${ONE} = ''", "“Which” is empty"),
        ("${YES} or ${NUM} > 0", "“Ready?” is answered Yes or “How many” is more than 0"),
        ("${YES} or ${NUM} > 1 or ${ONE} = 'a'", "“Ready?” is answered Yes or “How many” is more than 1 or “Which” is “First”"),
        ("${YES} and ${ONE} = 'a'", "“Ready?” is answered Yes and “Which” is “First”"),
        ("count(${TAB}) > 0", "“List” holds at least one row"),
        ("count(${TAB}) > 1", "the number of rows in “List” is more than 1"),
        ("count(${TAB}) >= 0", "the number of rows in “List” is at least 0"),
        ("sum(${TAB/n}) > 0", "the total of “Number” in “List” is more than 0"),
    ],
)
def test_plain_shapes_are_told(formula, words):
    assert said(told(parse(formula), FORM, FORM.by_code["TEXT"])) == words


@pytest.mark.parametrize(
    ("code", "formula", "words"),
    [
        ("YES", ".", "the answer is Yes"),
        ("NUM", ". > 0", "the answer is more than 0"),
        ("NUM", "${NUM} > 0", "the answer is more than 0"),
        ("ONE", "count-selected(.) > 0", "the answer holds at least one choice"),
    ],
)
def test_one_s_own_answer_is_called_the_answer(code, formula, words):
    assert said(told(parse(formula), FORM, FORM.by_code[code])) == words


@pytest.mark.parametrize(
    "formula",
    [
        "${NUM} + 1 > 0",
        "${NUM} > ${ONE}",
        "not(${YES})",
        "true()",
        "${other:CODE}",
        "${NUM}",
        "${YES} or ${NUM} + 1 > 0",
        "${GONE} > 1",
        "sum(${TAB/gone}) > 0",
        "count(${GONE}) > 0",
        "count(${TAB/n}) > 0",
        "count(${NUM}) > 0",
        "sum(${NUM}) > 0",
        "count-selected(${NUM}) > 0",
        "5 > 1",
        "${YES} and (${NUM} > 1 or ${NUM} < 0)",
        "${YES} and ${NUM} > 1 or ${NUM} < 0",
    ],
)
def test_of_other_shapes_nothing_is_said(formula):
    assert told(parse(formula), FORM, FORM.by_code["ONE"]) is None


def test_a_condition_may_be_a_constant():
    assert [constant(parse(formula)) for formula in ("true()", "false()", "${YES}", "today()")] == [True, False, None, None]
