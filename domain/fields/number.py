"""Whole numbers, decimals and money."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from domain.definitions.schema import Field
from domain.expressions import Value
from domain.expressions.kinds import Kind
from domain.fields.base import NUMERIC_RULES, Fault, FieldType, Refused, Surroundings
from domain.fields.display import NBSP, Formatter
from domain.fields.numeric import MOST_PLACES, bare_amount, bounds, check_bounds, check_whole, read_number, read_whole, tidy_number
from domain.messages import N_, Message, message, pick


class Number(FieldType):
    """What whole numbers, decimals and money share."""

    kind = Kind.NUMBER
    as_column = True
    as_words = True
    summable = True
    rules = NUMERIC_RULES

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        return check_bounds(field)

    def validate(self, value: Any, field: Field, _around: Surroundings) -> Iterator[Fault]:
        return bounds(value, field)

    def operand(self, value: Any, _field: Field) -> Value:
        return None if value is None else float(value)

    def amount(self, value: Any, _field: Field) -> Decimal | None:
        return None if value is None else Decimal(repr(value))

    def display(self, value: Any, field: Field, fmt: Formatter) -> str:
        if value is None:
            return ""
        unit = pick(field.options.get("unit"), fmt.locale)
        return fmt.number(value) + (NBSP + unit if unit else "")

    def json_schema(self, field: Field) -> dict[str, Any]:
        limits = {"minimum": field.options.get("min"), "maximum": field.options.get("max")}
        return {"type": "number"} | {k: v for k, v in limits.items() if v is not None}


class Integer(Number):
    """A whole number with an optional unit."""

    name = "integer"
    title = N_("Whole number")
    options = frozenset({"min", "max", "unit", "plain"})
    texts = frozenset({"unit"})
    xlsform = "integer"

    def parse(self, raw: Any, field: Field) -> Any:
        return read_whole(raw)

    def display(self, value: Any, field: Field, fmt: Formatter) -> str:
        """*plain*: a year, which is never grouped."""
        return str(value) if field.options.get("plain") and value is not None else super().display(value, field, fmt)

    def json_schema(self, field: Field) -> dict[str, Any]:
        return super().json_schema(field) | {"type": "integer"}


class DecimalNumber(Number):
    """A number with decimals."""

    name = "decimal"
    title = N_("Decimal number")
    options = frozenset({"min", "max", "unit", "places"})
    texts = frozenset({"unit"})
    xlsform = "decimal"

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        yield from super().check_options(field)
        yield from check_whole(field, "places", most=MOST_PLACES)

    def parse(self, raw: Any, field: Field) -> Any:
        number = read_number(raw, "2,5")
        if number is None:
            return None
        places = int(field.options.get("places", 2))
        if -int(number.normalize().as_tuple().exponent) > places:
            raise Refused(message(N_("Write at most %(n)s decimals."), n=places))
        return tidy_number(number)


class Money(Number):
    """Whole rupiah."""

    name = "money"
    title = N_("Money (Rp)")
    options = frozenset({"min", "max"})
    xlsform = "integer"

    def parse(self, raw: Any, field: Field) -> Any:
        return read_whole(bare_amount(raw), "12.500.000")

    def display(self, value: Any, field: Field, fmt: Formatter) -> str:
        return "" if value is None else fmt.money(value)
