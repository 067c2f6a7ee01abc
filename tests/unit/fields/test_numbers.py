"""Whole numbers, decimals, money and percentages, as Indonesians write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fields import Refused, of
from domain.fields.base import Surroundings
from tests.unit.make import EN, ID, TODAY, field, said, text

AROUND = Surroundings(TODAY)


def read(kind, raw, **options):
    asked = field(kind, options=options)
    return of(asked).parse(raw, asked)


def refusal(kind, raw, **options):
    with pytest.raises(Refused) as refused:
        read(kind, raw, **options)
    return said(refused.value.why)


def wrong(kind, value, **options):
    asked = field(kind, options=options)
    return [(f.part, said(f.why)) for f in of(asked).validate(value, asked, AROUND)]


def shown(kind, value, fmt=ID, **options):
    asked = field(kind, options=options)
    return of(asked).display(value, asked, fmt)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("12", 12), (" 12 ", 12), ("2.400", 2400), ("2400", 2400), ("1.234.567", 1234567), ("-5", -5), ("−5", -5), ("2 400", 2400), ("2\u00a0400", 2400),
        ("12,0", 12), ("007", 7), (12, 12), (12.0, 12), ("999999999999999", 999999999999999), (None, None), ("", None), ("  ", None), ("\x0012", 12),
    ],
)  # fmt: skip
def test_integer_reads(raw, value):
    assert read("integer", raw) == value
    assert type(read("integer", raw)) in (int, type(None))


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("dua", "Enter a number, for example 12."),
        ("1e3", "Enter a number, for example 12."),
        ("1.2.3", "Enter a number, for example 12."),
        ("1,2,3", "Enter a number, for example 12."),
        ("1.23,4", "Enter a number, for example 12."),
        (",", "Enter a number, for example 12."),
        ("+5", "Enter a number, for example 12."),
        ("٣", "Enter a number, for example 12."),
        (True, "Enter a number, for example 12."),
        (float("nan"), "Enter a number, for example 12."),
        (float("inf"), "Enter a number, for example 12."),
        ("2,5", "Enter a whole number, for example 12."),
        ("2.5", "Enter a whole number, for example 12."),
        (2.4, "Enter a whole number, for example 12."),
        (1.234, "Enter a whole number, for example 12."),
        ("1234567890123456", "This number is too long. Write at most 15 digits."),
        (["1"], "This answer has the wrong form."),
        ({"v": 1}, "This answer has the wrong form."),
    ],
)
def test_integer_refuses(raw, why):
    assert refusal("integer", raw) == why


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2,5", 2.5), ("2.5", 2.5), ("2.50", 2.5), ("1.000,25", 1000.25), ("2.400", 2400), ("0.125", 0.125), ("0,125", 0.125), ("-0,5", -0.5), ("2,", 2), ("3", 3), ("3,00", 3),
        (0.125, 0.125), (1.234, 1.234), (-6.365, -6.365), (2.5, 2.5), (1e-3, 0.001), ("", None),
    ],
)  # fmt: skip
def test_decimal_reads(raw, value):
    assert read("decimal", raw, places=3) == value


def test_decimal_refuses_more_places_than_the_option_allows():
    assert refusal("decimal", "2,555") == "Write at most 2 decimals."
    assert refusal("decimal", "2,55", places=1) == "Write at most 1 decimals."
    assert refusal("decimal", "x") == "Enter a number, for example 2,5."
    assert read("decimal", "2,5500") == 2.55


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Rp1.000", 1000),
        ("rp 1.000", 1000),
        ("Rp. 12.500.000", 12500000),
        ("1000", 1000),
        ("Rp0", 0),
        ("Rp", None),
        (1000, 1000),
        ("Rp1.000,00", 1000),
    ],
)
def test_money_reads(raw, value):
    assert read("money", raw) == value


def test_money_refuses_cents_and_words():
    assert refusal("money", "Rp1.000,50") == "Enter a whole number, for example 12.500.000."
    assert refusal("money", "seribu") == "Enter a number, for example 12.500.000."
    assert refusal("money", True) == "Enter a number, for example 12.500.000."


def test_bounds():
    assert wrong("integer", 5, min=1, max=10) == []
    assert wrong("integer", 1, min=1) == wrong("integer", 10, max=10) == []
    assert wrong("integer", 0, min=1) == [("", "Enter at least 1.")]
    assert wrong("decimal", 10.5, max=10) == [("", "Enter at most 10.")]
    assert wrong("money", -1, min=0) == [("", "Enter at least 0.")]


@pytest.mark.parametrize(
    ("kind", "value", "indonesian", "english", "options"),
    [
        ("integer", 2400, "2.400", "2,400", {}),
        ("integer", -2400, "−2.400", "−2,400", {}),
        ("integer", 2026, "2026", "2026", {"plain": True}),
        ("integer", 3, "3\u00a0pokja", "3\u00a0groups", {"unit": {"id": "pokja", "en": "groups"}}),
        ("integer", 0, "0", "0", {}),
        ("integer", None, "", "", {"plain": True}),
        ("decimal", 1234.5, "1.234,5", "1,234.5", {}),
        ("decimal", 0.25, "0,25", "0.25", {}),
        ("decimal", None, "", "", {}),
        ("money", 412500000, "Rp412.500.000", "Rp412,500,000", {}),
        ("money", -5, "−Rp5", "−Rp5", {}),
        ("money", None, "", "", {}),
    ],
)
def test_number_display(kind, value, indonesian, english, options):
    assert shown(kind, value, ID, **options) == indonesian
    assert shown(kind, value, EN, **options) == english


@pytest.mark.parametrize("kind", ["integer", "decimal", "money"])
def test_number_projections(kind):
    asked = field(kind, options={"min": 0, "max": 9})
    reader = of(asked)
    assert (reader.operand(5, asked), type(reader.operand(5, asked))) == (5.0, float)
    assert reader.operand(None, asked) is None
    assert reader.amount(5, asked) == Decimal(5)
    assert reader.amount(None, asked) is None
    assert reader.amount(0.1, asked) == Decimal("0.1")
    assert reader.export(5, asked) == (5,)
    assert reader.export_columns(asked) == ("A",)
    assert reader.index(5, asked) == (("5", 5.0),)
    assert reader.index(0, asked) == (("0", 0.0),)
    assert reader.index(None, asked) == ()
    schema = reader.json_schema(asked)
    assert (schema["minimum"], schema["maximum"]) == (0, 9)
    assert schema["type"] == ("number" if kind != "integer" else "integer")
    assert "minimum" not in reader.json_schema(field(kind))
    assert not reader.is_empty(0)
    assert reader.is_empty(None)


@given(st.integers(-(10**14), 10**14))
def test_integer_round_trip_through_display(number):
    assert read("integer", shown("integer", number)) == number
    assert read("integer", str(number)) == number


@given(st.decimals(-(10**8), 10**8, places=3, allow_nan=False))
def test_decimal_round_trip_through_display(number):
    value = float(number)
    assert read("decimal", shown("decimal", value), places=3) == value
    assert read("decimal", value, places=3) == value
    assert read("decimal", f"{number:.3f}".replace(".", ","), places=3) == value


@given(st.integers(0, 10**14))
def test_money_round_trip_through_display(number):
    assert read("money", shown("money", number)) == number


PERCENT = {"numerator": text("top"), "denominator": text("bottom")}


def test_percent_reads_two_numbers():
    assert read("percent", {"n": "1.200", "d": "2400"}) == {"n": 1200, "d": 2400}
    assert read("percent", {"n": "5", "d": ""}) == {"n": 5, "d": None}
    assert read("percent", {"n": "", "d": "5"}) == {"n": None, "d": 5}
    assert read("percent", {"n": "2,5", "d": "10"}, decimals=1) == {"n": 2.5, "d": 10}
    assert read("percent", {"n": "", "d": ""}) is None
    assert read("percent", None) is None
    assert read("percent", "") is None


def test_percent_with_a_measured_denominator_is_empty_without_its_numerator():
    asked = field("percent", options={"denominator_measure": {"collection": "things", "aggregate": "count"}})
    assert of(asked).parse({"n": "", "d": "7"}, asked) is None
    assert of(asked).parse({"n": "3"}, asked) == {"n": 3, "d": None}


def test_percent_takes_rupiah_as_they_are_written():
    assert read("percent", {"n": "Rp 1.500.000", "d": "Rp2.000.000,-"}) == {"n": 1_500_000, "d": 2_000_000}


def test_percent_refuses_what_is_a_thousand_to_some_and_one_to_others():
    for typed in ("1,000", "1,000,00", "Rp 1,000"):
        assert refusal("percent", {"n": typed, "d": "4"}, **PERCENT) == "top: Enter a whole number, for example 1250."
    assert read("percent", {"n": "1,000", "d": "4"}, decimals=3) == {"n": 1, "d": 4}


def test_percent_refuses():
    assert refusal("percent", "50") == "This answer has the wrong form."
    assert refusal("percent", {"n": "2,5", "d": "4"}, **PERCENT) == "top: Enter a whole number, for example 1250."
    assert refusal("percent", {"n": "2,555", "d": "4"}, decimals=2, **PERCENT) == "top: Write at most 2 decimals."
    assert refusal("percent", {"n": "4", "d": "x"}, **PERCENT) == "bottom: Enter a number, for example 1250."


def test_percent_validates():
    assert wrong("percent", {"n": 4, "d": 4}, **PERCENT) == []
    assert wrong("percent", {"n": 0, "d": 0}, **PERCENT) == []
    assert wrong("percent", {"n": 5, "d": 4}, **PERCENT) == [("n", "top (5) may not exceed bottom (4).")]
    assert wrong("percent", {"n": 5, "d": 0}, **PERCENT) == [("n", "top (5) may not exceed bottom (0).")]
    assert wrong("percent", {"n": 8, "d": 4}, max_percent=200, **PERCENT) == []
    assert wrong("percent", {"n": 9, "d": 4}, max_percent=200, **PERCENT) == [
        ("n", "top (9) is far above bottom (4). Check both numbers.")
    ]
    assert wrong("percent", {"n": None, "d": 4}, **PERCENT) == [("n", "Fill in top.")]
    assert wrong("percent", {"n": 4, "d": None}) == [("d", "Fill in A.")]
    assert wrong("percent", {"n": -1, "d": -4}, **PERCENT) == [("n", "Enter 0 or more."), ("d", "Enter 0 or more.")]


def test_percent_projections():
    asked = field("percent", options=PERCENT)
    reader = of(asked)
    assert reader.operand({"n": 1, "d": 3}, asked) == pytest.approx(33.333333, abs=1e-6)
    assert reader.operand({"n": 1, "d": 0}, asked) is None
    assert reader.operand({"n": None, "d": 4}, asked) is None
    assert reader.operand(None, asked) is None
    assert reader.part_operand({"n": 1, "d": 3}, "d", asked) == 3.0
    assert reader.part_operand(None, "n", asked) is None
    assert set(reader.parts(asked)) == {"n", "d"}
    assert reader.display({"n": 1200, "d": 2400}, asked, ID) == "1.200 ÷ 2.400 = 50\u00a0%"
    assert reader.display({"n": 2, "d": 3}, asked, ID) == "2 ÷ 3 = 66,7\u00a0%"
    assert reader.display({"n": 2, "d": 3}, asked, EN) == "2 ÷ 3 = 66.7\u00a0%"
    assert reader.display({"n": 0, "d": 0}, asked, ID) == "0 ÷ 0"
    assert reader.display({"n": 2, "d": None}, asked, ID) == "2 ÷ …"
    assert reader.display(None, asked, ID) == ""
    assert reader.export_columns(asked) == ("A.persen", "A.pembilang", "A.penyebut")
    assert reader.export({"n": 2, "d": 3}, asked) == (66.6667, 2, 3)
    assert reader.export(None, asked) == (None, None, None)
    assert reader.index({"n": 1, "d": 4}, asked) == (("25.0", 25.0),)
    assert reader.index(None, asked) == ()
    assert reader.json_schema(asked)["required"] == ["n", "d"]
    assert reader.is_empty({"n": None, "d": None})
    assert not reader.is_empty({"n": 0, "d": None})
