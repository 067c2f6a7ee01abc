"""Choices: yes or no, one of a few, several of a few, one of a list kept elsewhere."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from domain.definitions.schema import Choice, Field
from domain.fields import of
from domain.fields.base import Answer
from domain.fields.display import NO, YES, Formatter
from domain.messages import pick
from forms.fields.base import Adapter, Box, FieldState, Options, input_id, name_of, shown_or_raw
from forms.parts import esc, slot

PICK = "pick:"
"""What is pressed to search a long list, for a question."""
MANY, LONG = 7, 20
"""Beyond the first a list to open; beyond the second one to search."""


def radio(field: Field, code: str, label: str, first: bool, kind: str = "radio") -> str:
    """One option; the first one carries the id that the label and the error summary point to."""
    own = f' id="{input_id(field.code)}"' if first else ""
    chosen = slot(f"c:{code}")
    return f'<label class="pick"><input type="{kind}" name="{name_of(field.code)}" value="{esc(code)}"{own}{chosen}{slot("desc") if first else ""}>{esc(label)}</label>'


class Pick(Adapter):
    """What is chosen, not typed."""

    def boxes(self, field: Field, fmt: Formatter, _options: Options) -> Sequence[Box]:
        retired = {c.code for c in field.choices if c.retired}
        return (Box(offers=[offer for offer in of(field).offers(field, fmt) if offer[0] not in retired]),)

    def posted(self, field: Field, answer: Answer, fmt: Formatter) -> list[tuple[str, str]]:
        return [("", shown_or_raw(self, field, answer, fmt))]


class YesNo(Pick):
    """Two equal buttons, no default."""

    name = "yes_no"
    twin = "yes_no"
    group = True

    def control(self, field: Field, locale: str) -> str:
        fmt = Formatter(locale)
        return f'<div class="yn">{radio(field, "ya", fmt.word(YES), True)}{radio(field, "tidak", fmt.word(NO), False)}</div>'

    def slots(self, field: Field, answer: Answer, state: FieldState) -> dict[str, str]:
        value = answer.get("v")
        return {} if value is None else {"c:ya" if value else "c:tidak": " checked"}

    def cell(self, column: Field, name: str, label: str, value: str, invalid: bool, options: Sequence[tuple[str, str]]) -> str:
        return select_cell(name, label, value, invalid, options)

    def typed(self, field_: Field, value: Any, fmt: Formatter) -> str:
        return "ya" if value else "tidak"


class SingleChoice(Pick):
    """Rows up to seven options, a select beyond."""

    name = "single_choice"
    twin = "one_choice"
    group = True

    def control(self, field: Field, locale: str) -> str:
        live = [c for c in field.choices if not c.retired]
        if len(live) > MANY:
            return select(field, [(c.code, pick(c.label, locale)) for c in live])
        rows = "".join(radio(field, c.code, pick(c.label, locale), place == 0) for place, c in enumerate(live))
        return f'<div class="picks">{rows}{slot("gone")}</div>'

    def slots(self, field: Field, answer: Answer, state: FieldState) -> dict[str, str]:
        value = answer.get("v")
        if not value:
            return {}
        many = _many(field)
        return {f"c:{value}": " selected" if many else " checked"} | _gone(field, [value], "option" if many else "radio", state)

    def cell(self, column: Field, name: str, label: str, value: str, invalid: bool, options: Sequence[tuple[str, str]]) -> str:
        return select_cell(name, label, value, invalid, options)

    def typed(self, field_: Field, value: Any, fmt: Formatter) -> str:
        return str(value)


class MultipleChoice(Adapter):
    """Check boxes."""

    name = "multiple_choice"
    twin = "some_choices"
    group = True

    def control(self, field: Field, locale: str) -> str:
        live = [c for c in field.choices if not c.retired]
        rows = "".join(radio(field, c.code, pick(c.label, locale), place == 0, "checkbox") for place, c in enumerate(live))
        return f'<div class="picks">{rows}{slot("gone")}</div>'

    def slots(self, field: Field, answer: Answer, state: FieldState) -> dict[str, str]:
        chosen = answer.get("v") or answer.get("raw") or []
        return {f"c:{code}": " checked" for code in chosen} | _gone(field, chosen, "checkbox", state)

    def collect(self, form: MultiDict[str, str], name: str, _field: Field) -> Any:
        return form.getlist(name)

    def boxes(self, field: Field, fmt: Formatter, _options: Options) -> Sequence[Box]:
        yes = fmt.word(YES)
        live = (c for c in field.choices if not c.retired)
        return tuple(Box(label=pick(c.label, fmt.locale), offers=((c.code, yes),), ticks=True) for c in live)

    def posted(self, field: Field, answer: Answer, fmt: Formatter) -> list[tuple[str, str]]:
        return [("", code) for code in answer.get("v") or answer.get("raw") or ()]


class Reference(Pick):
    """A record of another list: its names as options, looked up in scope per request."""

    name = "reference"
    twin = "reference"
    looks_up = True

    def boxes(self, field: Field, fmt: Formatter, options: Options) -> Sequence[Box]:
        return (Box(offers=options(str(field.options["target"]))),)

    def control(self, field: Field, locale: str) -> str:
        empty = esc(_("Choose"))
        picker = f'<select class="in" id="{input_id(field.code)}" name="{name_of(field.code)}"{slot("desc")}><option value="">{empty}</option>{slot("opts")}</select>'
        return f'<div class="finder"{slot("from")}>{picker}{slot("find")}</div>'

    def slots(self, field: Field, answer: Answer, state: FieldState) -> dict[str, str]:
        chosen = str(answer.get("v") or "")
        source = state.source() if len(state.options) > LONG else ""
        if not source:
            return {"opts": option_tags(state.options, chosen, state.fmt)}
        listed = [option for option in state.options if option[0] == chosen]
        word = esc(_("Search"))
        find = f'<button class="btn" name="_action" value="{PICK}{esc(field.code)}">{word}</button>'
        return {"opts": option_tags(listed, chosen, state.fmt), "from": f' data-from="{esc(source)}"', "find": find}

    def cell(self, column: Field, name: str, label: str, value: str, invalid: bool, options: Sequence[tuple[str, str]]) -> str:
        return select_cell(name, label, value, invalid, options)

    def typed(self, field_: Field, value: Any, fmt: Formatter) -> str:
        return str(value)


def _many(field: Field) -> bool:
    return sum(not c.retired for c in field.choices) > MANY


def _gone(field: Field, chosen: Iterable[str], kind: str, state: FieldState) -> dict[str, str]:
    """Retired options that are still chosen are shown, so that nothing disappears silently."""
    retired = [c for code in chosen if (c := field.choices_by_code.get(code)) is not None and c.retired]
    return {"gone": "".join(_gone_row(field, c, kind, state.fmt.locale) for c in retired)} if retired else {}


def _gone_row(field: Field, choice: Choice, kind: str, locale: str) -> str:
    label, note = esc(pick(choice.label, locale)), esc(_("no longer offered"))
    if kind == "option":
        return f'<option value="{esc(choice.code)}" selected>{label} ({note})</option>'
    box = f'<input type="{kind}" name="{name_of(field.code)}" value="{esc(choice.code)}" checked>'
    return f'<label class="pick">{box}{label}<small>{note}</small></label>'


def select(field: Field, options: Sequence[tuple[str, str]]) -> str:
    """A select whose options carry slots."""
    tags = "".join(f'<option value="{esc(code)}"{slot(f"c:{code}")}>{esc(label)}</option>' for code, label in options)
    empty = esc(_("Choose"))
    return f'<select class="in" id="{input_id(field.code)}" name="{name_of(field.code)}" aria-labelledby="l-{field.code}"{slot("desc")}><option value="">{empty}</option>{tags}{slot("gone")}</select>'


def option_tags(options: Sequence[tuple[str, str]], chosen: str, fmt: Formatter | None = None) -> str:
    """Options with one chosen; a chosen one that is not listed is kept, under its name where *fmt* knows it."""
    name = fmt.names.get(chosen, chosen) if fmt else chosen
    listed = list(options) + ([(chosen, name)] if chosen and all(code != chosen for code, _label in options) else [])
    return "".join(
        f'<option value="{esc(code)}"{" selected" if code == chosen else ""}>{esc(label)}</option>' for code, label in listed
    )


def select_cell(name: str, label: str, value: str, invalid: bool, options: Sequence[tuple[str, str]]) -> str:
    """A select inside a table."""
    bad = ' aria-invalid="true"' if invalid else ""
    return f'<select class="in" id="{name.replace(".", "-")}" name="{name}" aria-label="{label}"{bad}><option value=""></option>{option_tags(options, value)}</select>'
