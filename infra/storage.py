"""Content-addressed files: one name per content (sha256), written once, never changed."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20


class TooLarge(ValueError):  # noqa: N818 - a refusal, not a failure
    """More bytes than allowed."""


class FileStore:
    """Files under a folder, two levels deep by the first letters of their hash."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where a content lies."""
        return self.root / sha256[:2] / sha256

    def put(self, stream: BinaryIO, limit: int) -> tuple[str, int, bytes]:
        """Keep a stream of at most *limit* bytes: (sha256, size, first 4 kB). Raises :class:`TooLarge`."""
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
        target = self.path(digest.hexdigest())
        target.parent.mkdir(exist_ok=True)
        Path(part.name).replace(target)
        return digest.hexdigest(), size, head
