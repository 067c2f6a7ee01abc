"""``backup FILE`` and ``restore FILE``: everything in one file, and back."""

import datetime as dt
import sys
import tomllib
from functools import partial
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from cli import audit
from cli.speech import failure, say, words
from domain.messages import N_, message
from exchange.archive import Archive, ArchiveError, Manifest, Origin, opening, writing
from infra import clock
from infra.storage import FileStore
from services import backup, restore
from services.backup import Taken
from services.errors import Refused
from services.restore import Piece, Source
from settings import ROOT

FILE = click.Path(dir_okay=False, path_type=Path)


def register(app: Flask) -> None:
    """Attach the commands."""
    app.cli.add_command(backup_command)
    app.cli.add_command(restore_command)


@click.command("backup")
@click.argument("path", metavar="FILE", type=FILE)
@with_appcontext
def backup_command(path: Path) -> None:
    """Write everything as of now into FILE while the application runs; exit 1 when evidence is missing in the store or the audit
    trail needs a person's judgement."""
    taken, manifest = _write(path)
    _tell(N_("%(path)s: %(tables)s tables, %(rows)s rows, %(files)s files."), path, manifest)
    _tell_odd(taken)
    sys.exit(1 if manifest.missing or taken.doubt else 0)


@click.command("restore")
@click.argument("path", metavar="FILE", type=FILE)
@click.option("--yes", is_flag=True, help="Do not ask before replacing data.")
@with_appcontext
def restore_command(path: Path, yes: bool) -> None:
    """Replace everything with what FILE holds, after looking at all of it; what was there is backed up beside FILE."""
    try:
        with opening(path) as archive:
            restore.require_known(archive.manifest.origin.revision)
            archive.verify()
            if restore.holds_data():
                _make_sure(path, archive.manifest, yes)
            restore.replace(_source(archive), _store())
    except ArchiveError as error:
        raise click.ClickException(words(error.why)) from error
    except Refused as refused:
        raise failure(refused) from refused
    except OSError as error:
        why = message(N_("The restore stopped: %(why)s. The database was not changed."), why=str(error))
        raise click.ClickException(words(why)) from error
    _tell(N_("Restored from %(path)s: %(tables)s tables, %(rows)s rows, %(files)s files."), path, archive.manifest)
    _tell_next(archive.manifest)


def _write(path: Path) -> tuple[Taken, Manifest]:
    now = clock.now()
    try:
        with writing(path, now) as archive:
            taken = backup.write(archive, _store(), path.name)
            return taken, archive.finish(Origin(now, _version(), taken.revision, taken.database, taken.audit_head))
    except ArchiveError as error:
        raise click.ClickException(words(error.why)) from error
    except Refused as refused:
        raise failure(refused) from refused


def _make_sure(path: Path, manifest: Manifest, yes: bool) -> None:
    """Ask, then keep what is about to be replaced."""
    if not yes:
        question = N_("The database holds data. Replace all of it with the backup of %(at)s UTC?")
        click.confirm(words(message(question, at=manifest.origin.made_at.astimezone(dt.UTC))), abort=True)
    safety = path.with_name(f"{path.stem}-sebelum-pemulihan-{clock.now():%Y%m%d-%H%M%S}.zip")
    taken, kept = _write(safety)
    _tell(N_("What was there before: %(path)s (%(tables)s tables, %(rows)s rows, %(files)s files)."), safety, kept)
    _tell_odd(taken)


def _source(archive: Archive) -> Source:
    manifest = archive.manifest
    pieces = [Piece(t.name, t.columns, partial(archive.rows, t)) for t in manifest.tables]
    files = [file.sha256 for file in manifest.files]
    return Source(manifest.origin.made_at.isoformat(), manifest.origin.revision, pieces, files, archive.content)


def _store() -> FileStore:
    store: FileStore = current_app.extensions["file_store"]
    return store


def _version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def _tell(msgid: str, path: Path, manifest: Manifest) -> None:
    say(msgid, path=str(path), tables=len(manifest.tables), rows=manifest.rows, files=len(manifest.files))
    for sha256 in manifest.missing:
        say(N_("The file %(sha256)s is missing or damaged in the store, so it is not in the backup."), sha256=sha256)


def _tell_odd(taken: Taken) -> None:
    if taken.alien:
        say(N_("Not backed up, for it is not this program's: %(names)s."), names=", ".join(taken.alien))
    if taken.doubt:
        say(N_("The audit trail was not sealed:"))
        audit.tell(taken.doubt)


def _tell_next(manifest: Manifest) -> None:
    say(N_("Check what was restored:"))
    if manifest.origin.audit_head:
        click.echo(f"  .venv/bin/flask --app app audit verify --head {manifest.origin.audit_head}")
    click.echo("  .venv/bin/flask --app app rebuild")
