"""The kinds of value an expression knows, and how each becomes text or truth."""

import datetime as dt
import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TypeAlias, Union

EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - local wall time, zones never enter an expression
LAST_MINUTE = (dt.datetime(9999, 12, 31, 23, 59) - EPOCH) // dt.timedelta(minutes=1)  # noqa: DTZ001 - see EPOCH
EXACT = Context(prec=400)
"""Digits enough for any double with twelve decimals."""


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A date, or a date with a time: days since 1970-01-01 in the unit's own wall time."""

    days: float

    @classmethod
    def of(cls, value: dt.date | dt.datetime) -> "Moment":
        """The moment of a date (its midnight) or of a naive local date-time."""
        if not isinstance(value, dt.datetime):
            value = dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - see EPOCH
        return cls((value - EPOCH) / dt.timedelta(days=1))

    def text(self) -> str:
        """ISO text: ``2026-09-20``, or ``2026-09-20T08:30`` where a time is present."""
        at = EPOCH + dt.timedelta(minutes=min(round(self.days * 1440), LAST_MINUTE))
        return at.date().isoformat() if (at.hour, at.minute) == (0, 0) else at.isoformat(timespec="minutes")


Value: TypeAlias = Union[bool, float, str, Moment, tuple["Value", ...], None]  # noqa: UP007 - it refers to itself
"""``None`` is empty. A tuple is a list: choices made, or a table column."""


def same(left: Value, right: Value) -> bool:
    """Whether two values are of one kind and the same; a number is no boolean, in a list either."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and left == right


def tidy(number: float) -> float | None:
    """Empty instead of NaN and Infinity; no negative zero."""
    return number + 0.0 if math.isfinite(number) else None


def number_text(number: float) -> str:
    """The shortest decimal text that reads back as the same double: ``2.5``, ``1000``, never ``1e3``."""
    text = format(Decimal(repr(float(number))), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def round_half_away(number: float, places: int) -> float | None:
    """Round half away from zero on the shortest decimal text, not on the binary value."""
    step = Decimal(1).scaleb(-places)
    return tidy(float(Decimal(repr(number)).quantize(step, ROUND_HALF_UP, EXACT)))


def truth(value: Value) -> bool:
    """Whether a value counts as true: empty, 0, false and the empty list do not."""
    if isinstance(value, Moment):
        return True
    return bool(value)


def text_of(value: Value) -> str | None:
    """The value as text; empty stays empty."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return " ".join(text_of(v) or "" for v in value).strip() or None
    return value.text() if isinstance(value, Moment) else number_text(value)


def number_of(value: Value) -> float | None:
    """The value as a number; a text that is no plain decimal number is empty."""
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, float):
        return value
    if isinstance(value, Moment):
        return value.days
    return _parse_number(value) if isinstance(value, str) else None


def _parse_number(text: str) -> float | None:
    stripped = text.strip()
    digits = stripped.removeprefix("-").replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit()):
        return None
    return tidy(float(stripped))
