"""Reports: the list, the fill page, saving, sending, the print view."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from domain.access import Permission
from forms.texts import say
from services.errors import Refused
from services.reading import due
from services.reading.report_page import ReportPage, report_page
from shell import kept_post, unchanging
from shell.request import actor, needs, signed_in, speaks_json
from web import report_autosave, report_form, report_read

blueprint = Blueprint("report", __name__)
MOST_PAGES = 100_000


@blueprint.get("/laporan")
@needs(Permission.REPORT_READ)
def index() -> str:
    """Every report within reach, the most urgent first."""
    asked = request.args
    wanted = {"state": asked.get("status", ""), "form": asked.get("formulir", ""), "sought": asked.get("cari", "").strip()[:100]}
    page = max(1, min(asked.get("hal", 1, int), MOST_PAGES))
    found, total = due.listed(actor(), page=page, **wanted)
    return render_template(
        "web/report/index.html", reports=found, total=total, page=page, size=due.PAGE, forms=due.forms_by_key(), **wanted
    )


@blueprint.get("/laporan/<report_id>")
@signed_in
def fill(report_id: str) -> str:
    """The whole fill page in one document, or the report as sent for those who may only read."""
    page = report_page(actor(), report_id)
    if page.refusal is not None:
        kept_post.tell_too_late(actor(), say(page.refusal))
        return _read(page)
    if kept_post.resume(actor()):
        return report_form.resume(page)
    return report_form.show(page, checking="periksa" in request.args)


@blueprint.post("/laporan/<report_id>")
@signed_in
def save(report_id: str) -> str | Response | tuple[str, int]:
    """Save what was typed; send it when that was asked and nothing is wrong."""
    page = report_page(actor(), report_id, Permission.REPORT_FILL)
    if speaks_json():
        return report_autosave.take(page)
    if page.refusal is not None and not page.keeps:
        return report_form.too_late(page, page.refusal)
    try:
        outcome = report_form.take(page)
    except Refused as refused:  # someone else has just sent it
        return report_form.too_late(report_page(actor(), report_id), refused.why)
    if outcome.sent:
        flash(_("The report has been sent. Thank you. “Score and why” shows what it has earned."), "ok")
        return redirect(url_for("report.fill", report_id=report_id))
    return report_form.answer(report_id, outcome)


@blueprint.get("/aturan/<key>/<int:number>/<language>.json")
@needs(Permission.REPORT_READ)
def rules(key: str, number: int, language: str) -> Response:
    """What the browser checks a form's answers by; kept there as long as it stays the same."""
    return unchanging.answer(report_form.rules(key, number, language))


@blueprint.get("/laporan/<report_id>/cetak")
@signed_in
def printed(report_id: str) -> str:
    """The report on paper, as it stands."""
    return render_template("web/report/print.html", **report_read.reading(report_page(actor(), report_id)))


def _read(page: ReportPage) -> str:
    return render_template("web/report/read.html", **report_read.reading(page))
