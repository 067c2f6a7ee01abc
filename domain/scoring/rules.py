"""The scoring rules: an answer → integer points of 10⁻⁶ and the reason in words. Source: the indicator catalogue.

A rule key never changes its meaning; a new meaning gets a new key.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

from domain.answers.check import has_evidence
from domain.answers.resolver import DocumentResolver, RowResolver
from domain.definitions.conditions import told
from domain.definitions.schema import INFORMATION, Field, Rule
from domain.expressions import holds
from domain.fields import of
from domain.fields.display import NBSP
from domain.fields.numeric import is_number
from domain.fields.row_merge import RAW
from domain.messages import N_, Message, Text, message

MICRO = 1_000_000
FULL = 100 * MICRO
MOST_DAYS = 3660
EVENT_ENDED = "event_ended"
"""What a deadline may run from."""


@dataclass(frozen=True, slots=True)
class Scored:
    """*micro*: 0 … 100·10⁶, or ``None`` for not applicable. *why*: the sum in words."""

    micro: int | None
    why: Message


@dataclass(frozen=True, slots=True)
class Situation:
    """What a rule sees: the field, its answer, and the document around it."""

    field: Field
    answer: Mapping[str, Any]
    resolver: DocumentResolver

    @property
    def rule(self) -> Rule:
        """The field's rule; only fields with one are scored."""
        if self.field.rule is None:
            raise LookupError(self.field.code)
        return self.field.rule

    @property
    def value(self) -> Any:
        """The answered value."""
        return of(self.field).value_of(self.answer)

    @property
    def unit(self) -> Text:
        """What amount and target are counted in, with the space before it."""
        return {locale: NBSP + unit for locale, unit in of(self.field).measured_in(self.field).items()}

    def target(self) -> Decimal:
        """The target of this quarter, else the rule's only one."""
        period = self.resolver.context.period
        targets = self.rule.params.get("targets") or {}
        own = targets.get(str(period.quarter)) if period else None
        return Decimal(str(own if own is not None else self.rule.params["target"]))


def points(share: Decimal) -> int:
    """A share of full marks as integer points, rounded half up, between 0 and full."""
    between = max(Decimal(0), min(Decimal(1), share))
    return int((between * FULL).quantize(Decimal(1), rounding=ROUND_HALF_UP))


PARAMETERS: Mapping[str, str] = {
    "target": N_("the target, a number above 0"),
    "targets": N_("targets by quarter, a number above 0 for each quarter it is due in"),
    "limit": N_("the limit, a number above the target"),
    "when": N_("the condition under which it is met"),
    "deadline": N_("the deadline as month and day, for example 01-31"),
    "after": N_("what the days run from: event_ended"),
    "days": N_("the days, a whole number from 0"),
    "filter": N_("the condition for rows that count"),
    "balance": N_("the condition for a table that balances"),
}
"""What the parameters of the rules are, and what fits."""


class ScoringRule:
    """A rule: its parameters, and how it scores one answered slot."""

    key: ClassVar[str]
    title: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()
    allows: ClassVar[frozenset[str]] = frozenset()
    expressions: ClassVar[tuple[str, ...]] = ()
    evidence: ClassVar[bool] = False
    scored_choices: ClassVar[bool] = False
    adds_up: ClassVar[bool] = False
    """Whether the quarters' amounts may be added and scored as one: more must mean better, and nothing must mean nothing."""

    less_is_better: ClassVar[bool] = False

    def faults(self, field: Field, rule: Rule, quarters: Sequence[int]) -> Iterator[str]:
        """Names of the parameters that are missing or senseless. *quarters*: when an answer is due, none for events."""
        yield from (name for name in self.needs if not _is_amount(rule.params.get(name)))

    def score(self, at: Situation) -> Scored:
        """Score an answered, relevant slot."""
        raise NotImplementedError  # pragma: no cover - every registered rule overrides it


class Binary(ScoringRule):
    """Yes = 100; for tables and calculations: the condition ``when`` holds = 100."""

    key = "biner"
    title = N_("Yes or no")
    expressions = ("when",)

    def faults(self, field: Field, rule: Rule, quarters: Sequence[int]) -> Iterator[str]:
        if field.columns and "when" not in rule.expressions:
            yield "when"

    def score(self, at: Situation) -> Scored:
        when = at.rule.expressions.get("when")
        met = holds(when.node, at.resolver) if when else at.value is True
        clause = told(when.node, at.resolver.definition, at.field) if when else None
        if clause is None:
            return Scored(FULL if met else 0, message(N_("Met") if met else N_("Not met")))
        said = N_("Met: %(clause)s") if met else N_("Not met; it needs that %(clause)s")
        return Scored(FULL if met else 0, message(said, clause=clause))


