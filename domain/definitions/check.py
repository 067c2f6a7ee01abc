"""Checks over a built definition: codes, types, references, cycles, rules, weights. Reports every fault with its path."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from domain.answers.context import CONTEXT_DATES, CONTEXT_NAMES
from domain.definitions.catalog import REGIONS, Catalog
from domain.definitions.problems import Problem
from domain.definitions.references import cycles, dependencies
from domain.definitions.schema import MILLI, PHASE_FORM, Definition, Expression, Field, Measure
from domain.expressions import Kind, Node, reads_itself, references
from domain.expressions.kinds import impossible_comparison
from domain.fields import type_named
from domain.measures import AGGREGATES
from domain.messages import N_, Message, message
from domain.scoring.rules import PARAMETERS, RULES

KIND_WORDS = {
    Kind.NUMBER: N_("number"),
    Kind.STRING: N_("text"),
    Kind.DATE: N_("date"),
    Kind.BOOLEAN: N_("yes or no"),
    Kind.LIST: N_("list"),
    Kind.ANY: N_("value"),
}
WHOLE_ONLY = ("relevant", "valid_until", "rule", "evidence", "unique", "searchable", "sortable", "filterable")
"""Settings that speak of a whole answer, never of one cell."""
SUMMED = N_("%(rule)s, the quarters added up")
RESERVED = frozenset({"id"})
"""Keys of a table's row that are not columns."""
Problems = Iterator[Problem]


def check_definition(definition: Definition, catalog: Catalog) -> Problems:
    """All faults of meaning."""
    yield from _codes(definition, catalog)
    for section in definition.live_sections:
        for field in section.fields:
            yield from _FieldCheck(definition, catalog, field, f"{section.code}/{field.code}").run()
    shown = {section.id for section in definition.live_sections}
    yield from (Problem(s.code, "section-empty") for s in definition.sections if not s.retired and s.id not in shown)
    yield from _cycles(definition)
    if definition.kind == PHASE_FORM:
        yield from _weights(definition)
    elif definition.title_field not in definition.by_code:
        yield Problem("title_field", "title-field", {"code": definition.title_field})
    elif definition.by_code[definition.title_field].personal:
        yield Problem("title_field", "personal-exposed")
    elif _refers(definition.by_code[definition.title_field]):
        yield Problem("title_field", "reference-words")


def kind_of_field(field: Field) -> Kind:
    """The kind of value a field gives to expressions."""
    kind = type_named(field.type)
    return kind.kind if kind else Kind.ANY


def _refers(field: Field) -> bool:
    kind = type_named(field.type)
    return kind is not None and kind.refers


def _codes(definition: Definition, catalog: Catalog) -> Problems:
    sections = Counter(s.code for s in definition.sections)
    yield from (Problem(f"{code}/code", "code-duplicate", {"code": code}) for code, n in sections.items() if n > 1 and code)
    fields = [(s.code, f) for s in definition.sections for f in s.fields]
    counted = Counter(f.code for _s, f in fields)
    seen: set[str] = set()
    for section, field in fields:
        path = f"{section}/{field.code}/code"
        if field.code in seen and counted[field.code] > 1 and field.code:
            yield Problem(path, "code-duplicate", {"code": field.code})
        elif catalog.known_codes.get(field.code, field.id) != field.id:
            yield Problem(path, "code-reused", {"code": field.code})
        seen.add(field.code)


def _cycles(definition: Definition) -> Problems:
    waiting = cycles(dependencies(definition))
    if waiting:
        first = definition.by_code[waiting[0]]
        section = next(s.code for s in definition.live_sections if first in s.fields)
        yield Problem(f"{section}/{first.code}", "cycle", {"codes": ", ".join(waiting)})


def _weights(definition: Definition) -> Problems:
    groups = [("sections", [s.weight for s in definition.live_sections if any(f.indicator for f in s.fields)], True)]
    for section in definition.live_sections:
        rated = [f.weight for f in section.fields if f.rule is not None and f.rule.scores]
        groups.append((f"{section.code}/weight", rated, False))
    for path, weights, to_hundred in groups:
        if weights and not any(weights):
            yield Problem(path, "weight-zero")
        elif to_hundred and weights and sum(weights) != 100 * MILLI:
            yield Problem(path, "weight-sum", {"sum": sum(weights) / MILLI})


