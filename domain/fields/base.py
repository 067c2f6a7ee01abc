"""The contract of a field type. Subclasses say how a value is read, checked, shown, compared, exported and indexed."""

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, TypeAlias

from domain.definitions.schema import Field
from domain.expressions import Value
from domain.expressions.kinds import Kind
from domain.fields.display import Formatter
from domain.messages import N_, Message, Text, message, pick

Answer: TypeAlias = Mapping[str, Any]
"""One answer of a document: ``{"v": value, "raw": unread text, "files": [sha256], "names": {sha256: name}, "link": url}``."""

MAX_RAW = 100_000
"""Characters kept of what could not be read."""
NUMERIC_RULES = frozenset({"rasio", "terbalik", "informasi"})


class Refused(ValueError):  # noqa: N818 - an answer refused, not a failure of ours
    """What was typed cannot be read as this type; *why* says what to do, *part* at which of several inputs."""

    def __init__(self, why: Message, part: str = "") -> None:
        super().__init__(why.msgid)
        self.why = why
        self.part = part


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong inside a value: *part* is ``""`` for the whole, else ``row-id/column`` or an input's suffix."""

    why: Message
    part: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a value is checked against: today in the unit's zone, and moments taken from the event."""

    today: dt.date
    moments: Mapping[str, dt.datetime | None] = field(default_factory=dict)


def clean(raw: object, multiline: bool = False) -> str:
    """Text as stored: no NUL, no lone surrogates, composed (NFC), one kind of line end, trimmed."""
    text = str(raw if raw is not None else "").replace("\x00", "")
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    if not multiline:
        text = " ".join(text.split())
    return unicodedata.normalize("NFC", text).strip()


