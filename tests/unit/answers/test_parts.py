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
