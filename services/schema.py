"""The schema of a database: at which revision it is, and bringing it to another."""

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from settings import ROOT


def config(connection: sa.Connection | None = None) -> Config:
    """Alembic's configuration, bound to a connection where one is given."""
    made = Config()
    made.set_main_option("script_location", str(Path(current_app.extensions["migrate"].directory)).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def revision_of(connection: sa.Connection) -> str:
    """The revision a database is at; empty before the first migration."""
    return MigrationContext.configure(connection).get_current_revision() or ""


@cache
def newest() -> str:
    """The revision this program was written for."""
    return ScriptDirectory(str(ROOT / "migrations")).get_current_head() or ""


def knows(revision: str) -> bool:
    """Whether this program has a revision."""
    return revision in {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}


def upgrade(connection: sa.Connection, revision: str = "head") -> None:
    """Migrate what the connection leads to; inside the caller's transaction where one is open."""
    command.upgrade(config(connection), revision)
