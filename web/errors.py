"""Error pages in the reader's language: what happened, whether work is safe, what next. Never a bare 500."""

import errno
import logging

from flask import Flask, current_app, flash, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy import event, exc
from sqlalchemy.engine import Engine, ExceptionContext
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response

from forms.texts import say
from infra import metrics
from infra.log import REQUEST_ID
from models import db
from services.errors import Forbidden, NotFound, Refused
from services.file import MAX_MB
from shell import kept_post
from shell.request import actor, speaks_json, to_sign_in, without_person

log = logging.getLogger(__name__)
CHUNK = 1 << 20
OUT_OF = frozenset({errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.EROFS, errno.ETIMEDOUT})
"""Room, files, memory, time: what a server may be out of for a while."""
Answer = tuple[str, int] | Response


def register(app: Flask) -> None:
    """Attach a handler to everything that may end a request early."""
    app.register_error_handler(NotFound, lambda _error: page(404))
    app.register_error_handler(Forbidden, lambda _error: page(403) if actor().id else to_sign_in())
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    for unavailable in (exc.OperationalError, exc.InterfaceError, exc.TimeoutError):
        app.register_error_handler(unavailable, _unavailable)
    app.register_error_handler(OSError, _system)
    app.register_error_handler(IntegrityError, _overtaken)
    app.register_error_handler(DataError, _unfit)
    app.register_error_handler(Exception, _unexpected)
    if not event.contains(Engine, "handle_error", _count):
        event.listen(Engine, "handle_error", _count)


def _count(context: ExceptionContext) -> None:
    """Every error of a statement is counted, answered here or not; who could not even begin is counted as the 503 they get."""
    metrics.database_error(context.sqlalchemy_exception or context.original_exception)


def page(status: int, detail: str = "") -> Answer:
    """The page of a status; without the person and their menu when the database does not answer. A script gets words, or that it
    may try again."""
    if speaks_json():
        return _to_script(status, detail)
    try:
        return _page(status, detail)
    except SQLAlchemyError as gone:
        log.warning("no database: %s", getattr(gone, "orig", gone))
        db.session.rollback()
        without_person()
        return _page(status, detail)


def _page(status: int, detail: str) -> tuple[str, int]:
    title, advice = _words(status)
    code = REQUEST_ID.get() if status >= 500 else ""
    return render_template("web/error.html", status=status, title=title, advice=detail or advice, code=code), status


def _to_script(status: int, detail: str) -> Answer:
    title, advice = _words(status)
    again = status >= 500 or status == 429
    answer = jsonify({"busy": True} if again else {"refused": detail or f"{title} {advice}"})
    answer.status_code = status
    return answer


def _words(status: int) -> tuple[str, str]:
    known = {
        400: (_("The page could not be read."), _("Go back, load the page again and repeat the step.")),
        403: (_("You may not open this page."), _("Ask the BNPB administrator if you need it for your work.")),
        409: (_("This step could not be done."), _("Open the page again and look before you repeat the step.")),
        415: (_("This page takes forms only."), _("Go back and use the buttons of the page.")),
        404: (_("This page does not exist."), _("Check the address, or start again from the home page.")),
        405: (_("This step does not work here."), _("Go back and use the buttons of the page.")),
        413: (
            _("What you sent is too large."),
            _("Choose smaller files, at most %(mb)s MB each. What was saved before is safe.", mb=MAX_MB),
        ),
        429: (_("Too many tries."), _("Wait a few minutes, then try again.")),
        503: (_("The server is busy."), _("Nothing was lost. Wait a moment, then send the page again.")),
    }
    return known.get(status, (_("Something went wrong on our side."), _("What was saved is safe. Try again in a moment.")))


def _refused(error: Refused) -> Answer:
    return page(409, say(error.why))


def _csrf(_error: CSRFError) -> Answer:
    if request.endpoint == "password.choose":  # whoever chooses a password has nothing to sign in with yet
        flash(_("The page was open too long. Enter the password once more."), "bad")
        return redirect(request.path)
    if speaks_json() or (not actor().id and request.path != "/masuk"):
        return to_sign_in()
    kept = kept_post.keep(actor()) if actor().id else ""
    if kept:  # signed out and in again elsewhere: the page is of the session before
        return redirect(kept)
    return page(400, _("The page was open too long. Go back, load it again and repeat the step."))


def _http(error: HTTPException) -> Answer:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()  # type: ignore[return-value]
    if isinstance(error, RequestEntityTooLarge):
        _let_finish()
    return page(error.code or 500)


def _let_finish() -> None:
    """Read on, within reason: a browser that is cut off while it is sending shows no page at all."""
    most = 2 * int(current_app.config["MAX_CONTENT_LENGTH"])
    left = request.content_length or 0
    while 0 < left <= most and (block := request.environ["wsgi.input"].read(min(left, CHUNK))):
        left -= len(block)


def _unavailable(error: Exception) -> Answer:
    """The database or the disk does not answer, or takes no more: nothing was written, later it may be."""
    db.session.rollback()
    log.error("unavailable: %s", getattr(error, "orig", error))  # speaks of the server and the connection, not of what was typed
    return page(503)


def _system(error: OSError) -> Answer:
    """The system is out of something; every other error of this kind (a missing template is one) is ours."""
    return _unavailable(error) if error.errno in OUT_OF else _unexpected(error)


def _overtaken(error: IntegrityError) -> Answer:
    """Two wrote the same thing at once; the constraint let one of them through."""
    db.session.rollback()
    log.warning("overtaken", exc_info=error)
    return page(409, _("Someone else has just saved the same. Open the page again and look before you repeat the step."))


def _unfit(error: DataError) -> Answer:
    """Text no database can hold, such as NUL."""
    db.session.rollback()
    log.warning("unfit", exc_info=error)
    return page(400)


def _unexpected(error: Exception) -> Answer:
    db.session.rollback()
    log.error("unexpected", exc_info=error)
    return page(500)
