"""The compiled definition: frozen dataclasses every projection reads. Built only by ``definitions.compile``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from domain.expressions import Node
from domain.messages import Text

PHASE_FORM = "phase_form"
COLLECTION = "collection"
INFORMATION = "informasi"
"""The rule of a question that is asked and shown but never scored."""
MILLI = 1000
"""Weights are whole thousandths of the share that was typed."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as typed and as parsed."""

    source: str
    node: Node

    def __hash__(self) -> int:
        return hash(self.source)


@dataclass(frozen=True, slots=True)
class Choice:
    """One option; *score* in points 0–100 as decimal text, for the rule ``opsi``."""

    code: str
    label: Text
    score: str | None = None
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence an answer needs: when it must be there, and which kinds of file (or a link) count."""

    label: Text
    required: Expression | None
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A scoring rule by key, its plain parameters and its expressions."""

    key: str
    params: Mapping[str, Any]
    expressions: Mapping[str, Expression]

    @property
    def scores(self) -> bool:
        """Whether answers get points at all."""
        return self.key != INFORMATION


@dataclass(frozen=True, slots=True)
class RowRule:
    """A test every row of a table must pass, and what to say when one does not."""

    test: Expression
    message: Text


@dataclass(frozen=True, slots=True)
class Measure:
    """A number drawn from a collection: rows that pass *filter*, aggregated."""

    collection: str
    aggregate: str
    filter: Expression | None
    field: str | None
    numerator: Expression | None


@dataclass(frozen=True)
class Field:
    """A question, an indicator or a table column. *id* and *code* never change; the label is only a label."""

    id: str
    code: str
    type: str
    label: Text
    help: Text
    why: Text
    required: bool
    options: Mapping[str, Any]
    choices: tuple[Choice, ...] = ()
    columns: tuple["Field", ...] = ()
    row_rules: tuple[RowRule, ...] = ()
    relevant: Expression | None = None
    constraint: Expression | None = None
    constraint_message: Text = field(default_factory=dict)
    warning: Expression | None = None
    warning_message: Text = field(default_factory=dict)
    calculation: Expression | None = None
    measure: Measure | None = None
    weight: int = 0
    rule: Rule | None = None
    evidence: Evidence | None = None
    frequency: str = ""
    due_in: tuple[int, ...] = ()
    year_rule: str = "last"
    when_irrelevant: str = "zero"
    valid_until: Expression | None = None
    in_list: bool = False
    searchable: bool = False
    sortable: bool = False
    filterable: bool = False
    unique: str = ""
    personal: bool = False
    total: bool = False
    retired: bool = False

    @cached_property
    def choices_by_code(self) -> Mapping[str, Choice]:
        """The options by code, retired ones included: old answers must stay readable."""
        return {choice.code: choice for choice in self.choices}

    @cached_property
    def columns_by_code(self) -> Mapping[str, "Field"]:
        """The table's columns by code."""
        return {column.code: column for column in self.columns}

    @cached_property
    def ruled(self) -> bool:
        """Whether an answer is tested by expressions: its own rule, its warning, or those of its rows and columns."""
        own = self.constraint is not None or self.warning is not None or bool(self.row_rules)
        return own or any(column.ruled for column in self.columns)

    @property
    def scored(self) -> bool:
        """Whether the field takes part in the weight tree."""
        return self.rule is not None and self.rule.scores and self.weight > 0

    def asked_in(self, quarter: int | None) -> bool:
        """Whether an answer is due in this quarter; always where no quarter is known (events, collections)."""
        return quarter is None or not self.due_in or quarter in self.due_in

    @property
    def indicator(self) -> bool:
        """Whether the field is an indicator (it has a scoring rule, be it ``informasi``)."""
        return self.rule is not None


@dataclass(frozen=True, slots=True)
class Section:
    """A group of fields; in a phase form an aspect of the weight tree."""

    id: str
    code: str
    label: Text
    weight: int
    fields: tuple[Field, ...]
    retired: bool = False


@dataclass(frozen=True)
class Definition:
    """A content type, compiled: a phase form or a collection."""

    id: str
    key: str
    kind: str
    subject: str
    label: Text
    description: Text
    item_label: Text
    title_field: str
    sections: tuple[Section, ...]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Every live field in order."""
        return tuple(f for s in self.sections if not s.retired for f in s.fields if not f.retired)

    @cached_property
    def by_code(self) -> Mapping[str, Field]:
        """Live fields by code."""
        return {f.code: f for f in self.fields}

    @cached_property
    def by_id(self) -> Mapping[str, Field]:
        """Live fields by id: how answers of different versions join."""
        return {f.id: f for f in self.fields}

    @cached_property
    def live_sections(self) -> tuple[Section, ...]:
        """Sections not retired, in order, holding live fields only; a section without any is not shown."""
        living = ((s, tuple(f for f in s.fields if not f.retired)) for s in self.sections if not s.retired)
        return tuple(Section(s.id, s.code, s.label, s.weight, fields) for s, fields in living if fields)

    @cached_property
    def external(self) -> frozenset[tuple[str, str]]:
        """(form, code) of every answer read from another form."""
        from domain.definitions.references import external_references

        return external_references(self)

    @cached_property
    def computing_order(self) -> tuple[Field, ...]:
        """Fields so that each comes after those its relevance and calculation read (compile refuses cycles)."""
        from domain.definitions.references import computing_order

        return computing_order(self)
