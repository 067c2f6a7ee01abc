"""What lists need of a type: filters read as people type, briefs, totals, offers."""

import pytest

from domain.answers import check
from domain.answers.check import named
from domain.fields import of
from domain.fields.base import Surroundings
from domain.fields.table import MAX_ROWS
from tests.unit.make import EN, ID, TODAY, at, define, field, item, option, said

CHOICES = [option("a"), option("b")]


@pytest.mark.parametrize(
    ("kind", "more", "typed", "found"),
    [
        ("text", {}, "Bekasi", ("Bekasi", None)),
        ("integer", {}, "1.200", ("1200", 1200.0)),
        ("integer", {}, "dua", None),
        ("integer", {}, "", None),
        ("date", {}, "3/9/2026", ("2026-09-03", None)),
        ("date", {}, "31/02/2026", None),
        ("yes_no", {}, "ya", ("ya", None)),
        ("percent", {}, "81,5", ("81.5", 81.5)),
        ("percent", {}, "x", None),
        ("duration", {"options": {"start": "_event_declared"}}, "5", ("5", 5.0)),
        ("date_range", {}, "3/9/2026", ("2026-09-03", None)),
        ("single_choice", {"choices": CHOICES}, "a", ("a", None)),
        ("calculated", {"calculation": "1 + 1"}, "2", ("2", 2.0)),
        ("calculated", {"calculation": "1 + 1"}, "siap", ("siap", None)),
    ],
)
def test_a_filter_looks_for_what_the_index_holds(kind, more, typed, found):
    asked = field(kind, **more)
    sought = of(asked).sought(typed, asked)
    assert (sought and sought[0].split("/")[0], sought and sought[1]) == (found or (None, None))


@pytest.mark.parametrize(
    ("kind", "filters"),
    [
        ("text", ("contains", "is")),
        ("integer", ("from", "to")),
        ("date", ("from", "to")),
        ("yes_no", ("is",)),
        ("single_choice", ("is",)),
        ("reference", ("is",)),
    ],
)
def test_filters_fit_the_values(kind, filters):
    more = {"choices": CHOICES} if kind == "single_choice" else {"options": {"target": "regions"}} if kind == "reference" else {}
    assert of(field(kind, **more)).filters() == filters


def test_offers_are_what_an_answer_can_be():
    chosen = field("single_choice", choices=CHOICES)
    assert of(chosen).offers(chosen, ID) == (("a", "a"), ("b", "b"))
    asked = field("yes_no")
    assert of(asked).offers(asked, ID) == (("ya", "Ya"), ("tidak", "Tidak"))
    plain = field("text")
    assert of(plain).offers(plain, ID) == ()
    assert of(plain).brief("Bekasi", plain, ID) == "Bekasi"
    assert of(plain).totals("Bekasi", plain, ID) == []
    assert of(plain).settle("Bekasi", plain, Surroundings(TODAY)) == "Bekasi"


def test_a_reference_reads_by_its_name():
    asked = field("reference", options={"target": "regions"})
    named_fmt = type(ID)("id", {"r1": "Kabupaten Bekasi"})
    assert of(asked).display("r1", asked, named_fmt) == "Kabupaten Bekasi"
    assert of(asked).display(None, asked, named_fmt) == ""
    assert of(asked).search_text("r1", asked, named_fmt) == "Kabupaten Bekasi"
    assert of(asked).search_text("r2", asked, named_fmt) == ""


def test_the_keys_a_document_names():
    place = {"options": {"target": "things"}}
    definition = define(item("R", "reference", **place), item("T", "table", columns=[item("r", "reference", **place), item("n")]))
    rows = [{"id": "r1", "r": "01DEF", "n": "x"}, {"id": "r2", "n": "y"}]
    doc = {"R": {"v": "01ABC"}, "T": {"v": rows}}
    assert [(field.code, key) for field, key in named(definition, doc)] == [("R", "01ABC"), ("T", "01DEF")]
    assert list(named(definition, {})) == []


