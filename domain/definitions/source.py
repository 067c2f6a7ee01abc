"""The other way round: a Definition as its source mapping, for snapshots, bundles and diffs. Defaults are left out."""

from collections.abc import Mapping
from typing import Any

from domain.definitions.build import MEASURE_OPTIONS
from domain.definitions.schema import MILLI, PHASE_FORM, Choice, Definition, Expression, Field, Measure, Section


def to_source(definition: Definition, with_trees: bool = False) -> dict[str, Any]:
    """*with_trees*: expressions as ``{"src", "ast"}`` (snapshots), else as typed (bundles)."""
    return _lean(
        {
            "id": definition.id,
            "key": definition.key,
            "kind": definition.kind,
            "subject": definition.subject,
            "label": dict(definition.label),
            "description": dict(definition.description),
            "item_label": dict(definition.item_label),
            "title_field": definition.title_field,
        }
    ) | {"sections": [_section(s, definition.kind, with_trees) for s in definition.sections]}


def _section(section: Section, kind: str, trees: bool) -> dict[str, Any]:
    head = {
        "id": section.id,
        "code": section.code,
        "label": dict(section.label),
        "weight": share(section.weight) or None,
        "retired": section.retired,
    }
    return _lean(head) | {"fields": [field_source(f, kind, trees) for f in section.fields]}


def field_source(field: Field, kind: str, trees: bool = False) -> dict[str, Any]:
    """One field (or column) as its source mapping."""

    def said(expression: Expression | None) -> Any:
        return expression_source(expression, trees)

    return _lean(
        {
            "id": field.id,
            "code": field.code,
            "type": field.type,
            "label": dict(field.label),
            "help": dict(field.help),
            "why": dict(field.why),
            "required": None if field.required == (kind == PHASE_FORM) else field.required,
            "relevant": said(field.relevant),
            "constraint": said(field.constraint),
            "constraint_message": dict(field.constraint_message),
            "warning": said(field.warning),
            "warning_message": dict(field.warning_message),
            "calculation": said(field.calculation),
            "options": _options(field, trees),
            "choices": [_choice(c) for c in field.choices],
            "columns": [field_source(c, "collection", trees) for c in field.columns],
            "weight": share(field.weight) or None,
            "rule": _rule(field, trees),
            "evidence": _evidence(field, trees),
            "frequency": field.frequency,
            "due_in": list(field.due_in),
            "year_rule": None if field.year_rule == "last" else field.year_rule,
            "when_irrelevant": None if field.when_irrelevant == "zero" else field.when_irrelevant,
            "valid_until": said(field.valid_until),
            "list": field.in_list,
            "searchable": field.searchable,
            "sortable": field.sortable,
            "filterable": field.filterable,
            "unique": field.unique,
            "personal": field.personal,
            "total": field.total,
            "retired": field.retired,
        }
    )


def expression_source(expression: Expression | None, trees: bool) -> Any:
    """An expression as typed, or with its tree."""
    if expression is None:
        return None
    return {"src": expression.source, "ast": expression.node} if trees else expression.source


def _options(field: Field, trees: bool) -> dict[str, Any]:
    options = dict(field.options)
    for name in MEASURE_OPTIONS:
        if name in options and field.measure is not None:
            options[name] = _measure(field.measure, trees)
    if field.row_rules:
        options["row_rules"] = [{"test": expression_source(r.test, trees), "message": dict(r.message)} for r in field.row_rules]
    return options


def _measure(measure: Measure, trees: bool) -> dict[str, Any]:
    return _lean(
        {
            "collection": measure.collection,
            "aggregate": measure.aggregate,
            "filter": expression_source(measure.filter, trees),
            "field": measure.field,
            "numerator": expression_source(measure.numerator, trees),
        }
    )


def _choice(choice: Choice) -> dict[str, Any]:
    return _lean({"code": choice.code, "label": dict(choice.label), "score": _number(choice.score), "retired": choice.retired})


def _rule(field: Field, trees: bool) -> dict[str, Any] | None:
    if field.rule is None:
        return None
    expressions = {name: expression_source(e, trees) for name, e in field.rule.expressions.items()}
    return {"key": field.rule.key} | dict(field.rule.params) | expressions


def _evidence(field: Field, trees: bool) -> dict[str, Any] | None:
    if field.evidence is None:
        return None
    evidence = field.evidence
    return _lean(
        {"label": dict(evidence.label), "required": expression_source(evidence.required, trees), "kinds": list(evidence.kinds)}
    )


def _number(text: str | None) -> int | float | None:
    if text is None:
        return None
    return int(text) if text.isdigit() else float(text)


def share(milli: int) -> int | float:
    """A stored weight as the share that was typed."""
    return milli // MILLI if milli % MILLI == 0 else milli / MILLI


def _lean(data: Mapping[str, Any]) -> dict[str, Any]:
    """Without empty values and plain False; a weight of 0 says nothing either."""
    return {k: v for k, v in data.items() if not (v is None or v is False or v in ("", [], {})) or (k == "required" and v is False)}
