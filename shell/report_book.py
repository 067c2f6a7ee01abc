"""The form of one report as a workbook, written from its version and what is answered; ``shell.report_book_read`` reads it back.

Out of sight each cell keeps what it held when the workbook was made: what nobody touched is nobody's answer, and what someone else
answered meanwhile is not taken back.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from domain.definitions.schema import Definition, Field
from domain.fields import Refused as Unread
from domain.fields.dates import read_date
from domain.fields.numeric import read_number
from domain.fields.table import MAX_ROWS
from domain.messages import N_, pick
from exchange.sheet import typed
from exchange.workbook import Cell, Sheet, Taken, Value, written
from forms.fields import adapter_of
from forms.fields.base import Box, Options, name_of
from forms.texts import FORMATTERS

MARK = "e-Monev laporan 1"
"""What the sheet out of sight begins with, and the number of its form."""
VEIL, LISTS = "emonev", "emonev-pilihan"
"""Sheets out of sight: what the workbook was made of, and the words its cells offer."""
HIDDEN = 3
"""Columns out of sight before the questions: the name an answer is posted under, what it was, what was to be seen of it."""
ANSWER = HIDDEN + 2
"""The column, from 0, in which answers are written."""
HEADS = 3
"""Rows before the first answer of any sheet."""
TOP = {0: 24.0, 1: 34.0}
"""The first two: what the sheet is of, and how it is filled in."""
NUMBERS = ("number", "whole", "plain")
WHOLE = (N_("whole number"), N_("Enter a whole number."))
WRITTEN = {
    "text": ("", ""),
    "number": (N_("number"), N_("Enter a number.")),
    "whole": WHOLE,
    "plain": WHOLE,
    "day": (N_("date, dd/mm/yyyy"), N_("Enter a date between 1945 and 2100, for example 20/09/2026.")),
}
"""How each kind of cell is written, and what is said of anything else."""
MOST_LETTERS = 32_000
"""A cell holds no more."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as cells: its inputs, or the columns of its table."""

    asked: Field
    boxes: Sequence[Box] = ()
    grid: Sequence[tuple[Field, Box]] = ()

    @property
    def code(self) -> str:
        """Its code."""
        return self.asked.code


@dataclass(frozen=True, slots=True)
class Made:
    """What a workbook was made of. *sheets*: names of its sheets, the answers' under ``""`` and each table's under its code."""

    report: str
    version: int
    seq: int
    language: str
    sheets: Mapping[str, str] = field(default_factory=dict)


def questions(definition: Definition, language: str, options: Options) -> Iterator[tuple[str, list[Question]]]:
    """The questions of each section that take something typed, under its label."""
    fmt = FORMATTERS[language]
    for section in definition.live_sections:
        asked = [Question(f, _boxes(f, language, options), adapter_of(f).grid(f, fmt, options)) for f in section.fields]
        yield pick(section.label, language), [q for q in asked if q.boxes or q.grid]


def _boxes(asked: Field, language: str, options: Options) -> list[Box]:
    boxes = list(adapter_of(asked).boxes(asked, FORMATTERS[language], options))
    if asked.evidence is not None and asked.evidence.kinds == ("link",):
        boxes.append(Box("link", _("Evidence") + ": " + pick(asked.evidence.label, language)))
    return boxes


