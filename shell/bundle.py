"""The scripts of a page in one file: modules and what they import, each in a function of its own, in order. A phone on a slow line
asks once instead of thirty times. Nothing is built beforehand, and the sources stay modules that Node and browsers load as they
are. Only the imports and exports our scripts use are understood; anything else is refused when the program starts.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import rjsmin

IMPORT = re.compile(r'^import (?:(?:\{([^}]*)\}|\* as (\w+)) from )?"(\.[^"]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:(?:async )?function\*?|class|const) (?:(\w+)|\[([^\]]*)\]))", re.MULTILINE)
LIST = re.compile(r"^export \{([^}]*)\};$", re.MULTILINE)
LEFT = re.compile(r"^\s*(?:import|export)\b.*", re.MULTILINE)


def bundled(entries: Sequence[Path]) -> str:
    """One script that does what loading the *entries* as modules does. Raises :class:`ValueError`."""
    order: list[Path] = []
    for entry in entries:
        _visit(entry.resolve(), order, [])
    names = {path: f"m{place}" for place, path in enumerate(order)}
    return "".join(_in_function(path, names) for path in order)


def _visit(path: Path, order: list[Path], above: list[Path]) -> None:
    if path in above:
        raise ValueError(f"{path.name} imports itself by way of {', '.join(one.name for one in above)}")
    if path in order:
        return
    for _names, _whole, address in IMPORT.findall(path.read_text(encoding="utf-8")):
        _visit((path.parent / address).resolve(), order, [*above, path])
    order.append(path)


def _in_function(path: Path, names: dict[Path, str]) -> str:
    source = path.read_text(encoding="utf-8")
    given = [one or several for one, several in EXPORT.findall(source)] + LIST.findall(source)
    body = LIST.sub("", EXPORT.sub("", IMPORT.sub(lambda found: _taken(found, path, names), source)))
    left = LEFT.search(body)
    if left:
        raise ValueError(f"{path.name}: {left[0].strip()} is not understood")
    return f"const {names[path]} = (() => {{\n{rjsmin.jsmin(body)}\nreturn {{ {', '.join(given)} }};\n}})();\n"


def _taken(found: re.Match[str], path: Path, names: dict[Path, str]) -> str:
    some, whole, address = found.groups()
    if not some and not whole:
        return ""
    module = names[(path.parent / address).resolve()]
    return f"const {whole} = {module};" if whole else f"const {{{some.replace(' as ', ': ')}}} = {module};"
