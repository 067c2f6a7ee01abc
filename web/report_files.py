"""Evidence chosen among the files a unit has already: one decree may prove several answers."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.access import Permission
from forms.fill import file_kinds
from infra.ids import new_id
from services import file
from services.reading.due import subject_name
from services.reading.report_page import report_page
from shell.files import file_lines
from shell.request import actor, signed_in
from web import report_form

blueprint = Blueprint("report_files", __name__)


@blueprint.get("/laporan/<report_id>/bukti/<code>")
@signed_in
def choose(report_id: str, code: str) -> str | Response:
    """The files that may stand with an answer; what is chosen is posted as the fill page posts it."""
    page = report_page(actor(), report_id, Permission.REPORT_FILL)
    asked = page.definition.by_code.get(code) or abort(404)
    kinds = file_kinds(asked) or abort(404)
    if page.refusal is not None:
        return redirect(url_for("report.fill", report_id=report_id))
    sought, there = request.args.get("cari", "").strip()[:100], (page.doc.get(code) or {}).get("files") or ()
    kept = file.kept_by(actor(), page.report.unit_id, kinds, sought, there)
    lines = file_lines(page.report, {f.sha256: f for f in kept})
    found = [(lines[f.sha256], f.at) for f in kept]
    asked_of = {"page": page, "title": report_form.title(page), "subject": subject_name(page.report.period, page.report.event)}
    return render_template(
        "web/report/files.html", **asked_of, asked=asked, found=found, sought=sought, most=file.MOST_LISTED, op=new_id()
    )
