"""The evaluator: a syntax tree and a resolver → a value. Its twin in JavaScript must agree on every case."""

import math
from typing import Protocol

from domain.expressions.functions import FUNCTIONS
from domain.expressions.parser import Node
from domain.expressions.values import Moment, Value, number_of, same, tidy, truth


class Resolver(Protocol):
    """Where the values come from: the answers on one form, in one context."""

    def value(self, node: Node) -> Value:
        """The value of a ``ref``, ``col``, ``ext`` or ``self`` node; empty where there is none."""

    def today(self) -> Moment:
        """Today in the unit's zone, as the server sees it."""


def evaluate(node: Node, resolver: Resolver) -> Value:
    """The value of the tree. Never raises on any answer: what cannot be computed is empty."""
    return _EVALUATORS[node[0]](node, resolver)


def holds(node: Node, resolver: Resolver) -> bool:
    """Whether the tree is true; empty counts as false."""
    return truth(evaluate(node, resolver))


def _literal(node: Node, _resolver: Resolver) -> Value:
    value: Value = node[1]
    return None if value == "" else value


def _reference(node: Node, resolver: Resolver) -> Value:
    return resolver.value(node)


def _negative(node: Node, resolver: Resolver) -> Value:
    number = number_of(evaluate(node[1], resolver))
    return None if number is None else tidy(-number)


def _and(node: Node, resolver: Resolver) -> Value:
    return holds(node[1], resolver) and holds(node[2], resolver)


def _or(node: Node, resolver: Resolver) -> Value:
    return holds(node[1], resolver) or holds(node[2], resolver)


def _is_empty(node: Node, resolver: Resolver) -> Value:
    return evaluate(node[1], resolver) in (None, "", ())


def _is_filled(node: Node, resolver: Resolver) -> Value:
    return not _is_empty(node, resolver)


def _call(node: Node, resolver: Resolver) -> Value:
    name, args = node[1], node[2]
    if name == "today":
        return resolver.today()
    if name == "if":  # the branch not taken is not evaluated
        return evaluate(args[1 if holds(args[0], resolver) else 2], resolver)
    return FUNCTIONS[name].run(*[evaluate(arg, resolver) for arg in args])


def _binary(node: Node, resolver: Resolver) -> Value:
    op = node[1]
    left, right = evaluate(node[2], resolver), evaluate(node[3], resolver)
    if op in _COMPARE:
        return _compare(op, left, right)
    if left is None or right is None or isinstance(left, tuple) or isinstance(right, tuple):
        return None
    if isinstance(left, Moment) or isinstance(right, Moment):
        return _moments(op, left, right)
    a, b = number_of(left), number_of(right)
    return None if a is None or b is None else _arithmetic(op, a, b)


def _compare(op: str, left: Value, right: Value) -> Value:
    if left is None or right is None:
        return False
    if type(left) is not type(right):
        return op == "!="
    if op in ("=", "!="):
        return same(left, right) is (op == "=")
    if not isinstance(left, (float, Moment)) or isinstance(left, bool):
        return False
    return bool(_COMPARE[op](left, right))


def _moments(op: str, left: Value, right: Value) -> Value:
    if isinstance(left, Moment) and isinstance(right, Moment):
        return tidy(left.days - right.days) if op == "-" else None
    if op == "+" and isinstance(right, Moment):
        left, right = right, left
    days = number_of(right)
    if not isinstance(left, Moment) or days is None or op not in ("+", "-"):
        return None
    return _moment(left.days + (days if op == "+" else -days))


def _moment(days: float) -> Value:
    in_calendar = -719162 <= days < 2932897  # 0001-01-01 … 9999-12-31
    return Moment(days) if in_calendar else None


def _arithmetic(op: str, a: float, b: float) -> Value:
    if op in ("div", "mod") and b == 0:
        return None
    if op == "mod":
        return tidy(math.fmod(a, b))
    return tidy(_ARITHMETIC[op](a, b))


_ARITHMETIC = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "div": lambda a, b: a / b}
_COMPARE = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_EVALUATORS = {
    "num": _literal,
    "str": _literal,
    "ref": _reference,
    "col": _reference,
    "ext": _reference,
    "self": _reference,
    "neg": _negative,
    "and": _and,
    "or": _or,
    "empty": _is_empty,
    "filled": _is_filled,
    "bin": _binary,
    "call": _call,
}
