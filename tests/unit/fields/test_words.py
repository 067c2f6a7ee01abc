"""Yes or no, texts, links, choices, references, files, places, notes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fields import Refused, of
from domain.fields.base import Surroundings, clean
from domain.fields.choices import label_of
from tests.unit.make import EN, ID, TODAY, field, option, said

AROUND = Surroundings(TODAY)
CHOICES = [{"code": "a", "label": {"id": "Apel", "en": "Apple"}}, option("b"), option("old", retired=True)]


def read(kind, raw, **more):
    asked = field(kind, **more)
    return of(asked).parse(raw, asked)


def refusal(kind, raw, **more):
    with pytest.raises(Refused) as refused:
        read(kind, raw, **more)
    return said(refused.value.why)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("ya", True),
        ("Ya", True),
        ("YES", True),
        ("true", True),
        ("1", True),
        (True, True),
        ("tidak", False),
        ("no", False),
        (False, False),
        ("0", False),
        ("", None),
        (None, None),
    ],
)
def test_yes_no_reads(raw, value):
    assert read("yes_no", raw) is value


def test_yes_no_projections():
    asked = field("yes_no")
    reader = of(asked)
    assert refusal("yes_no", "mungkin") == "Choose Yes or No."
    assert [reader.display(v, asked, ID) for v in (True, False, None)] == ["Ya", "Tidak", ""]
    assert [reader.display(v, asked, EN) for v in (True, False)] == ["Yes", "No"]
    assert [reader.operand(v, asked) for v in (True, False, None)] == [True, False, None]
    assert [reader.export(v, asked) for v in (True, False, None)] == [("ya",), ("tidak",), (None,)]
    assert [reader.amount(v, asked) for v in (True, False, None)] == [1, 0, None]
    assert reader.index(False, asked) == (("tidak", None),)
    assert reader.json_schema(asked) == {"type": "boolean"}
    assert not reader.is_empty(False)


def test_text_is_cleaned():
    assert read("text", "  Gudang \n\tA ") == "Gudang A"
    assert read("text", "a\x00b") == "ab"
    assert read("text", "e\u0301") == "é"
    assert read("text", "\ud800x") == "?x"
    assert read("text", "   ") is None
    assert read("long_text", "a\r\nb\rc\n") == "a\nb\nc"
    assert read("text", 12) == "12"


def test_text_refuses():
    assert refusal("text", "x" * 201) == "Shorten this to 200 characters. It has 201."
    assert read("text", "😀" * 200) == "😀" * 200
    assert refusal("text", "abcd", options={"max_length": 3}) == "Shorten this to 3 characters. It has 4."
    assert refusal("long_text", "x" * 2001) == "Shorten this to 2000 characters. It has 2001."
    assert refusal("text", ["a"]) == "This answer has the wrong form."
    assert refusal("text", "12", options={"pattern": "[A-Z]{2}"}) == "A does not have the expected form."
    assert read("text", "AB", options={"pattern": "[A-Z]{2}"}) == "AB"
    assert read("text", "", options={"pattern": "[A-Z]{2}"}) is None


def test_telephone_and_mail():
    assert read("text", "0812 3456 7890", options={"kind": "phone"}) == "0812 3456 7890"
    assert read("text", "+62 (21) 555-0100", options={"kind": "phone"}) == "+62 (21) 555-0100"
    assert refusal("text", "nol delapan", options={"kind": "phone"}).startswith("Enter a telephone number")
    assert read("text", "nama@example.go.id", options={"kind": "email"}) == "nama@example.go.id"
    assert refusal("text", "nama@example", options={"kind": "email"}).startswith("Enter an e-mail address")


def test_text_projections():
    asked = field("text", options={"max_length": 9})
    reader = of(asked)
    assert (
        reader.display("x", asked, ID)
        == reader.operand("x", asked)
        == reader.search_text("x", asked, ID)
        == reader.brief("x", asked, ID)
        == "x"
    )
    assert reader.display(None, asked, ID) == ""
    assert reader.operand(None, asked) is None
    assert reader.export("x", asked) == ("x",)
    assert reader.index("x" * 300, asked) == (("x" * 200, None),)
    assert reader.index(None, asked) == ()
    assert reader.amount("x", asked) is None
    assert reader.json_schema(asked) == {"type": "string", "maxLength": 9}
    assert reader.part_operand("x", "y", asked) is None
    assert reader.parts(asked) == {}


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing(raw):
    for multiline in (False, True):
        once = clean(raw, multiline)
        assert clean(once, multiline) == once
        assert "\x00" not in once
        once.encode("utf-8")


@pytest.mark.parametrize("raw", ["https://bpbd.example.go.id", "http://a.id/x?y=1#z", "https://a.id:8080/"])
def test_link_reads(raw):
    assert read("link", raw) == raw


@pytest.mark.parametrize(
    "raw",
    [
        "javascript:alert(1)",
        "ftp://a.id",
        "bpbd.example.go.id",
        "https://",
        "https://localhost",
        "https://a b.id",
        "https://a.id/" + "x" * 500,
        "http://[",
        "data:text/html,x",
    ],
)
def test_link_refuses(raw):
    assert refusal("link", raw).startswith("Enter a web address")


def test_link_projections():
    asked = field("link")
    assert read("link", "") is None
    assert of(asked).json_schema(asked)["format"] == "uri"
    assert of(asked).operand("https://a.id", asked) == "https://a.id"


def test_single_choice():
    asked = field("single_choice", choices=CHOICES)
    reader = of(asked)
    assert [reader.parse(raw, asked) for raw in ("a", " old ", "", None)] == ["a", "old", None, None]
    assert refusal("single_choice", "x", choices=CHOICES) == "Choose one of the listed options."
    assert [reader.display(v, asked, fmt) for v, fmt in (("a", ID), ("a", EN), (None, ID))] == ["Apel", "Apple", ""]
    assert label_of(asked, "gone", "id") == "gone"
    assert list(reader.validate("a", asked, AROUND)) == []
    assert [said(f.why) for f in reader.validate("old", asked, AROUND)] == ["“old” is no longer offered. Choose another."]
    assert [said(f.why) for f in reader.validate("gone", asked, AROUND)] == ["“gone” is no longer offered. Choose another."]
    assert reader.operand("a", asked) == "a"
    assert reader.export("a", asked) == ("a",)
    assert reader.json_schema(asked) == {"type": "string", "enum": ["a", "b"]}


def test_multiple_choice():
    asked = field("multiple_choice", choices=CHOICES)
    reader = of(asked)
    assert [reader.parse(raw, asked) for raw in (["b", "a", "b"], "a", [""], [], None)] == [["a", "b"], ["a"], None, None, None]
    assert refusal("multiple_choice", ["a", "x"], choices=CHOICES) == "Choose from the listed options."
    assert refusal("multiple_choice", [["a"]], choices=CHOICES) == "This answer has the wrong form."
    assert reader.display(["a", "b"], asked, EN) == "Apple, b"
    assert reader.display(None, asked, EN) == ""
    assert [len(list(reader.validate(v, asked, AROUND))) for v in (["a"], ["a", "old", "gone"])] == [0, 2]
    assert reader.operand(["a", "b"], asked) == ("a", "b")
    assert reader.operand(None, asked) == ()
    assert reader.export(["a", "b"], asked) == ("a b",)
    assert reader.export(None, asked) == (None,)
    assert reader.index(["a", "b"], asked) == (("a", None), ("b", None))
    assert reader.index(None, asked) == ()
    assert reader.json_schema(asked)["items"]["enum"] == ["a", "b"]
    assert reader.is_empty([])


def test_reference():
    asked = field("reference", options={"target": "regions"})
    reader = of(asked)
    assert reader.parse(" 01J0 ", asked) == "01J0"
    assert reader.parse("", asked) is None
    assert refusal("reference", "x" * 65) == "Choose one of the listed options."
    assert reader.display("01J0", asked, ID) == reader.operand("01J0", asked) == "01J0"
    assert reader.display(None, asked, ID) == ""
    assert list(reader.check_options(asked)) == []
    assert [name for name, _why in reader.check_options(field("reference"))] == ["target"]


def test_files():
    asked = field("file", options={"max_files": 2})
    reader = of(asked)
    assert reader.parse("x", asked) is None
    assert reader.value_of({"files": ["f1"]}) == ["f1"]
    assert reader.value_of({"v": "x", "files": []}) is None
    assert list(reader.validate(["f1", "f2"], asked, AROUND)) == []
    assert [said(f.why) for f in reader.validate(["f1", "f2", "f3"], asked, AROUND)] == ["Attach at most 2 files."]
    assert [reader.display(["f1"], asked, fmt) for fmt in (ID, EN)] == ["1 berkas", "1 files"]
    assert reader.display(None, asked, ID) == ""
    assert reader.operand(["f1"], asked) == ("f1",)
    assert reader.operand(None, asked) == ()
    assert reader.export(["f1", "f2"], asked) == ("f1 f2",)
    assert reader.export(None, asked) == (None,)
    assert reader.index(["f1"], asked) == ()
    assert reader.json_schema(asked)["type"] == "array"


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ("-6,3650 107,1730", (-6.365, 107.173)), ("-6.3650, 107.1730", (-6.365, 107.173)), ("-6.365,107.173", (-6.365, 107.173)), ("-6.365 107.173", (-6.365, 107.173)), ("−6,36; 107,17", (-6.36, 107.17)),
        ("-6,3650, 107,1730", (-6.365, 107.173)), ("0 0", (0, 0)), ({"lat": "-6,5", "lon": "107"}, (-6.5, 107)), ({"lat": -6.365, "lon": 107.173}, (-6.365, 107.173)), ({"lat": 0, "lon": 0}, (0, 0)),
    ],
)  # fmt: skip
def test_geopoint_reads(raw, place):
    assert read("geopoint", raw) == {"lat": place[0], "lon": place[1]}


@pytest.mark.parametrize("raw", ["-6365", "1 2 3", "x y", {"lat": "1"}, {"lat": "", "lon": "2"}, [1, 2], {"lat": True, "lon": 1}])
def test_geopoint_refuses(raw):
    assert refusal("geopoint", raw).startswith("Enter ")


def test_geopoint_projections():
    asked, value = field("geopoint"), {"lat": -6.365, "lon": 107.173}
    reader = of(asked)
    assert [reader.parse(raw, asked) for raw in ("", None, {"lat": "", "lon": ""})] == [None, None, None]
    assert reader.display(value, asked, ID) == "−6,365; 107,173"
    assert reader.display(None, asked, ID) == ""
    assert list(reader.validate(value, asked, AROUND)) == []
    assert len(list(reader.validate({"lat": 91, "lon": 0}, asked, AROUND))) == 1
    assert len(list(reader.validate({"lat": 0, "lon": -181}, asked, AROUND))) == 1
    assert reader.export(value, asked) == ("-6.365 107.173",)
    assert reader.export(None, asked) == (None,)
    assert reader.json_schema(asked)["required"] == ["lat", "lon"]


@given(st.decimals(-90, 90, places=5), st.decimals(-180, 180, places=5))
def test_geopoint_round_trip(lat, lon):
    asked, value = field("geopoint"), {"lat": float(lat), "lon": float(lon)}
    assert read("geopoint", of(asked).display(value, asked, ID)) == value
    assert read("geopoint", of(asked).export(value, asked)[0]) == value
    assert read("geopoint", value) == value


def test_note_asks_nothing():
    asked = field("note")
    reader = of(asked)
    assert not reader.asks
    assert reader.parse("x", asked) is None
    assert reader.export_columns(asked) == reader.export(None, asked) == reader.index(None, asked) == ()
