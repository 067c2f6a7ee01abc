"""Stored scores: a projection of sent reports that one command rebuilds."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, Moment, text_key


class Score(Base):
    """One node of a unit's tree. *subject*: ``year``, a period's id or an event's. *p*, *v*: 10⁻⁶ points or null."""

    __tablename__ = "score"
    __table_args__ = (sa.Index("ix_score_board", "year", "subject", "node", "unit_id"),)

    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject: Mapped[str] = mapped_column(text_key(26), primary_key=True)
    node: Mapped[str] = mapped_column(text_key(120), primary_key=True)
    p: Mapped[int | None] = mapped_column(sa.BigInteger)
    v: Mapped[int | None] = mapped_column(sa.BigInteger)
    weight: Mapped[int] = mapped_column(sa.BigInteger)
    due: Mapped[int]
    answered: Mapped[int]
    accepted: Mapped[int]
    detail: Mapped[Json]


class UnitYear(Base):
    """Until when, and on what basis, the stored scores of a unit's year hold: the next deadline changes them by itself."""

    __tablename__ = "unit_year"

    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    basis: Mapped[str] = mapped_column(sa.Text)
    """The scheme and the versions that weighed the year: a newer one makes the stored scores stale."""
    scored_at: Mapped[Moment]
    valid_until: Mapped[Moment | None] = mapped_column(index=True)
    first_sent_at: Mapped[Moment | None]
    timeliness: Mapped[int | None] = mapped_column(sa.BigInteger)
    versions: Mapped[Json]
    """Version numbers of the forms that entered, by form key: a ranking over two versions says so."""