class _FieldCheck:
    """The checks of one field, and of the columns inside it."""

    def __init__(self, definition: Definition, catalog: Catalog, field: Field, path: str, table: Field | None = None) -> None:
        self.definition = definition
        self.catalog = catalog
        self.field = field
        self.path = path
        self.table = table
        self.kind = type_named(field.type)

    def problem(self, name: str, code: str, /, **params: object) -> Problem:
        return Problem(f"{self.path}/{name}", code, params)

    def run(self) -> Problems:
        if self.kind is None:
            yield self.problem("type", "type-unknown" if self.field.type else "missing", name=self.field.type)
        else:
            yield from self.options()
            yield from self.choices()
            yield from self.columns()
            yield from self.rule()
        yield from self.expressions()
        yield from self.measure()
        if self.field.personal and self.exposed():
            yield self.problem("personal", "personal-exposed")
        if self.field.calculation is not None and not self.field.personal and self.reads_personal(self.field.calculation):
            yield self.problem("calculation", "personal-exposed")

    def exposed(self) -> bool:
        """Whether a personal answer could be seen past its mask."""
        shown = self.field.filterable or self.field.sortable or self.table is not None or self.definition.kind == PHASE_FORM
        return shown or self.field.evidence is not None or (self.kind is not None and not self.kind.maskable)

    def reads_personal(self, expression: Expression) -> bool:
        """Whether a value rests on a personal answer: it must then be personal itself, or it would show past the mask."""
        codes = {node[1] for node in references(expression.node) if node[0] in ("ref", "col")}
        return any(f.personal for code in codes if (f := self.definition.by_code.get(code)) is not None)

    def options(self) -> Problems:
        assert self.kind is not None
        for name in self.field.options:
            if name not in self.kind.options:
                yield self.problem(f"options/{name}", "option-unknown", type=self.field.type, name=name)
            elif name in self.kind.texts and not _is_text(self.field.options[name]):
                yield self.problem(f"options/{name}", "shape", expected="{id: …, en: …}")
        for name, why in self.kind.check_options(self.field):
            yield self.problem(f"options/{name}", "option-value", why=why)
        if self.kind.refers:
            if self.field.searchable:
                yield self.problem("searchable", "reference-words")
            target = str(self.field.options.get("target"))
            if target not in (REGIONS, self.definition.key) and self.catalog.kinds(target) is None:
                yield self.problem("options/target", "reference-type", key=target)

    def choices(self) -> Problems:
        assert self.kind is not None
        yield from self.scores()
        if not self.kind.has_choices:
            return
        codes = Counter(choice.code for choice in self.field.choices)
        if len([c for c in self.field.choices if not c.retired]) < 2:
            yield self.problem("choices", "choices-missing")
        yield from (self.problem(f"choices/{c}", "choice-duplicate", code=c) for c, n in codes.items() if n > 1)

    def scores(self) -> Problems:
        """A score is a number, be it needed or not: it is published as one."""
        rule = RULES.get(self.field.rule.key) if self.field.rule is not None else None
        needed = self.kind is not None and self.kind.has_choices and rule is not None and rule.scored_choices
        for choice in self.field.choices:
            if (needed or choice.score is not None) and not _is_score(choice.score):
                yield self.problem(f"choices/{choice.code}", "choice-unscored", code=choice.code)

    def columns(self) -> Problems:
        assert self.kind is not None
        if not self.kind.has_columns:
            return
        if not self.field.columns:
            yield self.problem("columns", "columns-missing")
        for code, count in Counter(c.code for c in self.field.columns).items():
            if count > 1:
                yield self.problem(f"{code}/code", "code-duplicate", code=code)
        for column in self.field.columns:
            if column.code in RESERVED:
                yield self.problem(f"{column.code}/code", "code-reserved", code=column.code)
            kind = type_named(column.type)
            path = f"{self.path}/{column.code}"
            yield from (Problem(f"{path}/{name}", "column-setting", {"name": name}) for name in WHOLE_ONLY if getattr(column, name))
            if kind is not None and not kind.as_column:
                yield Problem(f"{path}/type", "column-type", {"name": column.type})
            elif kind is not None and column.total and not kind.summable:
                yield Problem(f"{path}/total", "total-unfit", {"type": column.type})
            else:
                yield from _FieldCheck(self.definition, self.catalog, column, path, self.field).run()

    def rule(self) -> Problems:
        field, rule = self.field, self.field.rule
        if rule is None:
            if field.weight:
                yield self.problem("rule", "rule-missing")
            return
        known = RULES.get(rule.key)
        if known is None:
            yield self.problem("rule/key", "rule-unknown", name=rule.key)
            return
        if self.kind is not None and rule.key not in self.kind.rules:
            yield self.problem("rule/key", "rule-unfit", rule=message(known.title), type=self.type_title())
            return
        quarters = field.due_in if self.definition.subject == "period" else ()
        for name in known.faults(field, rule, quarters):
            yield self.problem(f"rule/{name}", "rule-parameter", rule=message(known.title), name=message(PARAMETERS[name]))
        if field.year_rule == "sum" and not (known.adds_up and self.kind is not None and self.kind.summable):
            yield self.problem("year_rule", "rule-unfit", rule=message(SUMMED, rule=message(known.title)), type=self.type_title())
        if known.evidence and field.evidence is None:
            yield self.problem("evidence", "rule-evidence", rule=message(known.title))
        if field.when_irrelevant == "share" and field.relevant is not None and self.reads_own_form():
            yield self.problem("when_irrelevant", "share-rewards")

    def type_title(self) -> Message:
        """What the field's type is called."""
        assert self.kind is not None
        return message(self.kind.title)

    def reads_own_form(self) -> bool:
        """Whether relevance rests on scored answers of this form, so that a low one could pay."""
        assert self.field.relevant is not None
        codes = {node[1] for node in references(self.field.relevant.node) if node[0] in ("ref", "col")}
        return any(f.scored for code in codes if (f := self.definition.by_code.get(code)) is not None)

    def expressions(self) -> Problems:
        field = self.field
        named = {
            "relevant": field.relevant,
            "constraint": field.constraint,
            "warning": field.warning,
            "calculation": field.calculation,
            "valid_until": field.valid_until,
            "evidence/required": field.evidence.required if field.evidence else None,
        }
        for name, expression in named.items():
            yield from self.expression(name, expression, self.table)
        in_rows = {"filter"} if field.columns else set()
        for name, expression in (field.rule.expressions if field.rule else {}).items():
            yield from self.expression(f"rule/{name}", expression, field if name in in_rows else None)
        for rule in field.row_rules:
            yield from self.expression("options/row_rules/test", rule.test, field)
        yield from self.calculation()
        if field.relevant is not None and reads_itself(field.relevant.node):
            yield self.problem("relevant", "cycle", codes=field.code)

    def calculation(self) -> Problems:
        """A type that computes needs a calculation; any other keeps what was answered, in a shape of its own."""
        if self.kind is not None and self.kind.computes != (self.field.calculation is not None):
            yield self.problem("calculation", "missing" if self.kind.computes else "unknown-key", name="calculation")

    def expression(self, name: str, expression: Expression | None, table: Field | None) -> Problems:
        if expression is None:
            return
        bad = [node for node in references(expression.node) if self.kind_of(node, table) is None]
        for node in bad:
            yield self.problem(name, "reference-unknown", code="/".join(map(str, node[1:])))
        others = {str(node[1]) for node in references(expression.node) if node[0] == "ext"}
        apart = sorted(key for key in others if not bad and not self.catalog.meets(key, self.definition.subject))
        yield from (self.problem(name, "reference-apart", key=key) for key in apart)
        if bad or apart:
            return

        def known(node: Node) -> Kind:
            return self.kind_of(node, table) or Kind.ANY

        clash = impossible_comparison(expression.node, known)
        if clash is not None:
            yield self.problem(name, "expression-kind", left=message(KIND_WORDS[clash[0]]), right=message(KIND_WORDS[clash[1]]))
        yield from self.unreachable(name, expression.node, table)

    def kind_of(self, node: Node, table: Field | None) -> Kind | None:
        """The kind of a reference; nothing when it does not exist."""
        head = node[0]
        if head == "self":
            return kind_of_field(self.field)
        if head == "ext":
            return (self.catalog.kinds(node[1]) or {}).get(node[2])
        if head == "ref" and node[1] in CONTEXT_NAMES:
            return Kind.DATE if node[1] in CONTEXT_DATES else Kind.NUMBER
        if head == "ref" and table is not None and node[1] in table.columns_by_code:
            return kind_of_field(table.columns_by_code[node[1]])
        return self.kind_in_form(node, head)

    def kind_in_form(self, node: Node, head: str) -> Kind | None:
        """The kind of a field, or of a part of it."""
        field = self.definition.by_code.get(node[1])
        if field is None:
            return None
        if head == "ref":
            return kind_of_field(field)
        kind = type_named(field.type)
        return kind.parts(field).get(node[2]) if kind else Kind.ANY

    def unreachable(self, name: str, node: Node, table: Field | None) -> Problems:
        """Comparisons of a choice with a code it does not have."""
        for choice, literal in _choice_tests(node):
            field = self.field if choice[0] == "self" else (table.columns_by_code.get(choice[1]) if table else None)
            field = field or self.definition.by_code.get(str(choice[-1]))
            if field is not None and field.choices and literal not in field.choices_by_code:
                yield self.problem(name, "choice-unreachable", code=literal)

    def measure_faults(self, measure: Measure, name: str, below: bool) -> Problems:
        """Faults of a measure; *below*: it counts a denominator, so it has to give one number."""
        kinds = self.catalog.kinds(measure.collection)
        if kinds is None:
            yield self.problem(f"{name}/collection", "measure-unknown", name=measure.collection)
            return
        if measure.aggregate not in AGGREGATES or (below and measure.aggregate == "ratio"):
            yield self.problem(f"{name}/aggregate", "measure-unknown", name=measure.aggregate)
        if measure.aggregate in ("distinct", "latest_age", "sum") and measure.field not in kinds:
            yield self.problem(f"{name}/field", "measure-unknown", name=measure.field or "")
        if measure.aggregate == "ratio" and measure.numerator is None:
            yield self.problem(f"{name}/numerator", "missing")
        for part, expression in (("filter", measure.filter), ("numerator", measure.numerator)):
            if expression is not None:
                yield from self.measure_expression(f"{name}/{part}", expression, kinds)
        read = {measure.field, *(str(n[1]) for e in (measure.filter, measure.numerator) if e for n in references(e.node))}
        if any((measure.collection, code) in self.catalog.personal for code in read):
            yield self.problem(name, "personal-exposed")

    def measure_expression(self, name: str, expression: Expression, kinds: Mapping[str, Kind]) -> Problems:
        """Faults of a test on the records of a collection whose fields have *kinds*."""
        nodes = list(references(expression.node))
        unknown = [node for node in nodes if node[1] not in kinds and node[1] not in CONTEXT_NAMES]
        yield from (self.problem(name, "measure-unknown", name=str(node[1])) for node in unknown)
        known = {code: Kind.DATE if code in CONTEXT_DATES else Kind.NUMBER for code in CONTEXT_NAMES} | dict(kinds)
        clash = impossible_comparison(expression.node, lambda node: known.get(node[1], Kind.ANY) if node[0] == "ref" else Kind.ANY)
        if clash is not None and not unknown:
            yield self.problem(name, "expression-kind", left=message(KIND_WORDS[clash[0]]), right=message(KIND_WORDS[clash[1]]))

    def measure(self) -> Problems:
        below = "denominator_measure" in self.field.options
        name = "options/denominator_measure" if below else "options/measure"
        if self.field.measure is not None:
            yield from self.measure_faults(self.field.measure, name, below)
        elif self.kind is not None and "measure" in self.kind.options:
            yield self.problem(name, "missing")


def _choice_tests(node: Node) -> Iterator[tuple[Node, str]]:
    if node[0] == "bin" and node[1] in ("=", "!="):
        for one, other in ((node[2], node[3]), (node[3], node[2])):
            if one[0] in ("ref", "self") and other[0] == "str":
                yield one, other[1]
    if node[0] == "call" and node[1] == "selected" and node[2][0][0] in ("ref", "self") and node[2][1][0] == "str":
        yield node[2][0], node[2][1][1]
    for part in node[2] if node[0] == "call" else [p for p in node[1:] if isinstance(p, list)]:
        yield from _choice_tests(part)


def _is_text(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(part, str) for pair in value.items() for part in pair)


def _is_score(text: str | None) -> bool:
    try:
        return text is not None and 0 <= float(text) <= 100
    except ValueError:
        return False