class BinaryWithEvidence(ScoringRule):
    """Yes with evidence = 100, otherwise 0."""

    key = "biner_bukti"
    title = N_("Yes, with evidence")
    evidence = True

    def score(self, at: Situation) -> Scored:
        if at.value is not True:
            return Scored(0, message(N_("Answered No")))
        if not has_evidence(at.answer):
            return Scored(0, message(N_("Answered Yes, without evidence")))
        return Scored(FULL, message(N_("Answered Yes, with evidence")))


class Ratio(ScoringRule):
    """min(100, achieved ÷ target × 100)."""

    key = "rasio"
    title = N_("Achieved ÷ target")
    adds_up = True
    allows = frozenset({"target", "targets"})

    def faults(self, field: Field, rule: Rule, quarters: Sequence[int]) -> Iterator[str]:
        target, targets = rule.params.get("target"), rule.params.get("targets")
        if (target is not None or targets is None) and not _is_amount(target):
            yield "target"
        if targets is not None and not _targets_fit(targets, quarters, fallback=target is not None):
            yield "targets"

    def score(self, at: Situation) -> Scored:
        amount = of(at.field).amount(at.value, at.field)
        if amount is None:
            return Scored(None, message(N_("The denominator is 0, so this does not apply")))
        target = at.target()
        return Scored(points(amount / target), _of_target(at, amount))


class Inverse(ScoringRule):
    """At or under the target = 100, falling in a straight line to 0 at the limit."""

    key = "terbalik"
    title = N_("Less is better")
    needs = ("target", "limit")
    less_is_better = True

    def faults(self, field: Field, rule: Rule, quarters: Sequence[int]) -> Iterator[str]:
        target, limit = rule.params.get("target"), rule.params.get("limit")
        if target != 0 and not _is_amount(target):
            yield "target"
        if not is_number(limit) or (is_number(target) and limit <= target):
            yield "limit"

    def score(self, at: Situation) -> Scored:
        amount = of(at.field).amount(at.value, at.field)
        if amount is None:
            return Scored(None, message(N_("The denominator is 0, so this does not apply")))
        target, limit = at.target(), Decimal(str(at.rule.params["limit"]))
        numbers = {"amount": amount, "target": target, "limit": limit, "unit": at.unit}
        why = message(N_("%(amount)s%(unit)s; full marks up to %(target)s%(unit)s, none from %(limit)s%(unit)s"), **numbers)
        return Scored(points((limit - amount) / (limit - target)), why)


class Option(ScoringRule):
    """The score of the chosen option."""

    key = "opsi"
    title = N_("Score per choice")
    scored_choices = True

    def score(self, at: Situation) -> Scored:
        choice = at.field.choices_by_code[at.value]
        score = Decimal(choice.score or 0)
        return Scored(points(score / 100), message(N_("“%(choice)s” is worth %(score)s"), choice=choice.label, score=score))


class OptionCount(ScoringRule):
    """Options chosen ÷ target."""

    key = "jumlah_opsi"
    title = N_("Number of choices")
    needs = ("target",)

    def score(self, at: Situation) -> Scored:
        chosen = Decimal(len(at.value))
        return Scored(points(chosen / at.target()), _of_target(at, chosen))


