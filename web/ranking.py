"""The ranking by league, year, phase and period."""

from typing import Any

from flask import Blueprint, render_template, request

from domain.access import Permission
from services import period, score, unit
from services.reading import board, due
from shell.request import actor, needs
from web.ranking_rows import rows

blueprint = Blueprint("ranking", __name__)


@blueprint.get("/peringkat")
@needs(Permission.RANKING_READ)
def index() -> str:
    """Places, scores, and what they rest on."""
    asked = _asked()
    own = unit.own_levels(actor())
    league = request.args.get("liga") or board.league_of(next(iter(own.values()), ""), asked["year"])
    period_id = asked["period"].id if asked["period"] else ""
    found = board.board(actor(), year=asked["year"], league=league, form=asked["form"], period=period_id)
    mine = [line for line in found.lines if line.unit_id in own]
    page = {"board": found, "rows": rows(found, own), "mine": mine[0] if len(mine) == 1 else None}
    return render_template("web/ranking/index.html", **page, **asked)


def _asked() -> dict[str, Any]:
    """The year, phase and period of the address; what fits no choice falls back to the whole."""
    years = score.years() or [score.shown_year(())]
    wanted = request.args.get("tahun", None, int)
    year = wanted if wanted in years else score.shown_year(years)
    forms = due.forms_by_key()
    periods = [p for p in period.listed() if p.year == year]
    form = request.args.get("fase", "") if request.args.get("fase", "") in forms else ""
    chosen = next((p for p in periods if p.id == request.args.get("periode")), None)
    if chosen is not None and not form:
        form = next(key for key, definition in forms.items() if definition.subject == "period")
    per_event = chosen is not None and forms[form].subject != "period"
    return {
        "year": year,
        "years": years,
        "forms": forms,
        "periods": periods,
        "form": form,
        "period": None if per_event else chosen,
        "per_event": per_event,
    }
