"""Posts of people who were signed out meanwhile: kept for two days, for them alone."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import sqlalchemy as sa

from domain.access import Actor
from infra import clock
from infra.ids import new_id
from models import KeptPost, User, db
from services import audit
from services.unit_of_work import unit_of_work

LIFE = dt.timedelta(hours=48)
MOST = 20
"""Pages of one person whose posts are kept at the same time."""
MOST_LETTERS = 16_000_000
"""Of all kept posts of one person; the newest is kept whatever its length, for a form has its own limit."""


@dataclass(frozen=True, slots=True)
class Held:
    """A form as it was sent: (name, value) in order, and the *lost* that must be given anew: files by name."""

    sent: Sequence[tuple[str, str]]
    lost: Sequence[str] = ()


def keep(user_id: str, path: str, held: Held) -> bool:
    """Keep a post for its person, in place of an earlier one of the same page; not for an account that is closed."""
    with unit_of_work() as session:
        owner = session.get(User, user_id, with_for_update={"key_share": True})  # two at once keep within the bounds too
        if owner is None or not owner.active:
            return False
        prune()
        _make_room(user_id, path, sum(map(len, chain(held.lost, *held.sent))))
        fields = {"sent": [list(pair) for pair in held.sent], "lost": list(held.lost)}
        row = KeptPost(id=new_id(), user_id=user_id, path=path, fields=fields, made_at=clock.now())
        session.add(row)
        audit.record(None, "keep", "kept_post", row.id, path=path, owner=user_id)
    return True


def newest(actor: Actor, path: str) -> Held | None:
    """What the actor's page held when they were signed out."""
    query = sa.select(KeptPost.fields).where(KeptPost.user_id == actor.id, KeptPost.path == path, KeptPost.made_at > _since())
    fields = db.session.scalar(query.order_by(KeptPost.made_at.desc(), KeptPost.id.desc()).limit(1))
    return Held([(name, value) for name, value in fields["sent"]], fields["lost"]) if fields else None


def waiting(actor: Actor) -> Sequence[str]:
    """The pages of which something of the actor's was kept, newest first."""
    query = sa.select(KeptPost.path).where(KeptPost.user_id == actor.id, KeptPost.made_at > _since())
    return db.session.scalars(query.order_by(KeptPost.made_at.desc(), KeptPost.id.desc())).all()


def drop(actor: Actor, path: str) -> None:
    """Forget what was kept of the actor's page: it is saved."""
    with unit_of_work() as session:
        gone = session.scalars(
            sa.delete(KeptPost).where(KeptPost.user_id == actor.id, KeptPost.path == path).returning(KeptPost.id)
        )
        for key in gone.all():
            audit.record(actor, "drop", "kept_post", key, path=path)


def prune() -> None:
    """Forget what nobody came back for; in the caller's transaction. Every post that is kept and every backup does."""
    db.session.execute(sa.delete(KeptPost).where(KeptPost.made_at <= _since()))


def _since() -> dt.datetime:
    return clock.now() - LIFE


def _make_room(user_id: str, path: str, letters: int) -> None:
    """The page's earlier post goes, and the oldest of too many or too long ones."""
    db.session.execute(sa.delete(KeptPost).where(KeptPost.user_id == user_id, KeptPost.path == path))
    length = sa.func.length(sa.cast(KeptPost.fields, sa.Text))
    kept = sa.select(KeptPost.id, length).where(KeptPost.user_id == user_id)
    for place, (key, long) in enumerate(db.session.execute(kept.order_by(KeptPost.made_at.desc(), KeptPost.id.desc())).all(), 2):
        letters += long
        if place > MOST or letters > MOST_LETTERS:
            db.session.execute(sa.delete(KeptPost).where(KeptPost.id == key))
