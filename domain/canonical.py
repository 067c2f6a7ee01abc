"""Canonical JSON and its hash: one text for one value, so that equal things have equal sha256."""

import hashlib
import json
from typing import Any

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False)
"""What we keep comes from forms and JSON, so no part holds itself; not looking for that halves the time of a document."""


def canonical(value: Any) -> str:
    """JSON with sorted keys, no spaces and real letters; refuses NaN and Infinity."""
    return _ENCODER.encode(value)


def sha256(text: str) -> str:
    """Hex digest of the UTF-8 bytes of *text*."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
