"""Kinds known from the text alone, and the safe subset of patterns."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.expressions import Kind, kind_of_node, parse
from domain.expressions.kinds import impossible_comparison
from domain.expressions.regex import MAX_TEXT, matches, pattern_fault

KINDS = {"n": Kind.NUMBER, "s": Kind.STRING, "d": Kind.DATE, "b": Kind.BOOLEAN, "l": Kind.LIST, "x": Kind.ANY}


def known(node):
    return KINDS[node[1]] if node[0] == "ref" else Kind.NUMBER


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("1", "number"), ("'a'", "string"), ("-${s}", "number"), ("${d}", "date"), (".", "number"), ("${T/x}", "number"), ("${f:x}", "number"),
        ("${n} > 1", "boolean"), ("${n} = ''", "boolean"), ("${n} != ''", "boolean"), ("${b} and ${b}", "boolean"), ("${b} or ${b}", "boolean"),
        ("${n} + 1", "number"), ("${d} + 1", "date"), ("1 + ${d}", "date"), ("${d} - ${d}", "number"), ("${x} + 1", "any"), ("today()", "date"),
        ("if(${b}, 1, 2)", "any"), ("concat('a', 1)", "string"), ("selected(${l}, 'a')", "boolean"), ("string-length(${s})", "number"),
    ],
)  # fmt: skip
def test_kind(source, kind):
    assert kind_of_node(parse(source), known) == kind


@pytest.mark.parametrize(
    ("source", "clash"),
    [
        ("${n} = 'a'", ("number", "string")),
        ("${d} > 5", ("date", "number")),
        ("${b} = 'ya'", ("boolean", "string")),
        ("${l} = 'a'", ("list", "string")),
        ("1 = 1 and not(${s} < ${n})", ("string", "number")),
        ("if(${d} = ${s}, 1, 2)", ("date", "string")),
        ("-(${n} = ${b})", ("number", "boolean")),
        ("${n} = 1", None),
        ("${d} - ${d} > 5", None),
        ("${d} + 5 > ${d}", None),
        ("${x} = 'a'", None),
        ("if(${b}, 1, 2) = 'a'", None),
        ("${n} = ''", None),
    ],
)
def test_impossible_comparison(source, clash):
    assert impossible_comparison(parse(source), known) == clash


@pytest.mark.parametrize(
    "pattern",
    [
        "", "abc", "a.c", "[a-z]+", "[^0-9]*x", "\\d{4}", "\\d{1,3}", "a?b?", "(ab|cd)", "(?:ab)?", "\\+?[0-9]{8,15}", "\\d{1,4}/[A-Z]{2,10}/\\d{4}",
        "[A-Z]{2}-[A-Z]{3}-\\d\\d", "a{200}", "Rp \\d+,\\d\\d", "[\\w.-]+@[\\w.-]+", "[\\d\\-]+", "\\(\\d+\\)", "a|b|c", "()", "é😀",
    ],
)  # fmt: skip
def test_safe_patterns_are_accepted_and_compile(pattern):
    assert not pattern_fault(pattern)
    matches(pattern, "x")


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+", "(a*)*", "(a)*", "(a){2}", "a++", "a+*", "a+?", "*a", "+a", "?a", "|+", "(+a)", "(?=a)", "(?!a)", "(?<n>a)", "(?P<n>a)", "(?i)a", "^a", "a$",
        "\\1", "\\b", "\\D", "(a", "a)", "[a", "a]", "{2}", "a{2", "a{201}", "a{1,201}", "a+b+c+", "a*b*c*", "a" * 201, "\\", "\\p{L}",
        "[z-a]", "[^]", "[\\d-a]", "a{3,2}", "[a&&b]", "[+--]", "[a||b]", "a{٣}", "[[:alpha:]]",
    ],
)  # fmt: skip
def test_unsafe_patterns_are_refused(pattern):
    assert pattern_fault(pattern)


@pytest.mark.parametrize(
    "pattern", ["a?" * 60 + "a" * 60, "a{0,200}" * 20, "(a|a)" * 25 + "b", "(a?)?" * 30, "(a|b|ab)" * 20, ".*.*a?a?a?a?a?a?a?a?"]
)
def test_patterns_that_could_take_for_ever_are_refused(pattern):
    assert pattern_fault(pattern)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (".*.*x", "a" * MAX_TEXT),
        ("[a-z]{1,64}@[a-z.]{1,190}", "a" * 60 + "@" + "a" * 190 + "!"),
        ("a?" * 8 + "a+", "a" * 500 + "b"),
    ],
)
def test_the_slowest_safe_patterns_are_quick(pattern, text):
    start = time.process_time()
    assert not matches(pattern, text)
    assert time.process_time() - start < 1


def test_longer_texts_than_the_limit_never_match():
    assert matches("a*", "a" * MAX_TEXT)
    assert not matches("a*", "a" * (MAX_TEXT + 1))


@given(st.text("abdws01[](){}+*?|.\\-^$,&", max_size=14))
def test_no_accepted_pattern_fails_to_compile(pattern):
    if not pattern_fault(pattern):
        assert re.compile(pattern, re.ASCII)
        matches(pattern, "ab")
