"""Both checks of answers on the same drawn forms: checked in Python and in Node, compared fault by fault and word by word.

``python -m tests.checks --cases 100000 --seed 7`` prints how many documents were compared and how many faults they had, and every
difference; exit 1 when there is one.
"""

import argparse
import datetime as dt
import json
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from flask import Flask
from flask_babel import Babel

from domain.answers import Context, EventFacts, check
from domain.definitions.schema import Definition, Field
from domain.expressions import Moment
from domain.fields import Refused, of
from domain.fields.display import Formatter
from domain.fields.texts import read_link
from forms.fields import adapter_of
from forms.rules import rules_of, surroundings
from forms.texts import say_in
from tests.node import answers
from tests.typist import Typist
from tests.unit.make import QUARTERS, ROOT, TODAY

CHUNK = 400
TRACE = {"as_of": "", "rows": 0, "sha256": ""}
SHOWN = dict.fromkeys(("percent", "derived", "whole", "decimal", "money"), lambda kind: kind.display) | {
    "duration": lambda kind: kind.brief
}
"""How what is shown beside the boxes is said, by the twin of a type."""
WRITTEN = ("whole", "decimal", "money", "day", "moment", "day_range", "duration", "percent")
"""Twins of the types that can be typed in several ways and are written in one."""
FORMS_EACH = 8
"""Documents drawn for each form: compiling one costs more than checking it."""


@dataclass
class Compared:
    """How many documents there were, how many faults they had, and (rules, typed, Python's, JavaScript's) of those that differ."""

    cases: int = 0
    faults: int = 0
    hidden: int = 0
    said: set[str] = field(default_factory=set)
    differ: list[tuple[Any, Any, Any, Any]] = field(default_factory=list)


def cases(seed: int) -> Iterator[tuple[Definition, Context, dict[str, Any], str]]:
    """Forms, what surrounds them, what was typed into them, and a language; without end."""
    typist = Typist(random.Random(seed))
    while True:
        definition = typist.form()
        for _ in range(FORMS_EACH):
            yield definition, _context(typist.chance, definition), typist.typed(definition), typist.chance.choice(("id", "en"))


def _context(chance: random.Random, definition: Definition) -> Context:
    event = EventFacts(dt.datetime(2026, 9, 1, 4, 30), dt.datetime(2026, 9, 2, 8, 0), chance.choice((None, dt.date(2026, 9, 30))))
    around = {("other", "X"): chance.choice((None, True, False)), ("other", "D"): Moment(20_700.0), ("other", "L"): ("a", 1.0)}
    shares = (0, 7, 40, 2.5)
    counted = {
        f.code: {"v": chance.choice(shares if of(f).asks else (*shares, {"n": 3, "d": chance.choice(shares)})), **TRACE}
        for f in definition.fields
        if f.measure and chance.random() < 0.9
    }
    return Context(
        TODAY, QUARTERS[chance.randint(1, 4)] if chance.random() < 0.8 else None, chance.choice((None, event)), around, counted
    )


