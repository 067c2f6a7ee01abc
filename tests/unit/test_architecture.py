"""House rules that code must keep, read from the syntax tree."""

import ast
import re
import statistics
from functools import cache
from pathlib import Path

import pytest
import yaml

from domain.definitions.problems import CATALOGUE
from domain.fields import TYPES
from settings import VARIABLES
from tests.unit.make import ROOT

OUTSIDE = {".venv", "node_modules", "instance", "__pycache__", ".git", ".claude"}
FRAMEWORKS = {
    "flask",
    "sqlalchemy",
    "wtforms",
    "jinja2",
    "werkzeug",
    "flask_admin",
    "flask_sqlalchemy",
    "flask_wtf",
    "flask_babel",
    "markupsafe",
}
ROOMS = {p.name for p in ROOT.iterdir() if any(p.glob("*.py"))} - {"domain", "tests"} | {"app", "settings", "wsgi"}
SEEDED = {p.stem: yaml.safe_load(p.read_text(encoding="utf-8")) for p in (ROOT / "seed" / "definitions").glob("*.yaml")}
SEED_KEYS = {source["key"] for source in SEEDED.values()}
INDICATORS = {
    f["code"] for source in SEEDED.values() if source["kind"] == "phase_form" for s in source["sections"] for f in s["fields"]
}
INDICATOR = re.compile(r"(?<![\w-])(" + "|".join(sorted(INDICATORS)) + r")(?![\w-])")
ROUTES = {"route", "get", "post", "put", "patch", "delete", "expose"}


@cache
def files(suffix: str) -> tuple[Path, ...]:
    """Every file of ours with the suffix, relative to the root."""
    found = (p.relative_to(ROOT) for p in ROOT.rglob(f"*{suffix}"))
    return tuple(sorted(p for p in found if not OUTSIDE & set(p.parts)))


def inside(path: Path, *folders: str) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def code() -> list[Path]:
    """Our Python without tests."""
    return [p for p in files(".py") if not inside(p, "tests")]


def imported(path: Path) -> set[str]:
    """The first names of everything a file imports."""
    names = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def functions(path: Path) -> list[ast.FunctionDef]:
    return [n for n in ast.walk(tree(path)) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]


