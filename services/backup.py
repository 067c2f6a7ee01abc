"""Backup: everything as of one moment in one neutral archive, while people go on working."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from domain.messages import N_, message
from infra.storage import FileStore
from models import AuditSeal, StoredFile, db
from services import audit, rows, schema, sealing
from services.actor import SYSTEM
from services.errors import Refused
from services.unit_of_work import unit_of_work


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
    """What was backed up: the kind of database, its revision, the head of its audit chain at that moment."""

    database: str
    revision: str
    audit_head: str


def write(sink: Sink, store: FileStore, name: str) -> Taken:
    """Everything as of now, under a *name* for the trail. Files that are referred to but not whole are noted as missing."""
    _seal(name)
    with snapshot() as connection:
        revision = schema.revision_of(connection)
        if not revision:
            raise Refused(message(N_("The database has no tables yet: there is nothing to back up.")))
        tables = rows.table_names(connection)
        for table in tables:
            columns = rows.columns_of(connection, table)
            sink.table(table, columns, rows.read(connection, table, columns))
        if StoredFile.__tablename__ in tables:
            _write_files(connection, sink, store)
        head = str(sealing.head(connection)) if AuditSeal.__tablename__ in tables else ""
        return Taken(connection.dialect.name, revision, head)


def _seal(name: str) -> None:
    """Note and seal, where the schema is this program's: one that waits for its upgrade is backed up as it is."""
    with db.engine.connect() as connection:
        if not sa.inspect(connection).has_table(AuditSeal.__tablename__):
            return
    with unit_of_work():
        audit.record(SYSTEM, "backup", "database", name[:64])
    sealing.seal()


@contextmanager
def snapshot() -> Iterator[sa.Connection]:
    """A connection that sees one moment however long it reads, and keeps nobody from writing."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


def _write_files(connection: sa.Connection, sink: Sink, store: FileStore) -> None:
    """Files after the rows that name them: they are never changed or removed, so that what was named is still there."""
    for sha256 in connection.scalars(sa.select(StoredFile.sha256).order_by(StoredFile.sha256)):
        if store.intact(sha256):
            sink.content(sha256, store.path(sha256))
        else:
            sink.missing(sha256)
