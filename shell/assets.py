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


def modules(*rooms: str) -> list[str]:
    """Addresses of the scripts in these folders, and of what all of them use."""
    found = [path for room in rooms for path in (SCRIPTS / room).glob("*.js")]
    names = sorted(path.relative_to(SCRIPTS).as_posix() for path in [SCRIPTS / "elements.js", *found])
    return [f"/{script_folder()}/{name}" for name in names]


@lru_cache(maxsize=4)
def loading(entry: str, *rooms: str) -> Markup:
    """The tags that load a module; everything it imports is fetched at once, not one after the other."""
    early = "".join(f'<link rel="modulepreload" href="{address}">\n' for address in modules(*rooms))
    return Markup(f'{early}<script type="module" src="/{script_folder()}/{entry}"></script>')  # noqa: S704 - names are ours


def shell() -> list[str]:
    """Addresses of everything a page of any kind loads."""
    styles = [asset(name) for name in ("tokens.css", "app.css", "js/app.js", "mark.svg")]
    vendored = [f"/static/vendor/{path.name}" for path in sorted((STATIC / "vendor").glob("*.js"))]
    return [*styles, "/static/ikon.svg", *vendored, *modules("expressions", "form", "queue")]


@lru_cache(maxsize=256)
def asset(name: str) -> str:
    """``/static/app.css?v=1a2b3c4d``."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8]
    return f"/static/{name}?v={digest}"
