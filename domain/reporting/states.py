"""States of a report and who may move it where. Pure: takes facts, returns a decision; services carry it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.access.permissions import Permission
from domain.messages import N_, Message, message


class State(StrEnum):
    """Where a report stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    RETURNED = "returned"
    VALIDATED = "validated"
    LOCKED = "locked"


class Move(StrEnum):
    """What can be done with a report."""

    SUBMIT = "submit"
    VERIFY = "verify"
    RETURN = "return"
    VALIDATE = "validate"
    LOCK = "lock"


EDITABLE = frozenset({State.DRAFT, State.RETURNED})
SENT = frozenset({State.SUBMITTED, State.VERIFIED, State.VALIDATED, State.LOCKED})
PERIOD_STATES = ("planned", "open", "closing", "closed")
REPORTABLE = ("open", "closing")
"""States of a period in which one may report for it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the decision rests on. *own_unit*: the actor belongs to the reporting unit. *provincial*: the unit is a
    province, which reports straight to BNPB."""

    state: State
    period_state: str
    permitted: frozenset[Permission]
    own_unit: bool = False
    provincial: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The new state, or why not."""

    state: State | None
    refusal: Message | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """One edge of the machine."""

    sources: frozenset[State]
    target: State
    permission: Permission


MOVES: Mapping[Move, Transition] = {
    Move.SUBMIT: Transition(EDITABLE, State.SUBMITTED, Permission.REPORT_SUBMIT),
    Move.VERIFY: Transition(frozenset({State.SUBMITTED}), State.VERIFIED, Permission.REPORT_VERIFY),
    Move.RETURN: Transition(frozenset({State.SUBMITTED, State.VERIFIED}), State.RETURNED, Permission.REPORT_VERIFY),
    Move.VALIDATE: Transition(frozenset({State.VERIFIED}), State.VALIDATED, Permission.REPORT_VALIDATE),
    Move.LOCK: Transition(frozenset({State.VALIDATED}), State.LOCKED, Permission.REPORT_VALIDATE),
}


def decide(move: Move, facts: Facts) -> Decision:
    """Whether *move* is allowed now, and where it leads."""
    transition = MOVES[move]
    if transition.permission not in facts.permitted:
        return Decision(None, message(N_("You may not do this with this report.")))
    if facts.state not in _sources(move, facts):
        return Decision(None, message(N_("The report has already moved on. Open it again to see where it stands.")))
    return _rule_of(move, facts) or Decision(transition.target)


def _sources(move: Move, facts: Facts) -> frozenset[State]:
    sources = MOVES[move].sources
    if move is Move.VALIDATE and facts.provincial:
        return sources | {State.SUBMITTED}
    return sources


def refusal_to_fill(facts: Facts) -> Message | None:
    """Why the actor may not fill the report in now; nothing when they may."""
    if Permission.REPORT_FILL not in facts.permitted:
        return message(N_("You may read this report, not fill it in."))
    if facts.state not in EDITABLE:
        return message(N_("This report has been sent. It can be changed again only when a verifier returns it."))
    return _closed(facts)


def _closed(facts: Facts) -> Message | None:
    return None if facts.period_state in REPORTABLE else message(N_("This period is closed. Ask BNPB for an extension."))


def _rule_of(move: Move, facts: Facts) -> Decision | None:
    closed = _closed(facts) if move is Move.SUBMIT else None
    if closed is not None:
        return Decision(None, closed)
    if move in (Move.VERIFY, Move.RETURN, Move.VALIDATE) and facts.own_unit:
        return Decision(None, message(N_("Nobody verifies the report of their own unit.")))
    if move is Move.RETURN and not facts.note.strip():
        return Decision(None, message(N_("Say what should be repaired.")))
    return None
