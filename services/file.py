"""Evidence: stored by content, checked by content, read within the unit's scope."""

import datetime as dt
import errno
import logging
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO

import puremagic
import sqlalchemy as sa

from domain.access import Actor, Permission
from domain.messages import N_, Message, message
from infra import clock
from infra.storage import FileStore, Staged, TooLarge
from infra.zips import BROKEN
from models import Attachment, StoredFile, Unit, db
from services import audit
from services.errors import NotFound, Refused
from services.scope import within
from services.unit_of_work import insert_once, unit_of_work

log = logging.getLogger(__name__)
MAX_MB = 10
MAX_BYTES = MAX_MB * 1024 * 1024
KINDS: Mapping[str, tuple[str, str]] = {
    ".pdf": ("pdf", "application/pdf"),
    ".jpg": ("image", "image/jpeg"),
    ".jpeg": ("image", "image/jpeg"),
    ".jfif": ("image", "image/jpeg"),
    ".png": ("image", "image/png"),
    ".webp": ("image", "image/webp"),
    ".xlsx": ("sheet", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".docx": ("doc", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
DRAWN = frozenset({"pdf", "image"})
"""Kinds of which pictures can be made."""
KIND_WORDS: Mapping[str, str] = {
    "pdf": N_("PDF"),
    "image": N_("a photo (JPG, PNG, WEBP)"),
    "sheet": N_("Excel (XLSX)"),
    "doc": N_("Word (DOCX)"),
}
TOO_LARGE = N_("“%(name)s” is larger than %(mb)s MB. Choose a smaller file.")
UNREADABLE = N_(
    "“%(name)s” cannot be opened: it is empty or damaged, or its content is of another kind than its name says. "
    "Save it again and upload it once more."
)
OFFICE_PARTS = {"xl/workbook.xml": ".xlsx", "word/document.xml": ".docx"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrived."""

    filename: str
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A stored file as a page shows it. *size* in bytes."""

    sha256: str
    filename: str
    size: int
    kind: str
    media_type: str


def store(actor: Actor, store_: FileStore, unit: Unit, uploads: Iterable[Upload], allowed: Iterable[str]) -> dict[str, str]:
    """Keep files for a unit; gives their names by sha256. Raises :class:`Refused` at the first that is too large or of another
    kind. Hashing and writing happen before the database is touched."""
    kept = [(upload.filename, *_keep(store_, upload, tuple(allowed))) for upload in uploads]
    names = {sha256: _clean_name(filename, extension) for filename, sha256, _size, extension in kept}
    if kept:
        with unit_of_work():
            for _filename, sha256, size, extension in kept:
                _record(actor, unit, names[sha256], sha256, size, extension)
            audit.record(actor, "upload", "unit", unit.id, unit.id, files=list(names))
    return names


FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})
"""What a disk says that takes no more."""


def _keep(store_: FileStore, upload: Upload, allowed: tuple[str, ...]) -> tuple[str, int, str]:
    try:
        return _checked(store_, upload, allowed)
    except OSError as failed:
        if failed.errno not in FULL:
            raise
        log.error("the file store takes no more: %s", failed)
        why = N_("“%(name)s” could not be stored: the server has no room left. Tell the BNPB administrator, then attach it again.")
        raise Refused(message(why, name=upload.filename[:80])) from None


def _checked(store_: FileStore, upload: Upload, allowed: tuple[str, ...]) -> tuple[str, int, str]:
    try:
        staged = store_.stage(upload.stream, MAX_BYTES)
    except TooLarge:
        raise Refused(message(TOO_LARGE, name=upload.filename[:80], mb=MAX_MB)) from None
    extension = _extension(staged)
    if staged.size == 0 or extension not in KINDS or KINDS[extension][0] not in allowed:
        staged.drop()
        named = KINDS.get(PurePath(upload.filename).suffix.lower())
        if named is not None and named[0] in allowed and extension not in KINDS:
            raise Refused(message(UNREADABLE, name=upload.filename[:80]))
        taken = _listed([KIND_WORDS[kind] for kind in KIND_WORDS if kind in allowed])
        raise Refused(
            message(N_("“%(name)s” is not a file we can take here. Upload %(kinds)s."), name=upload.filename[:80], kinds=taken)
        )
    store_.keep(staged)
    return staged.sha256, staged.size, extension


def _listed(words: Sequence[str]) -> Message:
    """``PDF or photo``."""
    first, *rest = words
    return message(N_("%(one)s or %(other)s"), one=message(first), other=_listed(rest)) if rest else message(first)


def _extension(staged: Staged) -> str:
    """What a content is, whatever its name says."""
    head = staged.head
    if head[:5] == b"%PDF-":
        return ".pdf"
    if head[:4] == b"PK\x03\x04":
        return _office(staged.path)
    try:
        return str(puremagic.from_string(head)) if head else ""
    except (puremagic.PureError, ValueError):
        return ""


MOST_DIRECTORY = 512 * 1024
"""Bytes of a table of contents: an office file has some dozens of parts, a bomb hundreds of thousands."""


def _office(path: Path) -> str:
    try:
        if _directory_size(path) > MOST_DIRECTORY:
            return ""
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (*BROKEN, OSError, ValueError):
        return ""
    return next((extension for part, extension in OFFICE_PARTS.items() if part in names), "")


def _directory_size(path: Path) -> int:
    """The size of an archive's table of contents, found just as the library that would read it finds it: a search of our
    own could be led to another place."""
    with path.open("rb") as archive:
        record = zipfile._EndRecData(archive)  # type: ignore[attr-defined]
    return int(record[zipfile._ECD_SIZE]) if record else 0  # type: ignore[attr-defined]


def _clean_name(filename: str, extension: str) -> str:
    name = PurePath(filename.replace("\\", "/")).name
    name = "".join(c for c in name if c.isprintable() and c not in '<>:"/|?*').strip(". ") or "berkas"
    suffix = PurePath(name).suffix
    if not (suffix[1:].isalpha() or suffix.lower() in KINDS):  # “Laporan v1.2” ends in a number, not in an extension
        suffix = ""
    stem = name.removesuffix(suffix)
    fits = KINDS.get(suffix.lower(), ("", ""))[1] == KINDS[extension][1]
    return f"{stem[:150] or 'berkas'}{suffix if fits else extension}"


def _record(actor: Actor, unit: Unit, filename: str, sha256: str, size: int, extension: str) -> None:
    kind, media_type = KINDS[extension]
    now = clock.now()
    insert_once(StoredFile, sha256=sha256, size=size, media_type=media_type, kind=kind, stored_at=now)
    owner = {"unit_id": unit.id, "region_id": unit.region_id, "province_id": unit.province_id}
    insert_once(Attachment, **owner, sha256=sha256, filename=filename, uploaded_by=actor.id or None, uploaded_at=now)


FACTS = sa.select(StoredFile.sha256, Attachment.filename, StoredFile.size, StoredFile.kind, StoredFile.media_type).join(
    Attachment, Attachment.sha256 == StoredFile.sha256
)


def facts(unit_id: str, hashes: Iterable[str]) -> dict[str, FileFacts]:
    """What is known of a unit's files, by sha256."""
    wanted = sorted(set(hashes))
    if not wanted:
        return {}
    rows = db.session.execute(FACTS.where(Attachment.unit_id == unit_id, StoredFile.sha256.in_(wanted)))
    return {r.sha256: FileFacts(*r) for r in rows}


@dataclass(frozen=True, slots=True)
class KeptFile(FileFacts):
    """A file a unit has. *at*: since when."""

    at: dt.datetime


MOST_LISTED = 20
"""Files of a unit listed at once; the others are found by name."""


def kept_by(actor: Actor, unit_id: str, kinds: Sequence[str], sought: str = "", without: Iterable[str] = ()) -> list[KeptFile]:
    """Files of these kinds that a unit has and the actor may read, the newest first, with *sought* in their names,
    *without* some, by sha256."""
    rows = db.session.execute(
        FACTS.add_columns(Attachment.uploaded_at)
        .where(
            Attachment.unit_id == unit_id,
            StoredFile.kind.in_(kinds),
            StoredFile.sha256.not_in(list(without)),
            Attachment.filename.icontains(sought, autoescape=True),
            within(actor.reach(Permission.FILE_READ), Attachment),
        )
        .order_by(Attachment.uploaded_at.desc(), StoredFile.sha256)
        .limit(MOST_LISTED)
    )
    return [KeptFile(*row) for row in rows]


def had(unit_id: str, sha256: str, name: str, kinds: Sequence[str]) -> str:
    """``sha256 name`` of a file a unit has, as another answer would call it; nothing for one it has not, or of another kind."""
    found = facts(unit_id, [sha256]).get(sha256)
    if found is None or found.kind not in kinds:
        return ""
    extension = next(extension for extension, known in KINDS.items() if known == (found.kind, found.media_type))
    return f"{sha256} {_clean_name(name or found.filename, extension)}"


def open_for(actor: Actor, unit_id: str, sha256: str) -> FileFacts:
    """A file of a unit the actor may read; raises :class:`NotFound`."""
    found = db.session.scalar(
        sa.select(Attachment.sha256).where(
            Attachment.unit_id == unit_id,
            Attachment.sha256 == sha256,
            within(actor.reach(Permission.FILE_READ), Attachment),
        )
    )
    if found is None:
        raise NotFound
    return facts(unit_id, [found])[found]
