"""Reporting units and their officers from a sheet: upload, look, write, hand out the links."""

import json
from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from flask_babel import gettext as _

from exchange import xlsx
from forms.texts import say
from models import User, db
from services import access_link, unit_import
from services.errors import Refused
from shell.request import actor

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
            view, problem=_("This file cannot be read. Save it as an Excel workbook (.xlsx), at most 5 MB and 2,000 rows.")
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
        return xlsx.read_rows(upload.stream, unit_import.MOST_ROWS + 1)
    try:
        rows = json.loads(posted)
    except ValueError:
        raise xlsx.Unreadable from None
    if not isinstance(rows, list) or not all(isinstance(r, list) and all(isinstance(c, str) for c in r) for r in rows):
        raise xlsx.Unreadable
    return rows


def _applied(view: Any, rows: list[list[str]]) -> Any:
    done = unit_import.apply(actor(), rows)
    links = {key: access_link.make(actor(), key) for key in done.waiting}
    named = {person.id: person for person in db.session.scalars(sa.select(User).where(User.id.in_(links)))}
    people = [(named[key], url_for("password.choose", secret=made.secret, _external=True), made) for key, made in links.items()]
    return view.render("admin/unit_imported.html", done=done, people=people)


def _page(view: Any, **page: Any) -> Any:
    return view.render("admin/unit_import.html", **page), 422 if page.get("problem") else 200
