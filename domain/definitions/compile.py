"""Compile: a source → the frozen Definition and its snapshot, or every problem at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.canonical import canonical, sha256
from domain.definitions.build import build
from domain.definitions.catalog import Catalog
from domain.definitions.check import check_definition
from domain.definitions.problems import Problem, errors
from domain.definitions.reader import TREE
from domain.definitions.schema import Definition
from domain.definitions.source import to_source
from domain.definitions.upcast import FORMAT, upcast


@dataclass(frozen=True)
class Compiled:
    """What compiling gave. *snapshot* and *sha256* are empty while errors stand."""

    definition: Definition
    problems: tuple[Problem, ...]
    snapshot: str = ""
    sha256: str = ""

    @property
    def publishable(self) -> bool:
        """Whether no error stands."""
        return not errors(self.problems)


def compile_source(source: Mapping[str, Any], catalog: Catalog) -> Compiled:
    """Compile one content type against what else exists."""
    definition, problems = build(_as_typed(source))
    problems = [*problems, *check_definition(definition, catalog)]
    if errors(problems):
        return Compiled(definition, tuple(problems))
    text = canonical({"format": FORMAT} | to_source(definition, with_trees=True))
    return Compiled(definition, tuple(problems), text, sha256(text))


def _as_typed(source: Any) -> Any:
    """The source with every ``{"src", "ast"}`` as its text: a tree from outside is never trusted, it is parsed again."""
    if isinstance(source, Mapping):
        return source["src"] if source.keys() >= TREE else {key: _as_typed(value) for key, value in source.items()}
    return [_as_typed(value) for value in source] if isinstance(source, list) else source


def load(snapshot: Mapping[str, Any]) -> Definition:
    """The definition inside a stored snapshot of any known format, trusted: it was checked when it was sealed."""
    return build(upcast(snapshot))[0]
