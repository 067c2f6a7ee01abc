"""Tables of two pages put together row by row and cell by cell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fields.row_merge import Clashing, differing, merged

CELLS = st.dictionaries(st.sampled_from("ab"), st.integers(0, 2), min_size=1)
UNREAD = st.dictionaries(st.sampled_from("cd"), st.sampled_from(["x", "y"]), min_size=1)
ROWS = st.lists(st.sampled_from("123456"), unique=True).flatmap(
    lambda ids: st.tuples(*(st.tuples(CELLS, st.none() | UNREAD) for _id in ids)).map(
        lambda rows: [{"id": key, **cells} | ({"_raw": raw} if raw else {}) for key, (cells, raw) in zip(ids, rows, strict=True)]
    )
)


def r(key, **cells):
    return {"id": key, **cells}


def by_id(rows):
    return {row["id"]: row for row in rows}


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "together"),
    [
        ([r("1", a=1)], [r("1", a=1), r("2", a=2)], [r("1", a=1), r("3", a=3)], "1 3 2"),
        ([r("1", a=1)], [r("2", a=2), r("1", a=1)], [r("1", a=1)], "2 1"),
        ([r("1", a=1), r("2", a=2)], [r("2", a=2)], [r("1", a=1), r("2", a=2), r("3", a=3)], "2 3"),
        ([r("1", a=1), r("2", a=2)], [r("2", a=2)], [r("1", a=9), r("2", a=2)], "1 2"),
        ([r("1", a=1), r("2", a=2)], [r("1", a=9), r("2", a=2)], [r("2", a=2)], "1 2"),
        ([r("1", a=1), r("2", a=2)], [r("1", a=1)], [r("1", a=1)], "1"),
        ([r("1", a=1), r("2", a=2)], [r("2", a=2), r("1", a=1)], [r("1", a=1), r("2", a=2), r("3", a=3)], "2 3 1"),
        ([r("1", a=1), r("2", a=2)], [r("1", a=1), r("2", a=2), r("3", a=3)], [r("2", a=2), r("1", a=1)], "2 3 1"),
        ([], [r("1", a=1)], [r("2", a=2)], "2 1"),
    ],
)
def test_rows_of_both_stand_where_they_stood(base, theirs, mine, together):
    assert " ".join(row["id"] for row in merged(base, theirs, mine)) == together


def test_two_change_different_cells_of_one_row():
    assert merged([r("1", a=1, b=1)], [r("1", a=2, b=1)], [r("1", a=1, b=3)]) == [r("1", a=2, b=3)]
    assert merged([r("1", a=1)], [r("1", a=1, b=2)], [r("1", _raw={"a": "x"})]) == [r("1", b=2, _raw={"a": "x"})]
    assert merged([r("1", a=1, b=1)], [r("1", b=1)], [r("1", a=1, b=2)]) == [r("1", b=2)]


@pytest.mark.parametrize("mine", [r("1", a=3), r("1", _raw={"a": "x"}), r("1", b=2)])
def test_two_change_one_cell_to_different_things(mine):
    with pytest.raises(Clashing):
        merged([r("1", a=1, b=2)], [r("1", a=2, b=2)], [mine])


@given(ROWS, ROWS)
def test_what_only_one_changed_is_taken_as_it_is(base, other):
    assert merged(base, other, base) == other
    assert by_id(merged(base, base, other)) == by_id(other)
    assert merged(base, other, other) == other


@given(ROWS, ROWS, ROWS)
def test_nothing_either_changed_is_lost(base, theirs, mine):
    try:
        both = by_id(merged(base, theirs, mine))
    except Clashing:
        with pytest.raises(Clashing):
            merged(base, mine, theirs)
        return
    assert both == by_id(merged(base, mine, theirs))
    was = by_id(base)
    for page in (theirs, mine):
        for row in page:
            for column, value in row.items():
                if column != "_raw" and was.get(row["id"], {}).get(column) != value:
                    assert both[row["id"]][column] == value


@given(ROWS, ROWS, ROWS)
def test_a_difference_takes_a_change_back_whatever_else_stands_there(before, after, more):
    beside = [row for row in more if row["id"] not in by_id(before) | by_id(after)]
    old, new = differing(before, after)
    assert by_id(merged(new, [*beside, *after], old)) == by_id([*beside, *before])
    assert {*by_id(old), *by_id(new)} <= {*by_id(before), *by_id(after)}


def test_a_difference_of_long_tables_is_short():
    before = [r(str(n), a=n) for n in range(500)]
    after = [*before[:250], r("250", a=0), *before[251:], r("new", a=1)]
    assert differing(before, after) == ([r("250", a=250)], [r("250", a=0), r("new", a=1)])
    assert differing(before, before[::-1]) == (before, before[::-1])
