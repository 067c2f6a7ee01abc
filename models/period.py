"""Reporting periods: quarters, opened and closed by BNPB."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Moment, Ulid


class Period(Base):
    """A quarter. *due_date*: last day to send, at 23.59 in each unit's own zone."""

    __tablename__ = "period"
    __table_args__ = (
        sa.UniqueConstraint("year", "quarter"),
        sa.CheckConstraint("quarter between 1 and 4", name="quarter"),
        sa.CheckConstraint("state in ('planned','open','closing','closed')", name="state"),
        sa.CheckConstraint("end_date > start_date and due_date >= start_date", name="dates"),
    )

    id: Mapped[Ulid] = mapped_column(primary_key=True)
    year: Mapped[int]
    quarter: Mapped[int]
    start_date: Mapped[dt.date]
    end_date: Mapped[dt.date]
    due_date: Mapped[dt.date]
    state: Mapped[str] = mapped_column(sa.String(10), default="planned")
    opened_at: Mapped[Moment | None]
    lock_version: Mapped[int] = mapped_column(default=1)

    @property
    def name(self) -> str:
        """``Triwulan III 2026``, as regulations write it."""
        return f"Triwulan {('I', 'II', 'III', 'IV')[self.quarter - 1]} {self.year}"
