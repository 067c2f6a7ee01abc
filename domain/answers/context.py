"""The circumstances a document is checked and scored in: the day, the period or event, other reports, measures."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from domain.definitions.schema import Field
from domain.expressions import Moment, Value


@dataclass(frozen=True, slots=True)
class Span:
    """A reporting period: its year, its quarter (1–4), first and last day."""

    year: int
    quarter: int
    start: dt.date
    end: dt.date


@dataclass(frozen=True, slots=True)
class EventFacts:
    """A disaster event: when it struck, when the emergency was declared (local time), the day that status ended."""

    occurred: dt.datetime | None
    declared: dt.datetime | None
    ended: dt.date | None


@dataclass(frozen=True)
class Context:
    """*related*: operand of ``${form:CODE}`` by (form, code). *measures*: for each automatic field what was counted."""

    today: dt.date
    period: Span | None = None
    event: EventFacts | None = None
    related: Mapping[tuple[str, str], Value] = field(default_factory=dict)
    measures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def year(self) -> int:
        """The report's year: the period's, or that of the emergency's start, else today's."""
        if self.period is not None:
            return self.period.year
        return self.event.declared.year if self.event and self.event.declared else self.today.year

    @cached_property
    def named(self) -> Mapping[str, Value]:
        """The context values an expression may read, by their names."""
        span, event = self.period, self.event
        return {
            "_year": float(self.year),
            "_quarter": float(span.quarter) if span else None,
            "_period_start": Moment.of(span.start) if span else None,
            "_period_end": Moment.of(span.end) if span else Moment.of(self.today),
            "_event_occurred": Moment.of(event.occurred) if event and event.occurred else None,
            "_event_declared": Moment.of(event.declared) if event and event.declared else None,
            "_event_ended": Moment.of(event.ended) if event and event.ended else None,
        }

    def moments(self) -> dict[str, dt.datetime | None]:
        """The event's moments by the names a duration may start from."""
        event = self.event
        return {
            "event_declared": event.declared if event else None,
            "event_occurred": event.occurred if event else None,
        }


def freeze(context: Context) -> dict[str, Any]:
    """The context as JSON, kept inside a sent document so that it scores the same for ever."""
    event = context.event
    moments = (event.occurred, event.declared, event.ended) if event else ()
    return {
        "today": context.today.isoformat(),
        "period": [context.period.year, context.period.quarter] if context.period else None,
        "event": [m.isoformat() if m else None for m in moments] if event else None,
        "related": [[form, code, packed(value)] for (form, code), value in sorted(context.related.items())],
    }


def thaw(data: Mapping[str, Any], period: Span | None) -> Context:
    """The context a sent document was frozen with."""
    event = None
    if data.get("event"):
        occurred, declared, ended = data["event"]
        event = EventFacts(
            dt.datetime.fromisoformat(occurred) if occurred else None,
            dt.datetime.fromisoformat(declared) if declared else None,
            dt.date.fromisoformat(ended) if ended else None,
        )
    related = {(form, code): _unpack(value) for form, code, value in data.get("related", ())}
    return Context(dt.date.fromisoformat(data["today"]), period, event, related)


def packed(value: Value) -> Any:
    """A value as JSON; a moment as its days."""
    if isinstance(value, Moment):
        return {"days": value.days}
    return [packed(v) for v in value] if isinstance(value, tuple) else value


def _unpack(value: Any) -> Value:
    if isinstance(value, dict):
        return Moment(value["days"])
    if isinstance(value, list):
        return tuple(_unpack(v) for v in value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


CONTEXT_DATES = frozenset({"_period_start", "_period_end", "_event_occurred", "_event_declared", "_event_ended"})
CONTEXT_NUMBERS = frozenset({"_year", "_quarter"})
CONTEXT_NAMES = CONTEXT_DATES | CONTEXT_NUMBERS


def is_due(field: Field, context: Context) -> bool:
    """Whether the field must be answered now: always for events and collections, else in its due quarters."""
    return field.asked_in(context.period.quarter if context.period else None)
