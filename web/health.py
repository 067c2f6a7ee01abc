"""Is the service up: asked by machines."""

import sqlalchemy as sa
from flask import Blueprint

from models import RegistryState, db

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> tuple[dict[str, str], int]:
    """200 when the database answers."""
    try:
        epoch = db.session.scalar(sa.select(RegistryState.epoch))
    except sa.exc.SQLAlchemyError:
        return {"status": "database unavailable"}, 503
    return {"status": "ok" if epoch else "empty"}, 200
