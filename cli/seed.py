"""``seed``: fill an empty database with regions, roles, scheme and definitions."""

import csv

import click
import sqlalchemy as sa
from flask import Flask

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
        """Fill an empty database; an existing one is left as it is."""
        click.echo(run())


def run() -> str:
    """Seed when empty; says what happened."""
    if db.session.scalar(sa.select(sa.func.count()).select_from(ContentType)):
        return "The database already holds definitions. Nothing was changed."
    with (SEED / "regions.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    types, scheme, roles = bundle_in_order(read_bundle(SEED)), read_yaml(SEED / "scheme.yaml"), read_yaml(SEED / "roles.yaml")
    regions = bundle.fill_empty(SYSTEM, rows, types, scheme, roles)
    return f"Seeded {regions} regions and {len(types)} content types."


def bundle_in_order(types: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    """Phase forms in the order of the scheme, then collections: the order people see."""
    phases = [p["form"] for p in read_yaml(SEED / "scheme.yaml")["phases"]]
    order = [key for key in phases if key in types] + [key for key in types if key not in phases]
    return {key: types[key] for key in order}
