"""The one check: a definition, a document and a context → what is wrong, what applies, what must be looked up.

The result also carries the document with calculations and measures filled in. Nothing typed is ever dropped here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.answers.context import Context, is_due
from domain.answers.resolver import DocumentResolver, RowResolver
from domain.definitions.schema import Definition, Evidence, Field
from domain.expressions import evaluate, holds
from domain.fields import Refused, of
from domain.fields.base import Surroundings
from domain.fields.derived import stored
from domain.fields.row_merge import RAW
from domain.fields.table import in_row
from domain.messages import N_, Message, message

INVALID, MISSING, WARNING = "invalid", "missing", "warning"


@dataclass(frozen=True, slots=True)
class AnswerError:
    """One fault of one answer. *part*: ``""``, an input's suffix, ``row/column``, or ``files``."""

    code: str
    part: str
    why: Message
    severity: str = INVALID


@dataclass(frozen=True, slots=True)
class Lookup:
    """A record or region an answer names: the service says whether it exists within the person's scope."""

    code: str
    part: str
    target: str
    key: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of :func:`check`. *required*: relevant codes that must be answered now."""

    doc: Mapping[str, Any]
    faults: tuple[AnswerError, ...]
    relevant: frozenset[str]
    required: frozenset[str]
    lookups: tuple[Lookup, ...]

    @property
    def errors(self) -> tuple[AnswerError, ...]:
        """What stops sending."""
        return tuple(f for f in self.faults if f.severity != WARNING)

    @property
    def invalid(self) -> tuple[AnswerError, ...]:
        """What is wrong with what was typed, leaving out what is only missing."""
        return tuple(f for f in self.faults if f.severity == INVALID)

    @property
    def done(self) -> frozenset[str]:
        """Required fields that need nothing more: answered, without fault, with their evidence."""
        return self.required - {f.code for f in self.errors}

    def relevant_doc(self) -> dict[str, Any]:
        """The document as sent: answers that do not apply are left out."""
        return {code: answer for code, answer in self.doc.items() if code in self.relevant}


def check(definition: Definition, doc: Mapping[str, Any], context: Context) -> Checked:
    """Check every answer; report every fault at once, in the order of the form."""
    around = Surroundings(context.today, context.moments())
    working, relevant, resolver = _computed(definition, doc, context, around)
    faults: list[AnswerError] = []
    lookups: list[Lookup] = []
    for field in definition.fields:
        if field.code not in relevant:
            continue
        answer = working.get(field.code) or {}
        faults.extend(_faults(field, answer, resolver, around))
        lookups.extend(_lookups(field, answer))
    required = frozenset(f.code for f in definition.fields if f.code in relevant and must_answer(f, context))
    return Checked(working, tuple(faults), relevant, required, tuple(lookups))


def applicable(definition: Definition, doc: Mapping[str, Any], context: Context) -> frozenset[str]:
    """Codes of the fields that apply, without checking what they say."""
    return _computed(definition, doc, context, Surroundings(context.today, context.moments()))[1]


def named(definition: Definition, doc: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    """Every record and region a document names, in answers and in rows of tables: (the field, the key)."""
    for field in definition.fields:
        yield from ((field, look.key) for look in _lookups(field, doc.get(field.code) or {}))


def must_answer(field: Field, context: Context) -> bool:
    """Whether a relevant field has to be answered now."""
    return field.required and of(field).asks and is_due(field, context)


def unknown_lookups(checked: Checked, known: Iterable[tuple[str, str]]) -> tuple[AnswerError, ...]:
    """Faults for named records that are not among *known* (target, key)."""
    found = set(known)
    why = message(N_("This record cannot be found. Choose from the list."))
    return tuple(AnswerError(look.code, look.part, why) for look in checked.lookups if (look.target, look.key) not in found)


def _computed(
    definition: Definition, doc: Mapping[str, Any], context: Context, around: Surroundings
) -> tuple[dict[str, Any], frozenset[str], DocumentResolver]:
    """The document with calculations, measures and what else the system knows filled in, in order; the fields that are
    relevant; and a resolver that hides the others."""
    working = {code: dict(answer) for code, answer in doc.items()}
    resolver = DocumentResolver(definition, working, context)
    relevant: set[str] = set()
    for field in definition.computing_order:
        if field.relevant is not None and not holds(field.relevant.node, resolver):
            resolver.hidden.add(field.code)
            continue
        relevant.add(field.code)
        _fill(field, working, resolver)
        if of(field).settles and "v" in working.get(field.code, ()):
            working[field.code]["v"] = of(field).settle(working[field.code]["v"], field, around)
    return working, frozenset(relevant), resolver


def _fill(field: Field, working: dict[str, Any], resolver: DocumentResolver) -> None:
    if field.calculation is not None and of(field).computes:
        places = field.options.get("places")
        kept = working.get(field.code) or {}
        working[field.code] = {**kept, "v": stored(evaluate(field.calculation.node, resolver), places)}
    elif field.measure is not None:
        counted = resolver.context.measures.get(field.code)
        if counted is not None:
            working[field.code] = (working.get(field.code) or {}) | merge_measure(working.get(field.code) or {}, counted, field)
    elif field.columns:
        _fill_rows(field, working.get(field.code) or {}, resolver)


def merge_measure(answer: Mapping[str, Any], counted: Mapping[str, Any], field: Field) -> dict[str, Any]:
    """The answer with what was counted: as its value, or as the denominator beside a typed numerator."""
    trace = {"as_of": counted["as_of"], "rows": counted["rows"], "sha256": counted["sha256"]}
    if not of(field).asks:
        return {"v": counted["v"], "measure": trace}
    typed = answer.get("v") or {}
    if typed.get("n") is None:
        return {"v": None, "measure": trace, "counted": counted["v"]}
    return {"v": {"n": typed["n"], "d": counted["v"]}, "measure": trace, "counted": counted["v"]}


def _fill_rows(table: Field, answer: dict[str, Any], resolver: DocumentResolver) -> None:
    computed = [
        (column, column.calculation.node) for column in table.columns if column.calculation is not None and of(column).computes
    ]
    if not computed or not answer.get("v"):
        return
    rows = [dict(row) for row in answer["v"]]
    for row in rows:
        row_resolver = RowResolver(table, row, resolver)
        for column, node in computed:
            row[column.code] = stored(evaluate(node, row_resolver), column.options.get("places"))
    answer["v"] = rows


def _faults(field: Field, answer: Mapping[str, Any], resolver: DocumentResolver, around: Surroundings) -> Iterator[AnswerError]:
    if "raw" in answer:
        yield _unread(field, answer["raw"])
        return
    if of(field).asks:
        yield from _value_faults(field, answer, resolver, around)
    if field.evidence is not None:
        yield from _evidence_faults(field, field.evidence, answer, resolver)


def _value_faults(
    field: Field, answer: Mapping[str, Any], resolver: DocumentResolver, around: Surroundings
) -> Iterator[AnswerError]:
    kind = of(field)
    value = kind.value_of(answer)
    if kind.is_empty(value):
        if must_answer(field, resolver.context):
            why = message(N_("Fill in %(field)s."), field=field.label)
            yield AnswerError(field.code, "", why, MISSING)
    else:
        faults = [AnswerError(field.code, fault.part, fault.why) for fault in kind.validate(value, field, around)]
        yield from faults
        if field.ruled:
            yield from _rule_faults(field, value, resolver, sound=not faults)


def _unread(field: Field, raw: Any) -> AnswerError:
    try:
        of(field).parse(raw, field)
    except Refused as refused:
        return AnswerError(field.code, refused.part, refused.why)
    return AnswerError(field.code, "", message(N_("Save this answer again.")))


def _rule_faults(field: Field, value: Any, resolver: DocumentResolver, sound: bool) -> Iterator[AnswerError]:
    """What the field's own rules find. *sound*: its type found no fault; a fault is not told a second time in other words."""
    for severity, why in _own_tests(field, value, resolver) if sound else ():
        yield AnswerError(field.code, "", why, severity)
    for index, row in enumerate(value if field.columns else (), 1):
        if not row.get(RAW, {}).keys() & field.columns_by_code.keys():
            yield from _row_faults(field, row, index, RowResolver(field, row, resolver))


