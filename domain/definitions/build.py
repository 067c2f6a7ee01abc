"""Build a Definition from its source (a bundle file, the rows, or a snapshot), collecting problems of shape."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.definitions.problems import Problem
from domain.definitions.reader import Reader
from domain.definitions.schema import (
    COLLECTION,
    PHASE_FORM,
    Choice,
    Definition,
    Evidence,
    Expression,
    Field,
    Measure,
    RowRule,
    Rule,
    Section,
)
from domain.fields import type_named
from domain.fields.files import FILE_KINDS
from domain.scoring.rules import RULES

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
CHOICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
SUBJECTS = ("period", "event_response", "event_post")
FREQUENCIES = {"": (), "once": (4,), "yearly": (4,), "half_yearly": (2, 4), "quarterly": (1, 2, 3, 4), "event": ()}
MEASURE_OPTIONS = ("measure", "denominator_measure")
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def stable_id(*parts: str) -> str:
    """A ULID-shaped id from names, so that a seed without ids gets the same ones everywhere."""
    number = int.from_bytes(hashlib.sha256("\x1f".join(parts).encode()).digest()[:16]) >> 3
    digits = []
    for _ in range(26):
        number, rest = divmod(number, 32)
        digits.append(ALPHABET[rest])
    return "".join(reversed(digits))


def build(source: Mapping[str, Any]) -> tuple[Definition, list[Problem]]:
    """The definition as far as it can be read, and every problem of shape."""
    problems: list[Problem] = []
    reader = Reader(source, "", problems)
    reader.get("format")
    key = reader.string("key")
    if not KEY.fullmatch(key):
        reader.fault("key", "code-format")
    kind = reader.one_of("kind", (PHASE_FORM, COLLECTION), PHASE_FORM)
    definition = Definition(
        id=reader.string("id") or stable_id("type", key),
        key=key,
        kind=kind,
        subject=reader.one_of("subject", ("", *SUBJECTS), "period" if kind == PHASE_FORM else ""),
        label=reader.text("label", wanted=True),
        description=reader.text("description"),
        item_label=reader.text("item_label"),
        title_field=reader.string("title_field"),
        sections=tuple(_section(item, key, kind, problems) for item in reader.mappings("sections")),
    )
    reader.done()
    return definition, problems


def _section(data: Any, key: str, kind: str, problems: list[Problem]) -> Section:
    reader = Reader(data, "", problems)
    code = reader.string("code")
    reader.path = code or "?"
    _check_code(reader, code)
    section = Section(
        id=reader.string("id") or stable_id("section", key, code),
        code=code,
        label=reader.text("label", wanted=True),
        weight=reader.weight("weight"),
        fields=tuple(_field(item, f"{code}/", key, kind, problems) for item in reader.mappings("fields")),
        retired=reader.flag("retired"),
    )
    reader.done()
    return section


def _check_code(reader: Reader, code: str) -> None:
    if not CODE.fullmatch(code):
        reader.fault("code", "code-format" if code else "missing")


def _field(data: Any, parent: str, key: str, kind: str, problems: list[Problem]) -> Field:
    reader = Reader(data, parent.rstrip("/"), problems)
    code = reader.string("code")
    reader.path = f"{parent}{code or '?'}"
    _check_code(reader, code)
    name, options = reader.string("type"), reader.mapping("options")
    row_rules = tuple(_row_rule(r, reader) for r in _row_rules(options.pop("row_rules", None), reader))
    measure = next((_measure(options[part], reader, part) for part in MEASURE_OPTIONS if part in options), None)
    options.update(dict.fromkeys(options.keys() & set(MEASURE_OPTIONS), True))  # the measure itself lives in Field.measure
    field = Field(
        id=reader.string("id") or stable_id("field", key, parent, code),
        code=code,
        type=name,
        label=reader.text("label", wanted=True),
        help=reader.text("help"),
        why=reader.text("why"),
        required=reader.flag("required", kind == PHASE_FORM),
        options=options,
        choices=tuple(_choice(item, reader) for item in reader.mappings("choices")),
        columns=_columns(reader, name, key, problems),
        row_rules=row_rules,
        measure=measure,
        relevant=reader.expression("relevant"),
        constraint=reader.expression("constraint"),
        constraint_message=reader.text("constraint_message"),
        warning=reader.expression("warning"),
        warning_message=reader.text("warning_message"),
        calculation=reader.expression("calculation"),
        retired=reader.flag("retired"),
    )
    field = _with_listing(_with_scoring(field, reader), reader)
    reader.done()
    return field


def _columns(reader: Reader, name: str, key: str, problems: list[Problem]) -> tuple[Field, ...]:
    """The columns of a type by *name*. All but tables have none: whatever has columns is taken for a table everywhere else."""
    listed = tuple(_field(c, f"{reader.path}/", key, COLLECTION, problems) for c in reader.mappings("columns"))
    kind = type_named(name)
    if kind is None or kind.has_columns:
        return listed
    if not all(column.retired for column in listed):
        reader.fault("columns", "unknown-key", name="columns")
    return ()


def _with_scoring(field: Field, reader: Reader) -> Field:
    frequency = reader.one_of("frequency", FREQUENCIES, "")
    due = reader.get("due_in", [])
    if due == []:
        due = list(FREQUENCIES[frequency])
    if not isinstance(due, list) or any(d not in (1, 2, 3, 4) for d in due):
        reader.fault("due_in", "due-in")
        due = []
    return replace(
        field,
        weight=reader.weight("weight"),
        rule=_rule(reader),
        evidence=_evidence(reader),
        frequency=frequency,
        due_in=tuple(sorted(set(due))),
        year_rule=reader.one_of("year_rule", ("last", "mean", "sum"), "last"),
        when_irrelevant=reader.one_of("when_irrelevant", ("zero", "share"), "zero"),
        valid_until=reader.expression("valid_until"),
    )


def _with_listing(field: Field, reader: Reader) -> Field:
    return replace(
        field,
        in_list=reader.flag("list"),
        searchable=reader.flag("searchable"),
        sortable=reader.flag("sortable"),
        filterable=reader.flag("filterable"),
        unique=reader.one_of("unique", ("", "unit", "global"), ""),
        personal=reader.flag("personal"),
        total=reader.flag("total"),
    )


def _choice(data: Any, parent: Reader) -> Choice:
    reader = Reader(data, parent.at("choices"), parent.problems)
    code = reader.get("code", "")
    code = str(code) if isinstance(code, (str, int)) else ""
    reader.path = parent.at(f"choices/{code or '?'}")
    if not code:
        reader.fault("code", "missing")
    elif not CHOICE.fullmatch(code):
        reader.fault("code", "code-format")
    score = reader.get("score")
    choice = Choice(code, reader.text("label", wanted=True), None if score is None else str(score), reader.flag("retired"))
    reader.get("id")
    reader.done()
    return choice


def _row_rules(data: Any, parent: Reader) -> list[Any]:
    if isinstance(data, list):
        return data
    if data is not None:
        parent.fault("options/row_rules", "shape", expected="list")
    return []


def _row_rule(data: Any, parent: Reader) -> RowRule:
    reader = Reader(data, parent.at("options/row_rules"), parent.problems)
    test = reader.expression("test")
    if test is None and not reader.data.get("test"):
        reader.fault("test", "missing")
    rule = RowRule(test or _always(), reader.text("message", wanted=True))
    reader.done()
    return rule


def _always() -> Expression:
    return Expression("", ["call", "true", []])


def _measure(data: Any, parent: Reader, name: str) -> Measure:
    reader = Reader(data, parent.at(f"options/{name}"), parent.problems)
    measure = Measure(
        collection=reader.string("collection"),
        aggregate=reader.string("aggregate"),
        filter=reader.expression("filter"),
        field=reader.string("field") or None,
        numerator=reader.expression("numerator"),
    )
    reader.done()
    return measure


def _rule(parent: Reader) -> Rule | None:
    data = parent.get("rule")
    if data is None:
        return None
    reader = Reader(data, parent.at("rule"), parent.problems)
    key = reader.string("key")
    known = RULES.get(key)
    expressions = {n: e for n in (known.expressions if known else ()) if (e := reader.expression(n)) is not None}
    params = {k: reader.get(k) for k in reader.data if k not in reader.read and (not known or k in {*known.needs, *known.allows})}
    if "targets" in params and isinstance(params["targets"], Mapping):
        params["targets"] = {str(k): v for k, v in params["targets"].items()}
    reader.done()
    return Rule(key, params, expressions)


def _evidence(parent: Reader) -> Evidence | None:
    data = parent.get("evidence")
    if data is None:
        return None
    reader = Reader(data, parent.at("evidence"), parent.problems)
    kinds = reader.get("kinds", ["pdf", "image"])
    if not isinstance(kinds, list) or not kinds or not (set(map(str, kinds)) <= {*FILE_KINDS} or kinds == ["link"]):
        reader.fault("kinds", "shape", expected=f"[{', '.join(FILE_KINDS)}] / [link]")
        kinds = []
    evidence = Evidence(reader.text("label", wanted=True), reader.expression("required"), tuple(kinds))
    reader.done()
    return evidence
