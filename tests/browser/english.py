"""Telling English from Indonesian on a page: our own English texts, and words no Indonesian sentence has."""

import re
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from tests.server import ROOT

FOLDER: Path = ROOT / "translations" / "id" / "LC_MESSAGES"
WORDS = re.compile(
    r"\b(the|and|of|with|please|is|are|was|were|be|been|has|have|this|that|these|those|you|your|not|no|from|for|to|by|on|at|or|an|it|its"
    r"|error|required|invalid|search|delete|edit|edited|save|saved|new|list|export|page|pages|next|previous|show|close|open|choose|select"
    r"|add|remove|change|changed|field|fields|value|values|date|name|number|code|yes|none|must|should|cannot|can|will|does|already"
    r"|sign|password|user|users|create|created|update|updated|view|back|home|report|reports|sent|draft|unit of|which|when|what|who)\b",
    re.IGNORECASE,
)
PROPER = re.compile(r"e-Monev|\b(CSV|YAML|PDF|Excel|Microsoft|English|UTF-8)\b|https?://\S+|[\w.+-]+@[\w.-]+|\S*[/_]\S*")
"""Names, addresses and file names: no words of a sentence."""
PLACE = re.compile(r"%\([a-z_]+\)[sd]|%[sd]")


def _texts(entry) -> list[tuple[str, str]]:
    """Singular and plural beside the one Indonesian form."""
    ids, strings = (found if isinstance(found, tuple) else (found,) for found in (entry.id, entry.string))
    return [(one, strings[0]) for one in ids]


@cache
def _catalogue() -> list[tuple[str, str]]:
    """(English, Indonesian) of every text of ours and of the libraries."""
    pairs = []
    for path in sorted(FOLDER.glob("*.po")):
        with path.open("rb") as lines:
            pairs += [pair for entry in read_po(lines, locale="id") if entry.id for pair in _texts(entry)]
    return pairs


@cache
def _english() -> re.Pattern[str]:
    """Matches a whole text that is one of our English ones, and no Indonesian one besides."""
    pairs = _catalogue()
    indonesian = {theirs.casefold() for _ours, theirs in pairs}
    told = {ours for ours, theirs in pairs if ours != theirs and ours.casefold() not in indonesian}
    return re.compile("|".join(_pattern(text) for text in sorted(told) if re.search(r"[A-Za-z]{3}", PLACE.sub("", text))))


def _pattern(text: str) -> str:
    return ".+".join(re.escape(re.sub(r"\s+", " ", part)) for part in PLACE.split(text))


def english(text: str) -> bool:
    """Whether *text* is English."""
    return bool(_english().fullmatch(text) or WORDS.search(PROPER.sub(" ", text)))