def read(definition: Definition, typed: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The document that was typed, as forms read it."""
    doc: dict[str, dict[str, Any]] = {}
    for code, said in typed.items():
        asked, answer = definition.by_code[code], dict(said)
        raw = answer.pop("typed", None)
        if of(asked).asks:
            try:
                answer["v"] = of(asked).parse(raw, asked)
            except Refused:
                answer["raw"] = raw
        link = answer.pop("typed_link", None)
        try:
            answer |= {} if link is None else {"link": read_link(link)}
        except Refused:
            answer["link_raw"] = link
        doc[code] = {part: value for part, value in answer.items() if value is not None}
    return doc


def judged(definition: Definition, context: Context, typed: dict[str, Any], locale: str) -> dict[str, Any]:
    """What the check in Python finds, in words."""
    found = check(definition, read(definition, typed), context)
    return {
        "relevant": sorted(found.relevant),
        "required": sorted(found.required),
        "faults": [[f.code, f.part, f.severity, say_in(f.why, locale)] for f in found.faults],
        "results": {f.code: result(f, found.doc.get(f.code) or {}, Formatter(locale)) for f in definition.fields},
        "boxes": {
            code: held(definition.by_code[code], answer, locale)
            for code, answer in read(definition, typed).items()
            if adapter_of(definition.by_code[code]).twin in WRITTEN and answer.get("v") is not None
        },
        "values": {
            code: found.doc[code].get("v") for code in sorted(found.relevant & found.doc.keys()) if "raw" not in found.doc[code]
        },
    }


def held(asked: Field, answer: dict[str, Any], locale: str) -> list[list[str]]:
    """What stands in the boxes a person types an answer into, by part."""
    adapter = adapter_of(asked)
    typed = adapter.typed_parts(asked)
    return [[part, text.strip()] for part, text in adapter.posted(asked, answer, Formatter(locale)) if part in typed]


@contextmanager
def speaking() -> Iterator[None]:
    """Where messages can be put into words, and nothing else."""
    app = Flask(__name__)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "translations")
    Babel(app, locale_selector=lambda: "id")
    with app.test_request_context("/"):
        yield


def result(asked: Field, answer: dict[str, Any], fmt: Formatter) -> list[str]:
    """What the page shows of an answer besides its boxes: a sum, a share, hours; the computed cells and totals of a table."""
    kind, value = of(asked), None if "raw" in answer else answer.get("v")
    if asked.columns:
        cells = [of(c).display(row.get(c.code), c, fmt) for row in value or () for c in asked.columns if not of(c).asks]
        return cells + kind.totals(value, asked, fmt)
    said = SHOWN.get(adapter_of(asked).twin)
    return [said(kind)(value, asked, fmt) if said else ""]


def strict(found: Any) -> Any:
    """As JSON has it, where a number is a number and true is not 1."""
    if isinstance(found, dict):
        return {name: strict(value) for name, value in found.items()}
    if isinstance(found, list):
        return [strict(value) for value in found]
    return ("number", float(found)) if isinstance(found, (int, float)) and not isinstance(found, bool) else (type(found), found)


def compare(count: int, seed: int) -> Compared:
    """Check *count* drawn documents in both."""
    found, drawn = Compared(), cases(seed)
    with speaking():
        while found.cases < count:
            _compare_some(list(islice(drawn, min(CHUNK, count - found.cases))), found)
    return found


def _compare_some(some: list[tuple[Definition, Context, dict[str, Any], str]], found: Compared) -> None:
    asked = [
        {"rules": rules_of(definition, locale), "around": surroundings(context), "typed": typed}
        for definition, context, typed, locale in some
    ]
    theirs = answers("checks.mjs", asked)
    for (definition, context, typed, locale), sent, answer in zip(some, asked, theirs, strict=True):
        ours = json.loads(json.dumps(judged(definition, context, typed, locale)))
        found.cases += 1
        found.faults += len(ours["faults"])
        found.hidden += len(definition.fields) - len(ours["relevant"])
        found.said |= {fault.why.msgid for fault in check(definition, read(definition, typed), context).faults}
        if strict(ours) != strict(answer):
            found.differ.append((sent["rules"], typed, ours, answer))


def main() -> int:
    """Run as a command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20_261_129)
    args = parser.parse_args()
    found = compare(args.cases, args.seed)
    for _rules, typed, ours, theirs in found.differ[:5]:
        print("typed", json.dumps(typed, ensure_ascii=False))
        for part in ours:
            if ours[part] != theirs.get(part):
                print(" Python    ", part, json.dumps(ours[part], ensure_ascii=False))
                print(" JavaScript", part, json.dumps(theirs.get(part, theirs), ensure_ascii=False))
    print(
        f"{found.cases} documents, seed {args.seed}: {found.faults} faults, {found.hidden} hidden questions, {len(found.differ)} differ"
    )
    return bool(found.differ)


if __name__ == "__main__":
    sys.exit(main())
