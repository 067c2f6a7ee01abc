"""The audit trail: plain inserts, guarded against change."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, Moment, Ulid


class AuditEntry(Base):
    """Who did what to what, when, from where. *detail* names fields and states, never personal values."""

    __tablename__ = "audit"
    __table_args__ = (sa.Index("ix_audit_subject", "subject", "subject_id"),)

    id: Mapped[Ulid] = mapped_column(primary_key=True)
    at: Mapped[Moment]
    actor_id: Mapped[str | None] = mapped_column(sa.ForeignKey("user.id"))
    verb: Mapped[str] = mapped_column(sa.String(40))
    subject: Mapped[str] = mapped_column(sa.String(30))
    subject_id: Mapped[str] = mapped_column(sa.String(64))
    unit_id: Mapped[str | None] = mapped_column(sa.String(26), index=True)
    origin: Mapped[str] = mapped_column(sa.String(64), default="")
    detail: Mapped[Json]
