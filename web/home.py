"""The start page: for each role the one thing to do now, then everything due, then the last score."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from domain.access import Permission
from infra import clock
from services import unit, user
from services.reading import board, due, lists
from shell.request import actor, signed_in

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@signed_in
def index() -> str | Response:
    """Who fills sees what is due; who leads sees ranking and reporting; who has no role yet is told so."""
    if not actor().grants:
        return render_template("web/home/no_role.html", administrators=user.administrators())
    if actor().may_somewhere(Permission.REPORT_FILL):
        return _officer()
    return _overview()


def _officer() -> str:
    today = clock.local("WIB").date()
    units = unit.reachable(actor(), Permission.REPORT_FILL)
    ranked = units and actor().may_somewhere(Permission.RANKING_READ)
    place = board.own_place(actor(), today.year, units[0]) if ranked else None
    return render_template(
        "web/home/officer.html", reports=due.to_do(actor()), sent=due.recently_sent(actor()), units=units, place=place, today=today
    )


def _overview() -> str:
    today = clock.local("WIB").date()
    return render_template(
        "web/home/overview.html",
        first_steps=actor().may_somewhere(Permission.UNIT_EDIT) and not unit.how_many(actor(), Permission.UNIT_READ),
        boards=board.boards(actor(), today.year),
        reporting=board.reporting(actor(), today.year),
        late=board.not_reported(actor(), 8),
        lists=lists.kept(actor()) if not actor().may_somewhere(Permission.UNIT_EDIT) else (),
        today=today,
    )
