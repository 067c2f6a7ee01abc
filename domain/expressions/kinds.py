"""What kind of value an expression gives, as far as its text tells. Finds comparisons that can never hold."""

from collections.abc import Callable
from enum import StrEnum

from domain.expressions.functions import FUNCTIONS
from domain.expressions.parser import Node


class Kind(StrEnum):
    """The kinds of value; ANY where only the answers will tell."""

    NUMBER = "number"
    STRING = "string"
    DATE = "date"
    BOOLEAN = "boolean"
    LIST = "list"
    ANY = "any"


KindOf = Callable[[Node], Kind]
BOOLEAN_NODES = frozenset({"and", "or", "empty", "filled"})
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


def kind_of_node(node: Node, kind_of: KindOf) -> Kind:
    """The kind *node* gives; *kind_of* answers for references."""
    head = node[0]
    if head in ("ref", "col", "ext", "self"):
        return kind_of(node)
    if head in BOOLEAN_NODES or (head == "bin" and node[1] in COMPARISONS):
        return Kind.BOOLEAN
    if head == "call":
        return Kind(FUNCTIONS[node[1]].gives)
    if head == "bin":
        return _arithmetic_kind(node, kind_of)
    return {"num": Kind.NUMBER, "str": Kind.STRING, "neg": Kind.NUMBER}[head]


def _arithmetic_kind(node: Node, kind_of: KindOf) -> Kind:
    kinds = {kind_of_node(node[2], kind_of), kind_of_node(node[3], kind_of)}
    if kinds == {Kind.DATE, Kind.NUMBER}:
        return Kind.DATE
    return Kind.ANY if Kind.ANY in kinds else Kind.NUMBER


def impossible_comparison(node: Node, kind_of: KindOf) -> tuple[Kind, Kind] | None:
    """The kinds of the first comparison whose two sides can never be of one kind, or nothing."""
    if node[0] == "bin" and node[1] in COMPARISONS:
        left, right = kind_of_node(node[2], kind_of), kind_of_node(node[3], kind_of)
        if Kind.ANY not in (left, right) and left != right:
            return left, right
    parts = node[2] if node[0] == "call" else [part for part in node[1:] if isinstance(part, list)]
    return next((found for part in parts if (found := impossible_comparison(part, kind_of))), None)
