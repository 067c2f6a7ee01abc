"""A safe subset of regular expressions: the same in Python and JavaScript, and never catastrophic.

Allowed: literals, ``.``, classes, ``\\d \\w \\s`` and escaped signs, groups, ``|``, ``?``, bounded repeats up to 200,
and at most two of ``+ *``. A group may be optional but not repeated, so repeats never nest; the ways in which
choices and bounded repeats can combine are counted and limited. Always anchored.
"""

import re
from functools import lru_cache
from typing import Any

from domain.expressions.errors import ExpressionError
from domain.messages import N_, message

MAX_PATTERN = 200
MAX_TEXT = 4000
MAX_WAYS = (50_000, 1_000, 4)
"""Ways a pattern without ``+ *``, with one and with two of them may combine its choices."""
SET_OPERATION = re.compile(r"--|&&|~~|\|\|")
PIECE = re.compile(
    r"(?P<cls>\[\^?(?:\\[dws\-\\\]\[^/.]|[^\\\[\]])+\])|(?P<esc>\\[dws.+*?()\[\]{}|/\\^$-])|(?P<open>\((?:\?:)?(?!\?))|(?P<close>\))"
    r"|(?P<rep>[+*])|(?P<opt>\?)|(?P<bound>\{[0-9]{1,3}(?:,[0-9]{1,3})?\})|(?P<alt>\|)|(?P<lit>[^\\\[\](){}+*?|^$])"
)


def pattern_fault(pattern: str) -> bool:
    """Whether *pattern* lies outside the safe subset."""
    pieces = _pieces(pattern)
    if pieces is None or len(pattern) > MAX_PATTERN or not _compiles(pattern):
        return True
    unbounded = sum(kind == "rep" for kind, _text in pieces)
    return unbounded >= len(MAX_WAYS) or _ways(pieces) > MAX_WAYS[unbounded]


def _pieces(pattern: str) -> list[tuple[str, str]] | None:
    """The pattern cut into (kind, text), or nothing where it leaves the subset."""
    at, before = 0, "start"
    pieces: list[tuple[str, str]] = []
    while at < len(pattern):
        piece = PIECE.match(pattern, at)
        if piece is None or _misplaced(str(piece.lastgroup), piece.group(), before):
            return None
        before = str(piece.lastgroup)
        pieces.append((before, piece.group()))
        at = piece.end()
    return pieces


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern, re.ASCII)
    except re.error:
        return False
    return True


def _ways(pieces: list[tuple[str, str]]) -> int:
    """In how many ways the choices of a pattern combine, at most: what a failing match may have to try."""
    ways, groups = 1, [1]
    for kind, text in pieces:
        if kind == "open":
            groups.append(1)
        elif kind == "alt":
            groups[-1] += 1
        elif kind == "close":
            ways *= groups.pop()
        elif kind == "opt":
            ways *= 2
        elif kind == "bound":
            least, most = _bounds(text)
            ways *= most - least + 1
    return ways * groups[0]


def _bounds(text: str) -> tuple[int, int]:
    least, _, most = text[1:-1].partition(",")
    return int(least), int(most or least)


def _misplaced(kind: str, text: str, before: str) -> bool:
    if kind == "cls" and SET_OPERATION.search(text):
        return True
    repeats = kind in ("rep", "opt", "bound")
    if repeats and before in ("start", "open", "alt", "rep", "opt", "bound"):
        return True
    if kind in ("rep", "bound") and before == "close":
        return True
    return kind == "bound" and max(_bounds(text)) > 200


def check_pattern(node: Any, at: int) -> None:
    """Refuse a pattern that is computed or outside the subset, when the definition is compiled."""
    if node[0] != "str" or pattern_fault(node[1]):
        raise ExpressionError("expression-regex", at, message(N_("Use a simpler pattern: no nested repeats, no look-around.")))


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> "re.Pattern[str]":
    return re.compile(pattern, re.ASCII)


def matches(pattern: str, text: str) -> bool:
    """Whether the whole *text* matches; longer texts than MAX_TEXT never do."""
    return len(text) <= MAX_TEXT and _compiled(pattern).fullmatch(text) is not None
