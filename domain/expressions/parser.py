"""Parser: the core of XLSForm's expression spelling → a JSON syntax tree. Anything else is refused by name."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from domain.expressions.errors import ExpressionError
from domain.expressions.functions import FUNCTIONS
from domain.messages import N_, message

Node: TypeAlias = list[Any]
"""``["num", 1.5] ["str", "x"] ["ref", code] ["col", code, column] ["ext", form, code] ["self"] ["neg", a]
["bin", op, a, b] ["and"|"or", a, b] ["empty"|"filled", a] ["call", name, [args]]``"""

MAX_LENGTH = 2000
MAX_DEPTH = 60
MAX_HEIGHT = 150
"""A tree this high is still evaluated within the interpreter's stack; a chain such as a + b + … makes one too."""
TOKEN = re.compile(
    r"""\s*(?:
    (?P<num>[0-9]+(?:\.[0-9]+)?)
  | (?P<str>'[^']*'|"[^"]*")
  | (?P<ref>\$\{[^{}]*\})
  | (?P<op><=|>=|!=|[-+*=<>(),])
  | (?P<name>[A-Za-z][A-Za-z0-9-]*)
  | (?P<self>\.)
)""",
    re.VERBOSE,
)
REF = re.compile(r"(?:(?P<form>[a-z][a-z0-9-]*):)?(?P<code>[A-Za-z_][A-Za-z0-9_-]*)(?:/(?P<col>[A-Za-z_][A-Za-z0-9_-]*))?")
WORDS = frozenset({"and", "or", "div", "mod"})
POWER = {"or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "div": 6, "mod": 6}


@dataclass(frozen=True, slots=True)
class Token:
    """One lexeme with its kind and its place."""

    kind: str
    text: str
    at: int


def parse(source: str) -> Node:
    """The syntax tree of *source*; raises :class:`ExpressionError`."""
    if len(source) > MAX_LENGTH:
        raise ExpressionError("expression-too-long", 0, message(N_("Shorten the expression to %(n)s characters."), n=MAX_LENGTH))
    reader = _Reader(list(_tokens(source)), len(source))
    node = reader.expression(0, 0)
    if reader.peek() is not None:
        raise reader.unexpected()
    if _height(node) > MAX_HEIGHT:
        raise _too_deep(0)
    return node


def _height(node: Node) -> int:
    """How high the tree is, counted without recursion."""
    level, height = [node], 0
    while level:
        height += 1
        level = [part for n in level for part in (n[2] if n[0] == "call" else n[1:]) if isinstance(part, list)]
    return height


def _too_deep(at: int) -> ExpressionError:
    return ExpressionError("expression-too-deep", at, message(N_("The expression is nested too deeply.")))


def references(node: Node) -> Iterator[Node]:
    """Every ``ref``, ``col`` and ``ext`` node in the tree, left to right."""
    if node[0] in ("ref", "col", "ext"):
        yield node
    elif node[0] == "call":
        for arg in node[2]:
            yield from references(arg)
    else:
        for part in node[1:]:
            if isinstance(part, list):
                yield from references(part)


def reads_itself(node: Node) -> bool:
    """Whether ``.`` stands anywhere in the tree."""
    parts = node[2] if node[0] == "call" else [part for part in node[1:] if isinstance(part, list)]
    return node[0] == "self" or any(reads_itself(part) for part in parts)


def _tokens(source: str) -> Iterator[Token]:
    at = 0
    while source[at:].strip():
        match = TOKEN.match(source, at)
        if match is None:
            start = at + len(source[at:]) - len(source[at:].lstrip())
            why = message(N_("The sign “%(sign)s” cannot be read here."), sign=source[start])
            raise ExpressionError("expression-syntax", start, why)
        kind = str(match.lastgroup)
        text = match.group(kind)
        yield Token("op" if kind == "name" and text in WORDS else kind, text, match.start(kind))
        at = match.end()


class _Reader:
    """A Pratt parser over the token list."""

    def __init__(self, tokens: list[Token], end: int) -> None:
        self.tokens = tokens
        self.at = 0
        self.end = end

    def peek(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> Token:
        token = self.peek()
        if token is None:
            raise ExpressionError("expression-syntax", self.end, message(N_("The expression ends too early.")))
        self.at += 1
        return token

    def accept(self, text: str) -> bool:
        token = self.peek()
        if token is None or token.kind != "op" or token.text != text:
            return False
        self.at += 1
        return True

    def unexpected(self) -> ExpressionError:
        token = self.peek()
        if token is None:
            return ExpressionError("expression-syntax", self.end, message(N_("A closing bracket is missing.")))
        why = message(N_("“%(sign)s” does not belong here."), sign=token.text)
        return ExpressionError("expression-syntax", token.at, why)

    def expression(self, power: int, depth: int) -> Node:
        if depth > MAX_DEPTH:
            token = self.peek()
            raise _too_deep(token.at if token else self.end)
        left = self.prefix(depth)
        while (token := self.peek()) is not None and token.kind == "op" and POWER.get(token.text, 0) > power:
            self.take()
            left = _join(token.text, left, self.expression(POWER[token.text], depth + 1))
        return left

    def prefix(self, depth: int) -> Node:
        token = self.take()
        read = getattr(self, f"read_{token.kind}")
        node: Node = read(token, depth)
        return node

    def read_num(self, token: Token, _depth: int) -> Node:
        number = float(token.text)
        if math.isinf(number):
            why = message(N_("This number is too long. Write at most %(n)s digits."), n=15)
            raise ExpressionError("expression-syntax", token.at, why)
        return ["num", number]

    def read_str(self, token: Token, _depth: int) -> Node:
        return ["str", token.text[1:-1]]

    def read_self(self, _token: Token, _depth: int) -> Node:
        return ["self"]

    def read_ref(self, token: Token, _depth: int) -> Node:
        match = REF.fullmatch(token.text[2:-1].strip())
        if match is None or (match["form"] and match["col"]):
            raise ExpressionError("expression-reference", token.at, message(N_("Write a code inside ${ }.")))
        if match["form"]:
            return ["ext", match["form"], match["code"]]
        return ["col", match["code"], match["col"]] if match["col"] else ["ref", match["code"]]

    def read_op(self, token: Token, depth: int) -> Node:
        if token.text == "-":
            return ["neg", self.expression(POWER["*"], depth + 1)]
        if token.text != "(":
            self.at -= 1
            raise self.unexpected()
        node = self.expression(0, depth + 1)
        self.close()
        return node

    def read_name(self, token: Token, depth: int) -> Node:
        function = FUNCTIONS.get(token.text)
        if function is None:
            why = message(N_("“%(name)s” is not a known function. An answer is written ${%(name)s}."), name=token.text)
            raise ExpressionError("expression-function", token.at, why)
        if not self.accept("("):
            raise ExpressionError("expression-syntax", token.at, message(N_("Write brackets after “%(name)s”."), name=token.text))
        args = self.arguments(depth)
        if not function.least <= len(args) <= function.most:
            why = message(N_("“%(name)s” does not take %(n)s values."), name=token.text, n=len(args))
            raise ExpressionError("expression-arguments", token.at, why)
        function.check(args, token.at)
        return ["call", token.text, args]

    def arguments(self, depth: int) -> list[Node]:
        args: list[Node] = []
        if self.accept(")"):
            return args
        while True:
            args.append(self.expression(0, depth + 1))
            if not self.accept(","):
                break
        self.close()
        return args

    def close(self) -> None:
        if not self.accept(")"):
            raise self.unexpected()


def _join(op: str, left: Node, right: Node) -> Node:
    if op in ("and", "or"):
        return [op, left, right]
    if op in ("=", "!=") and ["str", ""] in (left, right):
        return ["empty" if op == "=" else "filled", right if left == ["str", ""] else left]
    return ["bin", op, left, right]
