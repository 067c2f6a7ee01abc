"""Regions: provinces, regencies and cities. The key never changes; code, name and parent have validity dates."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from domain.fields.dates import EARLIEST
from models.base import Base, Code, Ulid


class Region(Base):
    """A province (``parent_id`` empty) or a kabupaten/kota. *code*: Kemendagri code, dotted."""

    __tablename__ = "region"
    __table_args__ = (
        sa.CheckConstraint("level in ('province','regency','city')", name="level"),
        sa.CheckConstraint("zone in ('WIB','WITA','WIT')", name="zone"),
        sa.CheckConstraint("(level = 'province') = (parent_id is null)", name="parent"),
    )

    id: Mapped[Ulid] = mapped_column(primary_key=True)
    code: Mapped[Code] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    official_name: Mapped[str] = mapped_column(sa.String(160))
    short_name: Mapped[str] = mapped_column(sa.String(20), default="")
    level: Mapped[str] = mapped_column(sa.String(10))
    parent_id: Mapped[str | None] = mapped_column(sa.ForeignKey("region.id"), index=True)
    zone: Mapped[str] = mapped_column(sa.String(4))
    tile_column: Mapped[int | None]
    tile_row: Mapped[int | None]
    own_bpbd: Mapped[bool] = mapped_column(default=True)
    valid_from: Mapped[dt.date] = mapped_column(default=EARLIEST)
    valid_to: Mapped[dt.date | None]
    lock_version: Mapped[int] = mapped_column(default=1)
    successor_id: Mapped[str | None] = mapped_column(sa.ForeignKey("region.id"))

    @classmethod
    def in_force(cls, day: dt.date) -> sa.ColumnElement[bool]:
        """Whether a region exists on a day: from its first day to its last, both included."""
        return sa.and_(cls.valid_from <= day, sa.or_(cls.valid_to.is_(None), cls.valid_to >= day))

    @property
    def province_id(self) -> str:
        """The province it belongs to: itself, when it is one."""
        return self.parent_id or self.id
