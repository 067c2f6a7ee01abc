"""The life of a report: states and transitions as data, decided from facts."""

from domain.reporting.states import Decision, Facts, Move, State, decide, refusal_to_fill

__all__ = ["Decision", "Facts", "Move", "State", "decide", "refusal_to_fill"]