def entries_of(question: Question, answer: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """An answer as its page posts it: (name, text)."""
    code = question.code
    texts = adapter_of(question.asked).posted(question.asked, answer, FORMATTERS[language])
    linked = any(box.part == "link" for box in question.boxes)
    link = [("link", str(answer.get("link_raw") or answer.get("link") or ""))] if linked else []
    return [(name_of(code, part), text) for part, text in (*texts, *link)]


def text_of(code: str, box: Box, posted: Sequence[tuple[str, str]]) -> str:
    """What one input posts of it."""
    texts = [text for name, text in posted if name == name_of(code, box.part)]
    if box.ticks:
        return next((text for text in texts if text == box.offers[0][0]), "")
    return texts[0] if texts else ""


def line_name(code: str, box: Box) -> str:
    """What the line of an input is known by; of several to be ticked each says which."""
    return name_of(code, box.part) + (f"={box.offers[0][0]}" if box.ticks else "")


def _number(text: str) -> float | None:
    number = read_number(text, "12")
    return None if number is None else float(number)


READERS: dict[str, Callable[[str], Value]] = {**dict.fromkeys(NUMBERS, _number), "day": read_date}


def value_of(box: Box, text: str) -> Value:
    """What stands in the cell: a number or day where it is one, the words of a choice, else the text."""
    try:
        found = READERS[box.takes](text) if box.takes in READERS else None
    except Unread:
        return text
    return words_of(box).get(text, text[:MOST_LETTERS]) if found is None else found


def words_of(box: Box) -> dict[str, str]:
    """The words of what it offers, by what is posted. Those of one name are told apart by themselves: by a number, what is taken
    off the list meanwhile would give its place to another."""
    named = Counter(words.casefold() for _posted, words in box.offers)
    return {posted: words if named[words.casefold()] == 1 else f"{words} [{posted[-6:]}]" for posted, words in box.offers}


def template(definition: Definition, doc: Mapping[str, Any], made: Made, title: str, options: Options) -> bytes:
    """The workbook of a report: *doc* are its answers so far, *title* names it."""
    with force_locale(made.language):
        parts = list(questions(definition, made.language, options))
        tables = [q for _label, asked in parts for q in asked if q.grid]
        names = _sheet_names(tables)
        sheets = [_answers_sheet(parts, doc, made.language, title, names)]
        sheets += [_table_sheet(q, doc.get(q.code) or {}, made.language, names[q.code]) for q in tables]
        return written([*sheets, _veil(made, names, tables, doc)], LISTS)


def _sheet_names(tables: Sequence[Question]) -> dict[str, str]:
    """Names a spreadsheet takes: at most 31 letters, no two alike."""
    names = {"": _("Answers")[:31]}
    for nth, question in enumerate(tables, 1):
        name = question.code[:31]
        names[question.code] = f"{name[:27]}~{nth}" if name.casefold() in {n.casefold() for n in names.values()} else name
    return names


def _answers_sheet(
    parts: Sequence[tuple[str, Sequence[Question]]], doc: Mapping[str, Any], language: str, title: str, names: Mapping[str, str]
) -> Sheet:
    blank = (Cell(look="text"),) * HIDDEN
    how = " ".join(
        (
            _("Fill in the yellow cells and leave the others as they are. Evidence is uploaded on the form."),
            _("Save, then choose this file on the page where you got it: you see what changes before anything is kept."),
        )
    )
    heads = [_("Code"), _("Question"), _("Answer"), _("How to fill it in")]
    rows: list[Sequence[Cell]] = [
        (*blank, Cell(title, "title")),
        (*blank, Cell(how, "text")),
        (*blank, *(Cell(head, "head") for head in heads)),
    ]
    for label, asked in parts:
        rows.append((*blank, *(Cell(text, "part") for text in ("", label, "", ""))))
        for question in asked:
            rows += _question_rows(question, doc.get(question.code) or {}, language, names)
    return Sheet(names[""], rows, (12, 50, 32, 64), HIDDEN, HEADS, TOP)


def _question_rows(
    question: Question, answer: Mapping[str, Any], language: str, names: Mapping[str, str]
) -> Iterator[Sequence[Cell]]:
    asked, label, note = question.asked, pick(question.asked.label, language), pick(question.asked.help, language)
    blank = (Cell(),) * HIDDEN
    if question.grid:
        told = _("Fill in the sheet “%(name)s”.", name=names[asked.code])
        yield (*blank, Cell(asked.code), Cell(label), Cell(told), Cell(note))
        return
    single = len(question.boxes) == 1 and not question.boxes[0].label
    if not single:
        yield (*blank, Cell(asked.code), Cell(label), Cell(), Cell(note))
    posted = entries_of(question, answer, language)
    for box in question.boxes:
        text = text_of(asked.code, box, posted)
        value = value_of(box, text)
        kept = (Cell(line_name(asked.code, box)), Cell(text[:MOST_LETTERS]), Cell(typed(value)))
        words = (asked.code, label) if single else ("", f"   {box.label}")
        how = "; ".join(filter(None, (_form_of(box, asked, language), note if single else "")))
        yield (*kept, *map(Cell, words), Cell(value, "open", _taken(box, asked, language)), Cell(how))


def _form_of(box: Box, asked: Field, language: str) -> str:
    """How an answer is written, in few words."""
    unit = pick(asked.options.get("unit"), language)
    if box.ticks:
        return _("“%(yes)s” or leave empty", yes=box.offers[0][1])
    if box.offers:
        return _("Choose from the list")
    form = WRITTEN[box.takes][0]
    return ", ".join(filter(None, (form and _(form), unit if box.takes in NUMBERS else "")))


def _taken(box: Box, asked: Field, language: str) -> Taken:
    words = tuple(words_of(box).values())
    if words:
        return Taken("text", words, refusal=_("Choose from the list, or leave the cell empty."))
    least, most = _bounds(box, asked)
    fmt, why = FORMATTERS[language], WRITTEN[box.takes][1]
    told = [_(why)] if why else []
    told += [_("At least %(n)s.", n=fmt.number(least))] if least else []
    told += [_("At most %(n)s.", n=fmt.number(most))] if most is not None else []
    return Taken(box.takes, least=least, most=most, refusal=" ".join(told))


def _bounds(box: Box, asked: Field) -> tuple[float | None, float | None]:
    """Of a number: a field's own, or, of one of two, nothing below 0."""
    if box.takes not in NUMBERS:
        return None, None
    return (0, None) if box.part else (asked.options.get("min"), asked.options.get("max"))


def _table_sheet(question: Question, answer: Mapping[str, Any], language: str, name: str) -> Sheet:
    asked = question.asked
    most = int(asked.options.get("max_rows", MAX_ROWS))
    taken = [_taken(box, column, language) for column, box in question.grid]
    how = _("One row below the other; at most %(n)s rows. Empty a row to remove it.", n=most)
    heads = [Cell(_head(column, box, language), "head") for column, box in question.grid]
    rows: list[Sequence[Cell]] = [
        (Cell(look="text"), Cell(f"{asked.code} · {pick(asked.label, language)}", "title")),
        (Cell(look="text"), Cell(how, "text")),
        (Cell(look="text"), *heads),
    ]
    for row_id, texts in adapter_of(asked).lines(asked, answer, FORMATTERS[language]):
        cells = zip(question.grid, texts, taken, strict=True)
        rows.append((Cell(row_id), *(Cell(value_of(box, text), "open", takes) for (_column, box), text, takes in cells)))
    width = (24,) * len(question.grid)
    return Sheet(name, rows, width, 1, HEADS, TOP, (None, *taken), last=HEADS - 1 + most)


def _head(column: Field, box: Box, language: str) -> str:
    form = _form_of(box, column, language)
    return pick(column.label, language) + (f"\n({form})" if form else "")


def _veil(made: Made, names: Mapping[str, str], tables: Sequence[Question], doc: Mapping[str, Any]) -> Sheet:
    """Out of sight: what the workbook was made of, and the rows of its tables as they were."""
    rows: list[list[Value]] = [[MARK, made.report, str(made.version), str(made.seq), made.language]]
    rows += [["sheet", code, name] for code, name in names.items()]
    for question in tables:
        for row_id, texts in adapter_of(question.asked).lines(
            question.asked, doc.get(question.code) or {}, FORMATTERS[made.language]
        ):
            both = ([text[:MOST_LETTERS], typed(value_of(box, text))] for (_c, box), text in zip(question.grid, texts, strict=True))
            rows.append(["row", question.code, row_id, *(text for pair in both for text in pair)])
    return Sheet(VEIL, [[Cell(value, "text") for value in row] for row in rows], veiled=True)
