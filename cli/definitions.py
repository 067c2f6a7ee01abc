"""``definitions export DIR`` and ``definitions apply DIR``: bundles."""

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from cli.speech import failure, say, words
from domain.messages import N_, message
from exchange.bundle import BundleError, read_bundle, read_yaml, write_bundle
from services import bundle
from services.actor import SYSTEM
from services.bundle import Plan
from services.errors import Refused

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
    say(N_("%(n)s forms and lists written to %(folder)s."), n=len(types), folder=str(folder))


@group.command("apply")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--reason", default="Berkas definisi diterapkan")
@click.option("--following", is_flag=True, help="Start with the next quarter instead of the running one.")
@click.option("--yes", is_flag=True, help="Do not ask before retiring fields.")
def apply(folder: Path, reason: str, following: bool, yes: bool) -> None:
    """Validate, apply and publish a folder; asks only where something would be removed."""
    try:
        types = read_bundle(folder)
        scheme, roles = (read_yaml(path) if path.exists() else None for path in (folder / "scheme.yaml", folder / "roles.yaml"))
    except BundleError as error:
        raise click.ClickException(str(error)) from error
    planned = bundle.plan(types)
    _report(planned)
    if planned.removed and not yes:
        names = ", ".join(change.code for change in planned.removed)
        click.confirm(words(message(N_("These questions would be retired: %(names)s. Go on?"), names=names)), abort=True)
    try:
        changed = bundle.apply_folder(SYSTEM, types, scheme, roles, following=following, reason=reason)
    except Refused as refused:
        raise failure(refused) from refused
    for name, what in changed.items():
        if isinstance(what, int):
            say(N_("%(name)s: version %(n)s"), name=name, n=what)
        else:
            say(N_("%(name)s: changed"), name=name)
    if not changed:
        say(N_("Nothing to publish."))


def _report(planned: Plan) -> None:
    for key, problems in planned.problems.items():
        for problem in problems:
            click.echo(f"{problem.severity.value}: {key}/{problem.path}: {problem.code}", err=True)
    if planned.faulty:
        for key, changes in planned.changes.items():
            for change in changes:
                if change.level == "block":
                    click.echo(f"blocked: {key}/{change.code}: {change.what}", err=True)
        raise click.ClickException(words(message(N_("The bundle has errors. Nothing was applied."))))
