"""The neutral archive: tables as lines of JSON and files by content, in one ZIP with a manifest. Knows no database."""

import datetime as dt
import hashlib
import json
import math
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

from domain.messages import N_, Message, message
from infra.zips import BROKEN, CUT

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20
SMALL = 1 << 16
"""Larger files are photos and scans: packing them takes long and gains nothing."""
DIGEST = re.compile(r"[0-9a-f]{64}")
HEAD = re.compile(rf"(?:[0-9]+:{DIGEST.pattern})?")
"""The head of an audit chain, where there is one."""


class ArchiveError(ValueError):
    """A file that is no archive, is damaged, or is newer than this program. *why* says which."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.msgid)
        self.why = why


@dataclass(frozen=True, slots=True)
class Kind:
    """A type word: how a value is written into JSON, which type it has there, how it is read back."""

    write: Callable[[Any], Any]
    shape: tuple[type, ...]
    read: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def _text(value: str) -> str:
    value.encode()  # half a pair of surrogates is no letter
    if "\x00" in value:
        raise ValueError("no database takes NUL")
    return value


def _json(text: str) -> str:
    json.loads(_text(text))
    return text


def _whole(number: int) -> int:
    if not -(1 << 63) <= number < 1 << 63:
        raise ValueError(f"{number} is out of range")
    return number


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError(f"{number} is out of range")
    return float(number)


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.astimezone(dt.UTC)


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "text": Kind(_same, (str,), _text),
        "json": Kind(_same, (str,), _json),  # its text as it is stored: what was hashed stays what it was
        "int": Kind(_same, (int,), _whole),
        "number": Kind(float, (int, float), _finite),
        "bool": Kind(bool, (bool,), _same),
        "moment": Kind(dt.datetime.isoformat, (str,), _moment),
        "wall": Kind(dt.datetime.isoformat, (str,), dt.datetime.fromisoformat),  # what a clock on the wall shows
        "date": Kind(dt.date.isoformat, (str,), dt.date.fromisoformat),
    }
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it lies in the archive. *columns*: (name, word for its type); *sha256*: of its lines."""

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Content:
    """A stored file."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an archive comes from: when, which program, which revision of which database, the head of its audit chain."""

    made_at: dt.datetime
    app: str
    revision: str
    database: str
    audit_head: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds. *missing*: files that were referred to but not whole in the store when it was made."""

    origin: Origin
    tables: tuple[Table, ...]
    files: tuple[Content, ...]
    missing: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables)


class Writer:
    """An archive in the making."""

    def __init__(self, archive: zipfile.ZipFile, made_at: dt.datetime) -> None:
        self._zip, self._stamp = archive, made_at.timetuple()[:6]
        self._tables: list[Table] = []
        self._files: list[Content] = []
        self._missing: list[str] = []

    def table(self, name: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]]) -> None:
        """Add a table, row by row."""
        kinds, digest, count = [KINDS[kind] for _name, kind in columns], hashlib.sha256(), 0
        with self._entry(f"tables/{name}.jsonl", zipfile.ZIP_DEFLATED) as out:
            for row in rows:
                plain = [_plain(kind, value) for kind, value in zip(kinds, row, strict=True)]
                line = json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"
                digest.update(line)
                out.write(line)
                count += 1
        self._tables.append(Table(name, tuple(columns), count, digest.hexdigest()))

    def content(self, sha256: str, path: Path) -> None:
        """Add a stored file."""
        size, method = 0, zipfile.ZIP_DEFLATED if path.stat().st_size < SMALL else zipfile.ZIP_STORED
        with path.open("rb") as source, self._entry(f"files/{sha256}", method) as out:
            while block := source.read(CHUNK):
                out.write(block)
                size += len(block)
        self._files.append(Content(sha256, size))

    def missing(self, sha256: str) -> None:
        """Note a file that should be here."""
        self._missing.append(sha256)

    def finish(self, origin: Origin) -> Manifest:
        """Write the manifest, at last."""
        manifest = Manifest(origin, tuple(self._tables), tuple(self._files), tuple(self._missing))
        plain = asdict(manifest)
        head = {"format": FORMAT} | plain.pop("origin") | {"made_at": origin.made_at.isoformat()}
        with self._entry(MANIFEST, zipfile.ZIP_DEFLATED) as out:
            out.write(json.dumps(head | plain, ensure_ascii=False, indent=1).encode())
        return manifest

    def _entry(self, name: str, method: int) -> IO[bytes]:
        info = zipfile.ZipInfo(name, self._stamp)
        info.compress_type = method
        return self._zip.open(info, "w", force_zip64=True)


@contextmanager
def writing(path: Path, made_at: dt.datetime) -> Iterator[Writer]:
    """Write beside *path* and move there when all is well; for its owner's eyes alone: it holds personal data. Raises
    :class:`ArchiveError` when it cannot be written."""
    if path.exists():
        raise ArchiveError(message(N_("%(path)s exists already. Choose another name."), path=str(path)))
    part = path.with_name(path.name + ".part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        why = N_("%(path)s exists: another backup is being written, or one was broken off. Remove that file, then try again.")
        raise ArchiveError(message(why, path=str(part))) from error
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        with os.fdopen(handle, "wb") as out:
            with zipfile.ZipFile(out, "w") as archive:
                yield Writer(archive, made_at)
            out.flush()
            os.fsync(out.fileno())
        part.rename(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        part.unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> ArchiveError:
    return ArchiveError(message(N_("%(path)s cannot be written: %(why)s."), path=str(path), why=error.strerror or str(error)))


class Archive:
    """An archive that is read."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._zip = archive
        with _damage(MANIFEST):
            self.manifest = _manifest(json.loads(archive.read(MANIFEST)))

    def rows(self, table: Table) -> Iterator[list[Any]]:
        """The rows of a table; raises :class:`ArchiveError` when they are not those that were written."""
        part = f"tables/{table.name}.jsonl"
        kinds, digest, count = [KINDS[kind] for _name, kind in table.columns], hashlib.sha256(), 0
        with _damage(part), self._zip.open(part) as lines:
            for line in lines:
                digest.update(line)
                yield [_value(kind, value) for kind, value in zip(kinds, json.loads(line), strict=True)]
                count += 1
        if (count, digest.hexdigest()) != (table.rows, table.sha256):
            raise damaged(part)

    @contextmanager
    def content(self, sha256: str) -> Iterator[IO[bytes]]:
        """The bytes of a stored file. What goes wrong where they are taken is no damage."""
        part = f"files/{sha256}"
        try:
            stream = self._zip.open(part)
        except BROKEN as error:
            raise damaged(part) from error
        with stream:
            try:
                yield stream
            except CUT as error:
                raise damaged(part) from error

    def verify(self) -> None:
        """Read everything; raises :class:`ArchiveError` at the first part that is not whole."""
        for table in self.manifest.tables:
            for _row in self.rows(table):
                pass
        for file in self.manifest.files:
            with self.content(file.sha256) as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # reads blocks
            if digest != file.sha256:
                raise damaged(f"files/{file.sha256}")


