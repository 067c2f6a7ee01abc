"""Answers: ``check`` is the only validator; every door reaches it through services."""

from domain.answers.check import AnswerError, Checked, Lookup, applicable, check, named, unknown_lookups
from domain.answers.context import Context, EventFacts, Span, is_due

__all__ = [
    "AnswerError",
    "Checked",
    "Context",
    "EventFacts",
    "Lookup",
    "Span",
    "applicable",
    "check",
    "is_due",
    "named",
    "unknown_lookups",
]
