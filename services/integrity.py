"""Start-up checks on the database itself."""

import sqlalchemy as sa

from models import db
from models.guards import missing_guards


def require_guards() -> None:
    """Refuse to serve a migrated database whose immutable tables are not guarded."""
    with db.engine.connect() as connection:
        if sa.inspect(connection).has_table("audit") and (missing := missing_guards(connection)):
            raise RuntimeError(f"guards missing: {', '.join(missing)}; run: flask --app app guards")
