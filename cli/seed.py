"""``seed``: fill an empty database with regions, roles, scheme and definitions; say what it would change in another."""

import csv

import click
import sqlalchemy as sa
from flask import Flask

from cli.speech import say, words
from domain.definitions.diff import Change, ChangeClass
from domain.messages import N_, message
from exchange.bundle import read_bundle, read_yaml
from models import ContentType, db
from services import bundle
from services.actor import SYSTEM
from settings import ROOT

SEED = ROOT / "seed"


def register(app: Flask) -> None:
    """Attach the command."""

    @app.cli.command("seed")
    def seed() -> None:
        """Fill an empty database; of another one say what this program's definitions would change."""
        regions = run()
        if regions is not None:
            say(N_("Filled with %(regions)s regions and the definitions of this program."), regions=regions)
            return
        say(N_("The database already holds definitions. Nothing was changed."))
        _offer()


def run() -> int | None:
    """Seed when empty; gives how many regions there are then."""
    if db.session.scalar(sa.select(sa.func.count()).select_from(ContentType)):
        return None
    with (SEED / "regions.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    types, scheme, roles = bundle_in_order(read_bundle(SEED)), read_yaml(SEED / "scheme.yaml"), read_yaml(SEED / "roles.yaml")
    return bundle.fill_empty(SYSTEM, rows, types, scheme, roles)


def bundle_in_order(types: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    """Phase forms in the order of the scheme, then collections: the order people see."""
    phases = [p["form"] for p in read_yaml(SEED / "scheme.yaml")["phases"]]
    order = [key for key in phases if key in types] + [key for key in types if key not in phases]
    return {key: types[key] for key in order}


def _offer() -> None:
    """What applying the shipped definitions would change, and how to do it; nothing is written."""
    planned = bundle.plan(bundle_in_order(read_bundle(SEED)))
    others = [name for name, differs in _others() if differs]
    if not planned.changes and not others:
        say(N_("Its definitions are those of this program."))
        return
    say(N_("The definitions of this program would change:"))
    edited = bundle.edited_here()
    for key, changes in planned.changes.items():
        _tell_type(key, changes, key in edited)
    for name in others:
        click.echo(f"  {name}")
    if planned.faulty:
        say(N_("They cannot be applied as long as something is blocked or has errors."))
    say(N_("To apply them: %(command)s"), command=f"flask --app app definitions apply {SEED}")


def _others() -> list[tuple[str, bool]]:
    return [
        ("scheme.yaml", bundle.scheme_differs(read_yaml(SEED / "scheme.yaml"))),
        ("roles.yaml", bundle.roles_differ(read_yaml(SEED / "roles.yaml"))),
    ]


def _tell_type(key: str, changes: list[Change], edited: bool) -> None:
    """One content type: how many changes of each class, then each of them."""
    counts = ", ".join(f"{sum(c.level is level for c in changes)} {level.name}" for level in ChangeClass)
    click.echo(f"  {key}: {counts}")
    if edited:
        click.echo("    " + words(message(N_("This one was changed here by an admin; applying takes back what differs."))))
    for change in changes:
        click.echo(f"    {change.level.name:<5} {change.code}: {words(change.title)}")