class Deadline(ScoringRule):
    """On or before the day = 100, less 10 for each started week after it."""

    key = "tenggat"
    title = N_("By a deadline")
    allows = frozenset({"deadline", "after", "days"})

    def faults(self, field: Field, rule: Rule, quarters: Sequence[int]) -> Iterator[str]:
        deadline, days = rule.params.get("deadline"), rule.params.get("days")
        if rule.params.get("after", EVENT_ENDED) != EVENT_ENDED:
            yield "after"
        if deadline and not _is_month_day(str(deadline)):
            yield "deadline"
        if (days is not None or not deadline) and not (is_number(days) and 0 <= days <= MOST_DAYS):
            yield "days"

    def score(self, at: Situation) -> Scored:
        deadline = self.day(at)
        if deadline is None:
            return Scored(None, message(N_("The emergency status has not ended, so this does not apply yet")))
        weeks = max(0, -(-(dt.date.fromisoformat(at.value) - deadline).days // 7))
        why = message(N_("In time, due %(deadline)s"), deadline=deadline)
        if weeks:
            why = message(N_("%(weeks)s started weeks after %(deadline)s, 10 less for each"), weeks=weeks, deadline=deadline)
        return Scored(max(0, FULL - 10 * weeks * MICRO), why)

    def day(self, at: Situation) -> dt.date | None:
        """The last day in time."""
        params, context = at.rule.params, at.resolver.context
        if params.get("deadline"):
            month, day = map(int, str(params["deadline"]).split("-"))
            return dt.date(context.year, month, day)
        ended = context.event.ended if context.event else None
        return ended + dt.timedelta(days=int(params["days"])) if ended else None


class Rows(ScoringRule):
    """Complete rows that pass the filter ÷ target; none count while the balance does not hold."""

    key = "baris"
    title = N_("Rows of a table")
    needs = ("target",)
    expressions = ("filter", "balance")

    def score(self, at: Situation) -> Scored:
        balance = at.rule.expressions.get("balance")
        if balance is not None and not holds(balance.node, at.resolver):
            return Scored(0, message(N_("The table does not balance")))
        complete = [row for row in at.value if self.complete(row, at.field)]
        valid = sum(self.fits(row, at) for row in complete)
        numbers = {"amount": Decimal(valid), "target": at.target()}
        why = message(N_("%(amount)s of target %(target)s rows"), **numbers)
        part, unfit = len(at.value) - len(complete), len(complete) - valid
        if part:
            why = message(N_("%(rows)s; %(n)s not counted because incomplete"), rows=why, n=part)
        if unfit:
            why = message(N_("%(rows)s; %(n)s not counted because the conditions below are not met"), rows=why, n=unfit)
        return Scored(points(Decimal(valid) / at.target()), why)

    def complete(self, row: Mapping[str, Any], table: Field) -> bool:
        """Whether every cell could be read and none that is required is empty."""
        return not row.get(RAW) and not any(of(c).asks and c.required and of(c).is_empty(row.get(c.code)) for c in table.columns)

    def fits(self, row: Mapping[str, Any], at: Situation) -> bool:
        """Whether a row keeps the row rules and passes the filter."""
        resolver = RowResolver(at.field, row, at.resolver)
        tests = [rule.test for rule in at.field.row_rules]
        if "filter" in at.rule.expressions:
            tests.append(at.rule.expressions["filter"])
        return all(holds(test.node, resolver) for test in tests)


class Information(ScoringRule):
    """Asked, shown, never scored."""

    key = INFORMATION
    title = N_("Not scored")

    def score(self, at: Situation) -> Scored:
        return Scored(None, message(N_("For information, not scored")))


RULES: dict[str, ScoringRule] = {
    rule.key: rule
    for rule in (Binary(), BinaryWithEvidence(), Ratio(), Inverse(), Option(), OptionCount(), Deadline(), Rows(), Information())
}


def rule_of(field: Field) -> ScoringRule:
    """The rule that scores a field; one without a rule is for information."""
    return RULES[field.rule.key if field.rule else INFORMATION]


def _of_target(at: Situation, amount: Decimal) -> Message:
    return message(N_("%(amount)s%(unit)s of target %(target)s%(unit)s"), amount=amount, target=at.target(), unit=at.unit)


def _is_amount(value: Any) -> bool:
    return is_number(value) and value > 0


def _targets_fit(targets: Any, quarters: Sequence[int], *, fallback: bool) -> bool:
    """Whether targets by quarter are amounts and leave no due quarter without one; *fallback*: another target stands in."""
    if not isinstance(targets, Mapping) or not targets or not all(map(_is_amount, targets.values())):
        return False
    return fallback or (bool(quarters) and {str(q) for q in quarters} <= targets.keys())


def _is_month_day(text: str) -> bool:
    try:
        return re.fullmatch(r"[0-9]{2}-[0-9]{2}", text) is not None and bool(dt.date.fromisoformat(f"2023-{text}"))
    except ValueError:
        return False
