"""Pictures of stored files: made when first asked for in a bounded process, kept beside the files. They can be made again at any
time: no backup holds them, and the folder may be emptied."""

import base64
import json
import secrets
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from infra import bounded
from infra.storage import FileStore

THUMB, PAGE = 132, 1400
"""Pixels of the longer side: the mark beside a name on a dense screen, and a page to read."""
MOST_PAGES = 60
"""Pages shown of one document; the rest is read in the file itself."""
AT_ONCE = threading.BoundedSemaphore(2)
PATIENCE = 2.0
"""Seconds one waits while others' pictures are made: whoever waits keeps others of this program from being served."""
TRY_AGAIN = 24 * 60 * 60
"""Seconds after which a file that could not be drawn is tried anew."""


@dataclass(frozen=True, slots=True)
class Picture:
    """*body*: WebP; *pages*: how many the file has."""

    pages: int
    body: bytes

    @property
    def shown(self) -> int:
        """How many pages can be looked at."""
        return min(self.pages, MOST_PAGES)


class Busy(Exception):  # noqa: N818 - it passes
    """Too many pictures are being made just now."""


def picture(store: FileStore, sha256: str, page: int, edge: int) -> Picture | None:
    """A page (from 1) of a stored file; nothing where there is none, or none can be made. Raises :class:`Busy`."""
    if page > 1:
        first = picture(store, sha256, 1, edge)
        if first is None or page > first.shown:
            return None
    kept = store.root / ".pictures" / sha256[:2] / f"{sha256}-{edge}-{page}"
    found = _kept(kept)
    return found if found is not None else _made(kept, store.path(sha256), page, edge)


def _kept(kept: Path) -> Picture | None:
    try:
        told = json.loads(kept.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return Picture(told["pages"], base64.b64decode(told["picture"]))


def _made(kept: Path, source: Path, page: int, edge: int) -> Picture | None:
    failed = kept.with_suffix(".none")
    if failed.exists() and failed.stat().st_mtime > time.time() - TRY_AGAIN:
        return None
    if not AT_ONCE.acquire(timeout=PATIENCE):
        raise Busy
    try:
        told = bounded.call("exchange.drawing:drawn", source.read_bytes(), page, edge)
    except (bounded.Exceeded, FileNotFoundError):
        _write(failed, b"")
        return None
    finally:
        AT_ONCE.release()
    _write(kept, json.dumps(told).encode())
    return Picture(told["pages"], base64.b64decode(told["picture"]))


def _write(target: Path, body: bytes) -> None:
    """Whole or not at all: others may read meanwhile. A store without room shows pictures all the same."""
    made = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made.write_bytes(body)
        made.replace(target)
    except OSError:
        made.unlink(missing_ok=True)
