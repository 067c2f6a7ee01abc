"""What is counted, and its text for Prometheus. Labels hold names of ours, never addresses or people."""

import os
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from infra import shared_counts

TYPE = CONTENT_TYPE_LATEST
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

_REQUESTS = Counter("emonev_requests", "Requests answered", ("method", "endpoint", "status"))
_DURATION = Histogram("emonev_request_seconds", "Time to the last byte", ("method", "endpoint", "status"), buckets=SECONDS)
_REPORTS = Counter("emonev_reports", "Reports saved or sent", ("step",))
_SIGN_IN_FAILURES = Counter("emonev_sign_in_failures", "Sign-ins refused")
_DATABASE_ERRORS = Counter("emonev_database_errors", "Statements and connections the database refused", ("kind",))


def request_done(method: str, endpoint: str, status: int, seconds: float) -> None:
    """Count an answered request."""
    labels = (method if method in METHODS else "other", endpoint, str(status))
    _REQUESTS.labels(*labels).inc()
    _DURATION.labels(*labels).observe(seconds)


def report_done(sent: bool) -> None:
    """Count a report that was kept: sent, or saved as a draft."""
    _REPORTS.labels("sent" if sent else "saved").inc()


def sign_in_refused() -> None:
    """Count a refused sign-in."""
    _SIGN_IN_FAILURES.inc()


def database_error(error: BaseException) -> None:
    """Count an error of the database by its kind."""
    _DATABASE_ERRORS.labels(type(error).__name__).inc()


def text() -> bytes:
    """All counts: of every worker when they share a folder, else of this process."""
    folder = os.environ.get(shared_counts.VARIABLE)
    if not folder:
        return generate_latest(REGISTRY)
    together = CollectorRegistry()
    MultiProcessCollector(together, folder)  # type: ignore[no-untyped-call]
    with shared_counts.held(Path(folder)):
        return generate_latest(together)
