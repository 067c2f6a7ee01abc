"""Restore: the whole content of an archive in place of what a database holds, seen by a running application all at once."""

import os
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import sqlalchemy as sa

from domain.messages import N_, Message, message
from infra import clock
from infra.ids import new_id
from infra.storage import FileStore
from models import AccessLink, AuditEntry, Base, RegistryState, User, db
from models.connection import prepare_engine
from models.guards import missing_guards
from models.owner import owner_connection
from services import rows, schema
from services.errors import Refused
from services.user import session_name

MARGIN = 1000
"""How far the epoch jumps: also beyond what is published while the restore runs, so that no worker keeps an old cache."""
FRESH = frozenset({RegistryState.__tablename__})
"""Tables that a database without data fills by itself."""
PATIENCE = "60s"
"""How long a restore waits for requests that hold a table (PostgreSQL)."""
BATCH = 500
LOCKED = "55P03"
"""PostgreSQL: the lock was not to be had in time."""
UNREPLACED = N_("The tables of before cannot be replaced: %(why)s. See docs/cadangan.md, “Memulihkan”.")
UNFREE = N_("The database is in use and did not become free. Stop the application, then try again.")


@dataclass(frozen=True, slots=True)
class Piece:
    """A table of an archive. *columns*: (name, word for its type); *rows*: how to read them."""

    name: str
    columns: Sequence[tuple[str, str]]
    rows: Callable[[], Iterable[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class Source:
    """An archive that was found whole: when it was made, of which revision; its tables; its files and how to open one."""

    made_at: str
    revision: str
    tables: Sequence[Piece]
    files: Sequence[str]
    content: Callable[[str], AbstractContextManager[IO[bytes]]]


def require_known(revision: str) -> None:
    """Refuse an archive of a program that is newer than this one."""
    if not schema.knows(revision):
        why = N_("The backup was made by a newer program (revision %(revision)s). Use that program to restore it.")
        raise Refused(message(why, revision=revision))


def holds_data() -> bool:
    """Whether restoring would replace something."""
    if db.engine.dialect.name == "sqlite" and not Path(str(db.engine.url.database)).exists():
        return False  # and it is not made by looking: who makes it decides who may read it
    with db.engine.connect() as connection:
        return rows.filled(connection, FRESH)


def replace(source: Source, store: FileStore) -> None:
    """Put the content of an archive in the place of everything. Raises :class:`Refused`, and then nothing was replaced."""
    require_known(source.revision)
    if not source.tables:
        raise Refused(message(N_("The backup holds no tables.")))
    _keep_files(source, store)
    db.session.remove()
    if db.engine.dialect.name == "sqlite":
        _replace_file(source, Path(str(db.engine.url.database)))
    else:
        _replace_tables(source)
    db.engine.dispose()


def _keep_files(source: Source, store: FileStore) -> None:
    """Files first: the rows that name them follow; one that nothing names does no harm."""
    for sha256 in source.files:
        if not store.intact(sha256):
            with source.content(sha256) as stream:
                store.keep(store.stage(cast("BinaryIO", stream), sys.maxsize))


def _replace_file(source: Source, target: Path) -> None:
    """SQLite: fill a new file beside the target, then copy it in with the online backup, in one transaction of the target."""
    fresh = target.with_name(f"{target.name}.restore-{os.getpid()}")
    for path, flags in ((target, os.O_CREAT), (fresh, os.O_CREAT | os.O_EXCL)):
        os.close(os.open(path, flags, 0o600))  # it holds everything, so it is nobody else's to read
    epoch = _epoch()
    engine = sa.create_engine(f"sqlite:///{fresh}", hide_parameters=True)
    prepare_engine(engine)
    try:
        with engine.connect() as connection:
            _fill(connection, source, epoch)
        engine.dispose()
        with closing(sqlite3.connect(fresh)) as whole, closing(sqlite3.connect(target)) as sink:
            whole.backup(sink)
    except sqlite3.Error as error:
        raise Refused(message(UNREPLACED, why=str(error))) from error
    finally:
        engine.dispose()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{fresh}{suffix}").unlink(missing_ok=True)


def _replace_tables(source: Source) -> None:
    """PostgreSQL: everything in one transaction of the owner; whoever asks meanwhile waits."""
    with owner_connection() as connection, connection.begin():
        connection.execute(sa.text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
        epoch = _epoch()
        ours = {*Base.metadata.tables, *(piece.name for piece in source.tables), rows.REVISION}
        gone = ours & set(sa.inspect(connection).get_table_names())
        _drop(connection, sorted(gone))
        _fill(connection, source, epoch)
        if lost := gone - set(sa.inspect(connection).get_table_names()) - set(Base.metadata.tables):
            raise Refused(message(UNREPLACED, why=", ".join(sorted(lost))))  # somebody else's, of the name of one in the archive


def _drop(connection: sa.Connection, names: Sequence[str]) -> None:
    quote = connection.dialect.identifier_preparer.quote
    if names:
        try:
            connection.execute(sa.text(f"DROP TABLE {', '.join(map(quote, names))}"))
        except sa.exc.DBAPIError as error:
            raise Refused(_undroppable(error)) from error


def _undroppable(error: sa.exc.DBAPIError) -> Message:
    """Why the tables cannot go: somebody holds them; they are another role's; something not ours stands on them."""
    if getattr(error.orig, "sqlstate", "") == LOCKED:
        return message(UNFREE)
    return message(UNREPLACED, why=" ".join(str(error.orig).split())[:300])


def _epoch() -> int:
    with db.engine.connect() as connection:
        known = sa.inspect(connection).has_table(RegistryState.__tablename__)
        return (connection.scalar(sa.select(sa.func.max(RegistryState.epoch))) or 0) if known else 0


def _fill(connection: sa.Connection, source: Source, epoch: int) -> None:
    """An empty schema of the archive's revision, its rows, then the newest schema."""
    strangers = set(rows.table_names(connection)) if connection.in_transaction() else set()  # a new file holds none
    schema.upgrade(connection, source.revision)
    with _begun(connection), _without_keys(connection):
        pieces = _fitting(connection, source, strangers)
        for piece in reversed(pieces):
            _clear(connection, piece)
        for piece in pieces:
            _insert(connection, piece)
    schema.upgrade(connection)
    with _begun(connection):
        newest = sa.select(sa.func.max(RegistryState.epoch)).scalar_subquery()
        beyond = max(epoch, connection.scalar(sa.select(newest)) or 0) + MARGIN
        connection.execute(sa.update(RegistryState).values(epoch=beyond))
        _end_access(connection)
        connection.execute(sa.insert(AuditEntry), _trail(source))
        if missing := missing_guards(connection):
            raise RuntimeError(f"guards missing: {', '.join(missing)}")


def _end_access(connection: sa.Connection) -> None:
    """What opened an account when the backup was made may have been used, ended or replaced since: no link of then opens
    anything, and everyone signs in again."""
    connection.execute(sa.update(AccessLink).where(AccessLink.closed_at.is_(None)).values(closed_at=clock.now()))
    for key in connection.scalars(sa.select(User.id)).all():
        connection.execute(sa.update(User).where(User.id == key).values(fs_uniquifier=session_name()))


def _trail(source: Source) -> dict[str, Any]:
    line = {"id": new_id(), "at": clock.now(), "actor_id": None, "verb": "restore", "subject": "database", "subject_id": "*"}
    return line | {"unit_id": None, "origin": "", "detail": {"made_at": source.made_at, "revision": source.revision}}


@contextmanager
def _begun(connection: sa.Connection) -> Iterator[None]:
    """Inside the transaction that is open, or one of its own."""
    if connection.in_transaction():
        yield
    else:
        with connection.begin():
            yield


@contextmanager
def _without_keys(connection: sa.Connection) -> Iterator[None]:
    """Rows in any order, tables that refer to themselves too: foreign keys are looked at when all rows are there."""
    try:
        if connection.dialect.name == "sqlite":
            yield from _keys_checked(connection)
        else:
            yield from _keys_made_again(connection)
    except sa.exc.IntegrityError as error:
        raise Refused(message(N_("The rows of the backup do not fit together: %(why)s."), why=str(error.orig)[:200])) from error


def _keys_checked(connection: sa.Connection) -> Iterator[None]:
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    yield
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise Refused(message(N_("The rows of the backup do not fit together: %(why)s."), why=f"{broken[0]} → {broken[2]}"))


def _keys_made_again(connection: sa.Connection) -> Iterator[None]:
    query = (
        "SELECT conrelid::regclass::text AS place, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS body "
        "FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    )
    keys = connection.execute(sa.text(query)).all()
    for key in keys:
        connection.execute(sa.text(f"ALTER TABLE {key.place} DROP CONSTRAINT {key.name}"))
    yield
    for key in keys:
        connection.execute(sa.text(f"ALTER TABLE {key.place} ADD CONSTRAINT {key.name} {key.body}"))


def _fitting(connection: sa.Connection, source: Source, strangers: Set[str]) -> Sequence[Piece]:
    """The tables of the archive's revision, each there once; at this program's own revision nothing else and with its columns.
    One that is left out would be emptied, and what the database keeps about itself is nobody's to bring. An archive of an older
    revision may hold *strangers* that stood in its schema: they are no part of ours and stay out."""
    wanted = {name: dict(rows.columns_of(connection, name, rows.column_names(connection, name)))
              for name in rows.table_names(connection) if name not in strangers}  # fmt: skip
    given = {piece.name: dict(piece.columns) for piece in source.tables}
    unlike = set(wanted) - set(given)
    unlike |= {piece.name for piece in source.tables if len(piece.columns) != len(given[piece.name])}
    unlike |= {name for name, count in Counter(piece.name for piece in source.tables).items() if count > 1}
    if source.revision == schema.newest():
        unlike |= {name for name, columns in given.items() if columns != wanted.get(name)}
    if unlike:
        why = N_("The tables of the backup are not those of its revision: %(names)s.")
        raise Refused(message(why, names=", ".join(sorted(unlike))))
    return [piece for piece in source.tables if piece.name in wanted]


def _clear(connection: sa.Connection, piece: Piece) -> None:
    """Without what the migrations put in by themselves."""
    try:
        connection.execute(sa.delete(sa.table(piece.name)))
    except sa.exc.DBAPIError as error:
        raise _unfit(piece, error) from error


def _insert(connection: sa.Connection, piece: Piece) -> None:
    body, names = rows.shape(piece.name, piece.columns), [name for name, _word in piece.columns]
    lines = iter(piece.rows())
    try:
        while batch := [dict(zip(names, line, strict=True)) for line in islice(lines, BATCH)]:
            connection.execute(sa.insert(body), batch)
    except sa.exc.StatementError as error:
        raise _unfit(piece, error) from error


def _unfit(piece: Piece, error: sa.exc.StatementError) -> Refused:
    why = N_("The table %(table)s of the backup does not fit this database: %(why)s.")
    return Refused(message(why, table=piece.name, why=str(error.orig).splitlines()[0][:200]))
