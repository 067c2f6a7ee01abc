"""The contract of a form adapter: markup with slots, made once per version and language; slot values per request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from werkzeug.datastructures import MultiDict

from domain.definitions.schema import Field
from domain.fields import of
from domain.fields.base import Answer
from domain.fields.display import Formatter
from domain.messages import pick
from forms.parts import esc

PREFIX = "f."


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file in a form: where it opens (nowhere, for who may not), what it is called, its size in words; *look*: where it is
    seen on the screen, if it can be."""

    sha256: str
    url: str
    filename: str
    size: str
    mark: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """An input as a cell of a sheet. *part*: what follows the field's name when it is posted; *label*: which of several inputs it
    is; *takes*: ``text``, ``number``, ``whole``, ``plain`` (whole, never grouped) or ``day``; *offers*: (posted, in words) where it
    takes nothing else; *ticks*: its one offer is taken or not."""

    part: str = ""
    label: str = ""
    takes: str = "text"
    offers: Sequence[tuple[str, str]] = ()
    ticks: bool = False


Options = Callable[[str], Sequence[tuple[str, str]]]
"""Records of another list that an answer may name: (id, title), by the list's key."""


class FieldState:
    """What a page knows of one field besides its answer. *faults*: texts by part; *source*: the address of its options as a
    file, where the page may leave a long list out."""

    __slots__ = ("column_options", "faults", "fmt", "moments", "options", "source", "spare_rows")

    def __init__(self, faults: Mapping[str, str], spare_rows: int, fmt: Formatter, moments: Mapping[str, Any]) -> None:
        self.faults = faults
        self.spare_rows = spare_rows
        self.fmt = fmt
        self.moments = moments
        self.options: Sequence[tuple[str, str]] = ()
        self.column_options: Mapping[str, Sequence[tuple[str, str]]] = {}
        self.source: Callable[[], str] = lambda: ""


class Adapter:
    """One field type in forms. *group*: several inputs under one legend."""

    name: ClassVar[str]
    twin: ClassVar[str] = "any"
    """What reads and checks it in the browser (``KINDS`` of ``static/js/form``): types that are read alike share one; ``any`` takes
    one line of text as it is and leaves the judgement to the server."""
    group: ClassVar[bool] = False
    files_only: ClassVar[bool] = False
    """The evidence block is the whole input."""
    looks_up: ClassVar[bool] = False
    """Options come from another list, in the person's scope."""

    def control(self, _field: Field, _locale: str) -> str:
        """Markup of the input with slots."""
        return ""

    def slots(self, _field: Field, _answer: Answer, _state: FieldState) -> dict[str, str]:
        """Values of the slots of :meth:`control`."""
        return {}

    def collect(self, form: MultiDict[str, str], name: str, _field: Field) -> Any:
        """What was posted for the field, for the type's parse."""
        return form.get(name)

    def boxes(self, _field: Field, _fmt: Formatter, _options: Options) -> Sequence[Box]:
        """Its inputs as cells of a sheet; none where it takes nothing that is typed."""
        return ()

    def posted(self, _field: Field, _answer: Answer, _fmt: Formatter) -> list[tuple[str, str]]:
        """An answer as its page posts it: (part, text)."""
        return []

    def typed_parts(self, _field: Field) -> tuple[str, ...]:
        """Parts of the names under which a person's answer is posted."""
        return ("",)

    def typed_columns(self, _field: Field) -> Sequence[Field]:
        """The columns a person types in, where it is a table."""
        return ()

    def grid(self, _field: Field, _fmt: Formatter, _options: Options) -> Sequence[tuple[Field, Box]]:
        """The columns that are typed, where it is a table."""
        return ()

    def lines(self, _field: Field, _answer: Answer, _fmt: Formatter) -> list[tuple[str, list[str]]]:
        """The rows of a table: (id, texts as :meth:`typed_columns`)."""
        return []

    def focus(self, field: Field) -> str:
        """The id a link to the whole question leads to: its first input."""
        return input_id(field.code)

    def cell(
        self, _column: Field, _name: str, _label: str, _value: str, _invalid: bool, _options: Sequence[tuple[str, str]]
    ) -> str:
        """Markup of the input inside a table cell."""
        return ""

    def typed(self, field_: Field, value: Any, fmt: Formatter) -> str:
        """A value as a person would type it."""
        return of(field_).display(value, field_, fmt)


def input_id(code: str, part: str = "") -> str:
    """The id of an input; also the target of the error summary's link."""
    return f"f-{code}-{part}" if part else f"f-{code}"


def name_of(code: str, part: str = "") -> str:
    """The name an input posts under."""
    return f"{PREFIX}{code}.{part}" if part else f"{PREFIX}{code}"


def shown_or_raw(adapter: Adapter, field: Field, answer: Answer, fmt: Formatter) -> str:
    """The text inside a one-line input: what was typed when it could not be read, else the value."""
    raw = answer.get("raw")
    if raw is not None:
        return str(raw) if not isinstance(raw, (dict, list)) else ""
    value = answer.get("v")
    return "" if value is None else adapter.typed(field, value, fmt)


def unit_label(field: Field, locale: str) -> str:
    """The unit beside a number."""
    return esc(pick(field.options.get("unit"), locale))
