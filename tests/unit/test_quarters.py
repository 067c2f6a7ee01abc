"""Quarters tile the calendar: every day lies in exactly one, and each begins the day after the last one ends."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from domain.quarters import quarter_days, quarter_of


def test_quarters_of_a_year() -> None:
    assert quarter_days(2026, 1) == (dt.date(2026, 1, 1), dt.date(2026, 3, 31))
    assert quarter_days(2026, 4) == (dt.date(2026, 10, 1), dt.date(2026, 12, 31))
    assert quarter_of(dt.date(2026, 11, 24)) == (2026, 4)


@given(st.dates(dt.date(1901, 1, 1), dt.date(2199, 12, 31)))
def test_a_day_lies_in_its_quarter(day: dt.date) -> None:
    first, last = quarter_days(*quarter_of(day))
    assert first <= day <= last
    assert quarter_of(first) == quarter_of(last) == quarter_of(day)
    assert quarter_of(last + dt.timedelta(days=1)) != quarter_of(day)
