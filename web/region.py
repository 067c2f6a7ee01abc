"""The region sheet."""

from flask import Blueprint, render_template, request

from domain.access import Permission
from services.reading import region_sheet as sheets
from shell.request import actor, needs

blueprint = Blueprint("region", __name__)


@blueprint.get("/daerah/<code>")
@needs(Permission.RANKING_READ)
def sheet(code: str) -> str:
    """Score, place, and why."""
    found = sheets.region_sheet(actor(), code, request.args.get("tahun", None, int))
    return render_template(
        "web/region/sheet.html",
        sheet=found,
        open=sheets.may_see_answers(actor(), found.unit),
        name=sheets.report_name,
        phase=sheets.phase_name,
    )
