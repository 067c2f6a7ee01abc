"""Content: filled forms and records, their change log, their revisions, and what is projected from them."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Json, Moment, Ulid, text_key


class Entry(Base):
    """One piece of content under the version it was written with. *doc*: answer by field code.
    *subject_id*: the period or event of a form; empty for a record."""

    __tablename__ = "entry"
    __table_args__ = (
        sa.UniqueConstraint("unit_id", "content_type_id", "subject_id"),
        sa.Index("ix_entry_type_scope", "content_type_id", "province_id", "region_id", "unit_id"),
    )

    id: Mapped[Ulid] = mapped_column(primary_key=True)
    content_type_id: Mapped[str] = mapped_column(sa.ForeignKey("content_type.id"))
    version_id: Mapped[str] = mapped_column(sa.ForeignKey("version.id"))
    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("unit.id"))
    region_id: Mapped[str] = mapped_column(sa.ForeignKey("region.id"))
    province_id: Mapped[str] = mapped_column(sa.ForeignKey("region.id"))
    subject_id: Mapped[str | None] = mapped_column(text_key(26))
    doc: Mapped[Json]
    op_key: Mapped[str | None] = mapped_column(text_key(80), index=True)
    """Who made it from which page, so that a page sent twice makes one record."""
    seq: Mapped[int] = mapped_column(default=0)
    """Number of the last change in the change log."""
    lock_version: Mapped[int] = mapped_column(default=1)
    search: Mapped[str] = mapped_column(sa.Text, default="")
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    updated_by: Mapped[str | None] = mapped_column(sa.ForeignKey("user.id"))
    deleted_at: Mapped[Moment | None]


class AnswerChange(Base):
    """One change of one answer, in order. *op_key* names the page it came from, so that a page's own change is no conflict to it,
    and is unique within the entry."""

    __tablename__ = "answer_change"
    __table_args__ = (sa.UniqueConstraint("entry_id", "op_key"),)

    entry_id: Mapped[str] = mapped_column(sa.ForeignKey("entry.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    op_key: Mapped[str] = mapped_column(text_key(120))
    path: Mapped[str] = mapped_column(text_key(160))
    value: Mapped[Json | None]
    prev: Mapped[Json | None]
    actor_id: Mapped[str | None] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[Moment]


class EntryRevision(Base):
    """The whole document at a moment that counts: a sent report, a saved record."""

    __tablename__ = "entry_revision"

    entry_id: Mapped[str] = mapped_column(sa.ForeignKey("entry.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version_id: Mapped[str] = mapped_column(sa.ForeignKey("version.id"))
    doc: Mapped[Json]
    actor_id: Mapped[str | None] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[Moment]
    verb: Mapped[str] = mapped_column(sa.String(20))


class EntryIndex(Base):
    """Typed values of flagged fields, by which lists filter and sort."""

    __tablename__ = "entry_index"
    __table_args__ = (
        sa.Index("ix_entry_index_text", "field_id", "text", "entry_id"),
        sa.Index("ix_entry_index_number", "field_id", "number", "entry_id"),
    )

    entry_id: Mapped[str] = mapped_column(sa.ForeignKey("entry.id"), primary_key=True)
    field_id: Mapped[Ulid] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(text_key(200))
    number: Mapped[float | None]


class EntryUnique(Base):
    """One row per value that may exist once in its scope (a unit's id, or ``*``)."""

    __tablename__ = "entry_unique"

    field_id: Mapped[Ulid] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(text_key(26), primary_key=True)
    key: Mapped[str] = mapped_column(text_key(200), primary_key=True)
    entry_id: Mapped[str] = mapped_column(sa.ForeignKey("entry.id"), index=True)


class EntryLink(Base):
    """A reference from one entry to another, so that nothing that is used disappears unnoticed."""

    __tablename__ = "entry_link"

    entry_id: Mapped[str] = mapped_column(sa.ForeignKey("entry.id"), primary_key=True)
    field_id: Mapped[Ulid] = mapped_column(primary_key=True)
    target_id: Mapped[Ulid] = mapped_column(primary_key=True, index=True)


class StoredFile(Base):
    """A content in the file store. *media_type*: by content, never by name."""

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(text_key(64), primary_key=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(sa.String(100))
    kind: Mapped[Code]
    stored_at: Mapped[Moment]


class Attachment(Base):
    """That a unit has a file, under the name it came with. One file may serve several answers."""

    __tablename__ = "attachment"

    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.ForeignKey("stored_file.sha256"), primary_key=True)
    region_id: Mapped[str] = mapped_column(sa.ForeignKey("region.id"))
    province_id: Mapped[str] = mapped_column(sa.ForeignKey("region.id"))
    filename: Mapped[str] = mapped_column(sa.String(200))
    uploaded_by: Mapped[str | None] = mapped_column(sa.ForeignKey("user.id"))
    uploaded_at: Mapped[Moment]
