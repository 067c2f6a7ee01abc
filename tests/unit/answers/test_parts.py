"""What an answer says, part by part."""

import pytest

from domain.answers.parts import same, says_something


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ({}, {"v": None, "files": [], "raw": ""}, True),
        ({"v": 0}, {}, False),
        ({"v": False}, {"v": None}, False),
        ({"v": 1, "note": "a"}, {"v": 1}, True),
        ({"link_raw": "htp:/x"}, {}, False),
        ({"files": ["a"]}, {"files": ["a"]}, True),
    ],
)
def test_the_same_is_said(one, other, alike):
    assert same(one, other) is same(other, one) is alike


@pytest.mark.parametrize(
    ("answer", "something"), [({}, False), ({"v": None, "files": []}, False), ({"v": 0}, True), ({"link_raw": "x"}, True)]
)
def test_something_is_said(answer, something):
    assert says_something(answer) is something


def test_what_nobody_types_is_carried_on_and_nothing_else():
    from domain.answers.parts import carried
    from tests.unit.make import define, item

    definition = define(item("T", "table", columns=[item("a")]), item("X"))
    stored = {"v": [{"id": "1", "a": "x", "old": "kept"}]}
    assert carried(definition, "T", {"v": [{"id": "1", "a": "y"}]}, stored) == {"v": [{"id": "1", "a": "y", "old": "kept"}]}
    for code, answer in (("GONE", {"v": 1}), ("T", {"raw": "?"}), ("X", {}), ("T", {})):
        assert carried(definition, code, answer, stored if code != "X" else {"v": "x"}) == answer
    assert carried(definition, "T", {"v": [{"id": "2", "a": "z"}]}, {}) == {"v": [{"id": "2", "a": "z"}]}
