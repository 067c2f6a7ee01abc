"""Values nobody types: calculations, measures and notes."""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from domain.definitions.schema import Field
from domain.expressions import Moment, Value
from domain.expressions.functions import parse_date
from domain.expressions.values import EXACT, number_text
from domain.fields.base import NUMERIC_RULES, FieldType
from domain.fields.display import NBSP, NO, YES, Formatter
from domain.fields.numeric import MOST_PLACES, check_whole, sought_number, tidy_number
from domain.messages import N_, Message, pick

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def stored(value: Value, places: int | None = None) -> Any:
    """An expression's value as kept in a document: numbers as shortest decimals, dates as ISO text."""
    if isinstance(value, Moment):
        return value.text()
    if isinstance(value, tuple):
        return [stored(part, places) for part in value]
    if isinstance(value, float) and not isinstance(value, bool):
        exact = Decimal(number_text(value))
        if places is not None:
            exact = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT)
        return tidy_number(exact)
    return value


class Calculated(FieldType):
    """The value of an expression over other answers."""

    name = "calculated"
    title = N_("Calculated")
    options = frozenset({"unit", "places"})
    texts = frozenset({"unit"})
    rules = NUMERIC_RULES | {"biner"}
    asks = False
    computes = True
    as_column = True
    summable = True
    xlsform = "calculate"

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        return check_whole(field, "places", most=MOST_PLACES)

    def parse(self, raw: Any, field: Field) -> Any:
        return None

    def display(self, value: Any, field: Field, fmt: Formatter) -> str:
        if value is None or isinstance(value, bool):
            return "" if value is None else fmt.word(YES if value else NO)
        if isinstance(value, list):
            return ", ".join(self.display(part, field, fmt) for part in value)
        if isinstance(value, str):
            there = ISO_DATE.fullmatch(value) and parse_date(value) is not None  # a text may look like a day there is not
            return fmt.date(dt.date.fromisoformat(value)) if there else value
        unit = pick(field.options.get("unit"), fmt.locale)
        return fmt.number(value) + (NBSP + unit if unit else "")

    def operand(self, value: Any, _field: Field) -> Value:
        if isinstance(value, list):
            return tuple(self.operand(part, _field) for part in value)
        if isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if isinstance(value, str):
            return parse_date(value) or value  # a date is kept as ISO text
        return cast("Value", value)

    def sought(self, raw: str, field: Field) -> tuple[str, float | None] | None:
        return sought_number(raw) or (raw, None)

    def amount(self, value: Any, _field: Field) -> Decimal | None:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return Decimal(repr(value)) if number else None

    def export(self, value: Any, _field: Field) -> tuple[object, ...]:
        return (" ".join(map(str, value)) if isinstance(value, list) else value,)

    def json_schema(self, _field: Field) -> dict[str, Any]:
        return {"type": ["number", "string", "boolean", "null"], "readOnly": True}


class Automatic(Calculated):
    """A measure: computed from a collection on opening and saving, frozen at submit."""

    name = "automatic"
    title = N_("Automatic, from a list")
    options = frozenset({"unit", "link", "measure"})
    texts = frozenset({"unit"})
    rules = NUMERIC_RULES
    computes = False
    as_column = False

    def amount(self, value: Any, field: Field) -> Decimal | None:
        if isinstance(value, dict):
            return Decimal(value["n"]) * 100 / Decimal(value["d"]) if value["d"] else None
        return super().amount(value, field)

    def operand(self, value: Any, field: Field) -> Value:
        share = self.amount(value, field)
        return None if share is None else float(share)

    def display(self, value: Any, field: Field, fmt: Formatter) -> str:
        if not isinstance(value, dict):
            return super().display(value, field, fmt)
        share = self.amount(value, field)
        shown = f"{fmt.number(value['n'])} ÷ {fmt.number(value['d'])}"
        return shown + ("" if share is None else f" = {fmt.percent(share)}")

    def export(self, value: Any, field: Field) -> tuple[object, ...]:
        share = self.amount(value, field)
        return (None if share is None else float(round(share, 4)),)


class Note(FieldType):
    """A paragraph for the reader; there is nothing to answer."""

    name = "note"
    title = N_("Note to the reader")
    asks = False
    xlsform = "note"

    def parse(self, raw: Any, field: Field) -> Any:
        return None

    def export_columns(self, _field: Field) -> tuple[str, ...]:
        return ()

    def export(self, _value: Any, _field: Field) -> tuple[object, ...]:
        return ()

    def index(self, _value: Any, _field: Field) -> tuple[tuple[str, float | None], ...]:
        return ()
