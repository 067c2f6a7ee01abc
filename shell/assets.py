"""Addresses of static files that may be cached for a year: the content's hash is part of the address."""

import hashlib
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

STATIC = Path(__file__).resolve().parent.parent / "static"
SCRIPTS = STATIC / "js"


@lru_cache(maxsize=1)
def script_folder() -> str:
    """``static/js-1a2b3c4d5e6f``: the folder of scripts under the hash of all of them. Modules name each other by relative
    addresses, which carry no ``?v=``, so the folder they lie in does."""
    together = hashlib.sha256()
    for path in sorted(SCRIPTS.rglob("*.js")):
        together.update(f"{path.relative_to(SCRIPTS).as_posix()}\0".encode() + path.read_bytes())
    return f"static/js-{together.hexdigest()[:12]}"


@lru_cache(maxsize=1)
def form_modules() -> Markup:
    """The tags that load what makes a form live; everything it imports is fetched at once, not one after the other."""
    names = sorted(
        path.relative_to(SCRIPTS).as_posix() for room in ("expressions", "form", "queue") for path in (SCRIPTS / room).glob("*.js")
    )
    early = "".join(f'<link rel="modulepreload" href="/{script_folder()}/{name}">\n' for name in names)
    return Markup(f'{early}<script type="module" src="/{script_folder()}/form/live.js"></script>')  # noqa: S704 - names are ours


@lru_cache(maxsize=256)
def asset(name: str) -> str:
    """``/static/app.css?v=1a2b3c4d``."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8]
    return f"/static/{name}?v={digest}"
