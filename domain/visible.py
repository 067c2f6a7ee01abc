"""What can be seen of a text."""

import unicodedata

SPACES, UNSEEN = (
    frozenset({"Cc", "Zl", "Zp"}),
    frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0") | {chr(c) for c in range(0xFE00, 0xFE10)},
)
"""Kinds of controls and breaks; fillers and variation selectors that no category tells."""


def visible(text: str) -> str:
    """A line without what nobody sees (marks of direction, spaces of no width), which would let it pass for another one; controls,
    such as the tab of a spreadsheet, are spaces."""
    kept = (" " if unicodedata.category(c) in SPACES else c for c in text if unicodedata.category(c) != "Cf" and c not in UNSEEN)
    return "".join(kept).strip()
