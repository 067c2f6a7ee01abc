"""Answers in gzip for who takes it: a form of 50 kB is 8 kB on the line. Works around everything, static files included.

A length that tells what a page holds besides what was asked (BREACH) takes requests with the reader's own cookie: the session's is
``SameSite=Lax``, so no other site's page can send them unseen.
"""

import gzip
from collections.abc import Callable, Iterable
from typing import Any

from forms.kept import Kept

SMALLEST = 1000
KINDS = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
STILL = ("/static/", "/skrip/")
LEVEL = {True: 9, False: 5}
"""Static files are compressed once, pages each time."""

Headers = list[tuple[str, str]]
Start = Callable[..., Any]


class Compression:
    """A WSGI application around another. What is streamed (an answer of unknown length) is left as it is."""

    def __init__(self, app: Callable[[dict[str, Any], Start], Iterable[bytes]]) -> None:
        self.app = app
        self.still: Kept[tuple[str, str], bytes] = Kept(200)

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Answer one request."""
        if "gzip" not in environ.get("HTTP_ACCEPT_ENCODING", "") or environ["REQUEST_METHOD"] == "HEAD":
            return self.app(environ, start_response)
        said: list[Any] = []

        def note(status: str, headers: Headers, exc_info: Any = None) -> None:
            said[:] = [status, headers, exc_info]

        body = self.app(environ, note)
        status, headers, exc_info = said
        if not _fits(status, headers):
            start_response(status, headers, exc_info)
            return body
        path = environ.get("PATH_INFO", "")
        short = self._short(path, headers, body) if path.startswith(STILL) else _squeezed(body, False)
        start_response(status, _renamed(headers, len(short)), exc_info)
        return [short]

    def _short(self, path: str, headers: Headers, body: Iterable[bytes]) -> bytes:
        key = (path, next((value for name, value in headers if name.lower() in ("etag", "last-modified")), ""))
        short = self.still.get(key, lambda: _squeezed(body, True))
        _close(body)
        return short


def _fits(status: str, headers: Headers) -> bool:
    named = {name.lower(): value for name, value in headers}
    length = named.get("content-length", "")
    kind = named.get("content-type", "")
    whole = status[:3] not in ("204", "206", "304") and "content-encoding" not in named
    return whole and length.isdigit() and int(length) >= SMALLEST and kind.startswith(KINDS)


def _squeezed(body: Iterable[bytes], still: bool) -> bytes:
    whole = b"".join(body)
    _close(body)
    return gzip.compress(whole, LEVEL[still], mtime=0)


def _close(body: Iterable[bytes]) -> None:
    if hasattr(body, "close"):
        body.close()


def _renamed(headers: Headers, length: int) -> Headers:
    """The same answer in another spelling: its tag is a weak one now."""
    found = [(name, value) for name, value in headers if name.lower() not in ("content-length", "etag", "vary", "accept-ranges")]
    tags = [value for name, value in headers if name.lower() == "etag"]
    vary = [value for name, value in headers if name.lower() == "vary"]
    found += [("ETag", tag if tag.startswith("W/") else f"W/{tag}") for tag in tags]
    return [
        *found,
        ("Content-Encoding", "gzip"),
        ("Content-Length", str(length)),
        ("Vary", ", ".join(dict.fromkeys([*vary, "Accept-Encoding"]))),
    ]
