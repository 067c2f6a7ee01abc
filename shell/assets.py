"""Addresses of static files that may be cached for a year: the content's hash is part of the address."""

import hashlib
from functools import lru_cache
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"


@lru_cache(maxsize=256)
def asset(name: str) -> str:
    """``/static/app.css?v=1a2b3c4d``."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8]
    return f"/static/{name}?v={digest}"
