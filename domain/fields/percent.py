"""A percentage, always computed from a numerator and a denominator, never typed."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from domain.definitions.schema import Field
from domain.expressions import Value
from domain.expressions.kinds import Kind
from domain.fields.base import NUMERIC_RULES, Fault, FieldType, Refused, Surroundings, require_mapping
from domain.fields.display import Formatter
from domain.fields.numeric import FOREIGN, MOST_PLACES, bare_amount, check_whole, read_number, sought_number, tidy_number
from domain.messages import N_, Message, Text, message

PARTS = {"n": "numerator", "d": "denominator"}
"""The two boxes and the options that name them."""
EXAMPLE = "1250"


class Percent(FieldType):
    """Numerator ÷ denominator. A denominator of 0 means: not applicable."""

    name = "percent"
    title = N_("Percent of two numbers")
    kind = Kind.NUMBER
    options = frozenset({"numerator", "denominator", "unit", "decimals", "max_percent", "denominator_measure"})
    texts = frozenset({"numerator", "denominator", "unit"})
    rules = NUMERIC_RULES
    xlsform = "decimal"

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        yield from check_whole(field, "decimals", most=MOST_PLACES)
        yield from check_whole(field, "max_percent", most=1_000_000)

    def parse(self, raw: Any, field: Field) -> Any:
        parts = require_mapping(raw, "n", "d")
        places = int(field.options.get("decimals", 0))
        top, bottom = (_count(parts[part], places, part, field.options.get(name, field.label)) for part, name in PARTS.items())
        if top is None and (bottom is None or field.measure is not None):
            return None
        return {"n": top, "d": bottom}

    def carry(self, value: Any, before: Any, field: Field) -> Any:
        return value if field.measure is None or value is None else {**value, "d": before.get("d")}

    def validate(self, value: Any, field: Field, _around: Surroundings) -> Iterator[Fault]:
        top, bottom = value["n"], value["d"]
        for (part, name), number in zip(PARTS.items(), (top, bottom), strict=True):
            if number is None:
                yield Fault(message(N_("Fill in %(field)s."), field=field.options.get(name, field.label)), part)
            elif number < 0:
                yield Fault(message(N_("Enter 0 or more.")), part)
        if top is None or bottom is None or top < 0 or bottom < 0:
            return
        if Decimal(repr(top)) * 100 > Decimal(repr(bottom)) * Decimal(repr(field.options.get("max_percent", 100))):
            yield Fault(_too_much(field, top, bottom), "n")

    def is_empty(self, value: Any) -> bool:
        return value is None or (value.get("n") is None and value.get("d") is None)

    def sought(self, raw: str, field: Field) -> tuple[str, float | None] | None:
        return sought_number(raw)

    def measured_in(self, field: Field) -> Text:
        return {"id": "%", "en": "%"}

    def amount(self, value: Any, _field: Field) -> Decimal | None:
        if value is None or value["n"] is None or not value["d"]:
            return None
        return Decimal(repr(value["n"])) * 100 / Decimal(repr(value["d"]))

    def operand(self, value: Any, field: Field) -> Value:
        share = self.amount(value, field)
        return None if share is None else float(share)

    def part_operand(self, value: Any, part: str, _field: Field) -> Value:
        number = (value or {}).get(part)
        return None if number is None else float(number)

    def parts(self, _field: Field) -> Mapping[str, Kind]:
        return {"n": Kind.NUMBER, "d": Kind.NUMBER}

    def display(self, value: Any, field: Field, fmt: Formatter) -> str:
        if self.is_empty(value):
            return ""
        top, bottom = (fmt.number(v) if v is not None else "…" for v in (value["n"], value["d"]))
        share = self.amount(value, field)
        return f"{top} ÷ {bottom}" + ("" if share is None else f" = {fmt.percent(share)}")

    def export_columns(self, field: Field) -> tuple[str, ...]:
        return (f"{field.code}.persen", f"{field.code}.pembilang", f"{field.code}.penyebut")

    def export(self, value: Any, field: Field) -> tuple[object, ...]:
        value = value or {"n": None, "d": None}
        share = self.amount(value, field)
        return (None if share is None else float(round(share, 4))), value["n"], value["d"]

    def json_schema(self, _field: Field) -> dict[str, Any]:
        number = {"type": ["number", "null"], "minimum": 0}
        return {"type": "object", "properties": {"n": number, "d": number}, "required": ["n", "d"]}


def _count(raw: Any, places: int, part: str, box: Text) -> int | float | None:
    """The number in one of the boxes; a refusal says which."""
    try:
        text = bare_amount(raw)
        number = read_number(text, EXAMPLE)
        if number is None:
            return None
        if places == 0 and isinstance(text, str) and FOREIGN.fullmatch(text):
            raise Refused(_too_fine(places))
        if -int(number.normalize().as_tuple().exponent) > places:
            raise Refused(_too_fine(places))
    except Refused as refused:
        raise Refused(message(N_("%(field)s: %(why)s"), field=box, why=refused.why), part) from None
    return tidy_number(number)


def _too_fine(places: int) -> Message:
    if places == 0:
        return message(N_("Enter a whole number, for example %(example)s."), example=EXAMPLE)
    return message(N_("Write at most %(n)s decimals."), n=places)


def _too_much(field: Field, top: Any, bottom: Any) -> Any:
    names = {"a": field.options.get("numerator", field.label), "b": field.options.get("denominator", field.label)}
    if field.options.get("max_percent", 100) == 100:
        return message(N_("%(a)s (%(x)s) may not exceed %(b)s (%(y)s)."), x=top, y=bottom, **names)
    return message(N_("%(a)s (%(x)s) is far above %(b)s (%(y)s). Check both numbers."), x=top, y=bottom, **names)
