"""Yes or no."""

from decimal import Decimal
from typing import Any

from domain.definitions.schema import Field
from domain.expressions import Value
from domain.expressions.kinds import Kind
from domain.fields.base import FieldType, Refused, require_text
from domain.fields.display import NO, YES, Formatter
from domain.messages import N_, message

READS = {"ya": True, "yes": True, "true": True, "1": True, "tidak": False, "no": False, "false": False, "0": False}


class YesNo(FieldType):
    """Two choices, no default."""

    name = "yes_no"
    title = N_("Yes or no")
    kind = Kind.BOOLEAN
    rules = frozenset({"biner", "biner_bukti", "informasi"})
    as_column = True
    xlsform = "select_one yes_no"

    def parse(self, raw: Any, field: Field) -> Any:
        text = require_text(raw).lower()
        if not text:
            return None
        if text not in READS:
            raise Refused(message(N_("Choose Yes or No.")))
        return READS[text]

    def display(self, value: Any, _field: Field, fmt: Formatter) -> str:
        return "" if value is None else fmt.word(YES if value else NO)

    def offers(self, _field: Field, fmt: Formatter) -> tuple[tuple[str, str], ...]:
        return (("ya", fmt.word(YES)), ("tidak", fmt.word(NO)))

    def operand(self, value: Any, _field: Field) -> Value:
        return None if value is None else bool(value)

    def export(self, value: Any, _field: Field) -> tuple[object, ...]:
        return (None if value is None else ("ya" if value else "tidak"),)

    def amount(self, value: Any, _field: Field) -> Decimal | None:
        return None if value is None else Decimal(int(value))

    def json_schema(self, _field: Field) -> dict[str, Any]:
        return {"type": "boolean"}
