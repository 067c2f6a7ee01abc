"""The rows of the ranking as markup: their template is rendered once per language and filled per unit. A league holds five
hundred of them, and Jinja would take longer over them than everything else on the page."""

from collections.abc import Collection
from functools import lru_cache

from flask import render_template
from markupsafe import Markup

from forms.parts import Parts, esc, slot
from forms.texts import locale
from services.reading.board import Board, Line
from web.shell import band_pill, score_text

SLOTS = ("rank", "code", "year", "name", "shown", "band", "v", "verified")


def rows(board: Board, own: Collection[str]) -> Markup:
    """Every line in order; those of the reader's *own* region codes stand out."""
    language = locale()
    usual, mine = _row(language, False), _row(language, True)
    filled = ((mine if line.code in own else usual).join(_values(board, line)) for line in board.lines)
    return Markup("".join(filled))  # noqa: S704 - names are escaped below, the rest is ours


@lru_cache(maxsize=4)
def _row(_language: str, own: bool) -> Parts:
    return Parts.of(render_template("web/ranking/row.html", own=own, **{name: Markup(slot(name)) for name in SLOTS}))  # noqa: S704


def _values(board: Board, line: Line) -> dict[str, str]:
    return {
        "rank": str(line.rank or "–"),
        "code": line.code,
        "year": str(board.year),
        "name": esc(line.name),
        "shown": score_text(line.shown),
        "band": band_pill(board.scheme, line.shown),
        "v": score_text(line.v),
        "verified": str(line.verified),
    }
