"""Dates, dates with time, date ranges, and durations between two moments."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from domain.definitions.schema import Field
from domain.expressions import Moment, Value
from domain.expressions.kinds import Kind
from domain.fields.base import Fault, FieldType, Refused, Surroundings, require_mapping, require_text
from domain.fields.display import HOURS, MONTHS, NBSP, OPEN_END, Formatter
from domain.fields.numeric import sought_number
from domain.messages import N_, Message, Text, message, pick

WRITTEN = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})", re.ASCII)
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
TIME = re.compile(r"(\d{1,2})[.:](\d{2})(?:[.:]\d{2}(?:\.\d+)?)?", re.ASCII)
T = re.compile(r"(?<=[0-9])T(?=[0-9])")
"""Between an ISO date and its time; not that of ``3 OKTOBER``."""
EARLIEST, LATEST = dt.date(1945, 8, 17), dt.date(2100, 12, 31)
MONTH_NUMBERS = {
    name[:length].lower(): number for names in MONTHS for number, name in enumerate(names, 1) for length in (3, len(name))
} | {"agt": 8}
NO_DATE, NO_MOMENT = N_("Enter a date, for example 20/09/2026."), N_("Enter a date and time, for example 03/09/2026 20.30.")
NO_SUCH_DAY = N_("There is no such day. Enter a date, for example 20/09/2026.")
ASKS_BOTH = {
    NO_DATE: NO_MOMENT,
    NO_SUCH_DAY: N_("There is no such day. Enter a date and time, for example 03/09/2026 20.30."),
}
STARTS = ("event_declared", "event_occurred")


def read_date(raw: Any) -> dt.date | None:
    """A date typed as ``20/09/2026`` (day first) or ISO ``2026-09-20``."""
    text = require_text(raw)
    if not text:
        return None
    written, iso = WRITTEN.fullmatch(_numbered(text)), ISO.fullmatch(text)
    year, month, day = (written[3], written[2], written[1]) if written else iso.groups() if iso else ("0", "0", "0")
    try:
        date = dt.date(int(year), int(month), int(day))
    except ValueError:
        raise Refused(message(NO_SUCH_DAY if written else NO_DATE)) from None
    if not EARLIEST <= date <= LATEST:
        raise Refused(message(N_("Enter a date between 1945 and 2100.")))
    return date


def _numbered(text: str) -> str:
    """``3 Januari 2026`` as ``3 1 2026``: a date may be typed as the pages show it."""
    day, _, rest = text.partition(" ")
    month, _, year = rest.partition(" ")
    number = MONTH_NUMBERS.get(month.lower())
    return f"{day} {number} {year}" if number else text


def read_moment(raw: Any) -> dt.datetime | None:
    """A local date and time typed as ``03/09/2026 20.30`` or ISO ``2026-09-03T20:30``."""
    text = require_text(raw)
    if not text:
        return None
    day, _, clock = T.sub(" ", text).rpartition(" ")
    time = TIME.fullmatch(clock)
    if not day or time is None or int(time[1]) > 23 or int(time[2]) > 59:
        raise Refused(message(NO_MOMENT))
    date = _day_of_moment(day)
    return None if date is None else dt.datetime.combine(date, dt.time(int(time[1]), int(time[2])))


def _day_of_moment(text: str) -> dt.date | None:
    """The day before a time; a refusal asks for both, or the next would ask for the time again."""
    try:
        return read_date(text)
    except Refused as refused:
        raise Refused(message(ASKS_BOTH.get(refused.why.msgid, refused.why.msgid))) from None


def shown_date(iso: str) -> str:
    """An ISO date as it is typed: ``20/09/2026``."""
    return dt.date.fromisoformat(iso).strftime("%d/%m/%Y")


def shown_moment(iso: str) -> str:
    """An ISO date-time as it is typed: ``03/09/2026 20.30``."""
    return dt.datetime.fromisoformat(iso).strftime("%d/%m/%Y %H.%M")


class Date(FieldType):
    """A day."""

    name = "date"
    title = N_("Date")
    kind = Kind.DATE
    options = frozenset({"not_future"})
    rules = frozenset({"tenggat", "informasi"})
    as_column = True
    as_words = True
    xlsform = "date"

    def parse(self, raw: Any, field: Field) -> Any:
        date = read_date(raw)
        return None if date is None else date.isoformat()

    def validate(self, value: Any, field: Field, around: Surroundings) -> Iterator[Fault]:
        if field.options.get("not_future") and dt.date.fromisoformat(value[:10]) > around.today:
            yield Fault(message(N_("The date may not lie after today.")))

    def display(self, value: Any, _field: Field, fmt: Formatter) -> str:
        return "" if value is None else fmt.date(dt.date.fromisoformat(value))

    def brief(self, value: Any, _field: Field, fmt: Formatter) -> str:
        return "" if value is None else fmt.date(dt.date.fromisoformat(value[:10]), short=True)

    def operand(self, value: Any, _field: Field) -> Value:
        return None if value is None else Moment.of(dt.date.fromisoformat(value))

    def json_schema(self, _field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


class DateTime(Date):
    """A day and a time in the unit's own zone."""

    name = "datetime"
    title = N_("Date and time")
    xlsform = "dateTime"
    rules = frozenset({"informasi"})

    def parse(self, raw: Any, field: Field) -> Any:
        moment = read_moment(raw)
        return None if moment is None else moment.isoformat(timespec="minutes")

    def display(self, value: Any, _field: Field, fmt: Formatter) -> str:
        return "" if value is None else fmt.datetime(dt.datetime.fromisoformat(value))

    def operand(self, value: Any, _field: Field) -> Value:
        return None if value is None else Moment.of(dt.datetime.fromisoformat(value))

    def json_schema(self, _field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$"}


class DateRange(FieldType):
    """A start and an end; the end may be open. In an expression: its end, or ``${CODE/start}``."""

    name = "date_range"
    title = N_("Date range")
    kind = Kind.DATE
    options = frozenset({"open_end"})
    xlsform = "date"

    def parse(self, raw: Any, field: Field) -> Any:
        parts = require_mapping(raw, "from", "to")
        start, end = read_date(parts["from"]), read_date(parts["to"])
        if start is None and end is None:
            return None
        return {"from": start.isoformat() if start else None, "to": end.isoformat() if end else None}

    def validate(self, value: Any, field: Field, _around: Surroundings) -> Iterator[Fault]:
        start, end = value["from"], value["to"]
        if start is None:
            yield Fault(message(N_("Enter the start date.")), "from")
        elif end is not None and end < start:
            yield Fault(message(N_("The end date may not come before the start date.")), "to")
        if end is None and not field.options.get("open_end"):
            yield Fault(message(N_("Enter the end date.")), "to")

    def display(self, value: Any, _field: Field, fmt: Formatter) -> str:
        if value is None:
            return ""
        start, end = (fmt.date(dt.date.fromisoformat(v)) if v else "" for v in (value["from"], value["to"]))
        return f"{start} – {end or fmt.word(OPEN_END)}"

    def sought(self, raw: str, field: Field) -> tuple[str, float | None] | None:
        return super().sought({"from": raw, "to": None}, field)  # type: ignore[arg-type]

    def operand(self, value: Any, _field: Field) -> Value:
        return self.part_operand(value, "end", _field)

    def part_operand(self, value: Any, part: str, _field: Field) -> Value:
        iso = (value or {}).get({"start": "from", "end": "to"}.get(part, ""))
        return Moment.of(dt.date.fromisoformat(iso)) if iso else None

    def parts(self, _field: Field) -> Mapping[str, Kind]:
        return {"start": Kind.DATE, "end": Kind.DATE}

    def export_columns(self, field: Field) -> tuple[str, ...]:
        return (f"{field.code}.mulai", f"{field.code}.akhir")

    def export(self, value: Any, _field: Field) -> tuple[object, ...]:
        value = value or {}
        return value.get("from"), value.get("to")

    def json_schema(self, _field: Field) -> dict[str, Any]:
        date = {"type": ["string", "null"], "format": "date"}
        return {"type": "object", "properties": {"from": date, "to": date}, "required": ["from", "to"]}


class Duration(FieldType):
    """Hours between two moments; the first may be taken from the event (its own wall time)."""

    name = "duration"
    title = N_("Duration between two times")
    kind = Kind.NUMBER
    options = frozenset({"start", "start_label", "end_label"})
    texts = frozenset({"start_label", "end_label"})
    rules = frozenset({"terbalik", "informasi"})
    settles = True
    xlsform = "decimal"

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        if field.options.get("start") not in (None, *STARTS):
            yield "start", message(N_("choose event_declared, event_occurred or nothing"))

    def parse(self, raw: Any, field: Field) -> Any:
        parts = require_mapping(raw, "from", "to")
        start, end = read_moment(parts["from"]), read_moment(parts["to"])
        if end is None and (start is None or field.options.get("start")):
            return None
        return {"from": _iso(start), "to": _iso(end)}

    def settle(self, value: Any, field: Field, around: Surroundings) -> Any:
        known = around.moments.get(str(field.options.get("start")))
        return value if value is None or known is None else dict(value) | {"from": _iso(known)}

    def validate(self, value: Any, field: Field, _around: Surroundings) -> Iterator[Fault]:
        start, end = value["from"], value["to"]
        if start is None:
            yield Fault(message(N_("Enter when it began.")), "from")
        if end is None:
            yield Fault(message(N_("Enter when it ended.")), "to")
        if start and end and end < start:
            began = dt.datetime.fromisoformat(start)
            yield Fault(message(N_("This time must come after %(start)s."), start=began), "to")

    def sought(self, raw: str, field: Field) -> tuple[str, float | None] | None:
        return sought_number(raw)

    def measured_in(self, field: Field) -> Text:
        return {locale: Formatter(locale).word(HOURS) for locale in ("id", "en")}

    def amount(self, value: Any, _field: Field) -> Decimal | None:
        if value is None or not value["from"] or not value["to"]:
            return None
        gap = dt.datetime.fromisoformat(value["to"]) - dt.datetime.fromisoformat(value["from"])
        return Decimal(gap // dt.timedelta(minutes=1)) / 60

    def operand(self, value: Any, field: Field) -> Value:
        hours = self.amount(value, field)
        return None if hours is None else float(hours)

    def display(self, value: Any, field: Field, fmt: Formatter) -> str:
        hours = self.brief(value, field, fmt)
        if not hours:
            return ""
        began, ended = (fmt.datetime(dt.datetime.fromisoformat(value[part])) for part in ("from", "to"))
        return f"{hours} ({began} – {ended})"

    def brief(self, value: Any, field: Field, fmt: Formatter) -> str:
        hours = self.amount(value, field)
        return "" if hours is None else f"{fmt.number(hours, 1)}{NBSP}{fmt.word(HOURS)}"

    def export_columns(self, field: Field) -> tuple[str, ...]:
        return (f"{field.code}.jam", f"{field.code}.dari", f"{field.code}.sampai")

    def export(self, value: Any, field: Field) -> tuple[object, ...]:
        hours = self.operand(value, field)
        value = value or {}
        return hours, value.get("from"), value.get("to")

    def json_schema(self, _field: Field) -> dict[str, Any]:
        moment = {"type": ["string", "null"]}
        return {"type": "object", "properties": {"from": moment, "to": moment}, "required": ["from", "to"]}


def start_label(field: Field, locale: str) -> str:
    """What the first moment of a duration is called."""
    return pick(field.options.get("start_label"), locale)


def _iso(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="minutes")
