"""Immutable things: candidates, published versions, scheme versions; and the one number that says they changed."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Moment, Ulid, text_key


class RegistryState(Base):
    """One row. *epoch* grows whenever anything compiled from data may have changed."""

    __tablename__ = "registry_state"
    __table_args__ = (sa.CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(default=1)


class Candidate(Base):
    """A proposal sealed from the rows: what review, impact and publishing look at."""

    __tablename__ = "candidate"

    id: Mapped[Ulid] = mapped_column(primary_key=True)
    content_type_id: Mapped[str] = mapped_column(sa.ForeignKey("content_type.id"), index=True)
    base_version_id: Mapped[Ulid | None]
    """The version it was made from; without a foreign key, because a version names its candidate."""
    snapshot: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(text_key(64))
    sealed_at: Mapped[Moment]
    sealed_by: Mapped[str | None] = mapped_column(sa.ForeignKey("user.id"))


class Version(Base):
    """A published version of a content type: canonical JSON text that never changes."""

    __tablename__ = "version"
    __table_args__ = (sa.UniqueConstraint("content_type_id", "number"),)

    id: Mapped[Ulid] = mapped_column(primary_key=True)
    content_type_id: Mapped[str] = mapped_column(sa.ForeignKey("content_type.id"))
    number: Mapped[int]
    snapshot: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(text_key(64))
    effective_from: Mapped[dt.date]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    published_at: Mapped[Moment]
    published_by: Mapped[str | None] = mapped_column(sa.ForeignKey("user.id"))
    candidate_id: Mapped[str | None] = mapped_column(sa.ForeignKey("candidate.id"))


class SchemeVersion(Base):
    """A published scoring scheme."""

    __tablename__ = "scheme_version"

    id: Mapped[Ulid] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    snapshot: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(text_key(64))
    effective_from: Mapped[dt.date]
    published_at: Mapped[Moment]
    published_by: Mapped[str | None] = mapped_column(sa.ForeignKey("user.id"))
