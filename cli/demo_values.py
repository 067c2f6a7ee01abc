"""Plausible answers from a field's type, rule and target, and a little chance. Typed as people type, read as forms read."""

import datetime as dt
import math
import random
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from domain.answers import Context, applicable
from domain.answers.context import is_due
from domain.definitions.schema import Definition, Field
from domain.expressions.kinds import Kind
from domain.fields import Refused, of
from domain.scoring.rules import rule_of
from infra import clock
from models import Entry, db
from services import registry

Paper = Callable[[str, str], str]
Chance = random.Random


class Maker:
    """Makes documents and records after the recipe."""

    def __init__(self, recipe: Mapping[str, Any]) -> None:
        self.recipe = recipe

    # ---- phase forms ------------------------------------------------------------------------------------------------

    def document(
        self,
        chance: Chance,
        definition: Definition,
        context: Context,
        doc: Mapping[str, Any],
        cast: Any,
        base: dt.date,
        paper: Paper,
        complete: bool,
    ) -> dict[str, dict[str, Any]]:
        """Answers for what applies; with *complete* every required one, else about half of them."""
        made: dict[str, dict[str, Any]] = {}
        for asked in definition.fields:
            answered = {**doc, **made}
            waits = asked.relevant is not None  # only then is the whole looked at again, which takes its time
            if not of(asked).asks or (waits and asked.code not in applicable(definition, answered, context)):
                continue
            skipped = chance.random() > (0.97 if complete else 0.55)
            if (asked.required and is_due(asked, context) and complete) or not skipped:
                made[asked.code] = self._answer(chance, asked, answered, context, cast, base, paper)
        return {code: answer for code, answer in made.items() if answer}

    def _answer(
        self, chance: Chance, asked: Field, answered: Mapping[str, Any], context: Context, cast: Any, base: dt.date, paper: Paper
    ) -> dict[str, Any]:
        level = min(1.0, max(0.05, cast.quality + chance.uniform(-0.18, 0.14)))
        typed = self._typed(chance, asked, level, context, base)
        try:
            answer: dict[str, Any] = {"v": of(asked).parse(typed, asked)}
        except Refused:
            return {}
        if of(asked).is_empty(answer["v"]):
            return {}
        if asked.evidence is not None and answer["v"] is not False:
            kind = asked.evidence.kinds[0]
            answer |= (
                {"link": "https://bpbd.example.go.id/laporan"}
                if kind == "link"
                else {"files": [paper(asked.evidence.label["id"], kind)]}
            )
        return answer

    def _typed(self, chance: Chance, asked: Field, level: float, context: Context, base: dt.date) -> Any:
        spec = self.recipe["answers"].get(asked.code)
        if spec is not None:
            return self._by_spec(chance, spec, level, context, base)
        return maker_of(asked)(self, chance, asked, level, context, base)

    def _by_spec(self, chance: Chance, spec: Mapping[str, Any], level: float, context: Context, base: dt.date) -> Any:
        if "from" in spec:
            return dict(spec)
        if "n" in spec:
            low, high = spec["n"]
            return {"n": str(round(low + (high - low) * level) * spec["scale"]), "d": str(spec["d"] * spec["scale"])}
        if "date" in spec:
            early, late = spec["date"]
            anchors = {"year": dt.date(context.year, 1, 31), "event_end": context.event.ended if context.event else None}
            anchor = anchors.get(spec.get("base", "")) or base
            day = min(anchor + dt.timedelta(days=round(late + (early - late) * level)), context.today)
            return day.isoformat()
        return self.cell(chance, spec, base, {}, None)

    # ---- by type ----------------------------------------------------------------------------------------------------

    def yes_no(self, chance: Chance, asked: Field, level: float, _context: Context, _base: dt.date) -> Any:
        return "ya" if chance.random() < 0.3 + 0.9 * level else "tidak"

    def number(self, chance: Chance, asked: Field, level: float, context: Context, _base: dt.date) -> Any:
        top = target_of(asked, context)
        value, limits = max(0, round(top * (0.25 + level * 0.95))), of(asked).json_schema(asked)
        return str(max(min(value, int(limits.get("maximum", value))), math.ceil(limits.get("minimum", 0))))

    def percent(self, chance: Chance, asked: Field, level: float, context: Context, _base: dt.date) -> Any:
        whole = int(context.measures[asked.code]["v"]) if asked.measure else chance.randint(8, 40)
        if rule_of(asked).less_is_better:
            return {"n": str(round(100 * (1 - level) * 0.12)), "d": "100"}
        return {"n": str(min(whole, round(whole * (0.3 + 0.7 * level)))), "d": str(whole)}

    def duration(self, chance: Chance, asked: Field, level: float, context: Context, _base: dt.date) -> Any:
        start = context.moments().get(str(asked.options.get("start"))) or (context.event.declared if context.event else None)
        if start is None:
            return None
        limit = float(asked.rule.params.get("limit", 48)) if asked.rule else 48
        end = start + dt.timedelta(hours=max(2, round(limit * (1.05 - level))))
        return {"from": start.isoformat(timespec="minutes"), "to": end.isoformat(timespec="minutes")}

    def one(self, chance: Chance, asked: Field, level: float, _context: Context, _base: dt.date) -> Any:
        scored = sorted((c for c in asked.choices if not c.retired), key=lambda c: float(c.score or 0))
        return scored[min(len(scored) - 1, int(level * len(scored)))].code

    def several(self, chance: Chance, asked: Field, level: float, _context: Context, _base: dt.date) -> Any:
        count = max(1, round(len(asked.choices) * (0.35 + 0.65 * level)))
        return [c.code for c in asked.choices[:count]]

    def day(self, chance: Chance, asked: Field, level: float, _context: Context, base: dt.date) -> Any:
        return (base - dt.timedelta(days=chance.randint(5, 60))).isoformat()

    def text(self, chance: Chance, asked: Field, level: float, _context: Context, _base: dt.date) -> Any:
        return "Sesuai rencana."

    def table(self, chance: Chance, asked: Field, level: float, context: Context, base: dt.date) -> Any:
        specs = self.recipe["tables"].get(asked.code, {})
        count = max(1, round(target_of(asked, context) * (0.3 + 0.75 * level)))
        return [self._row(chance, asked, specs, place, base) for place in range(1, count + 1)]

    def _row(self, chance: Chance, asked: Field, specs: Mapping[str, Any], place: int, base: dt.date) -> dict[str, Any]:
        row: dict[str, Any] = {"id": f"r{place}"}
        for column in asked.columns:
            if column.code in specs:
                row[column.code] = self.cell(chance, specs[column.code], base, row, column)
        return row

    def cell(self, chance: Chance, spec: Mapping[str, Any], base: dt.date, row: Mapping[str, Any], column: Field | None) -> Any:
        """One value after its specification."""
        if "words" in spec:
            return chance.choice(spec["words"])
        if "int" in spec:
            return str(chance.randint(*spec["int"]) * spec.get("scale", 1))
        if "minus" in spec:
            return str(int(row[spec["minus"][0]]) - int(row[spec["minus"][1]]))
        if "choice" in spec and column is not None:
            return chance.choice(column.choices[: max(1, len(column.choices) - 1)]).code
        return (base + dt.timedelta(days=chance.randint(*spec["date"]))).isoformat()

    # ---- records ----------------------------------------------------------------------------------------------------

    def record(
        self, chance: Chance, definition: Definition, template: Mapping[str, Any], words: Mapping[str, str], cast: Any, year: int
    ) -> dict[str, dict[str, Any]]:
        """A record's answers after its template."""
        made: dict[str, dict[str, Any]] = {}
        for code, spec in template.items():
            asked = definition.by_code[code]
            typed = self._record_value(chance, spec, words, cast, year)
            value = of(asked).parse(typed, asked)
            if not of(asked).is_empty(value):
                made[code] = {"v": value}
        return made

    def _record_value(self, chance: Chance, spec: Any, words: Mapping[str, str], cast: Any, year: int) -> Any:
        if isinstance(spec, str):
            return spec.format(**words)
        if not isinstance(spec, Mapping) or "from" in spec:
            return spec
        if "ref" in spec:
            return self._some_record(chance, spec["ref"], cast)
        if "month" in spec:
            return dt.date(year, spec["month"], 20).isoformat()
        if "plan" in spec:
            return "selesai" if chance.random() < cast.quality - 0.1 else "berjalan"
        return self.cell(chance, spec, clock.now().date(), {}, None)

    def _some_record(self, chance: Chance, key: str, cast: Any) -> str:
        type_id = registry.registry().type(key).id
        ids = db.session.scalars(
            sa.select(Entry.id).where(Entry.content_type_id == type_id, Entry.unit_id == cast.unit.id).order_by(Entry.title)
        ).all()
        return chance.choice(ids) if ids else ""


def target_of(asked: Field, context: Context) -> float:
    """The target of the field's rule, or a small number where it has none."""
    params = asked.rule.params if asked.rule else {}
    targets = params.get("targets") or {}
    quarter = str(context.period.quarter) if context.period else ""
    return float(targets.get(quarter) or params.get("target") or 4)


def maker_of(asked: Field) -> Callable[..., Any]:
    """How answers of a field are made up: by what its type can hold, never by its name."""
    kind = of(asked)
    if kind.has_columns:
        return Maker.table
    if kind.has_choices:
        return Maker.several if kind.kind is Kind.LIST else Maker.one
    if "n" in kind.parts(asked):
        return Maker.percent
    if "start" in kind.options:
        return Maker.duration
    return {Kind.BOOLEAN: Maker.yes_no, Kind.NUMBER: Maker.number, Kind.DATE: Maker.day}.get(kind.kind, Maker.text)
