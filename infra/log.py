"""Log lines: one JSON object each in production, words for people in development. Every line names its request."""

import logging
import re
import secrets
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from pythonjsonlogger.json import JsonFormatter

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""The code of the request being answered; set by the door."""
PLAUSIBLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}", re.ASCII)
HUMAN = "%(asctime)s %(levelname)s %(request_id)s %(message)s"


def request_id(offered: str) -> str:
    """What a request is called: the code it came with if that is one, else a fresh one short enough to be told by phone."""
    return offered if PLAUSIBLE.fullmatch(offered) else secrets.token_hex(6)


def configure(production: bool) -> None:
    """Send the log of this process to stderr."""
    handler = logging.StreamHandler()
    handler.addFilter(_name_request)
    handler.setFormatter(JsonLines() if production else logging.Formatter(HUMAN))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells each time that it looks


def _name_request(record: logging.LogRecord) -> bool:
    record.request_id = REQUEST_ID.get()
    return True


class JsonLines(JsonFormatter):
    """One line per record. A traceback says where and what kind of error, never the error's own words: they may quote
    what a person typed."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "request_id", "message"],
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "traceback"},
            timestamp="time",
        )

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the library's name
        """The chain of errors, the first cause first."""
        return "\n".join(reversed([_told(error) for error in _chain(ei[1])]))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _told(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    facts = [str(fact) for name in ("sqlstate", "errno") if (fact := getattr(error, name, None)) is not None]
    return "".join(traceback.format_tb(error.__traceback__)) + " ".join([kind, *facts])
