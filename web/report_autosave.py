"""Saves in the background: what changed on the page as it is typed. The answer acknowledges it, or nothing was kept."""

from flask import jsonify, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from domain.messages import Message
from forms.texts import say
from infra import clock
from services.errors import Refused
from services.reading.report_page import ReportPage, report_page
from shell.request import actor
from web import report_form
from web.report_form import Outcome


def take(page: ReportPage) -> Response:
    """Keep what was sent. Answers JSON with the ``page`` and ``nth`` it was sent as: only that acknowledges it."""
    if request.form.get("_person") != actor().id:  # a device keeps the answers of everybody who used it apart; so do we
        return _not_kept(another=True)
    if page.refusal is not None and not page.keeps:
        return _refused(page.refusal) if report_form.says_more(page) else jsonify(_kept(page, page.report.entry.seq))
    try:
        outcome = report_form.take(page)
    except Refused as refused:  # someone else has just sent it
        return _refused(refused.why)
    return jsonify(acknowledgement(page, outcome))


def acknowledgement(page: ReportPage, outcome: Outcome) -> dict[str, object]:
    """What the sender needs to know: up to which change it is kept, what others changed meanwhile, what clashes with theirs."""
    saved = outcome.saved
    told = saved.others & page.definition.by_code.keys()
    attached = outcome.attached & page.definition.by_code.keys()
    now = report_page(actor(), page.report.id) if told | attached else page
    return _kept(page, saved.seq) | {
        "stale": bool(outcome.since),
        "others": {code: report_form.question(now, code) for code in sorted(told)},
        "attached": {code: report_form.question(now, code) for code in sorted(attached - told)},
        "clashes": {c.code: report_form.clash(now, c) for c in saved.conflicts},
    }


def _kept(page: ReportPage, seq: int) -> dict[str, object]:
    """Only this acknowledges: it names the sending."""
    zone = page.report.unit.region.zone
    said = _("Saved on server, %(time)s", time=f"{clock.local(zone):%H.%M} {zone}")
    named = {"page": request.form.get("_op", ""), "nth": request.form.get("_nth", 0, int)}
    return named | {"seq": seq, "said": said, "stale": False, "others": {}, "attached": {}, "clashes": {}}


def _refused(why: Message) -> Response:
    return _not_kept(refused=say(why))


def _not_kept(**why: object) -> Response:
    answer = jsonify(why)
    answer.status_code = 409
    return answer
