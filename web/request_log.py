"""Every request: a code of its own, one line in the log, one count. Around everything else, so that none is missed."""

import logging
import time
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication

from flask import Flask, g, request
from werkzeug.wsgi import ClosingIterator

from infra import metrics
from infra.log import REQUEST_ID, request_id

log = logging.getLogger("emonev.request")
FACTS = "emonev.facts"
"""Where the application leaves in the WSGI environment what only it knows: (endpoint, route, user id)."""
Environ = dict[str, Any]


def register(app: Flask) -> None:
    """Let requests say, at their end, which page they were and who asked."""
    app.teardown_request(_note_facts)


def _note_facts(_error: BaseException | None) -> None:
    rule = request.url_rule
    who = g.actor.id if "actor" in g else ""
    request.environ[FACTS] = (request.endpoint or "", rule.rule if rule else "", who)


class RequestLog:
    """The outermost layer of the application."""

    def __init__(self, inner: WSGIApplication) -> None:
        self.inner = inner

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, then tell how it went: addresses and ids of pages stay out, and all that was typed."""
        seen = _Seen(environ, start_response)
        try:
            answer = self.inner(environ, seen.start)
        except Exception as error:
            log.error("unexpected", exc_info=error)
            seen.done()
            raise
        return ClosingIterator(answer, seen.done)


class _Seen:
    """One request and what is known of its answer."""

    def __init__(self, environ: Environ, start_response: StartResponse) -> None:
        self.environ, self._start_response = environ, start_response
        self.began, self.status, self.size = time.perf_counter(), 500, 0
        self.id = request_id(environ.get("HTTP_X_REQUEST_ID", ""))
        REQUEST_ID.set(self.id)

    def start(self, status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
        """What the application calls when its answer begins."""
        self.status = int(status[:3])
        self.size = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
        return self._start_response(status, [*headers, ("X-Request-ID", self.id)], *error)

    def done(self) -> None:
        """One line, one count; a server may end an answer in another thread than it began."""
        REQUEST_ID.set(self.id)
        seconds, method = time.perf_counter() - self.began, self.environ["REQUEST_METHOD"]
        endpoint, route, user = self._facts()
        metrics.request_done(method, endpoint, self.status, seconds)
        facts = {"method": method, "route": route, "status": self.status, "ms": round(seconds * 1000, 1), "user": user}
        facts |= {"address": self.environ.get("REMOTE_ADDR", ""), "bytes": self.size}
        log.info("%s %s %s %.1f ms", method, route, self.status, seconds * 1000, extra=facts)
        REQUEST_ID.set("")

    def _facts(self) -> tuple[str, str, str]:
        if self.environ["PATH_INFO"].startswith("/static/"):
            return "static", "/static/", ""
        endpoint, route, user = self.environ.get(FACTS, ("", "", ""))
        return endpoint or "none", route or "-", user
