"""Checks on the database itself, at start-up and while serving."""

import sqlalchemy as sa

from models import RegistryState, db
from models.guards import missing_guards
from services import schema


def require_guards() -> None:
    """Refuse to serve a migrated database whose immutable tables are not guarded."""
    with db.engine.connect() as connection:
        if sa.inspect(connection).has_table("audit") and (missing := missing_guards(connection)):
            raise RuntimeError(f"guards missing: {', '.join(missing)}; run: .venv/bin/flask --app app db upgrade")


def answers() -> bool:
    """Whether the database answers; raises what SQLAlchemy raises when it does not."""
    return bool(db.session.scalar(sa.select(sa.literal(1))))


def up_to_date() -> bool:
    """Whether the tables are those this program was written for."""
    return schema.revision_of(db.session.connection()) == schema.newest()


def seeded() -> bool:
    """Whether the database holds definitions."""
    return bool(db.session.scalar(sa.select(RegistryState.epoch)))
