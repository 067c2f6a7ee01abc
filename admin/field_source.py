"""The form of a question and its source: one filled from the other."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.definitions.schema import MILLI
from domain.messages import N_, message
from exchange.bundle import BundleError, parse_yaml, to_yaml
from models import FieldRow
from services import definition_rows
from services.errors import Refused

OWN = frozenset(
    {
        "help",
        "why",
        "required",
        "relevant",
        "constraint",
        "constraint_message",
        "rule",
        "frequency",
        "year_rule",
        "when_irrelevant",
        "evidence",
        "due_in",
    }
)
"""Settings of a field that the form has boxes for; the rest is edited as YAML."""


def label(form: Any, name: str) -> dict[str, str]:
    """A text by locale from two boxes."""
    pair = {"id": form[f"{name}_id"].data, "en": form[f"{name}_en"].data}
    return {key: value for key, value in pair.items() if value}


def number(value: Decimal | int | None) -> int | float | None:
    """A decimal as YAML and JSON write it."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def fill(form: Any, row: FieldRow, required: bool) -> None:
    """Show a row in the form. *required*: whether questions of its kind of content are, where nothing else is said."""
    settings: Mapping[str, Any] = row.settings
    evidence, rule = settings.get("evidence") or {}, settings.get("rule") or {}
    texts = {
        "label": row.label,
        "help": settings.get("help"),
        "why": settings.get("why"),
        "constraint": settings.get("constraint_message"),
        "evidence": evidence.get("label"),
        "unit": (settings.get("options") or {}).get("unit"),
    }
    for name, value in texts.items():
        form[f"{name}_id"].data, form[f"{name}_en"].data = (value or {}).get("id", ""), (value or {}).get("en", "")
    form.section_id.data, form.type.data, form.code.data = row.section_id, row.type, row.code
    form.weight.data = Decimal(row.weight) / MILLI
    form.rule.data, form.target.data, form.limit.data = (
        rule.get("key", ""),
        decimal(rule.get("target")),
        decimal(rule.get("limit")),
    )
    for name in ("relevant", "constraint"):
        form[name].data = settings.get(name) or ""
    form.evidence_required.data = evidence.get("required") or ""
    form.required.data = settings.get("required", required)
    form.frequency.data, form.year_rule.data = settings.get("frequency", ""), settings.get("year_rule", "last")
    form.when_irrelevant.data, form.retired.data = settings.get("when_irrelevant", "zero"), row.retired
    extra = advanced_of(settings) | ({"columns": columns} if (columns := definition_rows.columns_of(row)) else {})
    form.advanced.data = to_yaml(extra) if extra else ""


def decimal(value: Any) -> Decimal | None:
    """A number of YAML or JSON as a box shows it."""
    return None if value is None else Decimal(str(value))


def advanced_of(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What the form has no box for."""
    extra = {k: v for k, v in settings.items() if k not in OWN}
    options = {k: v for k, v in (settings.get("options") or {}).items() if k != "unit"}
    extra = {k: v for k, v in extra.items() if k != "options"} | ({"options": options} if options else {})
    rule = {k: v for k, v in (settings.get("rule") or {}).items() if k not in ("key", "target", "limit")}
    kinds = (settings.get("evidence") or {}).get("kinds")
    due = settings.get("due_in")
    return (
        extra | ({"rule": rule} if rule else {}) | ({"evidence_kinds": kinds} if kinds else {}) | ({"due_in": due} if due else {})
    )


def source_from(form: Any) -> dict[str, Any]:
    """The field's source from the form."""
    extra = parse_advanced(form.advanced.data or "")
    options = _mapping(extra, "options")
    if label(form, "unit"):
        options["unit"] = label(form, "unit")
    source: dict[str, Any] = {
        "code": form.code.data,
        "type": form.type.data,
        "label": label(form, "label"),
        "help": label(form, "help"),
        "why": label(form, "why"),
        "required": bool(form.required.data),
        "relevant": form.relevant.data or None,
        "constraint": form.constraint.data or None,
        "constraint_message": label(form, "constraint"),
        "weight": number(form.weight.data) or 0,
        "frequency": form.frequency.data or None,
        "year_rule": form.year_rule.data,
        "when_irrelevant": form.when_irrelevant.data,
        "retired": bool(form.retired.data),
        "options": options,
    }
    source["rule"] = _rule(form, _mapping(extra, "rule"))
    source["evidence"] = _evidence(form, extra.pop("evidence_kinds", None))
    whole = {name: value for name, value in extra.items() if name not in source} | source
    return {k: v for k, v in whole.items() if v not in (None, "", {}, []) or k in ("columns", "choices") or v is False}


def _mapping(extra: dict[str, Any], name: str) -> dict[str, Any]:
    """Take one mapping out of the YAML box."""
    value = extra.pop(name, None) or {}
    if not isinstance(value, dict):
        why = message(N_("%(path)s: %(why)s"), path=name, why=message(N_("Write this as %(expected)s."), expected="{…}"))
        raise Refused(why, {"advanced": why})
    return value


def _rule(form: Any, extra: Mapping[str, Any]) -> dict[str, Any] | None:
    if not form.rule.data:
        return None
    numbers = {"target": number(form.target.data), "limit": number(form.limit.data)}
    return {"key": form.rule.data} | {k: v for k, v in numbers.items() if v is not None} | dict(extra)


def _evidence(form: Any, kinds: Any) -> dict[str, Any] | None:
    if not label(form, "evidence"):
        return None
    required = form.evidence_required.data
    return {"label": label(form, "evidence")} | ({"required": required} if required else {}) | ({"kinds": kinds} if kinds else {})


def parse_advanced(text: str) -> dict[str, Any]:
    """The YAML box as a mapping."""
    wrong = message(N_("This YAML cannot be read. Check indentation and colons."))
    try:
        return parse_yaml(text)
    except BundleError as error:
        raise Refused(wrong, {"advanced": wrong}) from error
