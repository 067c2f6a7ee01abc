"""Reporting units and their officers from a sheet: upload, look, write, hand out the links."""

import json
import re
from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from flask_babel import gettext as _

from exchange import xlsx
from forms.texts import formatter, say
from models import User, db
from services import access_link, unit_import
from services.errors import Refused
from shell.request import actor

MOST_LINES = unit_import.MOST_ROWS + 1
"""Rows of a sheet with its heads."""
UNWRITABLE = re.compile("[\\x00\\ud800-\\udfff]")
KINDS = {
    unit_import.NEW: ("plus", "ok"),
    unit_import.CHANGE: ("edit", "info"),
    unit_import.SAME: ("same", "mute"),
    unit_import.WRONG: ("bad", "bad"),
}


def answer(view: Any) -> Any:
    """The page for what was posted: nothing yet, a file, or rows a person has looked at."""
    if request.method == "GET":
        return _page(view)
    try:
        rows = _rows()
        if request.form.get("_action") == "apply":
            return _applied(view, rows)
        return _page(view, plan=unit_import.plan(actor(), rows), rows=json.dumps(rows), kinds=KINDS)
    except xlsx.Unreadable:
        return _page(
            view,
            problem=_(
                "This file cannot be read, or holds too much. Save only this list as an Excel workbook (.xlsx), at most %(mb)s MB and %(rows)s rows.",
                mb=xlsx.MOST_BYTES >> 20,
                rows=formatter().number(unit_import.MOST_ROWS),
            ),
        )
    except Refused as refused:
        return _page(view, problem=say(refused.why))


def _rows() -> list[list[str]]:
    """The rows of the file, or those of the page that showed them; both are checked again by the plan."""
    posted = request.form.get("rows")
    if posted is None:
        upload = request.files.get("berkas")
        if upload is None or not upload.filename:
            raise Refused(unit_import.NO_FILE)
        return xlsx.read_rows(upload.stream, MOST_LINES)
    try:
        rows = json.loads(posted)
    except (ValueError, RecursionError):
        raise xlsx.Unreadable from None
    if not isinstance(rows, list) or len(rows) > MOST_LINES or not all(map(_is_row, rows)):
        raise xlsx.Unreadable
    return rows


def _is_row(row: Any) -> bool:
    """Texts a page and a database can hold."""
    return isinstance(row, list) and all(isinstance(cell, str) and not UNWRITABLE.search(cell) for cell in row)


def _applied(view: Any, rows: list[list[str]]) -> Any:
    done = unit_import.apply(actor(), rows)
    anew = done.linked if request.form.get("links") == "anew" else ()
    links = access_link.make_all(actor(), {*done.waiting, *anew})
    named = {person.id: person for person in db.session.scalars(sa.select(User).where(User.id.in_(links)))}
    people = [(named[key], url_for("password.choose", secret=made.secret, _external=True), made) for key, made in links.items()]
    still = len(done.linked) - len(anew)
    return view.render("admin/unit_imported.html", done=done, people=people, still=still, rows=json.dumps(rows))


def _page(view: Any, **page: Any) -> Any:
    return view.render("admin/unit_import.html", **page), 422 if page.get("problem") else 200
