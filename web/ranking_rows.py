"""The rows of the ranking as markup: their template is rendered once per language and filled per unit. A league holds five
hundred of them, and Jinja would take longer over them than everything else on the page."""

from collections.abc import Callable, Collection
from functools import lru_cache

from flask import render_template
from markupsafe import Markup

from forms.parts import Parts, esc, slot
from forms.texts import locale
from services.reading.board import Board, Line
from web.shell import band_pill, score_writer

SLOTS = ("rank", "code", "year", "name", "shown", "band", "v", "verified")


def rows(board: Board, own: Collection[str]) -> Markup:
    """Every line in order; those of the reader's *own* units stand out."""
    language, write = locale(), score_writer()
    usual, mine = _row(language, False), _row(language, True)
    pills = {band.code: band_pill(band) for band in board.scheme.bands}

    def row(line: Line) -> str:
        band = board.scheme.band(line.shown)
        pill = pills[band.code] if band else band_pill(None)
        return (mine if line.unit_id in own else usual).join(_values(board.year, line, write, pill))

    return Markup("".join(map(row, board.lines)))  # noqa: S704 - names are escaped below, the rest is ours


@lru_cache(maxsize=4)
def _row(_language: str, own: bool) -> Parts:
    return Parts.of(render_template("web/ranking/row.html", own=own, **{name: Markup(slot(name)) for name in SLOTS}))  # noqa: S704


def _values(year: int, line: Line, write: Callable[[int | None], str], band: str) -> dict[str, str]:
    return {
        "rank": str(line.rank or "–"),
        "code": line.code,
        "year": str(year),
        "name": esc(line.name),
        "shown": write(line.shown),
        "band": band,
        "v": write(line.v),
        "verified": str(line.verified),
    }
