"""What can be seen of a text."""

import unicodedata


def visible(text: str) -> str:
    """A line without what nobody sees (marks of direction, spaces of no width), which would let it pass for another one; controls,
    such as the tab of a spreadsheet, are spaces."""
    kept = (" " if unicodedata.category(c) == "Cc" else c for c in text if unicodedata.category(c) != "Cf")
    return "".join(kept).strip()
