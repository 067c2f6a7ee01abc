"""JSON that stays what it is under its address."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Unchanging:
    """JSON; *digest* is another when anything in it is."""

    body: bytes
    digest: str


def unchanging(found: Any) -> Unchanging:
    """As JSON, with its digest."""
    body = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    return Unchanging(body, hashlib.sha256(body).hexdigest()[:12])
