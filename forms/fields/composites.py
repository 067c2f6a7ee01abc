"""Answers of two inputs: percent, date range, duration."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from domain.definitions.schema import Field
from domain.fields import of
from domain.fields.base import Answer
from domain.fields.dates import shown_date, shown_moment, start_label
from domain.fields.display import Formatter
from domain.fields.numeric import MOST_PLACES
from domain.messages import pick
from forms.fields.base import Adapter, FieldState, input_id, name_of, unit_label
from forms.parts import esc, slot

WIDTH = 200
RESULT = f'<p class="result"{slot("unknown")}><b>{slot("words")}</b>'
"""The head of the line that says what two boxes give."""


def part_value(answer: Answer, part: str, shown: Any) -> str:
    """The text of one part: as typed when unread, else as *shown* makes it."""
    raw = answer.get("raw")
    if isinstance(raw, Mapping):
        return esc(raw.get(part) or "")
    value = (answer.get("v") or {}).get(part)
    return "" if value is None else esc(shown(value))


class Composite(Adapter):
    """Two labelled inputs. *parts*: the names under which they post."""

    group = True
    parts: tuple[str, ...] = ()
    attrs = ' autocomplete="off"'

    def focus(self, field: Field) -> str:
        return input_id(field.code, self.parts[0])

    def box(self, field: Field, part: str, label: str, suffix: str = "", extra: str = "") -> str:
        """One labelled input; the part's fault stands under it."""
        box_id, name = input_id(field.code, part), name_of(field.code, part)
        control = f'<input class="in" id="{box_id}" name="{name}"{self.attrs} value="{slot(part)}"{slot("inv:" + part)}{extra}>'
        inner = f'<span class="unit">{control}<span>{suffix}</span></span>' if suffix else control
        return f'<div class="field"><label for="{box_id}">{label}</label>{inner}{slot("err:" + part)}</div>'

    def collect(self, form: MultiDict[str, str], name: str, _field: Field) -> Any:
        posted = {part: form.get(f"{name}.{part}", "") for part in self.parts}
        return posted if any(value.strip() for value in posted.values()) else None


class Percent(Composite):
    """Two numbers; the percent is computed, never typed."""

    name = "percent"
    twin = "percent"
    parts = ("n", "d")
    attrs = ' inputmode="decimal" autocomplete="off"'

    def control(self, field: Field, locale: str) -> str:
        unit = unit_label(field, locale)
        top = self.box(field, "n", esc(pick(field.options.get("numerator"), locale)), unit)
        label = esc(pick(field.options.get("denominator"), locale))
        counted = field.measure is not None
        if counted:
            source = esc(_("from the list"))
            label = f'{label} <span class="opt">{source}</span>'
        bottom = self.box(field, "d", label, unit, " readonly" if counted else "")
        return f'<div class="frac">{top}{bottom}{self.result(field)}</div>'

    def slots(self, field: Field, answer: Answer, state: FieldState) -> dict[str, str]:
        def shown(value: Any) -> str:
            return Formatter("id").number(value, MOST_PLACES)

        slots = {part: part_value(answer, part, shown) for part in self.parts}
        if field.measure is not None and answer.get("counted") is not None:
            slots["d"] = esc(shown(answer["counted"]))
        share = of(field).amount(answer.get("v"), field) if answer.get("v") else None
        if share is None:
            return slots | {"unknown": " hidden", "share": "0"}
        words = esc(of(field).display(answer["v"], field, state.fmt))
        return slots | {"words": words, "share": f"{WIDTH * max(0.0, min(float(share), 100)) / 100:.1f}"}

    def result(self, field: Field) -> str:
        """The line that says the percent; hidden while there is none."""
        target = field.rule.params.get("target") if field.rule else None
        goal = f'<path class="goal" d="M{WIDTH * min(float(target), 100) / 100:.1f} 0v8"/>' if target else ""
        bar = f'<rect class="t" width="{WIDTH}" height="8"/><rect class="f" width="{slot("share")}" height="8"/>{goal}'
        return f'{RESULT}<svg class="bar" viewBox="0 0 {WIDTH} 8" preserveAspectRatio="none" aria-hidden="true">{bar}</svg></p>'

    def collect(self, form: MultiDict[str, str], name: str, field: Field) -> Any:
        posted = super().collect(form, name, field)
        if posted is not None and field.measure is not None:
            posted["d"] = ""  # counted by the server, never taken from the page
            return posted if posted["n"].strip() else None
        return posted


class DateRange(Composite):
    """Start and end."""

    name = "date_range"
    twin = "day_range"
    parts = ("from", "to")

    def control(self, field: Field, locale: str) -> str:
        end = esc(_("End"))
        if field.options.get("open_end"):
            hint = esc(_("leave empty if there is none"))
            end = f'{end} <span class="opt">{hint}</span>'
        start, form = esc(_("Start")), esc(_("dd/mm/yyyy"))
        boxes = self.box(field, "from", start) + self.box(field, "to", end)
        return f'<div class="frac">{boxes}<p class="hint full">{form}</p></div>'

    def slots(self, field: Field, answer: Answer, state: FieldState) -> dict[str, str]:
        return {part: part_value(answer, part, shown_date) for part in self.parts}


class Duration(Composite):
    """Two moments; the hours between them. A start taken from the event is read-only."""

    name = "duration"
    twin = "duration"
    parts = ("from", "to")

    def control(self, field: Field, locale: str) -> str:
        fixed = field.options.get("start")
        names = {"event_declared": _("Emergency declared"), "event_occurred": _("Event struck")}
        first = esc(start_label(field, locale) or names.get(str(fixed)) or _("Start"))
        last = esc(pick(field.options.get("end_label"), locale) or _("End"))
        boxes = self.box(field, "from", first, extra=" readonly" if fixed else "") + self.box(field, "to", last)
        form = esc(_("dd/mm/yyyy hh.mm"))
        return f'<div class="frac">{boxes}<p class="hint full">{form}</p>{RESULT}</p></div>'

    def slots(self, field: Field, answer: Answer, state: FieldState) -> dict[str, str]:
        slots = {part: part_value(answer, part, shown_moment) for part in self.parts}
        fixed = state.moments.get(str(field.options.get("start")))
        if fixed is not None:
            slots["from"] = esc(fixed.strftime("%d/%m/%Y %H.%M"))
        words = of(field).brief(answer.get("v"), field, state.fmt) if answer.get("v") else ""
        return slots | ({"words": esc(words)} if words else {"unknown": " hidden"})
