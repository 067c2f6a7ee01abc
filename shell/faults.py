"""Faults and answers as summaries tell them."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.definitions.schema import Field
from domain.fields import of
from domain.fields.display import Formatter


def labelled(label: str, words: str) -> str:
    """The words with the question's name before them, unless they are little more than that name."""
    return words if label in words and len(words) <= len(label) + 25 else f"{label}: {words}"


def unread(answer: Mapping[str, Any]) -> str:
    """What was typed and could not be read."""
    raw = answer.get("raw")
    parts = raw.values() if isinstance(raw, Mapping) else raw if isinstance(raw, list) else [raw]
    return ", ".join(str(part) for part in parts if part and not isinstance(part, Mapping))


def in_words(asked: Field, answer: Mapping[str, Any], fmt: Formatter, files: Iterable[str]) -> str:
    """A whole answer on one line: its value or what could not be read, its *files* by name, its link."""
    value = unread(answer) or of(asked).in_full(of(asked).value_of(answer), asked, fmt)
    return ", ".join(filter(None, (value, *files, answer.get("link_raw") or answer.get("link"))))