def length(function: ast.FunctionDef) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def calls(path: Path, *names: str) -> list[str]:
    """Places where a method of one of the names is called."""
    found = [
        n for n in ast.walk(tree(path)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr in names
    ]
    return [f"{path}:{n.lineno} {ast.unparse(n.func)}" for n in found]


def test_the_walk_sees_every_room():
    rooms = {p.parts[0] for p in files(".py")}
    assert {"domain", "models", "services", "forms", "web", "admin", "cli", "infra", "exchange", "tests", "migrations"} <= rooms
    assert len(files(".html")) > 5


@pytest.mark.parametrize("path", [p for p in files(".py") if inside(p, "domain")], ids=str)
def test_the_domain_is_pure(path):
    assert imported(path) & (FRAMEWORKS | ROOMS) == set()
    clocks = {
        "dt.datetime.now",
        "dt.date.today",
        "datetime.now",
        "date.today",
        "time.time",
        "dt.datetime.utcnow",
        "random.random",
        "open",
        "print",
    }
    assert {ast.unparse(n.func) for n in ast.walk(tree(path)) if isinstance(n, ast.Call)} & clocks == set()


def test_nobody_imports_the_application():
    assert [str(p) for p in code() if "app" in imported(p) and p != Path("wsgi.py") and p.parts[0] != "bench"] == []


def test_doors_do_not_import_each_other():
    doors = {"web", "admin", "api", "cli", "jobs"}
    wrong = {str(p): sorted(other) for p in code() if p.parts[0] in doors and (other := imported(p) & (doors - {p.parts[0]}))}
    assert wrong == {}


def test_only_services_commit():
    assert [place for p in code() if not inside(p, "services", "migrations") for place in calls(p, "commit")] == []


def test_only_services_begin_transactions():
    allowed = ("services", "migrations", "cli", "models/guards.py", "models/connection.py")
    assert [place for p in code() if not inside(p, *allowed) for place in calls(p, "begin", "begin_nested")] == []


def type_decisions(path: Path) -> list[str]:
    """Comparisons of a field's type, or of a type's name with a literal type name."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            literals = {c.value for side in sides for c in ast.walk(side) if isinstance(c, ast.Constant)}
            attributes = {side.attr for side in sides if isinstance(side, ast.Attribute)}
            if any(isinstance(side, ast.Name) and side.id == "TYPES" for side in sides):
                continue  # whether a type is registered decides nothing about it
            if "type" in attributes or ("name" in attributes and literals & TYPES.keys()):
                found.append(f"{path}:{node.lineno} {ast.unparse(node)}")
        elif isinstance(node, ast.Match) and isinstance(node.subject, ast.Attribute) and node.subject.attr == "type":
            found.append(f"{path}:{node.lineno} match")
    return found


def test_nothing_decides_on_the_name_of_a_field_type():
    assert [place for p in code() if not inside(p, "domain/fields", "forms/fields") for place in type_decisions(p)] == []


def test_no_template_decides_on_the_name_of_a_field_type():
    decision = re.compile(r"\.type\s*(==|!=|in\b|not\s+in\b)[^%}]*['\"](" + "|".join(TYPES) + r")['\"]")
    assert [str(p) for p in files(".html") if decision.search((ROOT / p).read_text(encoding="utf-8"))] == []


def lines_with(path: Path, pattern: re.Pattern[str]) -> list[str]:
    text = (ROOT / path).read_text(encoding="utf-8")
    return [f"{path}:{number} {line.strip()}" for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]


def test_no_code_knows_a_seeded_indicator():
    known = [p for suffix in (".py", ".html", ".js") for p in files(suffix) if not inside(p, "seed", "tests")]
    assert [place for p in known for place in lines_with(p, INDICATOR)] == []


def test_no_code_knows_a_seeded_content_type():
    quoted = re.compile("['\"`](" + "|".join(sorted(SEED_KEYS)) + ")['\"`]")
    known = [p for suffix in (".py", ".html", ".js") for p in files(suffix) if not inside(p, "seed", "tests")]
    assert [place for p in known for place in lines_with(p, quoted)] == []


def test_no_file_is_over_five_hundred_lines():
    long = {
        str(p): n
        for p in files(".py")
        if not inside(p, "migrations/versions") and (n := len((ROOT / p).read_text(encoding="utf-8").splitlines())) > 500
    }
    assert long == {}


def test_functions_are_short():
    lengths = {f"{p}:{f.lineno} {f.name}": length(f) for p in code() if not inside(p, "migrations") for f in functions(p)}
    assert statistics.median(lengths.values()) <= 10
    assert {name: n for name, n in lengths.items() if n > 60} == {}


def is_view(function: ast.FunctionDef) -> bool:
    called = [d.func for d in function.decorator_list if isinstance(d, ast.Call)]
    return any(getattr(f, "attr", getattr(f, "id", "")) in ROUTES for f in called)


def test_views_are_short():
    views = {
        f"{p}:{f.lineno} {f.name}": length(f) for p in files(".py") if inside(p, "web", "admin") for f in functions(p) if is_view(f)
    }
    assert len(views) > 5
    assert {name: n for name, n in views.items() if n > 15} == {}


def doc(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda v: v.name)
def test_the_docs_have_a_row_for_every_setting(variable):
    assert re.search(rf"^\|[^|]*`{variable.name}`", doc("pengaturan.md"), re.MULTILINE)


def test_the_docs_name_every_problem():
    text = doc("masalah.md")
    assert [name for name in CATALOGUE if f"`{name}`" not in text] == []
