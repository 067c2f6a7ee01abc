"""Reporting units: clusters that exist in a region, by decree, from a day on."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Ulid
from models.region import Region


class Unit(Base):
    """A cluster that owes reports for periods starting on or after *start_date*."""

    __tablename__ = "unit"
    __table_args__ = (sa.CheckConstraint("end_date is null or end_date >= start_date", name="dates"),)

    id: Mapped[Ulid] = mapped_column(primary_key=True)
    region_id: Mapped[str] = mapped_column(sa.ForeignKey("region.id"), unique=True)
    province_id: Mapped[str] = mapped_column(sa.ForeignKey("region.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(160))
    decree: Mapped[str] = mapped_column(sa.String(160), default="")
    start_date: Mapped[dt.date]
    end_date: Mapped[dt.date | None]
    lock_version: Mapped[int] = mapped_column(default=1)

    region: Mapped[Region] = relationship(foreign_keys=[region_id], lazy="joined")
    province: Mapped[Region] = relationship(foreign_keys=[province_id])

    def owes(self, start: dt.date) -> bool:
        """Whether a period that starts on *start* must be reported."""
        return self.start_date <= start and (self.end_date is None or self.end_date >= start)
