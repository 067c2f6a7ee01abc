"""Evidence files: served to those who may read the unit, always as a download, never sniffed."""

from flask import Blueprint, send_file
from werkzeug.wrappers import Response

from services import file
from shell.request import actor, file_store, signed_in

blueprint = Blueprint("files", __name__)


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
