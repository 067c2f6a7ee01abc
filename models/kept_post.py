"""Posts that came from a page whose person was signed out meanwhile."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, Moment, Ulid, text_key


class KeptPost(Base):
    """What a form held when its person was signed out: theirs alone, until they are back. *path*: the page it belongs to."""

    __tablename__ = "kept_post"
    __table_args__ = (sa.Index("ix_kept_post_user_id_path", "user_id", "path"),)

    id: Mapped[Ulid] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("user.id"))
    path: Mapped[str] = mapped_column(text_key(300))
    fields: Mapped[Json]
    """``sent``: (name, value) in the order of the form; ``lost``: names of files that came with it and are to be chosen anew."""
    made_at: Mapped[Moment]