@contextmanager
def opening(path: Path) -> Iterator[Archive]:
    """Open an archive; raises :class:`ArchiveError`."""
    try:
        archive = zipfile.ZipFile(path)
    except (*BROKEN, OSError, ValueError) as error:
        raise ArchiveError(message(N_("%(name)s is no backup, or it was cut short."), name=path.name)) from error
    with archive:
        yield Archive(archive)


def damaged(part: str) -> ArchiveError:
    """That a part is not what was written."""
    return ArchiveError(message(N_("The backup is damaged: %(part)s is missing or was changed."), part=part))


@contextmanager
def _damage(part: str) -> Iterator[None]:
    """Whatever goes wrong while reading a part is damage to it."""
    try:
        yield
    except ArchiveError:
        raise
    except (*BROKEN, OSError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise damaged(part) from error


def _plain(kind: Kind, value: Any) -> Any:
    return None if value is None else _shaped(kind, kind.write(value))


def _value(kind: Kind, value: Any) -> Any:
    return None if value is None else kind.read(_shaped(kind, value))


def _shaped(kind: Kind, plain: Any) -> Any:
    """What lies in the archive has the type its word promises, when it is written and when it is read."""
    if type(plain) not in kind.shape:
        raise ValueError(f"{plain!r} is not {' or '.join(t.__name__ for t in kind.shape)}")
    return plain


def _manifest(data: Mapping[str, Any]) -> Manifest:
    if not isinstance(data["format"], int) or data["format"] > FORMAT:
        why = N_("The backup has format %(format)s; this program knows formats up to %(known)s. Use a newer program.")
        raise ArchiveError(message(why, format=str(data["format"]), known=FORMAT))
    names = ("app", "revision", "database", "audit_head")
    origin = Origin(_moment(data["made_at"]), **{name: _text(str(data[name])) for name in names})
    files = tuple(Content(str(f["sha256"]), int(f["size"])) for f in data["files"])
    missing = tuple(map(str, data["missing"]))
    if not all(map(DIGEST.fullmatch, (*(file.sha256 for file in files), *missing))):
        raise ValueError("a file without a digest")
    if not HEAD.fullmatch(origin.audit_head):
        raise ValueError("a head that is none")
    return Manifest(origin, tuple(_table(t) for t in data["tables"]), files, missing)


def _table(data: Mapping[str, Any]) -> Table:
    columns = tuple((str(name), str(kind)) for name, kind in data["columns"])
    if not columns or not all(kind in KINDS for _name, kind in columns):
        raise ValueError("no columns, or a type that is not known")
    return Table(str(data["name"]), columns, int(data["rows"]), str(data["sha256"]))
