"""``definitions export DIR`` and ``definitions apply DIR``: bundles."""

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from exchange.bundle import BundleError, read_bundle, read_yaml, write_bundle
from services import bundle
from services.actor import SYSTEM
from services.bundle import Plan

group = AppGroup("definitions", help="Definitions as YAML.")


def register(app: Flask) -> None:
    """Attach the commands."""
    app.cli.add_command(group)


@group.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write everything published to a folder."""
    types, others = bundle.export()
    write_bundle(folder, types, others)
    click.echo(f"{len(types)} content types written to {folder}.")


@group.command("apply")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--reason", default="Berkas definisi diterapkan")
@click.option("--following", is_flag=True, help="Start with the next quarter instead of the running one.")
@click.option("--yes", is_flag=True, help="Do not ask before retiring fields.")
def apply(folder: Path, reason: str, following: bool, yes: bool) -> None:
    """Validate, apply and publish a folder; asks only where something would be removed."""
    try:
        types = read_bundle(folder)
        scheme = read_yaml(folder / "scheme.yaml") if (folder / "scheme.yaml").exists() else None
    except BundleError as error:
        raise click.ClickException(str(error)) from error
    planned = bundle.plan(types)
    _report(planned)
    if planned.removed and not yes:
        names = ", ".join(change.code for change in planned.removed)
        click.confirm(f"These fields would be retired: {names}. Go on?", abort=True)
    published = bundle.apply(SYSTEM, types, following=following, reason=reason)
    if scheme is not None and bundle.apply_scheme(SYSTEM, scheme):
        click.echo("scheme: new version")
    if (folder / "roles.yaml").exists() and bundle.apply_roles(SYSTEM, read_yaml(folder / "roles.yaml")):
        click.echo("roles: changed")
    for key, number in published.items():
        click.echo(f"{key}: version {number}")
    if not published:
        click.echo("Nothing to publish.")


def _report(planned: Plan) -> None:
    for key, problems in planned.problems.items():
        for problem in problems:
            click.echo(f"{problem.severity.value}: {key}/{problem.path}: {problem.code}", err=True)
    if planned.faulty:
        for key, changes in planned.changes.items():
            for change in changes:
                if change.level == "block":
                    click.echo(f"blocked: {key}/{change.code}: {change.what}", err=True)
        raise click.ClickException("The bundle has errors. Nothing was applied.")
