"""The functions an expression may call. An unknown name is refused when the definition is compiled."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from domain.expressions.regex import check_pattern, matches
from domain.expressions.values import Moment, Value, number_of, round_half_away, same, text_of, tidy, truth

MANY = 50
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?P<time>T(?:[01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2})?)?")


def _no_check(_args: Sequence[Any], _at: int) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Function:
    """How many values it takes, what kind it gives, and how it works on evaluated values."""

    least: int
    most: int
    gives: str
    run: Callable[..., Value]
    check: Callable[[Sequence[Any], int], None] = _no_check


def flat(values: Sequence[Value]) -> list[Value]:
    """The values with lists opened and empties left out."""
    opened: list[Value] = []
    for value in values:
        opened.extend(value) if isinstance(value, tuple) else opened.append(value)
    return [value for value in opened if value is not None and value != ""]


def _sum(*values: Value) -> Value:
    total = 0.0
    for value in flat(values):  # left to right: both engines must add in the same order
        total += number_of(value) or 0.0
    return tidy(total)


def _count(*values: Value) -> Value:
    return float(len(flat(values)))


def _extreme(choose: Callable[[Sequence[Any]], Value], values: Sequence[Value]) -> Value:
    known = flat(values)
    moments = [v for v in known if isinstance(v, Moment)]
    if moments and len(moments) == len(known):
        return choose(moments)
    numbers = [n for n in map(number_of, known) if n is not None]
    return choose(numbers) if numbers else None


def _selected(chosen: Value, code: Value) -> Value:
    options = chosen if isinstance(chosen, tuple) else (chosen,)
    return code is not None and any(same(option, code) for option in options)


def _date(value: Value) -> Value:
    if isinstance(value, Moment):
        return Moment(float(int(value.days // 1)))
    return parse_date(value) if isinstance(value, str) else None


def parse_date(text: str) -> Moment | None:
    """An ISO date or local date-time, or empty."""
    written = ISO.fullmatch(text)
    if written is None:
        return None
    try:
        return Moment.of(dt.datetime.fromisoformat(text) if written["time"] else dt.date.fromisoformat(text))
    except ValueError:
        return None


def _round(value: Value, places: Value = 0.0) -> Value:
    number, digits = number_of(value), number_of(places)
    return None if number is None or digits is None else round_half_away(number, max(0, min(12, int(digits))))


def _int(value: Value) -> Value:
    number = number_of(value)
    return None if number is None else tidy(float(int(number)))


def _coalesce(*values: Value) -> Value:
    return next((v for v in values if v not in (None, "", ())), None)


def _length(value: Value) -> Value:
    return float(len(text_of(value) or ""))


LONGEST_TEXT = 20_000
"""Characters a text may grow to; expressions that feed each other would otherwise fill the memory."""


def _concat(*values: Value) -> Value:
    return "".join(text_of(v) or "" for v in values)[:LONGEST_TEXT] or None


def _regex(value: Value, pattern: Value) -> Value:
    text = text_of(value)
    return text is not None and isinstance(pattern, str) and matches(pattern, text)


def _check_regex(args: Sequence[Any], at: int) -> None:
    check_pattern(args[1], at)


FUNCTIONS: dict[str, Function] = {
    "true": Function(0, 0, "boolean", lambda: True),
    "false": Function(0, 0, "boolean", lambda: False),
    "not": Function(1, 1, "boolean", lambda v: not truth(v)),
    "boolean": Function(1, 1, "boolean", truth),
    "today": Function(0, 0, "date", lambda: None),
    "date": Function(1, 1, "date", _date),
    "if": Function(3, 3, "any", lambda test, yes, no: yes if truth(test) else no),
    "coalesce": Function(1, MANY, "any", _coalesce),
    "selected": Function(2, 2, "boolean", _selected),
    "count-selected": Function(1, 1, "number", _count),
    "sum": Function(1, MANY, "number", _sum),
    "count": Function(1, MANY, "number", _count),
    "min": Function(1, MANY, "any", lambda *v: _extreme(min, v)),
    "max": Function(1, MANY, "any", lambda *v: _extreme(max, v)),
    "round": Function(1, 2, "number", _round),
    "int": Function(1, 1, "number", _int),
    "number": Function(1, 1, "number", number_of),
    "string": Function(1, 1, "string", text_of),
    "string-length": Function(1, 1, "number", _length),
    "concat": Function(1, MANY, "string", _concat),
    "regex": Function(2, 2, "boolean", _regex, _check_regex),
}
