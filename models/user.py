"""Users, roles as data, and roles granted in a scope."""

import sqlalchemy as sa
from flask_security import UserMixin
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Json, Moment, Ulid, text_key


class User(Base, UserMixin):
    """A person who signs in. Lock-out is counted here, so that every worker sees it."""

    __tablename__ = "user"

    id: Mapped[Ulid] = mapped_column(primary_key=True)  # type: ignore[assignment]  # the mixin says int
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    password: Mapped[str] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    locale: Mapped[str] = mapped_column(sa.String(5), default="id")
    failed_count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[Moment | None]
    created_at: Mapped[Moment]
    last_seen_at: Mapped[Moment | None]
    lock_version: Mapped[int] = mapped_column(default=1)


class EndedSession(Base):
    """A session its person signed out of. Sessions live in signed cookies: a copy of one must not outlive the sign-out."""

    __tablename__ = "ended_session"

    key: Mapped[Ulid] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("user.id"))
    ended_at: Mapped[Moment]


class AccessLink(Base):
    """A link by which a person chooses a password, once. Only a hash of its secret is kept: who reads the database opens
    nothing. *closed_at*: it was used, or ended: by a newer one, a password set by hand, a closed
    account, a hand-over, a restore."""

    __tablename__ = "access_link"

    id: Mapped[Ulid] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("user.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(text_key(64), unique=True)
    made_at: Mapped[Moment]
    made_by: Mapped[str | None] = mapped_column(sa.ForeignKey("user.id"))
    expires_at: Mapped[Moment]
    closed_at: Mapped[Moment | None]


class Role(Base):
    """A role: a name and the permissions it bundles. Seeded, then data."""

    __tablename__ = "role"

    key: Mapped[Code] = mapped_column(primary_key=True)
    label: Mapped[Json]
    permissions: Mapped[Json]
    position: Mapped[int] = mapped_column(default=0)


class RoleGrant(Base):
    """That a user holds a role in a scope. *scope_id*: a region's or unit's id, empty for national."""

    __tablename__ = "role_grant"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "role", "scope_kind", "scope_id"),
        sa.CheckConstraint("scope_kind in ('national','province','region','unit')", name="scope_kind"),
        sa.CheckConstraint("(scope_kind = 'national') = (scope_id = '')", name="scope"),
    )

    id: Mapped[Ulid] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("user.id"), index=True)
    role: Mapped[str] = mapped_column(sa.ForeignKey("role.key"))
    scope_kind: Mapped[str] = mapped_column(sa.String(10))
    scope_id: Mapped[str] = mapped_column(text_key(26), default="")
    granted_by: Mapped[str | None] = mapped_column(sa.ForeignKey("user.id"))
    granted_at: Mapped[Moment]
