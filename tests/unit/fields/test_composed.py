"""Tables, calculations, measures, and the registry."""

from decimal import Decimal

import pytest

from domain.fields import TYPES, Refused, of, type_named
from domain.fields.base import Surroundings
from domain.fields.derived import stored
from domain.fields.display import Formatter
from domain.fields.registry import register
from domain.fields.yes_no import YesNo
from tests.unit.make import EN, ID, ROOT, TODAY, field, item, moment, option, said, text

AROUND = Surroundings(TODAY)
COLUMNS = [
    item("name", required=True),
    item("n", "integer", options={"min": 1}),
    item("day", "date"),
    item("pick", "single_choice", choices=[option("a"), option("b")]),
    item("twice", "calculated", calculation="${n} * 2"),
]
TABLE = field("table", code="T", columns=COLUMNS, options={"min_rows": 1, "max_rows": 2})


def rows(raw):
    return of(TABLE).parse(raw, TABLE)


def wrong(value):
    return [(f.part, said(f.why)) for f in of(TABLE).validate(value, TABLE, AROUND)]


def test_table_reads_typed_cells_and_drops_empty_rows():
    raw = [{"id": "r1", "name": " A ", "n": "1.200", "day": "3/9/2026"}, {"id": "r2", "name": "", "n": ""}, {"name": "B"}]
    assert rows(raw) == [{"id": "r1", "name": "A", "n": 1200, "day": "2026-09-03"}, {"id": "r3", "name": "B"}]
    assert rows([{"id": "r2"}]) is None
    assert rows([]) is rows(None) is rows("") is None


def test_table_keeps_what_it_cannot_read_and_ignores_what_it_does_not_know():
    read = rows([{"id": "r1", "name": "A", "n": "dua", "bogus": "x", "twice": "9"}])
    assert read == [{"id": "r1", "name": "A", "_raw": {"n": "dua"}}]
    assert rows(read) == read
    assert rows([{"id": "r1", "n": "2", "_raw": {"n": "dua"}}]) == [{"id": "r1", "n": 2}]
    assert rows([{"id": "r1", "name": "A", "_raw": "junk"}]) == [{"id": "r1", "name": "A"}]


def test_table_replaces_row_ids_that_are_unsafe():
    assert [
        row["id"] for row in rows([{"id": "../x", "name": "A"}, {"id": "ok-1", "name": "B"}, {"id": "x" * 41, "name": "C"}])
    ] == ["r1", "ok-1", "r3"]


@pytest.mark.parametrize("raw", ["x", {"id": "r1"}, [1], [["a"]]])
def test_table_refuses_other_shapes(raw):
    with pytest.raises(Refused):
        rows(raw)


def test_table_reads_its_own_value_again():
    table = field("table", columns=[item("x", "decimal", options={"places": 4}), item("at", "geopoint")])
    value = [{"id": "r1", "x": 1.234, "at": {"lat": -6.365, "lon": 107.173}}, {"id": "r2", "x": 0.125}]
    assert of(table).parse(value, table) == value


def test_table_validates_rows_and_cells():
    assert wrong([{"id": "r1", "name": "A", "n": 1, "pick": "a"}]) == []
    assert wrong([]) == [("", "Fill in at least 1 rows.")]
    assert wrong([{"id": f"r{n}", "name": "A"} for n in range(3)]) == [("", "Fill in at most 2 rows.")]
    assert wrong([{"id": "r1", "n": 0}]) == [("r1/name", "Fill in name in row 1."), ("r1/n", "Row 1, n: Enter at least 1.")]
    faults = wrong([{"id": "r1", "name": "A"}, {"id": "r2", "name": "B", "_raw": {"day": "besok"}}])
    assert faults == [("r2/day", "Row 2, day: Enter a date, for example 20/09/2026.")]


def test_table_projections():
    reader, value = of(TABLE), [{"id": "r1", "name": "A", "n": 2}, {"id": "r2", "n": 3, "day": "2026-09-03"}]
    assert [reader.display(value, TABLE, fmt) for fmt in (ID, EN)] == ["2 baris", "2 rows"]
    assert reader.display(None, TABLE, ID) == ""
    assert reader.operand(value, TABLE) == (True, True)
    assert reader.operand(None, TABLE) == ()
    assert reader.part_operand(value, "n", TABLE) == (2.0, 3.0)
    assert reader.part_operand(value, "day", TABLE) == (None, moment("2026-09-03"))
    assert reader.part_operand(None, "n", TABLE) == reader.part_operand(value, "bogus", TABLE) == ()
    assert set(reader.parts(TABLE)) == {"name", "n", "day", "pick", "twice"}
    assert reader.export(value, TABLE) == (2,)
    assert reader.export(None, TABLE) == (None,)
    assert reader.export_columns(TABLE) == ("T.baris",)
    assert reader.json_schema(TABLE)["items"]["properties"]["n"] == {"type": "integer", "minimum": 1}
    bad = field("table", columns=COLUMNS, options={"min_rows": "two"})
    assert [name for name, _why in reader.check_options(bad)] == ["min_rows"]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (2.0, 2),
        (2.5, 2.5),
        (0.30000000000000004, 0.30000000000000004),
        (True, True),
        (None, None),
        ("x", "x"),
        (("a", "b"), ["a", "b"]),
        (1e30, 10**30),
    ],
)
def test_stored(value, kept):
    assert (stored(value), type(stored(value))) == (kept, type(kept))


