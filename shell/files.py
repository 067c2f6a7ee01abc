"""Stored files as pages show them, and uploads as services take them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from domain.access import Permission
from domain.definitions.schema import Field
from forms.fields.base import FileLine
from forms.fill import file_kinds
from forms.texts import formatter, say
from models import Unit
from services import file
from services.errors import Refused
from services.file import FileFacts, Upload
from services.scope import place_of
from shell.request import actor, file_store

MOST_FILES = 10
"""Files taken for one answer in one post."""
MARKS = {"pdf": "PDF", "image": "JPG", "sheet": "XLS", "doc": "DOC"}


def file_lines(owner: Any, files: Mapping[str, FileFacts]) -> dict[str, FileLine]:
    """Files of a unit, or of what belongs to it, as a form shows them, by sha256. Who may not open them gets no address."""
    place = place_of(owner)
    door = f"/berkas/{place.unit}/" if files and actor().may(Permission.FILE_READ, place) else ""
    return {sha: _line(facts, door and door + sha) for sha, facts in files.items()}


def _line(facts: FileFacts, address: str) -> FileLine:
    look = f"{address}/lihat" if address and facts.kind in file.DRAWN else ""
    return FileLine(facts.sha256, address, facts.filename, size_text(facts.size), MARKS.get(facts.kind, ""), look)


def answered_files(answer: Mapping[str, Any], lines: Mapping[str, FileLine]) -> list[FileLine]:
    """The files of one answer, each under the name it was given there: one file may serve several answers."""
    names = answer.get("names") or {}
    return [replace(lines[sha], filename=names.get(sha, lines[sha].filename)) for sha in answer.get("files") or () if sha in lines]


def size_text(size: int) -> str:
    """``84 kB``, ``1,2 MB``."""
    fmt = formatter()
    return f"{fmt.number(size / 1_000_000, 1)} MB" if size >= 1_000_000 else f"{fmt.number(max(1, round(size / 1000)), 0)} kB"


def store_uploads(
    unit: Unit, fields: Sequence[Field], uploads: Mapping[str, Sequence[Any]]
) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Keep uploaded files field by field: (names by sha256 by code, refusals in words by code). One refused file loses no
    other, and each is told."""
    stored: dict[str, dict[str, str]] = {}
    refused: dict[str, list[str]] = defaultdict(list)
    for asked in fields:
        kinds, sent = file_kinds(asked), uploads.get(asked.code, ())
        if len(sent) > MOST_FILES:
            over = len(sent) - MOST_FILES
            more = _("At most %(n)s files at once. Attach the other %(rest)s again.", n=MOST_FILES, rest=over)
            refused[asked.code].append(more)
        for upload in sent[:MOST_FILES]:
            try:
                kept = file.store(actor(), file_store(), unit, [Upload(upload.filename, upload.stream)], kinds)
                stored.setdefault(asked.code, {}).update(kept)
            except Refused as refusal:
                refused[asked.code].append(say(refusal.why))
    return stored, {code: " ".join(dict.fromkeys(words)) for code, words in refused.items()}


def named_files(unit: Unit, fields: Sequence[Field], had: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Files the unit has already and a post names, field by field: names by sha256 by code. What it has not, or the field does
    not take, is nobody's file here."""
    found: dict[str, dict[str, str]] = {}
    for asked in fields:
        for sha256, name in had.get(asked.code, {}).items():
            _sha256, _space, clean = file.had(unit.id, sha256, name, file_kinds(asked)).partition(" ")
            if clean:
                found.setdefault(asked.code, {})[sha256] = clean
    return found
