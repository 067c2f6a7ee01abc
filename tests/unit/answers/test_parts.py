"""Two pages of one answer: whose words and whose files are kept."""

import pytest

from domain.answers.parts import beside, carried, says_something
from tests.unit.make import define, item

COUNTED = {"denominator_measure": {"collection": "things", "aggregate": "count"}}


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "kept", "clash"),
    [
        ({"v": 1}, {"v": 2}, {"v": 1}, {"v": 2}, False),
        ({"v": 1}, {"v": 1}, {"v": 3}, {"v": 3}, False),
        ({"v": 1}, {"v": 2}, {"v": 3}, {"v": 2}, True),
        ({"v": 1}, {"v": 2}, {"v": 2}, {"v": 2}, False),
        ({"v": 1}, {"v": 1, "files": ["a"]}, {"v": 3}, {"v": 3, "files": ["a"]}, False),
        ({"files": ["a", "b"]}, {"files": ["a"]}, {"files": ["a", "b", "c"]}, {"files": ["a", "c"]}, False),
        ({"files": ["a"]}, {"files": ["a", "b"]}, {}, {"files": ["b"]}, False),
    ],
)
def test_what_is_kept_of_two_answers(base, theirs, mine, kept, clash):
    assert beside(define(item("A", "integer")), "A", base, theirs, mine) == (kept, clash)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({}, False),
        ({"v": None, "files": []}, False),
        ({"v": 0}, True),
        ({"v": False}, True),
        ({"raw": "x"}, True),
        ({"link": "u"}, True),
    ],
)
def test_an_answer_says_something(answer, says):
    assert says_something(answer) is says


def test_what_no_page_shows_is_carried_on():
    definition = define(item("T", "table", columns=[item("n", "integer")]), item("P", "percent", options=COUNTED))
    rows = {"v": [{"id": "r", "n": 1, "gone": "kept"}]}
    assert carried(definition, "T", {"v": [{"id": "r", "n": 2}]}, rows) == {"v": [{"id": "r", "n": 2, "gone": "kept"}]}
    assert carried(definition, "P", {"v": {"n": 3, "d": None}}, {"v": {"n": 2, "d": 9}}) == {"v": {"n": 3, "d": 9}}
    assert carried(definition, "T", {"raw": "x"}, rows) == {"raw": "x"}
    assert carried(definition, "T", {"v": [{"id": "r", "n": 2}]}, {}) == {"v": [{"id": "r", "n": 2}]}
    assert carried(definition, "GONE", {"v": 1}, {"v": 2}) == {"v": 1}
    assert carried(definition, "P", {}, {"v": {"n": 2, "d": 9}}) == {}
