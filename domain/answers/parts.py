"""The parts of an answer as stored: ``{"v": value, "raw": unread text, "files": hashes, "link": url, "link_raw": unread link}``,
and beside them ``"names"``, what each file was called there, which says nothing of its own."""

from collections.abc import Mapping
from typing import Any

from domain.definitions.schema import Definition
from domain.fields import of

PARTS = ("v", "raw", "files", "link", "link_raw")
EMPTY: tuple[Any, ...] = (None, "", [], {})


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two answers say the same: an absent part and an empty one do, 0 and nothing do not."""
    return all((one.get(p) in EMPTY and other.get(p) in EMPTY) or one.get(p) == other.get(p) for p in PARTS)


def carried(definition: Definition, code: str, answer: Mapping[str, Any], current: Mapping[str, Any]) -> Mapping[str, Any]:
    """A newly typed *answer* with what the *current* one holds and its person never sees or types."""
    asked = definition.by_code.get(code)
    if asked is None or "raw" in answer or current.get("v") in EMPTY:
        return answer
    value = of(asked).carry(answer.get("v"), current["v"], asked)
    return answer if value in EMPTY else {**answer, "v": value}


def says_something(answer: Mapping[str, Any]) -> bool:
    """Whether any part of an answer holds something."""
    return any(answer.get(part) not in EMPTY for part in PARTS)
