"""Which fields each field reads, the order to compute them in, and the cycles that make that impossible."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from domain.expressions import references

if TYPE_CHECKING:
    from domain.definitions.schema import Definition, Expression, Field


def computing_expressions(field: "Field") -> Iterator["Expression"]:
    """The expressions that must be known before the field's own value is: relevance and calculation."""
    yield from (e for e in (field.relevant, field.calculation) if e is not None)


def codes_read(field: "Field") -> frozenset[str]:
    """Codes of the same form that the field's relevance and calculation read."""
    return frozenset(
        node[1] for expression in computing_expressions(field) for node in references(expression.node) if node[0] in ("ref", "col")
    )


def dependencies(definition: "Definition") -> Mapping[str, frozenset[str]]:
    """For each live field the live fields it must come after."""
    known = definition.by_code
    return {code: frozenset(codes_read(field) & known.keys()) for code, field in known.items()}


def cycles(graph: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """The codes that wait for each other (and those that wait for them), in order; empty when there are none."""
    waiting = dict(graph)
    while ready := [code for code, needs in waiting.items() if not (needs & waiting.keys())]:
        for code in ready:
            del waiting[code]
    return tuple(waiting)


def computing_order(definition: "Definition") -> tuple["Field", ...]:
    """Live fields, each after those it reads; definition order otherwise."""
    graph = dependencies(definition)
    done: dict[str, None] = {}

    def visit(code: str) -> None:
        if code in done:
            return
        for needed in sorted(graph[code], key=list(graph).index):
            visit(needed)
        done[code] = None

    for code in graph:
        visit(code)
    return tuple(definition.by_code[code] for code in done)