class FieldType:
    """One type of field. Instances hold no state; a type is registered once under its unique *name*."""

    name: ClassVar[str]
    title: ClassVar[str]
    kind: ClassVar[Kind] = Kind.ANY
    options: ClassVar[frozenset[str]] = frozenset()
    """What may be set for a field of this type. A number's limits are called ``min`` and ``max``."""
    texts: ClassVar[frozenset[str]] = frozenset()
    """Those of the options that people read: texts by language."""
    rules: ClassVar[frozenset[str]] = frozenset({"informasi"})
    asks: ClassVar[bool] = True
    """Whether a person answers it (a note, a calculation and a measure are not asked)."""
    as_column: ClassVar[bool] = False
    computes: ClassVar[bool] = False
    """Whether its value comes from the field's ``calculation``."""
    settles: ClassVar[bool] = False
    """Whether part of a value is known to the system and never taken from the person (see :meth:`settle`)."""
    maskable: ClassVar[bool] = True
    """Whether the whole answer is one value that can be hidden from readers without the right to contacts."""
    refers: ClassVar[bool] = False
    """Whether the value names a record of another list, or a region."""
    as_words: ClassVar[bool] = False
    """Whether a stored answer is one text or number, and reads the same as plain words: a published field may become one of
    another type that *holds_words*."""
    holds_words: ClassVar[bool] = False
    """Whether answers of such types can be kept as this one."""
    summable: ClassVar[bool] = False
    """Whether values may be added up: the quarters of a year (``year_rule: sum``), the cells of a column (``total``)."""
    has_choices: ClassVar[bool] = False
    has_columns: ClassVar[bool] = False
    xlsform: ClassVar[str] = "text"
    """The type it is exchanged as in XLSForm."""

    def check_options(self, _field: Field) -> Iterator[tuple[str, Message]]:
        """Options that do not fit: (name, why)."""
        return iter(())

    def parse(self, raw: Any, field: Field) -> Any:
        """The value of what was typed or sent, ``None`` when empty; raises :class:`Refused`."""
        raise NotImplementedError  # pragma: no cover - every registered type that asks overrides it

    def settle(self, value: Any, _field: Field, _around: Surroundings) -> Any:
        """The value with what the system itself knows in its place."""
        return value

    def carry(self, value: Any, _before: Any, _field: Field) -> Any:
        """A newly typed value with what the stored one holds and no page shows any longer."""
        return value

    def merge(self, _base: Any, _theirs: Any, _mine: Any, _field: Field) -> Any:
        """The value of two people who both changed *base*, where what they changed goes together; else nothing."""
        return None

    def differing(self, before: Any, after: Any, _field: Field) -> tuple[Any, Any]:
        """As much of two values as tells what changed between them, and lets :meth:`merge` take it back."""
        return before, after

    def validate(self, _value: Any, _field: Field, _around: Surroundings) -> Iterator[Fault]:
        """Faults of a value that could be read."""
        return iter(())

    def value_of(self, answer: Answer) -> Any:
        """The value inside a stored answer."""
        return answer.get("v")

    def is_empty(self, value: Any) -> bool:
        """Whether nothing was answered."""
        return value in (None, "", [], {})

    def display(self, value: Any, _field: Field, _fmt: Formatter) -> str:
        """The value in words, for people: on the fill page, in print, in cells of tables and admin lists."""
        return "" if value is None else str(value)

    def in_full(self, value: Any, field: Field, fmt: Formatter) -> str:
        """Everything the value says, on one line: where two people's answers are set side by side."""
        return self.display(value, field, fmt)

    def totals(self, _value: Any, _field: Field, _fmt: Formatter) -> list[str]:
        """The line below a table, a text for each column; nothing where nothing is added up."""
        return []

    def brief(self, value: Any, field: Field, fmt: Formatter) -> str:
        """The value in the fewest words, for the columns of a list of records."""
        return self.display(value, field, fmt)

    def offers(self, field: Field, fmt: Formatter) -> tuple[tuple[str, str], ...]:
        """The few values an answer can have, for a list's filter and the select of a table's cell: (as typed and posted, in
        words). Empty where there are many."""
        return tuple((choice.code, pick(choice.label, fmt.locale)) for choice in field.choices)

    def filters(self) -> tuple[str, ...]:
        """How a list of answers may be narrowed: ``is``, ``contains``, ``from`` and ``to`` (both included)."""
        if self.has_choices or self.kind is Kind.BOOLEAN:
            return ("is",)
        return ("from", "to") if self.kind in (Kind.NUMBER, Kind.DATE) else ("contains", "is")

    def operand(self, value: Any, _field: Field) -> Value:
        """The value an expression sees."""
        return None if value is None else str(value)

    def part_operand(self, _value: Any, _part: str, _field: Field) -> Value:
        """The value of ``${CODE/part}``: a table column, or a named part such as ``start``."""
        return None

    def parts(self, _field: Field) -> Mapping[str, Kind]:
        """Names allowed after the slash in ``${CODE/part}`` and their kinds."""
        return {}

    def export_columns(self, field: Field) -> tuple[str, ...]:
        """Column headers in an export; most types need one."""
        return (field.code,)

    def export(self, value: Any, _field: Field) -> tuple[object, ...]:
        """One cell for each of :meth:`export_columns`: plain text, numbers or None."""
        return (value,)

    def json_schema(self, _field: Field) -> dict[str, Any]:
        """JSON Schema (2020-12) of the value."""
        return {"type": "string"}

    def index(self, value: Any, field: Field) -> tuple[tuple[str, float | None], ...]:
        """(text, number) pairs to filter and sort by; none when empty."""
        text, number = self.export(value, field)[0], None
        if isinstance(text, (int, float)) and not isinstance(text, bool):
            number = float(text)
        return () if text in (None, "") else ((str(text)[:200], number),)

    def sought(self, raw: str, field: Field) -> tuple[str, float | None] | None:
        """What a filter looks for in the index, from what was typed; nothing when it cannot be read."""
        try:
            value = self.parse(raw, field)
        except Refused:
            return None
        return next(iter(self.index(value, field)), None)

    def measured_in(self, field: Field) -> Text:
        """The unit of :meth:`amount`, by locale; empty where it has none."""
        unit: Text = field.options.get("unit") or {}
        return unit

    def amount(self, _value: Any, _field: Field) -> Decimal | None:
        """The achieved number that scoring reads; ``None`` where there is none (for percent: denominator 0)."""
        return None

    def unique_key(self, value: Any, field: Field) -> str:
        """What makes two values the same, however they are shown; ``""`` when empty."""
        return " ".join(str(part) for part in self.export(value, field) if part not in (None, ""))

    def search_text(self, value: Any, field: Field, fmt: Formatter) -> str:
        """Words by which a search should find the value."""
        return self.display(value, field, fmt)


def require_text(raw: Any) -> str:
    """One line of text from *raw*; a list or mapping is refused."""
    if isinstance(raw, (list, tuple, dict)):
        raise Refused(message(N_("This answer has the wrong form.")))
    return clean(raw)


def require_mapping(raw: Any, *names: str) -> dict[str, Any]:
    """The parts *names* of a composite answer; anything that is no mapping is refused."""
    if raw in (None, ""):
        return dict.fromkeys(names)
    if not isinstance(raw, Mapping):
        raise Refused(message(N_("This answer has the wrong form.")))
    return {name: raw.get(name) for name in names}
