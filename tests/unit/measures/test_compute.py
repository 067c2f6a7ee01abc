"""What an automatic indicator counts."""

import datetime as dt

import pytest

from domain.definitions.schema import Expression, Measure
from domain.expressions import parse
from domain.measures import AGGREGATES, Record, compute
from tests.unit.make import at, collection, compiled, item, option

THINGS = compiled(
    collection(
        item("kind", "single_choice", choices=[option("a"), option("b")]),
        item("on", "date"),
        item("n", "decimal"),
        item("ok", "yes_no"),
        key="things",
    )
).definition
ROWS = [
    Record("1", {"kind": {"v": "a"}, "on": {"v": "2026-11-20"}, "n": {"v": 1.5}, "ok": {"v": True}}),
    Record("2", {"kind": {"v": "b"}, "on": {"v": "2026-10-01"}, "n": {"v": 2}, "ok": {"v": False}}),
    Record("3", {"kind": {"v": "a"}, "on": {"v": "2026-12-25"}, "n": {"v": None}, "ok": {"v": True}}),
    Record("4", {}),
]


def counted(aggregate, records=ROWS, context=None, field=None, **expressions):
    trees = {name: Expression(text, parse(text)) for name, text in expressions.items()}
    return compute(
        Measure("things", aggregate, trees.get("filter"), field, trees.get("numerator")), THINGS, records, context or at()
    )


@pytest.mark.parametrize(
    ("aggregate", "more", "value"),
    [
        ("count", {}, 4),
        ("count", {"filter": "${kind} = 'a'"}, 2),
        ("count", {"filter": "${kind} = 'z'"}, 0),
        ("count", {"filter": "${on} <= ${_period_end}"}, 3),
        ("count", {"filter": "${on} <= today()"}, 2),
        ("distinct", {"field": "kind"}, 2),
        ("distinct", {"field": "kind", "filter": "${ok}"}, 1),
        ("ratio", {"numerator": "${ok}"}, {"n": 2, "d": 4}),
        ("ratio", {"numerator": "${ok}", "filter": "${kind} = 'b'"}, {"n": 0, "d": 1}),
        ("ratio", {"numerator": "${ok}", "filter": "${kind} = 'z'"}, {"n": 0, "d": 0}),
        ("latest_age", {"field": "on"}, 4),
        ("latest_age", {"field": "on", "filter": "${kind} = 'b'"}, 54),
        ("latest_age", {"field": "on", "filter": "${on} > today()"}, None),
        ("sum", {"field": "n"}, 3.5),
        ("sum", {"field": "kind"}, 0),
    ],
)
def test_aggregates(aggregate, more, value):
    assert counted(aggregate, **more)["v"] == value


def test_every_aggregate_counts_nothing_without_failing():
    empty = {name: counted(name, [], field="on")["v"] for name in AGGREGATES}
    assert empty == {"count": 0, "distinct": 0, "ratio": {"n": 0, "d": 0}, "latest_age": None, "sum": 0}


def test_as_of_the_earlier_of_today_and_the_end_of_the_period():
    assert counted("count")["as_of"] == "2026-11-24"
    past = counted("latest_age", field="on", context=at(3))
    assert (past["as_of"], past["v"]) == ("2026-09-30", None)
    late = counted("latest_age", field="on", context=at(4, today=dt.date(2027, 3, 1)))
    assert (late["as_of"], late["v"]) == ("2026-12-31", 6)
    assert counted("count", context=at(None))["as_of"] == "2026-11-24"


def test_the_hash_is_that_of_the_rows_that_count():
    one = counted("count", filter="${kind} = 'a'")
    assert one["rows"] == 2
    assert counted("count", ROWS[::-1], filter="${kind} = 'a'")["sha256"] == one["sha256"]
    changed = [Record("1", ROWS[0].doc | {"n": {"v": 9}}), *ROWS[1:]]
    assert counted("count", changed, filter="${kind} = 'a'")["sha256"] != one["sha256"]
    elsewhere = [ROWS[0], Record("2", {"kind": {"v": "b"}}), *ROWS[2:]]
    assert counted("count", elsewhere, filter="${kind} = 'a'")["sha256"] == one["sha256"]
