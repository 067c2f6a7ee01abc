"""Evidence files: served to those who may read the unit, as a download that is never sniffed, or as pictures made here."""

from flask import Blueprint, abort, render_template, request, send_file
from werkzeug.wrappers import Response

from exchange.pictures import PAGE, THUMB, Busy, Picture, picture
from services import file
from services.file import FileFacts
from shell.files import MARKS, size_text
from shell.request import actor, file_store, signed_in

blueprint = Blueprint("files", __name__)
NOTHING = '<svg xmlns="http://www.w3.org/2000/svg"/>'
"""In place of a stamp of a file that cannot be drawn: what stands behind the picture shows, and no sign of a broken one."""


@blueprint.get("/berkas/<unit_id>/<sha256>")
@signed_in
def download(unit_id: str, sha256: str) -> Response:
    """One file of a unit."""
    facts = file.open_for(actor(), unit_id, sha256)
    response = send_file(
        file_store().path(sha256),
        mimetype=facts.media_type,
        as_attachment=True,
        download_name=facts.filename,
        max_age=0,
        conditional=True,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/berkas/<unit_id>/<sha256>/kecil")
@signed_in
def thumb(unit_id: str, sha256: str) -> Response:
    """A file at the size of a stamp."""
    facts = _drawable(unit_id, sha256)
    try:
        made = picture(file_store(), facts.sha256, 1, THUMB)
    except Busy:
        made = None
    return _served(made.body, "image/webp") if made else _served(NOTHING, "image/svg+xml")


@blueprint.get("/berkas/<unit_id>/<sha256>/halaman/<int(min=1):number>")
@signed_in
def page(unit_id: str, sha256: str, number: int) -> Response:
    """One page of a file, to be read."""
    made = _page(_drawable(unit_id, sha256), number)
    return _served(made.body, "image/webp") if made else abort(404)


@blueprint.get("/berkas/<unit_id>/<sha256>/lihat")
@signed_in
def look(unit_id: str, sha256: str) -> str:
    """A file on the screen, page by page."""
    facts = _drawable(unit_id, sha256)
    first = _page(facts, 1)
    number = request.args.get("halaman", 1, type=int)
    if first and not 1 <= number <= first.shown:
        abort(404)
    address = f"/berkas/{unit_id}/{facts.sha256}"
    return render_template(
        "web/file.html", file=facts, first=first, number=number, address=address, size=size_text(facts.size), mark=MARKS[facts.kind]
    )


def _drawable(unit_id: str, sha256: str) -> FileFacts:
    facts = file.open_for(actor(), unit_id, sha256)
    return facts if facts.kind in file.DRAWN else abort(404)


def _page(facts: FileFacts, number: int) -> Picture | None:
    try:
        return picture(file_store(), facts.sha256, number, PAGE)
    except Busy:
        abort(503)


def _served(body: bytes | str, kind: str) -> Response:
    """Asked for anew each time, so that who may no longer see it does not, and sent once."""
    response = Response(body, mimetype=kind)
    response.add_etag()
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)
