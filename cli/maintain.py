"""``rebuild``: compare every projection with the documents, say what differs, store the right one. ``guards``: put back what
keeps the immutable tables immutable."""

import sys

import click
import sqlalchemy as sa
from flask import Flask

from models.guards import ensure_guards, missing_guards
from models.owner import TooMuch, grant_app_role, owner_connection, require_no_more
from services import record, region, score


def register(app: Flask) -> None:
    """Attach the commands."""

    @app.cli.command("rebuild")
    def rebuild() -> None:
        """Exit 1 and name every difference that was found (and repaired)."""
        found = [f"{d.what}: stored {_short(d.stored)}, expected {_short(d.expected)}" for d in score.rebuild_differences()]
        found += record.rebuild_differences() + region.rebuild_differences()
        for line in found:
            click.echo(line)
        click.echo(f"{len(found)} differences")
        sys.exit(1 if found else 0)

    @app.cli.command("guards")
    def guards() -> None:
        """Create missing guards and rights, naming the guards that were missing; part of every upgrade."""
        with owner_connection() as connection, connection.begin():
            for name in missing_guards(connection):
                click.echo(name)
            ensure_guards(connection)
            grant_app_role(connection)
            click.echo(f"{len(missing_guards(connection))} guards missing")
        with owner_connection() as connection:
            _refuse_too_much(connection)


def _refuse_too_much(connection: sa.Connection) -> None:
    try:
        require_no_more(connection)
    except TooMuch as kept:
        raise click.ClickException(str(kept)) from kept


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) < 120 else f"{text[:117]}…"
