"""What holds for every expression and every answer."""

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import canonical
from domain.expressions import ExpressionError, Moment, evaluate, kind_of_node, number_text, parse, references
from domain.expressions.functions import FUNCTIONS
from domain.expressions.kinds import Kind
from domain.expressions.values import round_half_away, text_of

PIECES = [
    *(f"{name}(" for name in FUNCTIONS),
    *[
        "(",
        ")",
        ",",
        "+",
        "-",
        "*",
        " div ",
        " mod ",
        " and ",
        " or ",
        "=",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "''",
        "'a'",
        '"x"',
        "1",
        "2.5",
        "${A}",
        "${T/c}",
    ],
    *[
        "${f:X}",
        ".",
        " ",
        "'2026-02-30'",
        "'[a-z'",
        "'(a|b)?'",
        "99999999999999999999",
        "1" * 350,
        "${",
        "}",
        "٣",
        "\u00a0",
        "'",
        "'9999-12-31'",
        "'9999-12-31T23:59:59'",
    ],
]
NUMBERS = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-1000, 1000).map(float))
DAYS = st.one_of(st.integers(-719162, 2932896).map(float), st.floats(-719162, 2932896.99999))
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    NUMBERS,
    st.text(max_size=8).filter(bool),
    DAYS.map(Moment),
    st.sampled_from(["1", "-2.5", "a", "2026-01-31"]),
)
VALUES = st.one_of(PLAIN, st.lists(PLAIN, max_size=4).map(tuple))
PATTERNS = st.sampled_from(["[a-z]+", "\\d{2,4}", "a?b*", ".*", "(ab|c)?", ""])
LEAVES = st.one_of(
    NUMBERS.map(lambda n: ["num", abs(n)]),
    st.text("ab1.-'2026", max_size=10).map(lambda s: ["str", s]),
    st.sampled_from(
        [
            ["ref", "A"],
            ["ref", "B"],
            ["col", "T", "c"],
            ["ext", "f", "X"],
            ["self"],
            ["str", "2026-09-20"],
            ["str", "9999-12-31T23:59:59"],
        ]
    ),
)


def _calls(children):
    def of(name):
        function = FUNCTIONS[name]
        if name == "regex":
            return st.tuples(children, PATTERNS).map(lambda p: ["call", "regex", [p[0], ["str", p[1]]]])
        return st.lists(children, min_size=function.least, max_size=min(function.most, 3)).map(lambda args: ["call", name, args])

    return st.sampled_from(sorted(FUNCTIONS)).flatmap(of)


def _larger(children):
    ops = st.sampled_from(["+", "-", "*", "div", "mod", "=", "!=", "<", "<=", ">", ">="])
    return st.one_of(
        st.tuples(ops, children, children).map(lambda t: ["bin", *t]),
        st.tuples(st.sampled_from(["and", "or"]), children, children).map(list),
        st.tuples(st.sampled_from(["neg", "empty", "filled"]), children).map(list),
        _calls(children),
    )


TREES = st.recursive(LEAVES, _larger, max_leaves=12)


class Drawn:
    """A resolver that gives drawn values."""

    def __init__(self, values):
        self.values = values

    def today(self):
        return Moment(20000.0)

    def value(self, node):
        return self.values[hash(tuple(node)) % len(self.values)]


def sound(value):
    """A value of a known kind, finite, without negative zero, readable as text."""
    if isinstance(value, tuple):
        return all(sound(v) for v in value)
    if isinstance(value, float):
        return math.isfinite(value) and not (value == 0 and math.copysign(1, value) < 0)
    text_of(value)
    return value is None or isinstance(value, (bool, str, Moment))


def tidy_values(values):
    """Answers never hold a negative zero."""
    return [v + 0.0 if isinstance(v, float) else tuple(tidy_values(v)) if isinstance(v, tuple) else v for v in values]


@given(TREES, st.lists(VALUES, min_size=1, max_size=4).map(tidy_values))
def test_no_tree_raises_or_leaves_the_kinds(tree, values):
    value = evaluate(tree, Drawn(values))
    assert sound(value)
    assert value != ""


@given(st.text(max_size=60))
def test_random_text_is_parsed_or_refused(source):
    try:
        parse(source)
    except ExpressionError as error:
        assert 0 <= error.position <= len(source)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.lists(VALUES, min_size=1, max_size=3).map(tidy_values))
def test_what_parses_evaluates_and_is_json(source, values):
    try:
        node = parse(source)
    except ExpressionError as error:
        assert 0 <= error.position <= len(source)
        return
    assert sound(evaluate(node, Drawn(values)))
    assert json.loads(canonical(node)) == node
    assert kind_of_node(node, lambda _node: Kind.ANY) in Kind
    assert all(ref[0] in ("ref", "col", "ext") for ref in references(node))


@given(NUMBERS)
def test_number_text_reads_back_as_the_same_double(number):
    text = number_text(number)
    assert float(text) == number
    assert "e" not in text.lower()
    assert not (("." in text) and text.endswith("0"))


@given(st.integers(-(10**9), 10**9), st.integers(0, 6), st.integers(0, 8))
def test_rounding_is_half_away_on_the_decimal_text(digits, scale, places):
    number = digits / 10**scale
    rounded = round_half_away(number, places)
    step = 10**places
    away = (abs(digits) * step * 2 + 10**scale) // (2 * 10**scale)
    assert rounded == math.copysign(away / step, digits) + 0.0
    assert round_half_away(-number, places) == -rounded + 0.0
