"""Content-addressed files: one name per content (sha256), written once, never changed."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20


class TooLarge(ValueError):  # noqa: N818 - a refusal, not a failure
    """More bytes than allowed."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A file not yet kept. *size* in bytes, *head* its first 4 kB."""

    path: Path
    sha256: str
    size: int
    head: bytes

    def drop(self) -> None:
        """Leave nothing behind."""
        self.path.unlink(missing_ok=True)


class FileStore:
    """Files under a folder, two levels deep by the first letters of their hash."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where a content lies."""
        return self.root / sha256[:2] / sha256

    def intact(self, sha256: str) -> bool:
        """Whether a content is here and is what its name says."""
        try:
            with self.path(sha256).open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest() == sha256
        except OSError:
            return False

    def stage(self, stream: BinaryIO, limit: int) -> "Staged":
        """Write a stream of at most *limit* bytes beside the store, to be looked at. Raises :class:`TooLarge`."""
        self.root.mkdir(parents=True, exist_ok=True)
        digest, size, head = hashlib.sha256(), 0, b""
        with tempfile.NamedTemporaryFile(dir=self.root, prefix=".part-", delete=False) as part:
            try:
                while block := stream.read(CHUNK):
                    size += len(block)
                    if size > limit:
                        raise TooLarge
                    head = head or block[:4096]
                    digest.update(block)
                    part.write(block)
                part.flush()
                os.fsync(part.fileno())
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
        return Staged(Path(part.name), digest.hexdigest(), size, head)

    def writable(self) -> bool:
        """Whether a file could be kept; raises what the system raises when it could not."""
        self.root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.root) as probe:
            return probe.write(bytes(4096)) == 4096

    def keep(self, staged: "Staged") -> None:
        """Move a staged file under its own name, for good; leave nothing behind when that fails."""
        target = self.path(staged.sha256)
        try:
            target.parent.mkdir(exist_ok=True)
            staged.path.replace(target)
        except OSError:
            staged.drop()
            raise
