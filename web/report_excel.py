"""A report filled in as a workbook: its template, and what a filled-in one would change before anything is kept.

Keeping is not done here: the page of the changes posts them as the fill page would, and the same door takes them.
"""

import io
from dataclasses import dataclass, field

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from domain.access import Permission
from domain.answers.check import MISSING, WARNING
from domain.answers.parts import same_words
from domain.messages import N_, message
from exchange.xlsx import MEDIA_TYPE, Unreadable, read_sheets
from forms.fill import Posted
from forms.texts import locale, say, text
from infra.ids import new_id
from services.errors import Refused
from services.reading.due import subject_name
from services.reading.report_page import ReportPage, as_typed, report_page
from shell.report_book import Made, template
from shell.report_book_read import MOST_READ, Filled, filled, made_of
from shell.request import actor, signed_in
from web import report_form

blueprint = Blueprint("report_excel", __name__)
NO_FILE = message(N_("Choose the filled-in workbook first."))
OF_ANOTHER = N_("This workbook is the template of another report. This page takes the one of %(name)s.")
UNREADABLE = message(N_("This file cannot be read. Choose an Excel workbook (.xlsx) of at most 5 MB."))


@dataclass(frozen=True, slots=True)
class Line:
    """What a workbook would change: the answer as it is and as it would be. *faults*: (cell, why) of what needs repair; *theirs*:
    someone changed it since the workbook was made; *waits*: it does not apply as things stand."""

    code: str
    label: str
    now: str
    then: str
    theirs: bool = False
    waits: bool = False
    faults: list[tuple[str, str]] = field(default_factory=list)


@blueprint.get("/laporan/<report_id>/excel")
@signed_in
def choose(report_id: str) -> str | Response:
    """How to fill the report in a spreadsheet, the template, and where to bring it back."""
    page = report_page(actor(), report_id, Permission.REPORT_FILL)
    return _page(page) if page.refusal is None else redirect(url_for("report.fill", report_id=report_id))


@blueprint.get("/laporan/<report_id>/excel/templat")
@signed_in
def book(report_id: str) -> Response:
    """The template, with the answers there are."""
    page = report_page(actor(), report_id, Permission.REPORT_FILL)
    made = Made(page.report.id, page.version.number, page.report.entry.seq, locale())
    body = template(page.definition, page.doc, made, _named(page), page.options)
    name = f"{_named(page)}.xlsx".replace(" · ", " - ").replace("/", "-")
    answer = send_file(io.BytesIO(body), mimetype=MEDIA_TYPE, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/laporan/<report_id>/excel")
@signed_in
def look(report_id: str) -> tuple[str, int] | str | Response:
    """What the chosen workbook would change; nothing is kept."""
    page = report_page(actor(), report_id, Permission.REPORT_FILL)
    if page.refusal is not None:
        return redirect(url_for("report.fill", report_id=report_id))
    try:
        found = _read(page)
    except Refused as refused:
        return _page(page, problem=say(refused.why)), 422
    return _page(page, lines=_lines(page, found), found=found, op=new_id())


def _read(page: ReportPage) -> Filled:
    chosen = request.files.get("berkas")
    if chosen is None or not chosen.filename:
        raise Refused(NO_FILE)
    try:
        sheets = read_sheets(chosen.stream, MOST_READ)
    except Unreadable:
        raise Refused(UNREADABLE) from None
    made = made_of(sheets)
    version = report_form.version_numbered(page, made.version)
    if made.report != page.report.id or version is None:
        raise Refused(message(OF_ANOTHER, name=_named(page)))
    return filled(sheets, made, version, page.doc, page.options)


def _lines(page: ReportPage, found: Filled) -> list[Line]:
    """What would change, question by question, with every reason against it at its cell."""
    posted, typed = _as_filled(page, found, found.entries)
    _posted, made = _as_filled(page, found, found.before)
    lines = {}
    for asked in posted.fields:
        stands, then, was = (d.doc.get(asked.code) or {} for d in (page, typed, made))
        words = (report_form.shown(page, asked.code, stands), report_form.shown(typed, asked.code, then))
        theirs, waits = not same_words(stands, was), asked.code not in typed.checked.relevant
        lines[asked.code] = Line(asked.code, text(asked.label), *words, theirs, waits)
    for fault in (*typed.checked.faults, *typed.unknown()):
        if fault.code in lines and fault.severity not in (WARNING, MISSING):
            lines[fault.code].faults.append((found.place_of(fault.code, fault.part), say(fault.why)))
    return [lines[code] for code in found.codes if code in lines]


def _as_filled(page: ReportPage, found: Filled, entries: MultiDict[str, str]) -> tuple[Posted, ReportPage]:
    """What is in it as a page would post it, and the report as if that were kept."""
    posted = report_form.filled_elsewhere(page, found.made.version, found.codes, entries)
    return posted, as_typed(actor(), page, posted.with_files(page.doc, {}))


def _named(page: ReportPage) -> str:
    return f"{report_form.title(page)} · {text(subject_name(page.report.period, page.report.event))} · {page.report.unit.name}"


def _page(page: ReportPage, problem: str = "", **shown: object) -> str:
    subject = subject_name(page.report.period, page.report.event)
    return render_template(
        "web/report/excel.html", page=page, title=report_form.title(page), subject=subject, problem=problem, **shown
    )
