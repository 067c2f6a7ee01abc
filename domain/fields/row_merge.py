"""Rows of two pages put together. A row is ``{"id": id, column: value, "_raw": {column: unread text}}``; a page keeps the ids of
the rows it shows and gives new ones new ids."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

Row: TypeAlias = Mapping[str, Any]
Rows: TypeAlias = Sequence[Row]
RAW = "_raw"


class Clashing(Exception):  # noqa: N818 - not an error: two people, two answers
    """Both changed one cell, to different things."""


def merged(base: Rows, theirs: Rows, mine: Rows) -> list[dict[str, Any]]:
    """Three-way: what either changed of the rows of *base*. A row one deletes and the other changes stays. Raises
    :class:`Clashing`."""
    was, now, own = ({row["id"]: row for row in rows} for rows in (base, theirs, mine))
    kept = {key: _one(was.get(key), now.get(key), own.get(key)) for key in {**now, **own}}
    return [dict(row) for key in _order(list(was), list(now), list(own)) if (row := kept[key]) and len(row) > 1]


def _one(was: Row | None, theirs: Row | None, mine: Row | None) -> Row | None:
    if mine == was:
        return theirs
    if theirs in (was, mine) or theirs is None or mine is None:
        return theirs if mine is None and theirs != was else mine
    return _cells(was or {}, theirs, mine)


def _cells(was: Row, theirs: Row, mine: Row) -> dict[str, Any]:
    old, now, own = _by_column(was), _by_column(theirs), _by_column(mine)
    row: dict[str, Any] = {"id": mine["id"]}
    unread: dict[str, Any] = {}
    for column in {**now, **own}:
        value, raw = _cell(old.get(column), now.get(column), own.get(column))
        row |= {} if value is None else {column: value}
        unread |= {} if raw is None else {column: raw}
    return row | ({RAW: unread} if unread else {})


Cell: TypeAlias = tuple[Any, Any] | None
"""A value and an unread text, one of which is None; None where neither is."""


def _cell(was: Cell, theirs: Cell, mine: Cell) -> tuple[Any, Any]:
    if mine not in (was, theirs) and theirs != was:
        raise Clashing
    return (theirs if mine == was else mine) or (None, None)


def _by_column(row: Row) -> Mapping[str, Cell]:
    unread = {column: (None, text) for column, text in row.get(RAW, {}).items()}
    return {column: (value, None) for column, value in row.items() if column not in ("id", RAW)} | unread


def _order(was: list[str], theirs: list[str], mine: list[str]) -> list[str]:
    """The order of whoever moved rows, mine if both did; rows only the other has stand after the one they stood after there."""
    first, second = (mine, theirs) if _moved(was, mine) else (theirs, mine)
    order = list(first)
    for place, key in enumerate(second):
        if key not in first:
            before = next((k for k in reversed(second[:place]) if k in order), None)
            order.insert(0 if before is None else order.index(before) + 1, key)
    return order


def _moved(was: list[str], now: list[str]) -> bool:
    both = set(was) & set(now)
    return [key for key in was if key in both] != [key for key in now if key in both]


def differing(before: Rows, after: Rows) -> tuple[list[Row], list[Row]]:
    """Both without the rows that are the same in them; whole where rows were moved, for then all say where they stand."""
    if _moved([row["id"] for row in before], [row["id"] for row in after]):
        return list(before), list(after)
    return list(_without(before, after)), list(_without(after, before))


def _without(rows: Rows, others: Rows) -> Iterator[Row]:
    there = {row["id"]: row for row in others}
    return (row for row in rows if there.get(row["id"]) != row)