def test_stored_dates_are_iso_text():
    assert stored(moment("2026-09-03")) == "2026-09-03"
    assert stored(moment("2026-09-03T08:30")) == "2026-09-03T08:30"


@pytest.mark.parametrize(
    ("value", "places", "kept"),
    [(2.5, 0, 3), (-2.5, 0, -3), (3.5, 0, 4), (1.005, 2, 1.01), (2.444, 1, 2.4), (1e30, 0, 10**30), (1e300, 2, 10**300)],
)
def test_stored_rounds_half_away_from_zero(value, places, kept):
    assert stored(value, places) == kept


def test_a_text_that_only_looks_like_a_day_is_shown_as_text():
    asked = field("calculated")
    assert of(asked).display("2026-13-45", asked, ID) == "2026-13-45"
    assert of(asked).display("2026-12-24", asked, ID) == "24 Desember 2026"


def test_calculated_projections():
    asked = field("calculated", calculation="1", options={"unit": text("ton")})
    reader = of(asked)
    assert reader.parse("9", asked) is None
    assert [reader.display(v, asked, ID) for v in (None, True, False, "x", 1234.5)] == ["", "Ya", "Tidak", "x", "1.234,5\u00a0ton"]
    assert reader.display(10**30, asked, EN).startswith("1,000,000,")
    assert [reader.operand(v, asked) for v in (3, True, "x", ["a"], None)] == [3.0, True, "x", ("a",), None]
    assert [reader.amount(v, asked) for v in (3, 0.1, True, "x", None)] == [Decimal(3), Decimal("0.1"), None, None, None]
    assert reader.json_schema(asked)["readOnly"]


def test_automatic_projections():
    asked = field("automatic", options={"measure": {"collection": "things", "aggregate": "count"}})
    reader = of(asked)
    assert reader.operand({"n": 1, "d": 4}, asked) == 25.0
    assert reader.operand({"n": 0, "d": 0}, asked) is None
    assert reader.operand(7, asked) == 7.0
    assert reader.amount({"n": 1, "d": 3}, asked) == Decimal(100) / 3
    assert reader.display({"n": 1, "d": 4}, asked, ID) == "1 ÷ 4 = 25\u00a0%"
    assert reader.display({"n": 0, "d": 0}, asked, ID) == "0 ÷ 0"
    assert reader.display(5, asked, ID) == "5"
    assert reader.export({"n": 1, "d": 3}, asked) == (33.3333,)
    assert reader.export(None, asked) == (None,)
    assert reader.index(5, asked) == (("5.0", 5.0),)


@pytest.mark.parametrize(
    ("micro", "places", "indonesian"),
    [
        (86_330_876, 2, "86,33"),
        (86_335_000, 2, "86,34"),
        (0, 2, "0,00"),
        (100_000_000, 1, "100,0"),
        (85_995_000, 2, "86,00"),
        (-1_005_000, 2, "−1,01"),
        (-1, 2, "0,00"),
    ],
)
def test_scores_are_shown_half_up(micro, places, indonesian):
    assert Formatter("id").score(micro, places) == indonesian


def test_numbers_are_shown_half_up_without_trailing_zeros():
    assert ID.number(0.5, 0) == "1"
    assert ID.number(Decimal("2.50")) == "2,5"
    assert EN.percent(12.25) == "12.3\u00a0%"


def test_a_type_is_registered_once():
    with pytest.raises(RuntimeError, match="yes_no"):
        register(YesNo())
    assert type_named("yes_no") is TYPES["yes_no"]
    assert type_named("bogus") is None


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_type_keeps_the_contract(name):
    kind, asked = TYPES[name], field(name)
    assert kind.name == name
    assert kind.title
    assert "informasi" in kind.rules
    for raw in (None, ""):
        assert kind.parse(raw, asked) is None
    assert kind.is_empty(None)
    assert kind.display(None, asked, ID) == kind.brief(None, asked, ID) == ""
    assert kind.operand(None, asked) in (None, ())
    assert len(kind.export(None, asked)) == len(kind.export_columns(asked))
    assert kind.index(None, asked) == ()
    assert isinstance(kind.json_schema(asked), dict)


@pytest.mark.parametrize("name", sorted(TYPES))
def test_the_docs_name_every_type(name):
    assert f"`{name}`" in (ROOT / "docs" / "bundle.md").read_text(encoding="utf-8")
