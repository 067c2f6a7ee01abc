"""Disaster events with an emergency status: what response and post-disaster reports are about."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Ulid
from models.unit import Unit


class Event(Base):
    """An event of one unit. *occurred_at*, *declared_at*: local wall time of the unit's zone, minutes.
    *status_end*: the day the emergency status ended; empty while it lasts."""

    __tablename__ = "event"
    __table_args__ = (
        sa.CheckConstraint("declared_at >= occurred_at", name="declared"),
        sa.Index("ix_event_unit_declared", "unit_id", "declared_at"),
    )

    id: Mapped[Ulid] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("unit.id"))
    region_id: Mapped[str] = mapped_column(sa.ForeignKey("region.id"), index=True)
    province_id: Mapped[str] = mapped_column(sa.ForeignKey("region.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(160))
    hazard: Mapped[str] = mapped_column(sa.String(40))
    occurred_at: Mapped[dt.datetime]
    declared_at: Mapped[dt.datetime]
    status_end: Mapped[dt.date | None]
    response_due: Mapped[dt.date]
    post_due: Mapped[dt.date | None]
    lock_version: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit] = relationship(lazy="joined")
