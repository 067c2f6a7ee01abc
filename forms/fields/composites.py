"""Answers of two inputs: percent, date range, duration."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from domain.definitions.schema import Field
from domain.fields import of
from domain.fields.base import Answer
from domain.fields.dates import shown_date, shown_moment, start_label
from domain.fields.display import Formatter
from domain.messages import pick
from forms.fields.base import Adapter, Box, FieldState, Options, input_id, name_of, unit_label
from forms.fields.lines import number_typed
from forms.parts import esc, slot

WIDTH = 200
RESULT = f'<p class="result"{slot("unknown")}><b>{slot("words")}</b>'
"""The head of the line that says what two boxes give."""


class Composite(Adapter):
    """Two labelled inputs. *parts*: the names under which they post; *takes*: what each holds."""

    group = True
    parts: tuple[str, ...] = ()
    attrs = ' autocomplete="off"'
    takes = "text"

    def labels(self, field: Field, locale: str) -> tuple[str, str]:
        """What the two are called."""
        raise NotImplementedError  # pragma: no cover - each says it

    def shown(self, value: Any) -> str:
        """The value of one of them as it is typed."""
        return shown_moment(value)

    def part_text(self, answer: Answer, part: str) -> str:
        """The text of one of them: as typed when unread."""
        raw = answer.get("raw")
        if isinstance(raw, Mapping):
            return str(raw.get(part) or "")
        value = (answer.get("v") or {}).get(part)
        return "" if value is None else self.shown(value)

    def typed_parts(self, _field: Field) -> tuple[str, ...]:
        return self.parts

    def boxes(self, field: Field, fmt: Formatter, _options: Options) -> Sequence[Box]:
        named = dict(zip(self.parts, self.labels(field, fmt.locale), strict=True))
        return [Box(part, named[part], self.takes) for part in self.typed_parts(field)]

    def posted(self, _field: Field, answer: Answer, _fmt: Formatter) -> list[tuple[str, str]]:
        return [(part, self.part_text(answer, part)) for part in self.parts]

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
    takes = "number"

    def labels(self, field: Field, locale: str) -> tuple[str, str]:
        return pick(field.options.get("numerator"), locale), pick(field.options.get("denominator"), locale)

    def shown(self, value: Any) -> str:
        return number_typed(value)

    def typed_parts(self, field: Field) -> tuple[str, ...]:
        return self.parts if field.measure is None else ("n",)

    def control(self, field: Field, locale: str) -> str:
        unit = unit_label(field, locale)
        first, label = map(esc, self.labels(field, locale))
        top = self.box(field, "n", first, unit)
        counted = field.measure is not None
        if counted:
            source = esc(_("from the list"))
            label = f'{label} <span class="opt">{source}</span>'
        bottom = self.box(field, "d", label, unit, " readonly" if counted else "")
        return f'<div class="frac">{top}{bottom}{self.result(field)}</div>'

    def slots(self, field: Field, answer: Answer, state: FieldState) -> dict[str, str]:
        slots = {part: esc(self.part_text(answer, part)) for part in self.parts}
        if field.measure is not None and answer.get("counted") is not None:
            slots["d"] = esc(self.shown(answer["counted"]))
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
    takes = "day"

    def labels(self, field: Field, locale: str) -> tuple[str, str]:
        return _("Start"), _("End")

    def shown(self, value: Any) -> str:
        return shown_date(value)

    def control(self, field: Field, locale: str) -> str:
        start, end = map(esc, self.labels(field, locale))
        if field.options.get("open_end"):
            hint = esc(_("leave empty if there is none"))
            end = f'{end} <span class="opt">{hint}</span>'
        form = esc(_("dd/mm/yyyy"))
        boxes = self.box(field, "from", start) + self.box(field, "to", end)
        return f'<div class="frac">{boxes}<p class="hint full">{form}</p></div>'

    def slots(self, field: Field, answer: Answer, state: FieldState) -> dict[str, str]:
        return {part: esc(self.part_text(answer, part)) for part in self.parts}


class Duration(Composite):
    """Two moments; the hours between them. A start taken from the event is read-only."""

    name = "duration"
    twin = "duration"
    parts = ("from", "to")

    def labels(self, field: Field, locale: str) -> tuple[str, str]:
        names = {"event_declared": _("Emergency declared"), "event_occurred": _("Event struck")}
        first = start_label(field, locale) or names.get(str(field.options.get("start"))) or _("Start")
        return first, pick(field.options.get("end_label"), locale) or _("End")

    def typed_parts(self, field: Field) -> tuple[str, ...]:
        return ("to",) if field.options.get("start") else self.parts

    def control(self, field: Field, locale: str) -> str:
        first, last = map(esc, self.labels(field, locale))
        fixed = " readonly" if field.options.get("start") else ""
        boxes = self.box(field, "from", first, extra=fixed) + self.box(field, "to", last)
        form = esc(_("dd/mm/yyyy hh.mm"))
        return f'<div class="frac">{boxes}<p class="hint full">{form}</p>{RESULT}</p></div>'

    def slots(self, field: Field, answer: Answer, state: FieldState) -> dict[str, str]:
        slots = {part: esc(self.part_text(answer, part)) for part in self.parts}
        fixed = state.moments.get(str(field.options.get("start")))
        if fixed is not None:
            slots["from"] = esc(fixed.strftime("%d/%m/%Y %H.%M"))
        words = of(field).brief(answer.get("v"), field, state.fmt) if answer.get("v") else ""
        return slots | ({"words": esc(words)} if words else {"unknown": " hidden"})
