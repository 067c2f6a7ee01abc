"""The parts of an answer as stored: ``{"v": value, "raw": unread text, "files": hashes, "link": url, "link_raw": unread link}``,
and beside them ``"names"``, what each file was called there, which says nothing of its own."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from domain.definitions.schema import Definition
from domain.fields import of

Answers: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Answers by code, as stored or as a page typed them."""
FILE_PARTS = ("files", "names")
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


def beside(
    base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any], untouched: bool
) -> tuple[dict[str, Any], bool]:
    """Two pages changed one answer since *base*: what is kept, and whether what they say clashes; then theirs is kept.

    Files of both stay, less those either took away. An *untouched* box posts the old value back: that is nobody's wish.
    """
    left = same({**theirs, "files": None}, {**base, "files": None})
    clash = not untouched and not left and not same({**mine, "files": None}, {**theirs, "files": None})
    words = mine if left and not untouched else theirs
    return {part: value for part, value in words.items() if part not in FILE_PARTS} | _files(base, theirs, mine), clash


def _files(base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> dict[str, Any]:
    """The files of both, each under its name."""
    old, wanted = base.get("files") or [], mine.get("files") or []
    files = [f for f in theirs.get("files") or [] if f in wanted or f not in old]
    files += [f for f in wanted if f not in files and f not in old]
    names = {sha: name for sha, name in {**(theirs.get("names") or {}), **(mine.get("names") or {})}.items() if sha in files}
    return ({"files": files} if files else {}) | ({"names": names} if names else {})
