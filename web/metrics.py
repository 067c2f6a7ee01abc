"""Counts for Prometheus: shown to who bears the token, and to nobody while there is none."""

import hmac

from flask import Blueprint, Response, abort, current_app, request

from infra import metrics

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def show() -> Response:
    """The counts as text."""
    token = current_app.config["METRICS_TOKEN"]
    if not token:
        abort(404)
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
        return Response(status=401, headers={"WWW-Authenticate": "Bearer"})
    return Response(metrics.text(), content_type=metrics.TYPE)
