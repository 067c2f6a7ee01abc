"""Which fields each field reads, the order to compute them in, and the cycles that make that impossible."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from domain.expressions import references

if TYPE_CHECKING:
    from domain.definitions.schema import Definition, Expression, Field


def computing_expressions(field: "Field") -> Iterator["Expression"]:
    """The expressions that must be known before the field's own value is: relevance and calculations, columns' too."""
    own = (field.relevant, field.calculation, *(column.calculation for column in field.columns))
    yield from (e for e in own if e is not None)


def every_expression(field: "Field") -> Iterator["Expression"]:
    """Every expression that stands at a field, inside its rule, evidence, rows and columns."""
    yield from computing_expressions(field)
    evidence = field.evidence.required if field.evidence else None
    yield from (e for e in (field.constraint, field.warning, field.valid_until, evidence) if e is not None)
    yield from (rule.test for rule in field.row_rules)
    yield from (field.rule.expressions if field.rule else {}).values()


def external_references(definition: "Definition") -> frozenset[tuple[str, str]]:
    """(form, code) of every answer that is read from another form."""
    expressions = (e for f in definition.fields for e in every_expression(f))
    return frozenset((node[1], node[2]) for e in expressions for node in references(e.node) if node[0] == "ext")


def codes_read(field: "Field") -> frozenset[str]:
    """Codes of the same form that the field's relevance and calculations read. In a row its own columns come first."""
    own = _codes(e for e in (field.relevant, field.calculation) if e is not None)
    rows = _codes(column.calculation for column in field.columns if column.calculation is not None)
    return own | (rows - field.columns_by_code.keys())


def _codes(expressions: Iterable["Expression"]) -> frozenset[str]:
    nodes = (node for e in expressions for node in references(e.node))
    return frozenset(node[1] for node in nodes if node[0] in ("ref", "col"))


def feeding(definition: "Definition") -> frozenset[str]:
    """Ids of the fields a score can rest on: scored ones, and all that these read, however far away."""
    found = {f.code for f in definition.fields if f.indicator}
    waiting = list(found)
    while waiting:
        field = definition.by_code[waiting.pop()]
        read = {code for e in every_expression(field) for code in _codes([e])} & definition.by_code.keys()
        waiting += read - found
        found |= read
    return frozenset(definition.by_code[code].id for code in found)


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
    waiting: set[str] = set()

    def visit(code: str) -> None:
        if code in waiting:  # done, or in a cycle, which compile refuses but a preview may show
            return
        waiting.add(code)
        for needed in sorted(graph[code], key=list(graph).index):
            visit(needed)
        done[code] = None

    for code in graph:
        visit(code)
    return tuple(definition.by_code[code] for code in done)
