"""Quarters of the calendar year: what periodic reports are due for."""

import datetime as dt


def quarter_of(day: dt.date) -> tuple[int, int]:
    """Year and quarter (1–4) of a day."""
    return day.year, (day.month + 2) // 3


def quarter_days(year: int, quarter: int) -> tuple[dt.date, dt.date]:
    """First and last day of a quarter."""
    following = dt.date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
    return dt.date(year, quarter * 3 - 2, 1), following - dt.timedelta(days=1)
