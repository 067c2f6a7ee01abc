"""Every text a person sees exists in Indonesian, with the same places; the catalogues of the libraries are complete too."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "translations" / "id" / "LC_MESSAGES"
PLACE = re.compile(r"%\([a-z_]+\)[sd]")
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {"_": None, "_l": None, "N_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "NN_": (1, 2)}


def catalogue(name: str):
    with (FOLDER / f"{name}.po").open("rb") as lines:
        return read_po(lines, locale="id")


def wanted() -> set:
    found = set()
    for room in ("domain", "models", "services", "forms", "shell", "web", "admin"):
        found |= _extracted(ROOT / room, [("**.py", "python")])
    return found | _extracted(ROOT / "templates", [("**.html", "jinja2.ext:babel_extract")])


def _extracted(folder: Path, methods) -> set:
    return {m[2] for m in extract_from_dir(str(folder), methods, {}, KEYWORDS)}


def test_every_text_has_an_indonesian_one():
    known = {m.id: m.string for m in catalogue("messages") if m.id}
    missing = [m for m in wanted() if m not in known or not known[m] or (isinstance(known[m], tuple) and not all(known[m]))]
    assert missing == []


@pytest.mark.parametrize("name", ["messages", "wtforms", "admin", "flask_security"])
def test_catalogues_are_whole_and_keep_their_places(name):
    for entry in catalogue(name):
        if not entry.id:
            continue
        ids = entry.id if isinstance(entry.id, tuple) else (entry.id,)
        strings = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        assert all(strings), entry.id
        assert not entry.fuzzy, entry.id
        for string in strings:
            assert set(PLACE.findall(string)) <= set(PLACE.findall(ids[-1])), entry.id


def test_no_marked_text_hides_inside_an_f_string():
    """The extractor cannot see into f-strings on Python 3.11."""
    pattern = re.compile(r"""f(?:"[^"\n]*|'[^'\n]*)\{[^}\n]*\b(?:_|gettext|ngettext)\(""")
    for room in ("forms", "shell", "web", "admin", "services"):
        for path in (ROOT / room).rglob("*.py"):
            assert not pattern.search(path.read_text(encoding="utf-8")), path


def test_voice():
    """No exclamation marks, no "silakan", no system words in what people read."""
    for entry in catalogue("messages"):
        text = " ".join(entry.string) if isinstance(entry.string, tuple) else entry.string
        if entry.id:
            assert "!" not in text, text
            assert not re.search(r"\b(silakan|null|invalid|submit|record)\b", text, re.IGNORECASE), text
