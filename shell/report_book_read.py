"""Read what was filled into the workbook of a report, as its page would post it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import force_locale
from werkzeug.datastructures import MultiDict

from domain.definitions.schema import Definition
from domain.messages import N_, message
from exchange.workbook import place
from forms.fields.base import Box, Options, name_of
from forms.texts import FORMATTERS
from infra.ids import new_id
from services.errors import Refused
from shell.report_book import ANSWER, HEADS, MARK, VEIL, Made, Question, entries_of, line_name, questions, words_of

MOST_READ = 12_000
"""Rows read of one sheet: every row of every table stands out of sight too."""
STRANGE = message(N_("This is not the template of a report. Download the template here, fill it in and choose it again."))
Sheets = Mapping[str, Sequence[Sequence[str]]]
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in: *entries* as a page posts them, of the questions *codes* that were touched; *before*: the same as they
    were when the workbook was made; *places*: the cell of each part of an answer, by (code, part)."""

    made: Made
    codes: list[str] = field(default_factory=list)
    entries: MultiDict[str, str] = field(default_factory=MultiDict)
    before: MultiDict[str, str] = field(default_factory=MultiDict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)

    def place_of(self, code: str, part: str) -> str:
        """The cell of a part of an answer, else its question's first."""
        return self.places.get((code, part)) or next((place for (of, _part), place in self.places.items() if of == code), "")

    def take(self, code: str, now: Pairs, before: Pairs) -> None:
        """A question was touched."""
        self.codes.append(code)
        for entries, pairs in ((self.entries, now), (self.before, before)):
            for name, text in pairs:
                entries.add(name, text)


def made_of(sheets: Sheets) -> Made:
    """What a workbook that somebody chose was made of; refuses one that is no template of ours."""
    veil = sheets.get(VEIL) or [[]]
    mark, report, version, seq, language = _padded(veil[0], 5)
    if mark != MARK or language not in FORMATTERS or not all(n.isascii() and n.isdecimal() and len(n) < 10 for n in (version, seq)):
        raise Refused(STRANGE)
    named = {code: name for kind, code, name in (_padded(row, 3) for row in veil[1:]) if kind == "sheet"}
    if "" not in named:
        raise Refused(STRANGE)
    gone = [name for name in named.values() if name not in sheets]
    if gone:
        raise Refused(message(N_("The sheet “%(name)s” is missing. Leave the sheets and their names as they are."), name=gone[0]))
    return Made(report, int(version), int(seq), language, named)


def filled(sheets: Sheets, made: Made, definition: Definition, doc: Mapping[str, Any], options: Options) -> Filled:
    """What was filled in, by the version the workbook was made of; *doc* holds the answers as they stand now."""
    with force_locale(made.language):
        asked = {q.code: q for _label, part in questions(definition, made.language, options) for q in part}
    found, rows = Filled(made), _rows_before(sheets[VEIL])
    lines = _lines(sheets[made.sheets[""]])
    for code, question in asked.items():
        name = made.sheets.get(code)
        if not question.grid:
            _read_boxes(found, question, lines, doc.get(code) or {})
        elif name is not None:
            _read_table(found, question, name, sheets[name], rows[code])
    return found


def _lines(sheet: Sequence[Sequence[str]]) -> dict[str, tuple[int, list[str]]]:
    """The rows of the answers' sheet with their places from 0, by what each is known by; of two the first."""
    lines: dict[str, tuple[int, list[str]]] = {}
    for number, row in enumerate(sheet):
        cells = _padded(row, ANSWER + 1)
        lines.setdefault(cells[0], (number, cells))
    return lines


def _rows_before(veil: Sequence[Sequence[str]]) -> dict[str, dict[str, Sequence[str]]]:
    """The rows of each table as they were: texts by row, by code."""
    rows: dict[str, dict[str, Sequence[str]]] = defaultdict(dict)
    for row in veil:
        kind, code, row_id = _padded(row, 3)
        if kind == "row":
            rows[code][row_id] = row[3:]
    return rows


def _read_boxes(found: Filled, question: Question, lines: Mapping[str, tuple[int, list[str]]], answer: Mapping[str, Any]) -> None:
    code, now, before, touched = question.code, Pairs(), Pairs(), False
    for box in question.boxes:
        number, cells = lines.get(line_name(code, box), (-1, []))
        if number < 0:
            continue  # a row that was taken out says nothing
        name, was, shown, cell = name_of(code, box.part), cells[1], cells[2], cells[ANSWER]
        found.places.setdefault((code, box.part), place(found.made.sheets[""], number, ANSWER))
        touched = touched or cell != shown
        now.append((name, was if cell == shown else _chosen(box, cell)))
        before.append((name, was))
    if touched:
        rest = _unboxed(question, entries_of(question, answer, found.made.language))
        found.take(code, now + rest, before + rest)


def _unboxed(question: Question, entries: Sequence[tuple[str, str]]) -> Pairs:
    """What an answer posts besides what has a cell: choices no longer offered, times the system knows."""
    names = {name_of(question.code, box.part) for box in question.boxes if not box.ticks}
    ticked = {(name_of(question.code, box.part), box.offers[0][0]) for box in question.boxes if box.ticks}
    return [(name, text) for name, text in entries if name not in names and (name, text) not in ticked]


def _read_table(
    found: Filled, question: Question, name: str, sheet: Sequence[Sequence[str]], known: Mapping[str, Sequence[str]]
) -> None:
    code, width, now, before = question.code, len(question.grid), Pairs(), Pairs()
    seen, touched = set[str](), False
    for number, row in enumerate(sheet[HEADS:], HEADS):
        row_id, *texts = _padded(row, width + 1)
        if row_id not in known or row_id in seen:
            if not any(texts):
                continue
            row_id = new_id()
        seen.add(row_id)
        was = _padded(known.get(row_id, ()), 2 * width)
        now.append((name_of(code, "row"), row_id))
        for nth, ((column, box), text) in enumerate(zip(question.grid, texts, strict=True)):
            old, shown = was[2 * nth : 2 * nth + 2]
            touched = touched or text != shown
            now.append((name_of(code, f"{row_id}.{column.code}"), old if text == shown else _chosen(box, text)))
            found.places[code, f"{row_id}/{column.code}"] = place(name, number, nth + 1)
    for row_id, kept in known.items():
        touched = touched or row_id not in seen
        texts = _padded(kept, 2 * width)[::2]
        before.append((name_of(code, "row"), row_id))
        before += [(name_of(code, f"{row_id}.{c.code}"), old) for (c, _box), old in zip(question.grid, texts, strict=True)]
    if touched:
        found.take(code, now, before)


def _chosen(box: Box, text: str) -> str:
    """What a cell's words post."""
    known = {words.casefold(): posted for posted, words in words_of(box).items()}
    return known.get(text.casefold(), text)


def _padded(row: Sequence[str], width: int) -> list[str]:
    return [*row[:width], *("",) * (width - len(row))]
