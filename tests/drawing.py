"""Drawn expressions and answers: trees that mostly fit together, so that most of them give a value, and odd ones among them."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from domain.expressions import Moment, Node, Value
from domain.expressions.functions import FUNCTIONS

REFS: Sequence[Node] = (["ref", "A"], ["ref", "B"], ["ref", "C"], ["col", "T", "c"], ["ext", "f", "X"], ["self"])
TEXTS = ("a", "b", "Bekasi", "é", "e\u0301", "😀", " 12 ", "-2.5", ".5", "5.", "-", "1e3", "0", "\u00a07", "\ufeff7", "\x1f8\x85", "x" * 30, "\\", "s", "\\s",
         "2026-09-20", "2024-02-29T08:30", "2026-02-30", "0000-01-01", "2026-01-01T24:00", "٣")  # fmt: skip
DAYS = ("2026-09-20", "2024-02-29", "2026-01-01T06:00", "9999-12-31", "0001-01-01", "9999-12-31T23:59:59")
PATTERNS = (
    "[a-z]+",
    r"\d{2,4}",
    "a?b*",
    ".*",
    "(ab|c)?",
    r"[\w-]+",
    r"\s*\d+\s*",
    r"\-?[0-9.]+",
    r"[^\s\d]+",
    "..?",
    r"[\s\w]+",
    r"[\\s]",
    r"[^\\s]+",
    r"\\s",
)
NUMBERS = (0.0, 1.0, 2.0, 3.0, -1.0, 0.1, 0.5, 2.5, -2.5, 1.005, 2.675, 100.0, 1e-7, 1e21, 1.5e300, 5e-324, 123456789.125, 1 / 3)
COMPARE, ARITHMETIC = ("=", "!=", "<", "<=", ">", ">="), ("+", "-", "*", "div", "mod")
KINDS = "nbsdl"
"""What a tree mostly gives: a number, a boolean, a text (s), a date, a list."""


@dataclass
class Draw:
    """A row of draws by one chance."""

    chance: random.Random

    def kind(self) -> str:
        """One of :data:`KINDS`."""
        return self.chance.choice(KINDS)

    # ---- answers ----------------------------------------------------------------------------------------------------

    def value(self, ref: Node) -> Value:
        """An answer: a list where a column is read, now and then elsewhere."""
        listed = ref[0] == "col" or self.chance.random() < 0.1
        return tuple(self.plain() for _ in range(self.chance.randint(0, 4))) if listed else self.plain()

    def plain(self) -> Value:
        """Anything but a list."""
        draws = (lambda: None, self.number, self.number, self.number, lambda: self.chance.choice(TEXTS), self.truth, self.day)
        return self.chance.choice(draws)()

    def truth(self) -> bool:
        """Either."""
        return self.chance.random() < 0.5

    def number(self) -> float:
        """One that is known to be awkward, a short decimal, or any."""
        pick = self.chance.random()
        if pick < 0.4:
            return self.chance.choice(NUMBERS)
        if pick < 0.8:
            return self.chance.randint(-1000, 1000) / self.chance.choice((1, 4, 8, 10, 100, 1000)) + 0.0
        return math.ldexp(self.chance.uniform(-1, 1), self.chance.randint(-70, 70))

    def day(self) -> Moment:
        """A day of any year or of these, with a time now and then."""
        first, last = (-719_162, 2_932_896) if self.chance.random() < 0.2 else (19_000, 21_500)
        time = self.chance.choice((0.0, 0.0, 0.25, self.chance.randrange(1440) / 1440, self.chance.random() * 0.99999))
        return Moment(self.chance.randint(first, last) + time)

    # ---- trees ------------------------------------------------------------------------------------------------------

    def tree(self, kind: str, depth: int) -> Node:
        """A tree that mostly gives *kind*, at most *depth* levels high."""
        kind = self.kind() if self.chance.random() < 0.06 else kind
        if depth <= 0 or kind == "l":
            return self._leaf(kind)
        of_kind = {"n": self._number, "b": self._boolean, "s": self._string, "d": self._date}
        return of_kind[kind](depth - 1)

    def _leaf(self, kind: str) -> Node:
        if kind == "l":
            return list(self.chance.choice(REFS[:4]))
        if self.chance.random() < 0.4:
            return list(self.chance.choice(REFS))
        if kind == "d":
            return ["call", "date", [["str", self.chance.choice(DAYS)]]]
        if kind == "s":
            return ["str", self.chance.choice(("", *TEXTS))]
        return ["num", abs(self.number())] if kind == "n" else ["call", self.chance.choice(("true", "false")), []]

    def _number(self, depth: int) -> Node:
        pick = self.chance.random()
        if pick < 0.4:
            return ["bin", self.chance.choice(ARITHMETIC), self.tree("n", depth), self.tree("n", depth)]
        if pick < 0.5:
            return ["neg", self.tree("n", depth)]
        if pick < 0.6:
            return ["bin", "-", self.tree("d", depth), self.tree("d", depth)]
        name = self.chance.choice(("sum", "count", "count-selected", "min", "max", "round", "int", "number", "string-length"))
        return self._call(name, depth, self.chance.choice("nnlls"))

    def _boolean(self, depth: int) -> Node:
        pick, kind = self.chance.random(), self.kind()
        if pick < 0.35:
            return ["bin", self.chance.choice(COMPARE), self.tree(kind, depth), self.tree(kind, depth)]
        if pick < 0.5:
            return [self.chance.choice(("and", "or")), self.tree("b", depth), self.tree("b", depth)]
        if pick < 0.6:
            return [self.chance.choice(("empty", "filled")), self.tree(kind, depth)]
        return self._call(self.chance.choice(("regex", "selected", "not", "boolean")), depth, self.chance.choice("ssbl"))

    def _string(self, depth: int) -> Node:
        return self._call(self.chance.choice(("string", "concat", "coalesce", "if")), depth, self.kind())

    def _date(self, depth: int) -> Node:
        if self.chance.random() < 0.5:
            return ["bin", self.chance.choice("+-"), self.tree("d", depth), self.tree("n", depth)]
        return self._call(self.chance.choice(("date", "min", "max", "coalesce", "if", "today")), depth, "d")

    def _call(self, name: str, depth: int, kind: str) -> Node:
        """A call with arguments of *kind*, those of another kind where the function wants them so."""
        if name == "regex":
            return ["call", name, [self.tree(kind, depth), ["str", self.chance.choice(PATTERNS)]]]
        wanted = {"if": ["b", kind, kind], "round": [kind, "n"], "selected": [kind, "s"]}.get(name, [kind] * 3)
        least, most = FUNCTIONS[name].least, min(FUNCTIONS[name].most, 3)
        return ["call", name, [self.tree(wanted[place], depth) for place in range(self.chance.randint(least, most))]]
