"""Evidence chosen among the files a unit has already: one decree may prove several answers."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.access import Permission
from forms.fill import file_kinds
from infra.ids import new_id
from services import file
from services.reading.due import subject_name
from services.reading.report_page import report_page
from shell.files import MARKS, size_text
from shell.request import actor, signed_in
from web import report_form

blueprint = Blueprint("report_files", __name__)
FACTS = {"marks": MARKS, "size": size_text, "drawn": file.DRAWN, "most": file.MOST_LISTED}
"""What a line tells of a file by its kind; how many lines there are."""


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
    found = file.kept_by(actor(), page.report.unit_id, kinds, sought, there)
    asked_of = {"page": page, "title": report_form.title(page), "subject": subject_name(page.report.period, page.report.event)}
    return render_template("web/report/files.html", **asked_of, asked=asked, found=found, sought=sought, facts=FACTS, op=new_id())