@pytest.mark.parametrize(
    ("kind", "more", "value", "key"),
    [
        ("reference", {"options": {"target": "regions"}}, "01ABC", "01ABC"),
        ("single_choice", {"choices": CHOICES}, "a", "a"),
        ("text", {}, "Bekasi", "Bekasi"),
        ("integer", {}, 0, "0"),
        ("text", {}, None, ""),
    ],
)
def test_two_values_are_the_same_by_what_is_kept(kind, more, value, key):
    asked = field(kind, **more)
    assert of(asked).unique_key(value, asked) == key


def test_a_table_counts_its_rows_and_adds_its_columns():
    table = field("table", columns=[item("name"), item("n", "integer", total=True), item("m", "integer")])
    rows = [{"id": "r1", "name": "A", "n": 1200, "m": 1}, {"id": "r2", "n": 34}]
    assert of(table).display(rows, table, ID) == "2 baris"
    assert of(table).display(rows, table, EN) == "2 rows"
    assert of(table).display(None, table, ID) == ""
    assert of(table).totals(rows, table, ID) == ["", "1.234", ""]
    assert of(table).totals(None, table, ID) == []
    bare = field("table", columns=[item("n", "integer")])
    assert of(bare).totals([{"id": "r1", "n": 1}], bare, ID) == []


def test_a_table_without_end_is_refused_where_it_stands():
    definition = define(item("T", "table", columns=[item("name")]))
    rows = [{"id": f"r{i}", "name": "x"} for i in range(2 * MAX_ROWS + 1)]
    found = check(definition, {"T": {"raw": rows}}, at()).faults
    assert [(f.code, said(f.why)) for f in found] == [("T", f"Fill in at most {MAX_ROWS} rows.")]


def test_numbers_near_nothing_and_quarters():
    assert ID.number(-0.0000001) == "0"
    assert (ID.quarter(3, 2026), ID.quarter(3, 2026, short=True)) == ("Triwulan III 2026", "TW III 2026")
    assert (EN.quarter(3, 2026), EN.quarter(3, 2026, short=True)) == ("Quarter III 2026", "Q III 2026")


def test_a_newly_typed_answer_keeps_what_its_page_never_showed():
    table = field("table", columns=[item("a"), item("b")])
    stored = [{"id": "1", "a": "x", "old": "kept"}, {"id": "2", "a": "y", "old": "gone with its row"}]
    assert of(table).carry([{"id": "1", "a": "z"}, {"id": "3", "b": "new"}], stored, table) == [
        {"id": "1", "a": "z", "old": "kept"},
        {"id": "3", "b": "new"},
    ]
    counted = field("percent", options={"denominator_measure": {"collection": "things", "aggregate": "count"}})
    assert of(counted).carry({"n": 2, "d": None}, {"n": 1, "d": 4}, counted) == {"n": 2, "d": 4}
    typed = field("percent")
    assert of(typed).carry({"n": 2, "d": 5}, {"n": 1, "d": 4}, typed) == {"n": 2, "d": 5}


def test_a_number_reads_as_words_once_its_question_asks_for_words():
    words = field("text")
    assert [of(words).value_of({"v": v}) for v in (1200, 2.5, "x", None)] == ["1200", "2.5", "x", None]


def test_everything_a_value_says_stands_on_one_line():
    table = field("table", columns=[item("a"), item("b", "integer"), item("c", required=False)])
    rows = [{"id": "1", "a": "beras", "b": 1200}, {"id": "2", "a": "air", "_raw": {"b": "banyak"}}]
    assert of(table).in_full(rows, table, ID) == "beras, 1.200; air, banyak"
    assert of(table).in_full(None, table, ID) == ""
    number = field("integer")
    assert of(number).in_full(1200, number, ID) == "1.200"
    assert of(number).carry(5, 4, number) == 5


def test_a_row_says_something_unseen_only_in_columns_asked_no_longer():
    table = field("table", columns=[item("a"), item("c", "calculated", calculation="1 + 1")])
    rows = [
        {"id": "1", "c": 2},
        {"id": "2", "old": "x", "c": 2},
        {"id": "3", "_raw": {"old": "y"}},
        {"id": "4", "a": "z", "old": "x"},
    ]
    assert of(table).carry(None, rows, table) == [rows[1], rows[2]]
    kept = of(table).carry([{"id": "3", "a": "new", "_raw": {"a": "?"}}], rows, table)
    assert kept == [{"id": "3", "a": "new", "_raw": {"old": "y", "a": "?"}}, rows[1]]
