"""Evidence in pieces, by tus 1.0 (https://tus.io/protocols/resumable-upload) with creation, termination and expiration. Whoever
loses the line goes on where the server says. An answer names the kept file in ``Stored-As``: ``sha256 name``, percent-encoded."""

import datetime as dt
from base64 import b64decode
from binascii import Error
from dataclasses import asdict
from urllib.parse import quote

from flask import Blueprint, abort, current_app, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.http import http_date
from werkzeug.wrappers import Response

from domain.access import Permission
from forms.fill import file_kinds
from infra import clock
from infra.partial import Busy, Elsewhere
from services import upload
from services.errors import NotFound
from services.file import MAX_BYTES
from services.reading.report_page import report_page
from services.upload import Progress, Ticket
from shell.request import actor, file_store, signed_in

blueprint = Blueprint("upload", __name__)
TUS = "1.0.0"
PIECE = "application/offset+octet-stream"


@blueprint.before_request
def _speaks_tus() -> Response | None:
    if request.method == "OPTIONS" or request.headers.get("Tus-Resumable") == TUS:
        return None
    return Response(status=412, headers={"Tus-Version": TUS})


@blueprint.after_request
def _as_tus(response: Response) -> Response:
    response.headers["Tus-Resumable"] = TUS
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/laporan/<report_id>/berkas", methods=["OPTIONS"], provide_automatic_options=False)
def able(report_id: str) -> Response:
    """What this server can do, whoever asks."""
    able_to = {"Tus-Version": TUS, "Tus-Extension": "creation,termination,expiration", "Tus-Max-Size": str(MAX_BYTES)}
    return Response(status=204, headers=able_to)


@blueprint.post("/laporan/<report_id>/berkas")
@signed_in
def begin(report_id: str) -> Response:
    """Expect a file for the question ``code`` of ``Upload-Metadata``; ``filename`` and ``sha256`` stand there too."""
    said = _metadata(request.headers.get("Upload-Metadata", ""))
    page = report_page(actor(), report_id, Permission.REPORT_FILL)
    asked = page.definition.by_code.get(said.get("code", "")) or abort(404)
    length = request.headers.get("Upload-Length", -1, int)
    if length < 0:
        abort(400)
    named = said.get("filename", ""), length, said.get("sha256", "")
    ticket, progress = upload.expect(actor(), file_store(), page.report, file_kinds(asked), *named)
    return _state(ticket, progress, 201, {"Location": url_for("upload.grow", signed=_signer().dumps(asdict(ticket)))})


@blueprint.patch("/unggahan/<signed>")
@signed_in
def grow(signed: str) -> Response:
    """A piece that begins where the file ends."""
    ticket = _ticket(signed)
    if request.mimetype != PIECE:
        abort(415)
    try:
        at = request.headers.get("Upload-Offset", -1, int)
        progress = upload.grow(actor(), file_store(), ticket, at, request.stream)  # type: ignore[arg-type]
    except Elsewhere as other:
        return Response(status=409, headers={"Upload-Offset": str(other.offset)})
    except Busy:
        return Response(status=423)
    except FileNotFoundError:
        raise NotFound from None
    return _state(ticket, progress, 204)


@blueprint.route("/unggahan/<signed>", methods=["HEAD"])
@signed_in
def arrived(signed: str) -> Response:
    """How much has arrived."""
    ticket = _ticket(signed)
    return _state(ticket, upload.arrived(actor(), file_store(), ticket), 200)


@blueprint.delete("/unggahan/<signed>")
@signed_in
def drop(signed: str) -> Response:
    """Nobody goes on with it."""
    upload.drop(actor(), file_store(), _ticket(signed))
    return Response(status=204)


def _state(ticket: Ticket, progress: Progress, status: int, more: dict[str, str] | None = None) -> Response:
    headers = {"Upload-Offset": str(progress.offset), "Upload-Length": str(ticket.length)}
    expires = http_date(clock.now() + dt.timedelta(seconds=upload.LASTS))
    headers |= {"Stored-As": quote(progress.kept)} if progress.kept else {"Upload-Expires": expires}
    return Response(status=status, headers=headers | (more or {}))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key, salt="upload")  # type: ignore[arg-type]


def _ticket(signed: str) -> Ticket:
    try:
        return Ticket(**_signer().loads(signed))
    except BadSignature:
        raise NotFound from None


def _metadata(header: str) -> dict[str, str]:
    """``name base64, name base64``; what is no text is left out."""
    pairs = (pair.strip().partition(" ") for pair in header.split(","))
    found = {}
    for name, _space, value in pairs:
        try:
            found[name] = b64decode(value, validate=True).decode()
        except (Error, ValueError):
            continue
    return found
