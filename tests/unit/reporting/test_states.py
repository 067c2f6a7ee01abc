"""Who may move a report where, and when not."""

import pytest

from domain.access import Permission
from domain.reporting import Facts, Move, State, decide
from domain.reporting.states import EDITABLE, SENT, refusal_to_fill
from tests.unit.make import said

ALL = frozenset(Permission)
TARGETS = {
    Move.SUBMIT: State.SUBMITTED,
    Move.VERIFY: State.VERIFIED,
    Move.RETURN: State.RETURNED,
    Move.VALIDATE: State.VALIDATED,
    Move.LOCK: State.LOCKED,
}
ALLOWED = {
    (State.DRAFT, Move.SUBMIT),
    (State.RETURNED, Move.SUBMIT),
    (State.SUBMITTED, Move.VERIFY),
    (State.SUBMITTED, Move.RETURN),
    (State.VERIFIED, Move.RETURN),
    (State.VERIFIED, Move.VALIDATE),
    (State.VALIDATED, Move.LOCK),
}
NEEDS = {
    Move.SUBMIT: Permission.REPORT_SUBMIT,
    Move.VERIFY: Permission.REPORT_VERIFY,
    Move.RETURN: Permission.REPORT_VERIFY,
    Move.VALIDATE: Permission.REPORT_VALIDATE,
    Move.LOCK: Permission.REPORT_VALIDATE,
}


def facts(state, **more):
    return Facts(**({"state": state, "period_state": "open", "permitted": ALL, "note": "Repair KLB"} | more))


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", Move)
def test_every_edge(state, move):
    decision = decide(move, facts(state))
    if (state, move) in ALLOWED:
        assert (decision.state, decision.refusal) == (TARGETS[move], None)
    else:
        assert decision.state is None
        assert "already moved on" in said(decision.refusal)


@pytest.mark.parametrize(("state", "move"), sorted(ALLOWED))
def test_each_move_needs_its_permission_and_no_other(state, move):
    assert decide(move, facts(state, permitted=frozenset({NEEDS[move]}))).state is TARGETS[move]
    refused = decide(move, facts(state, permitted=ALL - {NEEDS[move]}))
    assert refused.state is None
    assert "may not" in said(refused.refusal)


@pytest.mark.parametrize(("period", "sent"), [("planned", False), ("open", True), ("closing", True), ("closed", False)])
def test_sending_needs_an_open_period(period, sent):
    decision = decide(Move.SUBMIT, facts(State.DRAFT, period_state=period))
    assert (decision.state is State.SUBMITTED) is sent
    assert sent or "closed" in said(decision.refusal)


def test_verifying_goes_on_after_the_period_closed():
    assert decide(Move.VERIFY, facts(State.SUBMITTED, period_state="closed")).state is State.VERIFIED


@pytest.mark.parametrize(
    ("state", "move"), [(State.SUBMITTED, Move.VERIFY), (State.SUBMITTED, Move.RETURN), (State.VERIFIED, Move.VALIDATE)]
)
def test_nobody_verifies_their_own_unit(state, move):
    refused = decide(move, facts(state, own_unit=True))
    assert refused.state is None
    assert "own unit" in said(refused.refusal)


def test_one_sends_the_report_of_ones_own_unit():
    assert decide(Move.SUBMIT, facts(State.DRAFT, own_unit=True)).state is State.SUBMITTED


@pytest.mark.parametrize("note", ["", "  \n"])
def test_returning_says_what_to_repair(note):
    assert "repaired" in said(decide(Move.RETURN, facts(State.SUBMITTED, note=note)).refusal)


def test_a_province_reports_straight_to_bnpb():
    assert decide(Move.VALIDATE, facts(State.SUBMITTED, provincial=True)).state is State.VALIDATED
    assert decide(Move.VALIDATE, facts(State.SUBMITTED)).state is None


def test_states_are_editable_or_sent():
    assert set(State) == EDITABLE | SENT
    assert not EDITABLE & SENT


def test_who_may_fill_and_until_when():
    assert refusal_to_fill(facts(State.DRAFT)) is None
    assert refusal_to_fill(facts(State.RETURNED)) is None
    assert "not fill it in" in said(refusal_to_fill(facts(State.DRAFT, permitted=ALL - {Permission.REPORT_FILL})))
    assert "only when a verifier returns it" in said(refusal_to_fill(facts(State.SUBMITTED)))
    assert refusal_to_fill(facts(State.DRAFT, period_state="closed")) is not None
