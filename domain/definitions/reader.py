"""Reading a source mapping with the problems collected, not raised: all faults come out at once, each with its path."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.definitions.problems import Problem
from domain.definitions.schema import MILLI, Expression
from domain.expressions import ExpressionError, parse
from domain.messages import Text

LOCALES = ("id", "en")
TREE = frozenset({"src", "ast"})


def legible(text: str) -> str:
    """Text without NUL (it marks slots in markup) and lone surrogates (no page can be sent with them)."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


class Reader:
    """A mapping at a path, read key by key; :meth:`done` names what was never read."""

    def __init__(self, data: Any, path: str, problems: list[Problem]) -> None:
        self.path = path
        self.problems = problems
        self.read: set[str] = set()
        if not isinstance(data, Mapping):
            self.fault("", "shape", expected="mapping")
            data = {}
        self.data: Mapping[str, Any] = data

    def at(self, name: str) -> str:
        """The path of a key."""
        return "/".join(part for part in (self.path, name) if part)

    def fault(self, name: str, code: str, /, **params: object) -> None:
        """Note a problem at a key."""
        self.problems.append(Problem(self.at(name), code, params))

    def get(self, name: str, default: Any = None) -> Any:
        """The raw value of a key."""
        self.read.add(name)
        value = self.data.get(name)
        return default if value is None else value

    def done(self) -> None:
        """Report every key nobody asked for."""
        for name in self.data:
            if name not in self.read:
                self.fault(str(name), "unknown-key", name=str(name))

    def string(self, name: str, default: str = "") -> str:
        """A plain string."""
        value = self.get(name, default)
        if not isinstance(value, str):
            self.fault(name, "shape", expected="text")
            return default
        return legible(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """True or false."""
        value = self.get(name, default)
        if not isinstance(value, bool):
            self.fault(name, "shape", expected="true/false")
            return default
        return value

    def one_of(self, name: str, allowed: Iterable[str], default: str) -> str:
        """One of a few words."""
        options = tuple(allowed)
        value = self.get(name, default)
        if value not in options:
            self.fault(name, "shape", expected=" / ".join(x for x in options if x))
            return default
        return str(value)

    def text(self, name: str, wanted: bool = False) -> Text:
        """A text by locale. Where *wanted*, missing Indonesian is an error and missing English a warning."""
        value = self.get(name, {})
        if isinstance(value, str):
            value = {"id": value}
        if not isinstance(value, Mapping) or not all(isinstance(v, str) for v in value.values()):
            self.fault(name, "shape", expected="{id: …, en: …}")
            return {}
        text = {locale: legible(value[locale]).strip() for locale in LOCALES if value.get(locale, "").strip()}
        if (wanted or text) and "id" not in text:
            self.fault(name, "translation-missing")
        elif text and "en" not in text:
            self.fault(name, "translation-english")
        return text

    def weight(self, name: str) -> int:
        """A share, kept in thousandths."""
        value = self.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not -1e9 < value < 1e9:
            self.fault(name, "shape", expected="number")
            return 0
        if value < 0:
            self.fault(name, "weight-negative")
            return 0
        return round(value * MILLI)

    def mapping(self, name: str) -> dict[str, Any]:
        """A mapping of names to plain values."""
        value = self.get(name, {})
        if not isinstance(value, Mapping):
            self.fault(name, "shape", expected="mapping")
            return {}
        return {str(k): v for k, v in value.items()}

    def mappings(self, name: str) -> list[Any]:
        """A list."""
        value = self.get(name, [])
        if not isinstance(value, list):
            self.fault(name, "shape", expected="list")
            return []
        return value

    def expression(self, name: str) -> Expression | None:
        """An expression: typed text, or ``{"src", "ast"}`` from a snapshot."""
        value = self.get(name)
        if isinstance(value, Mapping) and value.keys() >= TREE:
            return Expression(value["src"], value["ast"])
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            self.fault(name, "shape", expected="expression")
            return None
        try:
            return Expression(value, parse(value))
        except ExpressionError as error:
            self.fault(name, error.code, at=error.position + 1, why=error.why)
            return None