def _own_tests(field: Field, value: Any, resolver: DocumentResolver | RowResolver) -> list[tuple[str, Message]]:
    """What a field's own constraint and warning find: (severity, why). No operand (empty, 0 ÷ 0): nothing to test."""
    if of(field).operand(value, field) is None:
        return []
    resolver.current = field
    tests = ((field.constraint, field.constraint_message, INVALID), (field.warning, field.warning_message, WARNING))
    found = [(severity, _said(text, field)) for test, text, severity in tests if test and not holds(test.node, resolver)]
    resolver.current = None
    return found


def _row_faults(table: Field, row: Mapping[str, Any], index: int, resolver: RowResolver) -> Iterator[AnswerError]:
    for column in table.columns:
        for severity, why in _own_tests(column, row.get(column.code), resolver):
            yield AnswerError(table.code, f"{row['id']}/{column.code}", in_row(index, why, column), severity)
    for rule in table.row_rules:
        if not holds(rule.test.node, resolver):
            yield AnswerError(table.code, f"{row['id']}/", in_row(index, Message("%(text)s", {"text": rule.message})))


def _said(text: Mapping[str, str], field: Field) -> Message:
    if text:
        return Message("%(text)s", {"text": text})
    return message(N_("Check %(field)s: the answer does not meet its rule."), field=field.label)


def _evidence_faults(
    field: Field, evidence: Evidence, answer: Mapping[str, Any], resolver: DocumentResolver
) -> Iterator[AnswerError]:
    if answer.get("link_raw"):
        yield AnswerError(
            field.code,
            "link",
            message(N_("Enter a web address that starts with https://, for example https://bpbd.example.go.id.")),
        )
        return
    if evidence.required is None or has_evidence(answer):
        return
    resolver.current = field
    if holds(evidence.required.node, resolver):
        ask = N_("Enter the link: %(evidence)s.") if evidence.kinds == ("link",) else N_("Attach the evidence: %(evidence)s.")
        yield AnswerError(field.code, "files", message(ask, evidence=evidence.label), MISSING)
    resolver.current = None


def has_evidence(answer: Mapping[str, Any]) -> bool:
    """Whether an answer carries a file or a link."""
    return bool(answer.get("files") or answer.get("link"))


def _lookups(field: Field, answer: Mapping[str, Any]) -> Iterable[Lookup]:
    if of(field).refers:
        value = of(field).value_of(answer)
        return (Lookup(field.code, "", str(field.options["target"]), value),) if value else ()
    return _row_lookups(field, answer) if field.columns else ()


def _row_lookups(table: Field, answer: Mapping[str, Any]) -> Iterator[Lookup]:
    for column in (c for c in table.columns if of(c).refers):
        for row in of(table).value_of(answer) or ():
            if row.get(column.code):
                yield Lookup(table.code, f"{row['id']}/{column.code}", str(column.options["target"]), row[column.code])
