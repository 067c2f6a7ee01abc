"""A safe subset of regular expressions: the same in Python and JavaScript, and never catastrophic.

Allowed: literals, ``.``, classes, ``\\d \\w \\s`` and escaped signs, groups, ``|``, ``?``, bounded repeats up to 200,
and at most two of ``+ *``. A group may be optional but not repeated, so repeats never nest. Always anchored.
"""

import re
from functools import lru_cache
from typing import Any

from domain.messages import N_, message

MAX_PATTERN = 200
MAX_TEXT = 4000
PIECE = re.compile(
    r"(?P<cls>\[\^?(?:\\[dws\-\\\]\[^/.]|[^\\\[\]])+\])|(?P<esc>\\[dws.+*?()\[\]{}|/\\^$-])|(?P<open>\((?:\?:)?(?!\?))|(?P<close>\))"
    r"|(?P<rep>[+*])|(?P<opt>\?)|(?P<bound>\{\d{1,3}(?:,\d{1,3})?\})|(?P<alt>\|)|(?P<lit>[^\\\[\](){}+*?|^$])"
)


def pattern_fault(pattern: str) -> bool:
    """Whether *pattern* lies outside the safe subset."""
    at, depth, unbounded, before = 0, 0, 0, "start"
    while at < len(pattern):
        piece = PIECE.match(pattern, at)
        if piece is None or _misplaced(str(piece.lastgroup), piece.group(), before):
            return True
        before = str(piece.lastgroup)
        depth += (before == "open") - (before == "close")
        unbounded += before == "rep"
        if depth < 0 or unbounded > 2:
            return True
        at = piece.end()
    return depth != 0 or len(pattern) > MAX_PATTERN


def _misplaced(kind: str, text: str, before: str) -> bool:
    repeats = kind in ("rep", "opt", "bound")
    if repeats and before in ("start", "open", "alt", "rep", "opt", "bound"):
        return True
    if kind in ("rep", "bound") and before == "close":
        return True
    return kind == "bound" and max(int(n) for n in text[1:-1].split(",")) > 200


def check_pattern(node: Any, at: int) -> None:
    """Refuse a pattern that is computed or outside the subset, when the definition is compiled."""
    from domain.expressions.parser import ExpressionError

    if node[0] != "str" or pattern_fault(node[1]):
        raise ExpressionError("expression-regex", at, message(N_("Use a simpler pattern: no nested repeats, no look-around.")))


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> "re.Pattern[str]":
    return re.compile(pattern, re.ASCII)


def matches(pattern: str, text: str) -> bool:
    """Whether the whole *text* matches; longer texts than MAX_TEXT never do."""
    return len(text) <= MAX_TEXT and _compiled(pattern).fullmatch(text) is not None
