"""Short ways to make definitions, fields, documents and contexts for the unit tests."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

from domain.answers import Context, EventFacts, Span, check
from domain.definitions.build import build
from domain.definitions.catalog import Catalog
from domain.definitions.compile import Compiled, compile_source
from domain.definitions.schema import Definition, Field
from domain.expressions import Kind, Moment, Value
from domain.fields.display import Formatter
from domain.messages import Message, pick
from exchange.bundle import read_bundle

ROOT = Path(__file__).resolve().parents[2]
ID, EN = Formatter("id"), Formatter("en")
TODAY = dt.date(2026, 11, 24)
Q4 = Span(2026, 4, dt.date(2026, 10, 1), dt.date(2026, 12, 31))
QUARTERS = {
    1: Span(2026, 1, dt.date(2026, 1, 1), dt.date(2026, 3, 31)),
    2: Span(2026, 2, dt.date(2026, 4, 1), dt.date(2026, 6, 30)),
    3: Span(2026, 3, dt.date(2026, 7, 1), dt.date(2026, 9, 30)),
    4: Q4,
}


def text(words: str) -> dict[str, str]:
    """The same words in both languages."""
    return {"id": words, "en": words}


def item(code: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """A field, column or indicator as a bundle writes it."""
    return {"code": code, "type": kind, "label": text(code)} | more


def scored(code: str, kind: str, rule: dict[str, Any], weight: float = 1, **more: Any) -> dict[str, Any]:
    """An indicator due every quarter."""
    return item(code, kind, weight=weight, rule=rule, **({"frequency": "quarterly"} | more))


def option(code: str, **more: Any) -> dict[str, Any]:
    """A choice."""
    return {"code": code, "label": text(code)} | more


def section(code: str, *fields: dict[str, Any], weight: float = 100, **more: Any) -> dict[str, Any]:
    """A section as a bundle writes it."""
    return {"code": code, "label": text(code), "weight": weight, "fields": list(fields)} | more


def form(*sections: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A phase form as a bundle writes it."""
    head = {"format": 1, "key": "form", "kind": "phase_form", "subject": "period", "label": text("Form")}
    return head | {"sections": list(sections)} | more


def collection(*fields: dict[str, Any], key: str = "things", title: str = "name", **more: Any) -> dict[str, Any]:
    """A collection as a bundle writes it, with a title field."""
    head = {"format": 1, "key": key, "kind": "collection", "label": text(key), "title_field": title}
    named = [] if any(f["code"] == title for f in fields) else [item(title)]
    return head | {"sections": [{"code": "main", "label": text("main"), "fields": [*named, *fields]}]} | more


CATALOG = Catalog(
    {
        "things": {"name": Kind.STRING, "kind": Kind.STRING, "on": Kind.DATE, "n": Kind.NUMBER, "ok": Kind.BOOLEAN},
        "other": {"X": Kind.BOOLEAN},
        "people": {"pay": Kind.NUMBER},
    },
    subjects={"things": "", "other": "period", "people": ""},
    personal=frozenset({("people", "pay")}),
)


def compiled(source: dict[str, Any], catalog: Catalog = CATALOG) -> Compiled:
    """Compile against the small catalogue above."""
    return compile_source(source, catalog)


def define(*fields: dict[str, Any], **more: Any) -> Definition:
    """A checked phase form of one section."""
    done = compiled(form(section("S", *fields), **more))
    assert done.publishable, done.problems
    return done.definition


def field(kind: str, code: str = "A", **more: Any) -> Field:
    """One field, alone."""
    return build(form(section("S", item(code, kind, **more))))[0].sections[0].fields[0]


def problems(source: dict[str, Any], catalog: Catalog = CATALOG) -> set[tuple[str, str]]:
    """What compiling finds, as (path, code)."""
    return {(p.path, p.code) for p in compiled(source, catalog).problems}


@cache
def seed() -> dict[str, dict[str, Any]]:
    """The seed's content types by key."""
    return read_bundle(ROOT / "seed")


@cache
def seed_catalog() -> Catalog:
    """What the seed's types may refer to."""
    from domain.definitions.check import kind_of_field

    built = {key: build(source)[0] for key, source in seed().items()}
    kinds = {key: {f.code: kind_of_field(f) for f in definition.fields} for key, definition in built.items()}
    return Catalog(kinds, subjects={key: definition.subject for key, definition in built.items()})


def at(quarter: int | None = 4, today: dt.date = TODAY, **more: Any) -> Context:
    """A context in a quarter of 2026, or in none."""
    return Context(today, QUARTERS[quarter] if quarter else None, **more)


def event(ended: dt.date | None = dt.date(2026, 9, 30)) -> EventFacts:
    """An event that struck on 1 September, declared the day after."""
    return EventFacts(dt.datetime(2026, 9, 1, 4, 30), dt.datetime(2026, 9, 2, 8, 0), ended)


def said(message: Message, locale: str = "en") -> str:
    """A message in words, its texts by locale picked."""
    params = {
        k: said(v, locale) if isinstance(v, Message) else pick(v, locale) if isinstance(v, dict) else v
        for k, v in message.params.items()
    }
    return message.msgid % params if params else message.msgid


def faults(definition: Definition, doc: dict[str, Any], context: Context | None = None) -> list[tuple[str, str, str]]:
    """(code, part, severity) of everything check finds."""
    return [(f.code, f.part, f.severity) for f in check(definition, doc, context or at()).faults]


def moment(iso: str) -> Moment:
    """A moment from ISO text."""
    return Moment.of(dt.datetime.fromisoformat(iso) if "T" in iso else dt.date.fromisoformat(iso))


def decoded(value: Any) -> Value:
    """A value as the vector files write it."""
    if isinstance(value, dict):
        return moment(value["date"])
    if isinstance(value, list):
        return tuple(decoded(v) for v in value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Given:
    """A resolver over plain answers, as the vector files write them."""

    def __init__(self, answers: dict[str, Any], today: str = TODAY.isoformat()) -> None:
        self.answers = answers
        self.day = moment(today)

    def today(self) -> Moment:
        return self.day

    def value(self, node: list[Any]) -> Value:
        if node[0] == "self":
            return decoded(self.answers.get("."))
        if node[0] == "ext":
            return decoded(self.answers.get(f"{node[1]}:{node[2]}"))
        if node[0] == "col":
            return decoded(self.answers.get(f"{node[1]}/{node[2]}", []))
        return decoded(self.answers.get(node[1]))
