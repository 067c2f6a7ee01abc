"""What opens without a line: the service worker's script, what a device keeps for its person, and the page that says there is none.

A device keeps only what says so by its header ``Kept-For``, and apart for each person (static/js/worker.js).
"""

import hashlib
import json
from functools import lru_cache

from flask import Blueprint, Flask, jsonify, render_template, request
from werkzeug.wrappers import Response

from services import registry
from services.reading import due
from services.reading.report_page import report_page
from shell.assets import SCRIPTS, shell
from shell.request import actor, signed_in
from web import long_lists, report_form

blueprint = Blueprint("offline", __name__)
KEPT = frozenset({"home.index", "report.index", "report.fill", "report.rules", "report_choices.listed", "offline.without_line"})
NOBODYS_PAGE = "/static/luring.html"
"""Shown without a line to whoever is not signed in; a file, for it names nobody."""
MOST = 12
"""Reports a device fetches ahead; an officer of many units opens the rest before leaving."""


def register(app: Flask) -> None:
    """Attach the pages, and the header that lets a device keep some of those there are."""
    app.register_blueprint(blueprint)
    app.after_request(_kept_for)


def _kept_for(response: Response) -> Response:
    if request.endpoint in KEPT and request.method == "GET" and response.status_code == 200 and actor().id:
        response.headers["Kept-For"] = actor().id
    return response


@blueprint.get("/sw.js")
def worker() -> Response:
    """The service worker; at the root, for it answers for every page."""
    answer = Response(_worker(), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    return answer.make_conditional(request)


@lru_cache(maxsize=1)
def _worker() -> str:
    files = json.dumps([*shell(), "/static/tokens.css", "/static/app.css", NOBODYS_PAGE])
    source = (SCRIPTS / "worker.js").read_text(encoding="utf-8")
    name = hashlib.sha256((files + source).encode()).hexdigest()[:12]
    known = {"NAME": f"shell {name}", "WITHOUT_LINE": "/tanpa-jaringan", "NOBODYS_PAGE": NOBODYS_PAGE, "SIGN_IN": "/masuk"}
    return f"const SHELL = {files};\n" + "".join(f'const {key} = "{value}";\n' for key, value in known.items()) + source


@blueprint.get("/luring")
@signed_in
def due_here() -> Response:
    """What this person's device keeps ahead: the pages of the reports to be filled, the rules of their versions, long lists."""
    reports = [report for report in due.to_do(actor()) if report.may_fill][:MOST]
    pages = ["/", "/laporan", "/tanpa-jaringan", *(f"/laporan/{report.id}" for report in reports)]
    rules = sorted({report_form.rules_address(report.form, report.version) for report in reports})
    return jsonify({"pages": pages, "files": rules + [address for report in reports for address in _lists(report)]})


def _lists(report: due.DueReport) -> list[str]:
    """The long lists of a report, which is loaded only where its form asks for any."""
    definition = registry.definition_of(report_form.published(report.form, report.version))
    return long_lists.addresses(report_page(actor(), report.id)) if long_lists.asked_by(definition) else []


@blueprint.get("/tanpa-jaringan")
@signed_in
def without_line() -> str:
    """Shown by the device in place of a page it does not keep."""
    return render_template("web/offline.html")
