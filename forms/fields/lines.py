"""Inputs of one line: numbers, money, text, dates, links, places; and long text."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from domain.definitions.schema import Field
from domain.expressions import number_text
from domain.fields.base import Answer
from domain.fields.dates import shown_date, shown_moment
from domain.fields.display import Formatter
from domain.fields.numeric import MOST_PLACES
from forms.fields.base import Adapter, Box, FieldState, Options, input_id, name_of, shown_or_raw, unit_label
from forms.parts import esc, slot

TYPED = Formatter("id")


def number_typed(value: float) -> str:
    """A number as boxes hold it: the Indonesian way in either language, the sign as keyboards have it."""
    return TYPED.number(value, MOST_PLACES).replace("−", "-")


class Line(Adapter):
    """A single text input. *attrs*: fixed attributes."""

    attrs = ""
    wide = True
    takes = "text"

    def control(self, field: Field, locale: str) -> str:
        return self.input(field, "in" if self.wide else "in in-short")

    def input(self, field: Field, css: str) -> str:
        code = field.code
        return f'<input class="{css}" id="{input_id(code)}" name="{name_of(code)}"{self.attrs} value="{slot("v")}"{slot("desc")}>'

    def slots(self, field: Field, answer: Answer, state: FieldState) -> dict[str, str]:
        return {"v": esc(shown_or_raw(self, field, answer, state.fmt))}

    def boxes(self, _field: Field, _fmt: Formatter, _options: Options) -> Sequence[Box]:
        return (Box(takes=self.takes),)

    def posted(self, field: Field, answer: Answer, fmt: Formatter) -> list[tuple[str, str]]:
        return [("", shown_or_raw(self, field, answer, fmt))]

    def cell(self, column: Field, name: str, label: str, value: str, invalid: bool, options: Sequence[tuple[str, str]]) -> str:
        bad = ' aria-invalid="true"' if invalid else ""
        return f'<input class="in{self.cell_class}" id="{name.replace(".", "-")}" name="{name}" aria-label="{label}"{self.attrs} value="{value}"{bad}>'

    cell_class = ""


class Number(Line):
    """A number with its unit."""

    attrs = ' inputmode="decimal" autocomplete="off"'
    cell_class = " num"
    takes = "number"

    def control(self, field: Field, locale: str) -> str:
        unit = unit_label(field, locale)
        inner = self.input(field, "in")
        return f'<span class="unit">{inner}<span>{unit}</span></span>' if unit else f'<span class="unit unit-none">{inner}</span>'

    def typed(self, field_: Field, value: Any, fmt: Formatter) -> str:
        return number_typed(value)


class WholeNumber(Number):
    """A whole number."""

    name = "integer"
    twin = "whole"
    takes = "whole"
    attrs = ' inputmode="numeric" autocomplete="off"'

    def typed(self, field_: Field, value: Any, fmt: Formatter) -> str:
        return str(value) if field_.options.get("plain") else super().typed(field_, value, fmt)

    def boxes(self, field: Field, _fmt: Formatter, _options: Options) -> Sequence[Box]:
        return (Box(takes="plain" if field.options.get("plain") else "whole"),)


class DecimalNumber(Number):
    """A number with decimals."""

    name = "decimal"
    twin = "decimal"


class Money(Number):
    """Rupiah, the sign before the number."""

    takes = "whole"
    name = "money"
    twin = "money"
    attrs = ' inputmode="numeric" autocomplete="off"'

    def control(self, field: Field, locale: str) -> str:
        return f'<span class="unit unit-before"><span>Rp</span>{self.input(field, "in")}</span>'


class Text(Line):
    """One line of text."""

    name = "text"
    twin = "text"
    attrs = ""

    def control(self, field: Field, locale: str) -> str:
        kinds = {"phone": ' inputmode="tel" autocomplete="off"', "email": ' inputmode="email" autocomplete="off"'}
        extra = kinds.get(str(field.options.get("kind")), "")
        code = field.code
        return f'<input class="in" id="{input_id(code)}" name="{name_of(code)}"{extra} value="{slot("v")}"{slot("desc")}>'


class LongText(Line):
    """Several lines."""

    name = "long_text"
    twin = "long_text"

    def control(self, field: Field, locale: str) -> str:
        code = field.code
        return f'<textarea class="in" id="{input_id(code)}" name="{name_of(code)}" rows="4"{slot("desc")}>\n{slot("v")}</textarea>'


class Link(Line):
    """A web address."""

    name = "link"
    twin = "link"
    attrs = ' inputmode="url" autocomplete="off"'


class Date(Line):
    """A day, day first; native date inputs show the browser's order, which is month first on many office PCs."""

    name = "date"
    twin = "day"
    takes = "day"
    wide = False
    attrs = ' autocomplete="off"'

    def control(self, field: Field, locale: str) -> str:
        form = esc(_("dd/mm/yyyy"))
        return f'{super().control(field, locale)} <span class="opt">{form}</span>'

    def typed(self, field_: Field, value: Any, fmt: Formatter) -> str:
        return shown_date(value)


class DateTime(Line):
    """A day and a time."""

    name = "datetime"
    twin = "moment"
    wide = False
    attrs = ' autocomplete="off"'

    def control(self, field: Field, locale: str) -> str:
        form = esc(_("dd/mm/yyyy hh.mm"))
        return f'{super().control(field, locale)} <span class="opt">{form}</span>'

    def typed(self, field_: Field, value: Any, fmt: Formatter) -> str:
        return shown_moment(value)


class Geopoint(Line):
    """Latitude and longitude in one box."""

    name = "geopoint"
    twin = "place"
    attrs = ' autocomplete="off"'

    def typed(self, field_: Field, value: Any, fmt: Formatter) -> str:
        return f"{number_text(value['lat'])} {number_text(value['lon'])}".replace(".", ",")
