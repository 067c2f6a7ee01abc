"""Messages by locale, canonical JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import canonical, sha256
from domain.messages import N_, message, pick

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)),
    max_leaves=12,
)


def test_canonical_is_sorted_tight_and_in_real_letters():
    assert canonical({"b": [1, 2.5, None, True], "a": "é😀"}) == '{"a":"é😀","b":[1,2.5,null,true]}'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [float("-inf")]])
def test_canonical_refuses_what_json_does_not_know(value):
    with pytest.raises(ValueError, match="JSON"):
        canonical(value)


@given(JSON)
def test_equal_values_have_equal_text_and_read_back_equal(value):
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text
    assert sha256(text) == sha256(canonical(json.loads(json.dumps(value))))


def test_sha256_is_of_the_utf8_bytes():
    assert sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sha256("é") == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"


def test_pick_prefers_the_locale_then_indonesian_then_anything():
    assert pick({"id": "Ya", "en": "Yes"}, "en") == "Yes"
    assert pick({"id": "Ya", "en": ""}, "en") == "Ya"
    assert pick({"en": "Yes"}, "id") == "Yes"
    assert pick({}, "id") == pick(None, "id") == ""


def test_messages_keep_their_parameters():
    made = message(N_("At most %(n)s."), n=3)
    assert made.msgid % made.params == "At most 3."
    assert dict(message("Plain").params) == {}
