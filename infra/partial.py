"""Files that arrive in pieces: each grows under a key of its own until it is whole. What has arrived is on the disk before it is
said, whoever is killed meanwhile; what nobody goes on with is swept away."""

import fcntl
import hashlib
import os
import time
from pathlib import Path
from typing import BinaryIO

BLOCK = 1 << 16
DONE = ".done"


class Elsewhere(ValueError):  # noqa: N818 - a refusal, not a failure
    """A piece that does not begin where the file ends; *offset*: where that is."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class Busy(ValueError):  # noqa: N818 - a refusal, not a failure
    """Another piece is arriving."""


class Partials:
    """Growing files in a folder, named by the hash of their keys."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def expect(self, key: str) -> None:
        """An empty file, unless it is there."""
        self.root.mkdir(parents=True, exist_ok=True)
        self._path(key).touch()

    def size(self, key: str) -> int | None:
        """How much of it has arrived; nothing for one that is unknown or done."""
        try:
            return self._path(key).stat().st_size
        except FileNotFoundError:
            return None

    def grow(self, key: str, offset: int, piece: BinaryIO, length: int) -> int:
        """Append a piece to a file that will be *length* bytes long and give its size then. What came of a piece that broke off
        stays. Raises :class:`Elsewhere`, :class:`Busy`, ``FileNotFoundError``."""
        with self._path(key).open("r+b") as whole:
            try:
                fcntl.flock(whole, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy from None
            size = whole.seek(0, os.SEEK_END)
            if size != offset:
                raise Elsewhere(size)
            try:
                while size < length and (block := piece.read(min(BLOCK, length - size))):
                    whole.write(block)
                    size += len(block)
            finally:
                whole.flush()
                os.fsync(whole.fileno())
            return size

    def open(self, key: str) -> BinaryIO:
        """What has arrived."""
        return self._path(key).open("rb")

    def finish(self, key: str, result: str) -> None:
        """It is whole and kept elsewhere: only its *result* stays a while, for whoever did not hear of it."""
        self.root.mkdir(parents=True, exist_ok=True)
        self._path(key, DONE).write_text(result, encoding="utf-8")
        self.drop(key)

    def result(self, key: str) -> str | None:
        """What became of a finished one."""
        try:
            return self._path(key, DONE).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def drop(self, key: str) -> None:
        """Forget it."""
        self._path(key).unlink(missing_ok=True)

    def count(self) -> int:
        """How many are not whole yet."""
        return sum(path.suffix != DONE for path in self.root.glob("*"))

    def sweep(self, seconds: float) -> None:
        """Forget what nothing was added to for so long, here and in the folders beside."""
        before = time.time() - seconds
        for path in self.root.parent.glob("*/*"):
            try:
                if path.stat().st_mtime < before:
                    path.unlink()
            except FileNotFoundError:
                continue  # another process swept it

    def _path(self, key: str, suffix: str = "") -> Path:
        return self.root / (hashlib.sha256(key.encode()).hexdigest() + suffix)
