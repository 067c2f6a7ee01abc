"""Long lists to choose an answer from: a page of their own to search in, and a file for scripts, which search it on the device."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.access import Permission
from domain.definitions.schema import Field
from forms.fields import adapter_of
from infra.ids import new_id
from services.reading.due import subject_name
from services.reading.report_page import ReportPage, report_page
from shell import unchanging
from shell.request import actor, signed_in
from web import long_lists, report_form

blueprint = Blueprint("report_choices", __name__)
MOST = 50
"""Options on a page."""


@blueprint.get("/laporan/<report_id>/pilihan/<code>")
@signed_in
def choose(report_id: str, code: str) -> str | Response:
    """What may be chosen, searched by name; the choice is posted as the fill page posts it."""
    page, asked = _asked(report_id, code)
    if page.refusal is not None:
        return redirect(url_for("report.fill", report_id=report_id))
    sought = request.args.get("cari", "").strip()[:100]
    found = matching(page.options(str(asked.options["target"])), sought)
    now = page.doc.get(code) or {}
    asked_of = {"page": page, "title": report_form.title(page), "subject": subject_name(page.report.period, page.report.event)}
    shown = {"asked": asked, "found": found[:MOST], "total": len(found), "sought": sought, "now": now, "op": new_id()}
    return render_template("web/report/choices.html", **asked_of, **shown)


@blueprint.get("/laporan/<report_id>/pilihan/<code>/daftar")
@signed_in
def listed(report_id: str, code: str) -> Response:
    """The whole list, kept by the device as long as it stays the same."""
    page, _asked_for = _asked(report_id, code)
    return unchanging.answer(long_lists.options_file(page, code))


def matching(options: list[tuple[str, str]], sought: str) -> list[tuple[str, str]]:
    """Options in whose titles every word stands, as ``static/js/form/finder.js`` finds them."""
    words = sought.casefold().split()
    return [option for option in options if all(word in option[1].casefold() for word in words)]


def _asked(report_id: str, code: str) -> tuple[ReportPage, Field]:
    page = report_page(actor(), report_id, Permission.REPORT_FILL)
    asked = page.definition.by_code.get(code)
    if asked is None or not adapter_of(asked).looks_up:
        abort(404)
    return page, asked
