"""The audit trail: plain inserts, guarded against change, and sealed in a chain."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, Moment, Ulid, text_key


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


class AuditSeal(Base):
    """A link of the chain over the trail: the digest of one line and of every line sealed before it."""

    __tablename__ = "audit_seal"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    audit_id: Mapped[str] = mapped_column(sa.ForeignKey("audit.id"), unique=True)
    digest: Mapped[str] = mapped_column(text_key(64))
