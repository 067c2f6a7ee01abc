"""Backup: everything as of one moment in one neutral archive, while people go on working."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from domain.messages import N_, message
from infra.storage import FileStore
from models import AuditSeal, Base, StoredFile, db
from services import audit, kept_post, rows, schema, sealing
from services.actor import SYSTEM
from services.errors import Refused
from services.sealing import Verified
from services.unit_of_work import unit_of_work

FILES = sa.select(StoredFile.sha256).order_by(StoredFile.sha256)


class Sink(Protocol):
    """Where a backup goes."""

    def table(self, name: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]]) -> None:
        """Take a table."""

    def content(self, sha256: str, path: Path) -> None:
        """Take a stored file."""

    def missing(self, sha256: str) -> None:
        """Note a file that is not whole in the store."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was backed up: the kind of database, its revision, the head of its audit chain at that moment. *alien*: tables and
    columns that are not this program's, left out. *doubt*: what a person must judge before the audit trail is sealed further."""

    database: str
    revision: str
    audit_head: str
    alien: Sequence[str]
    doubt: Verified | None


def write(sink: Sink, store: FileStore, name: str) -> Taken:
    """Everything as of now, under a *name* for the trail. Files that are referred to but not whole are noted as missing."""
    doubt = _note_and_seal(name)
    with snapshot() as connection:
        revision = schema.revision_of(connection)
        if not revision:
            raise Refused(message(N_("The database has no tables yet: there is nothing to back up.")))
        shapes, alien = _shapes(connection, revision)
        for table, columns in shapes.items():
            sink.table(table, columns, rows.read(connection, table, columns))
        named = connection.scalars(FILES).all() if StoredFile.__tablename__ in shapes else ()
        head = str(sealing.head(connection)) if AuditSeal.__tablename__ in shapes else ""
    _write_files(named, sink, store)  # it takes long, and no transaction waits meanwhile
    return Taken(db.engine.dialect.name, revision, head, alien, doubt)


def _note_and_seal(name: str) -> Verified | None:
    """Let go what is kept no longer, note the backup and seal, where the schema is this program's: one that waits for its upgrade
    is backed up as it is. A chain that is broken, or lines that look put in, are for a person to judge: nothing is sealed."""
    with db.engine.connect() as connection:
        if schema.revision_of(connection) != schema.newest():
            return None
    with unit_of_work():
        kept_post.prune()
        audit.record(SYSTEM, "backup", "database", name[:64])
    found = sealing.verify()
    if not found.sound:
        return found
    sealing.seal()
    return None


def _shapes(connection: sa.Connection, revision: str) -> tuple[dict[str, Sequence[tuple[str, str]]], list[str]]:
    """The columns of each table, and what is left out. At this program's own revision its models say what is ours; a database
    that waits for its upgrade holds tables they no longer know, so all of it is taken."""
    tables = {name: rows.column_names(connection, name) for name in rows.table_names(connection)}
    alien: list[str] = []
    if revision == schema.newest():
        ours = {name: {column.name for column in table.columns} for name, table in Base.metadata.tables.items()}
        alien = [name for name in tables if name not in ours]
        alien += [f"{name}.{c}" for name, columns in tables.items() if name in ours for c in columns if c not in ours[name]]
        tables = {name: [c for c in columns if c in ours[name]] for name, columns in tables.items() if name in ours}
    return {name: rows.columns_of(connection, name, columns) for name, columns in tables.items()}, alien


@contextmanager
def snapshot() -> Iterator[sa.Connection]:
    """A connection that sees one moment however long it reads, and keeps nobody from writing."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


def _write_files(named: Sequence[str], sink: Sink, store: FileStore) -> None:
    """Files after the rows that name them: they are never changed or removed, so that what was named is still there."""
    for sha256 in named:
        if store.intact(sha256):
            sink.content(sha256, store.path(sha256))
        else:
            sink.missing(sha256)
