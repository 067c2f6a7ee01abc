"""Expressions: XLSForm spelling → JSON syntax tree → value. Semantics: docs/expressions.md."""

from domain.expressions.errors import ExpressionError
from domain.expressions.evaluate import Resolver, evaluate, holds
from domain.expressions.kinds import Kind, kind_of_node
from domain.expressions.parser import Node, parse, reads_itself, references
from domain.expressions.values import Moment, Value, number_text, truth

__all__ = [
    "ExpressionError",
    "Kind",
    "Moment",
    "Node",
    "Resolver",
    "Value",
    "evaluate",
    "holds",
    "kind_of_node",
    "number_text",
    "parse",
    "reads_itself",
    "references",
    "truth",
]
