"""Is the service up: asked by machines. Says which part failed, never why: the reason stands in the log."""

import logging
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Blueprint

from models import db
from services import integrity
from shell.request import file_store

blueprint = Blueprint("health", __name__)
log = logging.getLogger(__name__)


@blueprint.get("/healthz")
def healthz() -> tuple[dict[str, Any], int]:
    """200 when the database answers, its tables are those of this program, and evidence can be kept."""
    checks = (("database", integrity.answers), ("migrations", integrity.up_to_date), ("storage", file_store().writable))
    failed = [name for name, holds in checks if not _holds(name, holds)]
    if failed:
        return {"status": "failed", "failed": failed}, 503
    return {"status": "ok" if integrity.seeded() else "empty"}, 200


def _holds(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (sa.exc.SQLAlchemyError, OSError) as error:
        db.session.rollback()
        log.error("health: %s", name, exc_info=error)
        return False
