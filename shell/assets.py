"""Addresses of static files that may be cached for a year: the content's hash is part of the address."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from markupsafe import Markup

from shell.bundle import bundled

STATIC = Path(__file__).resolve().parent.parent / "static"
SCRIPTS = STATIC / "js"


PAGES = {
    "page": ("queue/start.js",),
    "form": ("queue/start.js", "form/live.js", "form/rows.js"),
    "lists": ("queue/start.js", "form/rows.js"),
}
"""The modules each kind of page begins with."""


@dataclass(frozen=True, slots=True)
class Script:
    """All modules of a kind of page in one file; *address*: another whenever anything in it is another."""

    body: str
    address: str


@cache
def scripts() -> Mapping[str, Script]:
    """The scripts by kind of page."""
    bodies = {name: bundled([SCRIPTS / entry for entry in entries]) for name, entries in PAGES.items()}
    return {name: Script(body, f"/skrip/{_digest(body.encode())}/{name}.js") for name, body in bodies.items()}


def loading(page: str) -> Markup:
    """The tag that loads the script of a kind of page."""
    return Markup(f'<script type="module" src="{scripts()[page].address}"></script>')  # noqa: S704 - names are ours


def program() -> str:
    """Another text whenever any script is another."""
    return _digest("".join(script.address for script in scripts().values()).encode())


def shell() -> list[str]:
    """Addresses of everything the pages load that open without a line."""
    styles = [asset(name) for name in ("tokens.css", "app.css", "js/app.js", "mark.svg")]
    return [*styles, "/static/ikon.svg", *(scripts()[page].address for page in ("page", "form"))]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


@lru_cache(maxsize=256)
def asset(name: str) -> str:
    """``/static/app.css?v=1a2b3c4d``."""
    return f"/static/{name}?v={_digest((STATIC / name).read_bytes())}"
