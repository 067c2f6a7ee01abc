"""One choice, several choices, and a choice from another collection or from the regions."""

from collections.abc import Iterator
from typing import Any

from domain.definitions.schema import Field
from domain.expressions import Value
from domain.expressions.kinds import Kind
from domain.fields.base import Fault, FieldType, Refused, Surroundings, require_text
from domain.fields.display import Formatter
from domain.messages import N_, message, pick


def label_of(field: Field, code: str, locale: str) -> str:
    """The label of a choice; the bare code where the choice is unknown."""
    choice = field.choices_by_code.get(code)
    return pick(choice.label, locale) if choice else code


class SingleChoice(FieldType):
    """One of a few."""

    name = "single_choice"
    title = N_("One choice")
    kind = Kind.STRING
    rules = frozenset({"opsi", "informasi"})
    has_choices = True
    as_column = True
    xlsform = "select_one"

    def parse(self, raw: Any, field: Field) -> Any:
        code = require_text(raw)
        if not code:
            return None
        if code not in field.choices_by_code:
            raise Refused(message(N_("Choose one of the listed options.")))
        return code

    def validate(self, value: Any, field: Field, _around: Surroundings) -> Iterator[Fault]:
        choice = field.choices_by_code.get(value)
        if choice is None or choice.retired:
            yield Fault(message(N_("“%(choice)s” is no longer offered. Choose another."), choice=choice.label if choice else value))

    def display(self, value: Any, field: Field, fmt: Formatter) -> str:
        return "" if value is None else label_of(field, value, fmt.locale)

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "enum": [c.code for c in field.choices if not c.retired]}


class MultipleChoice(FieldType):
    """Any number of a few."""

    name = "multiple_choice"
    title = N_("Several choices")
    kind = Kind.LIST
    rules = frozenset({"jumlah_opsi", "informasi"})
    has_choices = True
    xlsform = "select_multiple"

    def parse(self, raw: Any, field: Field) -> Any:
        if raw in (None, ""):
            return None
        if not isinstance(raw, (list, tuple)):
            raw = [raw]
        chosen = {require_text(code) for code in raw} - {""}
        if chosen - field.choices_by_code.keys():
            raise Refused(message(N_("Choose from the listed options.")))
        return [c.code for c in field.choices if c.code in chosen] or None

    def validate(self, value: Any, field: Field, _around: Surroundings) -> Iterator[Fault]:
        for code in value:
            choice = field.choices_by_code.get(code)
            if choice is None or choice.retired:
                gone = choice.label if choice else code
                yield Fault(message(N_("“%(choice)s” is no longer offered. Choose another."), choice=gone))

    def display(self, value: Any, field: Field, fmt: Formatter) -> str:
        return ", ".join(label_of(field, code, fmt.locale) for code in value or ())

    def operand(self, value: Any, _field: Field) -> Value:
        return tuple(value or ())

    def export(self, value: Any, _field: Field) -> tuple[object, ...]:
        return (" ".join(value) if value else None,)

    def index(self, value: Any, _field: Field) -> tuple[tuple[str, float | None], ...]:
        return tuple((code, None) for code in value or ())

    def json_schema(self, field: Field) -> dict[str, Any]:
        codes = [c.code for c in field.choices if not c.retired]
        return {"type": "array", "items": {"type": "string", "enum": codes}, "uniqueItems": True}


class Reference(FieldType):
    """A record of another collection, or a region: stored as its id, looked up in the person's scope."""

    name = "reference"
    title = N_("Choice from a list kept elsewhere")
    kind = Kind.STRING
    options = frozenset({"target"})
    as_column = True
    refers = True

    def check_options(self, field: Field) -> Iterator[tuple[str, Any]]:
        if not isinstance(field.options.get("target"), str):
            yield "target", message(N_("name a collection, or regions"))

    def parse(self, raw: Any, field: Field) -> Any:
        key = require_text(raw)
        if len(key) > 64:
            raise Refused(message(N_("Choose one of the listed options.")))
        return key or None

    def display(self, value: Any, field: Field, fmt: Formatter) -> str:
        return "" if value is None else fmt.names.get(value, str(value))

    def search_text(self, value: Any, field: Field, fmt: Formatter) -> str:
        return fmt.names.get(value, "")

    def filters(self) -> tuple[str, ...]:
        return ("is",)

    def export(self, value: Any, _field: Field) -> tuple[object, ...]:
        return (value,)
