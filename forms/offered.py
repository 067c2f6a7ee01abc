"""Answers of last time that stand in the boxes of a draft until somebody confirms or changes them (ADR 32).

The page posts with them a mark of what its boxes held: what comes back the same, unconfirmed, is nobody's answer, whatever has
become of the form or of last time's report since.
"""

import hashlib
from collections.abc import Iterable

from werkzeug.datastructures import MultiDict

from domain.definitions.schema import Field
from domain.fields.base import Answer
from domain.fields.display import Formatter
from forms.fields import adapter_of
from forms.fields.base import name_of

SAME, YES = "same", "1"
"""What follows a field's name where its page offers an answer: the mark, and, once confirmed, ``1``."""


def mark_of(asked: Field, answer: Answer, fmt: Formatter) -> str:
    """The mark of an answer as it is offered."""
    adapter = adapter_of(asked)
    columns, parts = adapter.typed_columns(asked), adapter.typed_parts(asked)
    cells = (
        (f"{row}.{c.code}", text)
        for row, texts in adapter.lines(asked, answer, fmt)
        for c, text in zip(columns, texts, strict=True)
    )
    return _mark([*((part, text) for part, text in adapter.posted(asked, answer, fmt) if part in parts), *cells])


def came_back(asked: Field, data: MultiDict[str, str]) -> bool:
    """Whether the boxes of a question were posted as its page offered them, and nobody said that it still holds."""
    name, adapter = name_of(asked.code), adapter_of(asked)
    marks = data.getlist(f"{name}.{SAME}")
    if len(marks) != 1 or data.get(f"{name}.link"):
        return False
    dropped = set(data.getlist(f"{name}.drop"))
    rows = [row for row in data.getlist(f"{name}.row") if row not in dropped]
    cells = [f"{row}.{column.code}" for row in rows for column in adapter.typed_columns(asked)]
    names = ((part, f"{name}.{part}" if part else name) for part in (*adapter.typed_parts(asked), *cells))
    return marks[0] == _mark((part, text) for part, posted in names for text in data.getlist(posted))


def _mark(posted: Iterable[tuple[str, str]]) -> str:
    """Short, and the same whatever a browser makes of line ends."""
    said = sorted((part, " ".join(text.split())) for part, text in posted if text.strip())
    return hashlib.sha256(repr(said).encode()).hexdigest()[:12]
