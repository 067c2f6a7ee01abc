"""Reports: the process around a phase-form entry, its transitions and verdicts."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Moment, Ulid
from models.entry import Entry
from models.event import Event
from models.period import Period
from models.unit import Unit


class Report(Base):
    """An expected report. Its id is its entry's. Exactly one of *period_id* and *event_id* is set."""

    __tablename__ = "report"
    __table_args__ = (
        sa.CheckConstraint("(period_id is null) <> (event_id is null)", name="subject"),
        sa.CheckConstraint("state in ('draft','submitted','verified','returned','validated','locked')", name="state"),
        sa.Index("ix_report_unit_year", "unit_id", "year"),
        sa.Index("ix_report_period_state", "period_id", "state"),
        sa.Index("ix_report_year_state", "year", "state", "unit_id"),
    )

    id: Mapped[str] = mapped_column(sa.ForeignKey("entry.id"), primary_key=True)
    content_type_id: Mapped[str] = mapped_column(sa.ForeignKey("content_type.id"))
    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("unit.id"))
    region_id: Mapped[str] = mapped_column(sa.ForeignKey("region.id"))
    province_id: Mapped[str] = mapped_column(sa.ForeignKey("region.id"), index=True)
    period_id: Mapped[str | None] = mapped_column(sa.ForeignKey("period.id"))
    event_id: Mapped[str | None] = mapped_column(sa.ForeignKey("event.id"), index=True)
    year: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(12), default="draft")
    due_at: Mapped[Moment]
    first_sent_at: Mapped[Moment | None]
    sent_at: Mapped[Moment | None]
    sent_by: Mapped[str | None] = mapped_column(sa.ForeignKey("user.id"))

    entry: Mapped[Entry] = relationship()
    unit: Mapped[Unit] = relationship()
    period: Mapped[Period | None] = relationship()
    event: Mapped[Event | None] = relationship()

    @property
    def subject_id(self) -> str:
        """The period's or event's id."""
        return self.period_id or self.event_id or ""


class ReportTransition(Base):
    """One step in the life of a report: who, when, why."""

    __tablename__ = "report_transition"

    report_id: Mapped[str] = mapped_column(sa.ForeignKey("report.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(sa.String(12))
    target: Mapped[str] = mapped_column(sa.String(12))
    actor_id: Mapped[str | None] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[Moment]
    why: Mapped[str] = mapped_column(sa.Text, default="")


class VerdictRow(Base):
    """A verifier's word on one answer of one report; the newest counts."""

    __tablename__ = "verdict"
    __table_args__ = (sa.CheckConstraint("verdict in ('accepted','returned','not_applicable')", name="verdict"),)

    report_id: Mapped[str] = mapped_column(sa.ForeignKey("report.id"), primary_key=True)
    field_id: Mapped[Ulid] = mapped_column(primary_key=True)
    verdict: Mapped[str] = mapped_column(sa.String(14))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    actor_id: Mapped[str | None] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[Moment]
