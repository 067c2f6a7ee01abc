"""Answers that stay what they are: whoever has one under its address never asks for it again."""

from flask import request
from werkzeug.wrappers import Response

from forms.unchanging import Unchanging


def answer(found: Unchanging) -> Response:
    """The JSON, kept by its reader for a year when it was asked for by its digest, else looked at anew each time."""
    said = Response(found.body, mimetype="application/json")
    fresh = request.args.get("v") == found.digest
    said.headers["Cache-Control"] = "private, max-age=31536000, immutable" if fresh else "private, no-cache"
    said.set_etag(found.digest)
    return said.make_conditional(request)
