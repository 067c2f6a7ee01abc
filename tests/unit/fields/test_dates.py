"""Dates, moments, ranges and durations."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fields import Refused, of
from domain.fields.base import Surroundings
from domain.fields.dates import shown_date, shown_moment, start_label
from tests.unit.make import EN, ID, TODAY, field, moment, said, text

AROUND = Surroundings(TODAY)
DATE_HINT = "Enter a date, for example 20/09/2026."
NO_SUCH_DAY = "There is no such day. Enter a date, for example 20/09/2026."
MOMENT_HINT = "Enter a date and time, for example 03/09/2026 20.30."


def read(kind, raw, **options):
    asked = field(kind, options=options)
    return of(asked).parse(raw, asked)


def refusal(kind, raw):
    with pytest.raises(Refused) as refused:
        read(kind, raw)
    return said(refused.value.why)


def wrong(kind, value, **options):
    asked = field(kind, options=options)
    return [(f.part, said(f.why)) for f in of(asked).validate(value, asked, AROUND)]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("20/09/2026", "2026-09-20"), ("3/9/2026", "2026-09-03"), ("3-9-2026", "2026-09-03"), ("3.9.2026", "2026-09-03"), ("3 9 2026", "2026-09-03"), ("2026-09-20", "2026-09-20"),
        (" 20/09/2026 ", "2026-09-20"), ("3 Januari 2026", "2026-01-03"), ("13 okt 2026", "2026-10-13"), ("5 Agt 2026", "2026-08-05"), ("5 August 2026", "2026-08-05"), ("29/02/2024", "2024-02-29"), ("17/08/1945", "1945-08-17"), ("31/12/2100", "2100-12-31"), ("", None), (None, None),
    ],
)  # fmt: skip
def test_date_reads(raw, value):
    assert read("date", raw) == value


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("31/02/2026", NO_SUCH_DAY), ("29/02/2026", NO_SUCH_DAY), ("9/20/2026", NO_SUCH_DAY), ("31 Februari 2026", NO_SUCH_DAY), ("3 Foo 2026", DATE_HINT), ("20/09/26", DATE_HINT), ("besok", DATE_HINT), ("0/0/2026", NO_SUCH_DAY), ("20260903", DATE_HINT), ("2026-W36-4", DATE_HINT), ("2026-9-3", DATE_HINT), ("\u0663/9/2026", DATE_HINT),
        ("16/08/1945", "Enter a date between 1945 and 2100."), ("01/01/2101", "Enter a date between 1945 and 2100."), (["20/09/2026"], "This answer has the wrong form."),
    ],
)  # fmt: skip
def test_date_refuses(raw, why):
    assert refusal("date", raw) == why


def test_a_date_may_be_kept_out_of_the_future():
    assert wrong("date", "2026-11-25") == []
    assert wrong("date", "2026-11-24", not_future=True) == []
    assert wrong("date", "2026-11-25", not_future=True) == [("", "The date may not lie after today.")]
    assert wrong("datetime", "2026-11-25T00:00", not_future=True) == [("", "The date may not lie after today.")]


def test_date_projections():
    asked = field("date")
    reader = of(asked)
    assert reader.display("2026-10-13", asked, ID) == "13 Oktober 2026"
    assert reader.display("2026-10-13", asked, EN) == "13 October 2026"
    assert reader.display(None, asked, ID) == reader.brief(None, asked, ID) == ""
    assert reader.brief("2026-10-03", asked, ID) == "3 Okt 2026"
    assert reader.operand("2026-10-13", asked) == moment("2026-10-13")
    assert reader.operand(None, asked) is None
    assert reader.export("2026-10-13", asked) == ("2026-10-13",)
    assert reader.index("2026-10-13", asked) == (("2026-10-13", None),)
    assert reader.json_schema(asked) == {"type": "string", "format": "date"}


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("3/9/2026 20.30", "2026-09-03T20:30"), ("03/09/2026 20:30", "2026-09-03T20:30"), ("03/09/2026 7.05", "2026-09-03T07:05"), ("2026-09-03T20:30", "2026-09-03T20:30"), ("2026-09-03 20:30", "2026-09-03T20:30"),
        ("2026-09-03T20:30:59", "2026-09-03T20:30"), ("3 OKTOBER 2026 20.30", "2026-10-03T20:30"), ("3/9/2026 0.00", "2026-09-03T00:00"), ("3/9/2026 23.59", "2026-09-03T23:59"), ("", None), (None, None),
    ],
)  # fmt: skip
def test_datetime_reads(raw, value):
    assert read("datetime", raw) == value


@pytest.mark.parametrize(
    "raw",
    [
        "3/9/2026",
        "20.30",
        "3/9/2026 24.00",
        "3/9/2026 20.60",
        "3/9/2026 20",
        "3/9/2026 20.30abc",
        "3/9/2026 20.305",
        "3/9/2026 jam",
    ],
)
def test_datetime_refuses(raw):
    assert refusal("datetime", raw) == MOMENT_HINT


def test_datetime_refuses_a_bad_day():
    assert refusal("datetime", "31/02/2026 20.30") == "There is no such day. Enter a date and time, for example 03/09/2026 20.30."
    assert refusal("datetime", "20/11/26 13.00") == MOMENT_HINT


def test_datetime_projections():
    asked = field("datetime")
    reader = of(asked)
    assert reader.display("2026-09-03T20:30", asked, ID) == "3 September 2026 20.30"
    assert reader.display("2026-09-03T20:30", asked, EN) == "3 September 2026 20:30"
    assert reader.display(None, asked, ID) == ""
    assert reader.brief("2026-09-03T20:30", asked, ID) == "3 Sep 2026"
    assert reader.operand("2026-09-03T12:00", asked).days - reader.operand("2026-09-03T00:00", asked).days == 0.5
    assert reader.operand(None, asked) is None
    assert "pattern" in reader.json_schema(asked)


@given(st.dates(dt.date(1945, 8, 17), dt.date(2100, 12, 31)))
def test_date_round_trip(day):
    assert read("date", shown_date(day.isoformat())) == day.isoformat()
    assert read("date", f"{day.day}/{day.month}/{day.year}") == read("date", day.isoformat()) == day.isoformat()


@given(st.datetimes(dt.datetime(1945, 8, 17), dt.datetime(2100, 12, 31)))
def test_datetime_round_trip(at):
    iso = at.isoformat(timespec="minutes")
    assert read("datetime", shown_moment(iso)) == read("datetime", iso) == iso


def test_date_range_reads():
    assert read("date_range", {"from": "1/2/2026", "to": "2026-03-01"}) == {"from": "2026-02-01", "to": "2026-03-01"}
    assert read("date_range", {"from": "1/2/2026", "to": ""}) == {"from": "2026-02-01", "to": None}
    assert read("date_range", {"to": "1/2/2026"}) == {"from": None, "to": "2026-02-01"}
    assert read("date_range", {"from": "", "to": ""}) is None
    assert read("date_range", "") is None
    assert refusal("date_range", "1/2/2026") == "This answer has the wrong form."
    assert refusal("date_range", {"from": "x"}) == DATE_HINT


def test_date_range_validates():
    assert wrong("date_range", {"from": "2026-01-01", "to": "2026-01-01"}) == []
    assert wrong("date_range", {"from": "2026-01-01", "to": None}, open_end=True) == []
    assert wrong("date_range", {"from": "2026-01-01", "to": None}) == [("to", "Enter the end date.")]
    assert wrong("date_range", {"from": None, "to": "2026-01-01"}) == [("from", "Enter the start date.")]
    assert wrong("date_range", {"from": "2026-01-02", "to": "2026-01-01"}) == [
        ("to", "The end date may not come before the start date.")
    ]


def test_date_range_projections():
    asked, closed, still = field("date_range"), {"from": "2026-02-01", "to": "2026-03-01"}, {"from": "2026-02-01", "to": None}
    reader = of(asked)
    assert reader.display(closed, asked, ID) == "1 Februari 2026 – 1 Maret 2026"
    assert reader.display(still, asked, ID) == "1 Februari 2026 – tanpa batas akhir"
    assert reader.display(still, asked, EN) == "1 February 2026 – no end date"
    assert reader.display(None, asked, ID) == ""
    assert reader.operand(closed, asked) == moment("2026-03-01")
    assert reader.operand(still, asked) is None
    assert reader.part_operand(still, "start", asked) == moment("2026-02-01")
    assert reader.part_operand(still, "middle", asked) is None
    assert reader.part_operand(None, "start", asked) is None
    assert set(reader.parts(asked)) == {"start", "end"}
    assert reader.export_columns(asked) == ("A.mulai", "A.akhir")
    assert reader.export(closed, asked) == ("2026-02-01", "2026-03-01")
    assert reader.export(None, asked) == (None, None)
    assert reader.index(closed, asked) == (("2026-02-01", None),)
    assert reader.json_schema(asked)["required"] == ["from", "to"]


def test_duration_reads():
    both = {"from": "1/9/2026 20.30", "to": "2/9/2026 8.00"}
    assert read("duration", both) == {"from": "2026-09-01T20:30", "to": "2026-09-02T08:00"}
    assert read("duration", {"from": both["from"], "to": ""}) == {"from": "2026-09-01T20:30", "to": None}
    assert read("duration", {"from": both["from"], "to": ""}, start="event_declared") is None
    assert read("duration", {"to": both["to"]}, start="event_declared") == {"from": None, "to": "2026-09-02T08:00"}
    assert read("duration", {}) is None
    assert refusal("duration", {"from": "pagi", "to": ""}) == MOMENT_HINT


def test_duration_validates():
    assert wrong("duration", {"from": "2026-09-01T20:30", "to": "2026-09-01T20:30"}) == []
    assert wrong("duration", {"from": None, "to": "2026-09-01T20:30"}) == [("from", "Enter when it began.")]
    assert wrong("duration", {"from": "2026-09-01T20:30", "to": None}) == [("to", "Enter when it ended.")]
    late = wrong("duration", {"from": "2026-09-01T20:30", "to": "2026-09-01T20:29"})
    assert [part for part, _why in late] == ["to"]


def test_duration_projections():
    asked, value = field("duration", options={"start_label": text("began")}), {"from": "2026-09-01T20:30", "to": "2026-09-02T08:00"}
    reader = of(asked)
    assert reader.amount(value, asked) == Decimal("11.5")
    assert reader.operand(value, asked) == 11.5
    assert reader.operand({"from": None, "to": "2026-09-02T08:00"}, asked) is None
    assert reader.display(value, asked, ID) == "11,5\u00a0jam (1 September 2026 20.30 – 2 September 2026 08.00)"
    assert reader.brief(value, asked, ID) == "11,5\u00a0jam"
    assert reader.brief(value, asked, EN) == "11.5\u00a0hours"
    assert reader.display(None, asked, ID) == ""
    assert reader.export_columns(asked) == ("A.jam", "A.dari", "A.sampai")
    assert reader.export(value, asked) == (11.5, "2026-09-01T20:30", "2026-09-02T08:00")
    assert reader.export(None, asked) == (None, None, None)
    assert reader.index(value, asked) == (("11.5", 11.5),)
    assert reader.json_schema(asked)["type"] == "object"
    assert start_label(asked, "id") == "began"
