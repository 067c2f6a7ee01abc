"""The tree of one form: slots → indicators → sections → phase, for a year, one period or one event."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.definitions.schema import Definition, Field
from domain.fields import of
from domain.messages import N_, Message, message
from domain.scoring.node import Part, join, mean
from domain.scoring.rules import Situation, rule_of
from domain.scoring.slot import Filed, Paper, Slot, overdue, pending


@dataclass(frozen=True)
class Sheet:
    """One expected report of a form: its quarter (``None`` for events), the filed report if sent, whether it is late."""

    quarter: int | None
    filed: Filed | None
    late: bool


@dataclass(frozen=True)
class Indicator:
    """An indicator in the tree with its slots; *p* and *v* are ``None`` when it does not apply or is not due yet."""

    field: Field
    p: int | None
    v: int | None
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Branch:
    """A section of the tree."""

    id: str
    code: str
    weight: int
    p: int | None
    v: int | None
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class Tree:
    """A whole form: the phase's points and the counts over all its slots."""

    definition: Definition
    p: int | None
    v: int | None
    branches: tuple[Branch, ...]

    def count(self, what: str) -> int:
        """Sum of ``due``, ``answered`` or ``accepted`` over all slots."""
        return sum(getattr(slot, what) for b in self.branches for i in b.indicators for slot in i.slots)


def grow(definition: Definition, sheets: Sequence[Sheet]) -> Tree:
    """The tree of *definition* (the version in force in the last period) over all *sheets*.

    Slots of earlier sheets are scored by their own version's rule and target and join by field id.
    """
    papers = [(sheet, Paper(sheet.filed) if sheet.filed else None) for sheet in sheets]
    branches = []
    for section in definition.live_sections:
        indicators = tuple(_indicator(f, papers) for f in section.fields if f.indicator)
        p, v = join(Part(i.field.weight, i.p, i.v) for i in indicators if i.field.scored)
        branches.append(Branch(section.id, section.code, section.weight, p, v, indicators))
    p, v = join(Part(b.weight, b.p, b.v) for b in branches)
    return Tree(definition, p, v, tuple(branches))


def _indicator(indicator: Field, papers: Iterable[tuple[Sheet, Paper | None]]) -> Indicator:
    drawn = [_slot(indicator, sheet, paper) for sheet, paper in papers]
    slots = tuple(slot for slot in drawn if slot is not None)
    p, v = YEAR_RULES[indicator.year_rule](indicator, slots, list(papers))
    return Indicator(indicator, p, v, slots)


def _slot(indicator: Field, sheet: Sheet, paper: Paper | None) -> Slot | None:
    if paper is None:
        if not indicator.asked_in(sheet.quarter):
            return None
        return overdue(indicator, sheet.quarter) if sheet.late else pending(sheet.quarter)
    own = paper.filed.definition.by_id.get(indicator.id)
    if own is None or not own.asked_in(sheet.quarter):
        return None
    return paper.slot(own, sheet.quarter)


Papers = list[tuple[Sheet, Paper | None]]
Points = tuple[int | None, int | None]


def _applicable(slots: Iterable[Slot]) -> list[Slot]:
    return [slot for slot in slots if slot.p is not None]


def _last(_indicator: Field, slots: Sequence[Slot], _papers: Papers) -> Points:
    known = _applicable(slots)
    return (known[-1].p, known[-1].v) if known else (None, None)


def _mean(_indicator: Field, slots: Sequence[Slot], _papers: Papers) -> Points:
    known = _applicable(slots)
    return mean(s.p for s in known if s.p is not None), mean(s.v for s in known if s.v is not None)


def _sum(indicator: Field, slots: Sequence[Slot], papers: Papers) -> Points:
    """The rule applied once to the sum of what the slots achieved."""
    known = _applicable(slots)
    if not known:
        return None, None
    asked = {slot.quarter for slot in known}
    last = next((paper for sheet, paper in reversed(papers) if paper is not None and sheet.quarter in asked), None)
    return _rule_on(indicator, [s for s in known if s.p], last), _rule_on(indicator, [s for s in known if s.v], last)


def _rule_on(indicator: Field, slots: Sequence[Slot], paper: Paper | None) -> int:
    amounts = [of(indicator).amount(s.value, indicator) or Decimal(0) for s in slots]
    total = sum(amounts, Decimal(0))
    if paper is None or not total:
        return 0
    own = paper.filed.definition.by_id.get(indicator.id, indicator)
    value: Any = int(total) if total == total.to_integral_value() else float(total)
    return rule_of(own).score(Situation(own, {"v": value}, paper.resolver)).micro or 0


YEAR_RULES: dict[str, Callable[[Field, Sequence[Slot], Papers], Points]] = {"last": _last, "mean": _mean, "sum": _sum}


YEAR_WORDS = {
    "last": N_("The newest quarter in which it is due counts for the year"),
    "mean": N_("The year is the mean of the quarters in which it is due"),
    "sum": N_("The year is the sum of the quarters in which it is due"),
}


def year_rule_words(indicator: Field, slots: Sequence[Slot]) -> Message | None:
    """How several slots became one, in words; nothing where there is only one."""
    return message(YEAR_WORDS[indicator.year_rule]) if len(_applicable(slots)) > 1 else None
