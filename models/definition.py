"""The editable rows of content types: the one working copy that compile reads."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Json, Moment, Ulid


class ContentType(Base):
    """A phase form or a collection."""

    __tablename__ = "content_type"
    __table_args__ = (sa.CheckConstraint("kind in ('phase_form','collection')", name="kind"),)

    id: Mapped[Ulid] = mapped_column(primary_key=True)
    key: Mapped[Code] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    position: Mapped[int] = mapped_column(default=0)
    settings: Mapped[Json]
    """Everything of the head that is not a column: subject, label, description, item_label, title_field."""
    lock_version: Mapped[int] = mapped_column(default=1)


class SectionRow(Base):
    """A section of a content type."""

    __tablename__ = "section"
    __table_args__ = (sa.UniqueConstraint("content_type_id", "code"),)

    id: Mapped[Ulid] = mapped_column(primary_key=True)
    content_type_id: Mapped[str] = mapped_column(sa.ForeignKey("content_type.id"))
    code: Mapped[Code]
    label: Mapped[Json]
    weight: Mapped[int] = mapped_column(default=0)
    """Thousandths of the share."""
    position: Mapped[int] = mapped_column(default=0)
    retired: Mapped[bool] = mapped_column(default=False)
    lock_version: Mapped[int] = mapped_column(default=1)


class FieldRow(Base):
    """A field, or a column of a table (then *parent_id* is the table)."""

    __tablename__ = "field"
    __table_args__ = (sa.Index("ix_field_type_section", "content_type_id", "section_id"),)

    id: Mapped[Ulid] = mapped_column(primary_key=True)
    content_type_id: Mapped[str] = mapped_column(sa.ForeignKey("content_type.id"))
    section_id: Mapped[str] = mapped_column(sa.ForeignKey("section.id"))
    parent_id: Mapped[str | None] = mapped_column(sa.ForeignKey("field.id"))
    code: Mapped[Code] = mapped_column(index=True)
    type: Mapped[str] = mapped_column(sa.String(30))
    label: Mapped[Json]
    weight: Mapped[int] = mapped_column(default=0)
    settings: Mapped[Json]
    """The rest of the source: help, why, rule, evidence, expressions, options, flags."""
    search: Mapped[str] = mapped_column(sa.Text, default="")
    position: Mapped[int] = mapped_column(default=0)
    retired: Mapped[bool] = mapped_column(default=False)
    lock_version: Mapped[int] = mapped_column(default=1)


class ChoiceRow(Base):
    """One option of a field."""

    __tablename__ = "choice"
    __table_args__ = (sa.UniqueConstraint("field_id", "code"),)

    id: Mapped[Ulid] = mapped_column(primary_key=True)
    field_id: Mapped[str] = mapped_column(sa.ForeignKey("field.id"))
    code: Mapped[Code]
    label: Mapped[Json]
    score: Mapped[str | None] = mapped_column(sa.String(10))
    position: Mapped[int] = mapped_column(default=0)
    retired: Mapped[bool] = mapped_column(default=False)
    lock_version: Mapped[int] = mapped_column(default=1)


class DraftOp(Base):
    """One edit of the rows: who changed what from what to what. The trail of the working copy; nothing reads it back yet."""

    __tablename__ = "draft_op"

    id: Mapped[Ulid] = mapped_column(primary_key=True)
    content_type_id: Mapped[str] = mapped_column(sa.ForeignKey("content_type.id"), index=True)
    actor_id: Mapped[str | None] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[Moment]
    subject: Mapped[str] = mapped_column(sa.String(20))
    subject_id: Mapped[Ulid]
    before: Mapped[Json | None]
    after: Mapped[Json | None]
