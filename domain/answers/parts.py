"""The parts of an answer as stored: ``{"v": value, "raw": unread text, "files": hashes, "link": url, "link_raw": unread link}``,
and beside them ``"names"``, what each file was called there, which says nothing of its own."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from domain.definitions.schema import Definition, Field
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
    definition: Definition, code: str, base: Mapping[str, Any], theirs: Mapping[str, Any], typed: Mapping[str, Any]
) -> tuple[dict[str, Any], bool]:
    """Two pages changed one answer since *base*: what is kept of theirs and the newly *typed* one, and whether they clash; then
    theirs is kept.

    Files of both stay, less those either took away. An untouched box posts the old value back: that is nobody's wish.
    """
    mine = carried(definition, code, typed, theirs)
    untouched = same_words(carried(definition, code, typed, base), base)
    left = same_words(theirs, base)
    words, clash = _words(mine if left and not untouched else theirs), False
    if not (untouched or left or same_words(mine, theirs)):
        together = _together(definition.by_code.get(code), base, theirs, mine)
        words, clash = (words, True) if together is None else (words | {"v": together}, False)
    return words | _files(base, theirs, mine), clash


def same_words(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two answers say the same, be it with other files."""
    return same(_words(one), _words(other))


def _words(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {part: value for part, value in answer.items() if part not in FILE_PARTS}


def _together(asked: Field | None, base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> Any:
    """The value of both, where both can be read and nothing else differs; nothing where values do not go together."""
    whole = "raw" not in theirs and "raw" not in mine and same_words({**theirs, "v": None}, {**mine, "v": None})
    return of(asked).merge(base.get("v"), theirs.get("v"), mine.get("v"), asked) if asked is not None and whole else None


def difference(
    definition: Definition, code: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """As much of two answers as tells what changed between them, for a log: of a long table only the rows."""
    asked = definition.by_code.get(code)
    if asked is None or before.get("v") in EMPTY or after.get("v") in EMPTY:
        return dict(before), dict(after)
    old, new = of(asked).differing(before["v"], after["v"], asked)
    return {**before, "v": old}, {**after, "v": new}


def _files(base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> dict[str, Any]:
    """The files of both, each under its name."""
    old, wanted = base.get("files") or [], mine.get("files") or []
    files = [f for f in theirs.get("files") or [] if f in wanted or f not in old]
    files += [f for f in wanted if f not in files and f not in old]
    names = {sha: name for sha, name in {**(theirs.get("names") or {}), **(mine.get("names") or {})}.items() if sha in files}
    return ({"files": files} if files else {}) | ({"names": names} if names else {})
