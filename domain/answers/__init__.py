"""Answers: ``check`` is the only validator; forms, autosave, imports and the API all reach it through services."""

from domain.answers.check import AnswerError, Checked, Lookup, check, unknown_lookups
from domain.answers.context import Context, EventFacts, Span, is_due

__all__ = ["AnswerError", "Checked", "Context", "EventFacts", "Lookup", "Span", "check", "is_due", "unknown_lookups"]
