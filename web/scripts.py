"""The scripts of pages, each kind in one file that never changes under its address."""

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from shell.assets import scripts

blueprint = Blueprint("scripts", __name__)


@blueprint.get("/skrip/<digest>/<name>.js")
def script(digest: str, name: str) -> Response:
    """The script of a kind of page; a page of the program before this gets this one's, which is not kept under that address."""
    found = scripts().get(name) or abort(404)
    answer = Response(found.body, mimetype="text/javascript")
    fresh = found.address == f"/skrip/{digest}/{name}.js"
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fresh else "no-cache"
    return answer
