"""One slot: an indicator in one due period or event, from the filed report of that subject."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from domain.answers.context import Context
from domain.answers.resolver import DocumentResolver
from domain.definitions.conditions import told
from domain.definitions.schema import Definition, Field
from domain.fields import of
from domain.messages import N_, Message, message
from domain.scoring.rules import Situation, rule_of


class Verdict(StrEnum):
    """What a verifier said of one answer."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    NOT_APPLICABLE = "not_applicable"


class SlotState(StrEnum):
    """Where the points of a slot come from."""

    SCORED = "scored"
    NOT_APPLICABLE = "not_applicable"
    PENDING = "pending"
    UNANSWERED = "unanswered"


SHARED = N_("Not scored: the situation it asks about did not arise")
MISSED = N_("Counts 0: the condition under which it is asked does not hold")


@dataclass(frozen=True)
class Filed:
    """A sent report: its version, document, context and verdicts by field id."""

    definition: Definition
    version: int
    doc: Mapping[str, Any]
    context: Context
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    sent_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """The outcome: points claimed and verified, and the counts that compliance and verification read."""

    quarter: int | None
    state: SlotState
    p: int | None
    v: int | None
    why: Message
    value: Any = None
    verdict: Verdict | None = None
    version: int | None = None
    due: int = 0
    answered: int = 0
    accepted: int = 0


class Paper:
    """A filed report opened for scoring: its resolver and what is relevant in it, computed once."""

    def __init__(self, filed: Filed) -> None:
        self.filed = filed
        self.resolver = DocumentResolver.opened(filed.definition, filed.doc, filed.context)

    def slot(self, indicator: Field, quarter: int | None) -> Slot:
        """The slot of a field of this report's own version."""
        answer = self.filed.doc.get(indicator.code) or {}
        verdict = self.filed.verdicts.get(indicator.id)
        kind = of(indicator)
        asked = kind.asks and indicator.required
        if indicator.code in self.resolver.hidden:
            return self._irrelevant(indicator, quarter)
        if verdict is Verdict.NOT_APPLICABLE:
            return Slot(
                quarter, SlotState.NOT_APPLICABLE, None, None, message(N_("The verifier found it not applicable")), verdict=verdict
            )
        value = kind.value_of(answer)
        if kind.is_empty(value):
            return self._row(indicator, quarter, SlotState.UNANSWERED, 0, message(N_("Not answered")), due=int(asked))
        scored = rule_of(indicator).score(Situation(indicator, answer, self.resolver))
        state = SlotState.NOT_APPLICABLE if scored.micro is None else SlotState.SCORED
        accepted = not kind.asks or verdict is Verdict.ACCEPTED
        return self._row(
            indicator,
            quarter,
            state,
            scored.micro,
            scored.why,
            value=value,
            verdict=verdict,
            due=int(asked),
            answered=int(asked),
            accepted=int(asked and accepted),
            counts=accepted,
        )

    def _irrelevant(self, indicator: Field, quarter: int | None) -> Slot:
        assert indicator.relevant is not None
        clause = told(indicator.relevant.node, self.filed.definition, indicator)
        if indicator.when_irrelevant == "share":
            why = message(N_("Not scored: asked only when %(clause)s"), clause=clause) if clause else message(SHARED)
            return self._row(indicator, quarter, SlotState.NOT_APPLICABLE, None, why)
        why = message(N_("Counts 0: asked only when %(clause)s"), clause=clause) if clause else message(MISSED)
        return self._row(indicator, quarter, SlotState.UNANSWERED, 0, why)

    def _row(
        self,
        indicator: Field,
        quarter: int | None,
        state: SlotState,
        micro: int | None,
        why: Message,
        *,
        value: Any = None,
        verdict: Verdict | None = None,
        due: int = 0,
        answered: int = 0,
        accepted: int = 0,
        counts: bool = False,
    ) -> Slot:
        claimed = 0 if verdict is Verdict.RETURNED and micro is not None else micro
        verified = None if micro is None else (micro if counts else 0)
        return Slot(quarter, state, claimed, verified, why, value, verdict, self.filed.version, due, answered, accepted)


def pending(quarter: int | None) -> Slot:
    """Not sent and not yet late: left out."""
    return Slot(quarter, SlotState.PENDING, None, None, message(N_("Not due yet")))


def overdue(indicator: Field, quarter: int | None) -> Slot:
    """Not sent and late: 0, and one due answer missing."""
    asked = int(of(indicator).asks and indicator.required)
    return Slot(quarter, SlotState.UNANSWERED, 0, 0, message(N_("No report was sent in time")), due=asked)
