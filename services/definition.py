"""Definitions as edited: add, change, retire sections, fields and choices; compile the draft. Every edit is an op."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from domain.access import Actor, Permission
from domain.definitions.build import CHOICE, CODE, build
from domain.definitions.catalog import Catalog
from domain.definitions.check import kind_of_field
from domain.definitions.compile import compile_source
from domain.definitions.problems import CATALOGUE, Problem, errors
from domain.messages import N_, Message, message
from infra import clock
from infra.ids import new_id
from models import ChoiceRow, ContentType, DraftOp, FieldRow, SectionRow, db
from services import audit
from services.definition_rows import fill_field, source_of, write_parts
from services.errors import NotFound, Refused
from services.registry import definition_of, registry
from services.scope import held, require
from services.unit_of_work import unit_of_work


def content_type(key: str, lock: bool = False) -> ContentType:
    """The working copy's head; raises :class:`NotFound`."""
    query = sa.select(ContentType).where(ContentType.key == key)
    row = db.session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound
    return row


def catalog(without: str, drafts: Mapping[str, Mapping[str, Any]] | None = None) -> Catalog:
    """What else exists: published definitions, and the *drafts* being published together."""
    others = {ref.key: definition_of(ref.versions[-1]) for ref in registry().types.values() if ref.versions}
    others |= {key: build(source)[0] for key, source in (drafts or {}).items()}
    others.pop(without, None)
    kinds = {key: {f.code: kind_of_field(f) for f in other.fields} for key, other in others.items()}
    rows = db.session.execute(
        sa.select(FieldRow.code, FieldRow.id)
        .join(ContentType, ContentType.id == FieldRow.content_type_id)
        .where(ContentType.key == without, FieldRow.parent_id.is_(None))
    )
    subjects = {key: other.subject for key, other in others.items()}
    personal = frozenset((key, f.code) for key, other in others.items() for f in other.fields if f.personal)
    return Catalog(kinds, {row.code: row.id for row in rows}, subjects, personal)


def save_field(
    actor: Actor, key: str, section_id: str, source: Mapping[str, Any], field_id: str | None = None, seen: int = 0
) -> str:
    """Add a field, or change one that stood at ``lock_version`` *seen*; gives its id."""
    require(actor, Permission.DEFINITION_EDIT)
    source = _refuse_shapeless(key, source)
    with unit_of_work() as session:
        head = content_type(key, lock=True)
        section = session.get(SectionRow, section_id)
        if section is None or section.content_type_id != head.id:
            raise Refused(message(N_("Choose a section.")), {"section_id": message(N_("Choose a section."))})
        row = held(FieldRow, field_id, seen) if field_id else _new_field(head, section, source)
        before = None if not field_id else _field_state(row)
        row.section_id = section.id
        fill_field(row, {**source, "code": row.code}, row.position)
        row.lock_version += 1
        session.flush()
        write_parts(head, section, row, source)
        _refuse_unpublishable(head, section, row, listed="choices" in source)
        note_op(actor, head, "field", row.id, before, _field_state(row))
        audit.record(actor, "edit" if field_id else "add", "field", row.id, code=row.code, type=key)
        return row.id


BOXES: Mapping[str, str] = {
    name: name for name in ("relevant", "constraint", "weight", "code", "type", "rule", "year_rule", "frequency")
} | {
    "rule/target": "target",
    "rule/limit": "limit",
    "rule/key": "rule",
    "evidence": "evidence_id",
    "evidence/required": "evidence_required",
    "evidence/label": "evidence_id",
    "label": "label_id",
    "help": "help_id",
    "why": "why_id",
    "constraint_message": "constraint_id",
    "options/unit": "unit_id",
}
"""Where the form asks for a setting; what has no box of its own is edited as YAML."""
LATER = frozenset({"choices-missing", "choice-unscored"})
"""What can only be put right once the question exists: its choices are rows of their own."""


def _refuse_unpublishable(head: ContentType, section: SectionRow, row: FieldRow, listed: bool) -> None:
    """Refuse a question that could not be published as it is: its author learns it here, not on the publish page. *listed*:
    its choices came with it."""
    db.session.flush()
    if row.retired:
        return
    path = f"{section.code}/{row.code}/"
    found = [p for p in errors(list(compile_source(source_of(head), catalog(head.key)).problems)) if listed or p.code not in LATER]
    mine = [(p.path.removeprefix(path), p) for p in found if p.path.startswith(path)]
    circles = [("relevant", p) for p in found if row.code in str(p.params.get("codes", "")).split(", ")]
    _refuse_at_boxes([*mine, *circles])


def _refuse_at_boxes(problems: Iterable[tuple[str, Problem]]) -> None:
    """Refuse when there are any, each (with its path inside the question) at its box, the first of each box."""
    faults: dict[str, Message] = {}
    for tail, problem in problems:
        name = BOXES.get(tail, "advanced")
        why = message(N_("%(path)s: %(why)s"), path=tail, why=problem.advice) if name == "advanced" else problem.advice
        faults.setdefault(name, why)
    if faults:
        raise Refused(next(iter(faults.values())), faults)


def _refuse_shapeless(key: str, source: Mapping[str, Any]) -> Mapping[str, Any]:
    """The source, without ids of its own for columns; refused where it cannot even be read (references may be open)."""
    columns = source.get("columns")
    if isinstance(columns, list):
        source = {**source, "columns": [{k: v for k, v in c.items() if k != "id"} if isinstance(c, dict) else c for c in columns]}
    kind = content_type(key).kind
    _built, problems = build(
        {"key": "x", "kind": kind, "label": {"id": "x"}, "sections": [{"code": "S", "label": {"id": "x"}, "fields": [source]}]}
    )
    _refuse_at_boxes((p.path.split("/", 2)[-1], p) for p in errors(problems))
    for lists, problem in (("choices", "choice-duplicate"), ("columns", "code-duplicate")):
        for holder in (source, *(source.get("columns") or ())):
            twice = [code for code, times in Counter(str(row["code"]) for row in holder.get(lists) or ()).items() if times > 1]
            if twice:
                raise _refuse("advanced", problem, code=twice[0])
    return source


def _new_field(head: ContentType, section: SectionRow, source: Mapping[str, Any]) -> FieldRow:
    code = str(source.get("code") or "")
    if not CODE.fullmatch(code):
        raise _refuse("code", "code-format")
    taken = sa.select(FieldRow.id).where(FieldRow.content_type_id == head.id, FieldRow.code == code, FieldRow.parent_id.is_(None))
    if db.session.scalar(taken):
        raise _refuse("code", "code-duplicate", code=code)
    last = db.session.scalar(sa.select(sa.func.max(FieldRow.position)).where(FieldRow.section_id == section.id))
    row = FieldRow(
        id=new_id(), content_type_id=head.id, section_id=section.id, code=code, type="", label={}, settings={}, lock_version=0
    )
    row.position = (last or 0) + 1
    db.session.add(row)
    return row


def save_section(actor: Actor, key: str, source: Mapping[str, Any], section_id: str | None = None, seen: int = 0) -> str:
    """Add a section, or change one: label (by locale), weight (thousandths), position, retired."""
    require(actor, Permission.DEFINITION_EDIT)
    with unit_of_work() as session:
        head = content_type(key, lock=True)
        row = held(SectionRow, section_id, seen) if section_id else _new_section(head, str(source.get("code") or ""))
        before = None if not section_id else _section_state(row)
        row.label, row.weight = source["label"], source["weight"]
        row.position, row.retired = source.get("position", row.position), bool(source.get("retired"))
        row.lock_version += 1
        session.flush()
        note_op(actor, head, "section", row.id, before, _section_state(row))
        audit.record(actor, "edit" if section_id else "add", "section", row.id, code=row.code, type=key)
        return row.id


def _new_section(head: ContentType, code: str) -> SectionRow:
    if not CODE.fullmatch(code):
        raise _refuse("code", "code-format")
    if db.session.scalar(sa.select(SectionRow.id).where(SectionRow.content_type_id == head.id, SectionRow.code == code)):
        raise _refuse("code", "code-duplicate", code=code)
    last = db.session.scalar(sa.select(sa.func.max(SectionRow.position)).where(SectionRow.content_type_id == head.id))
    row = SectionRow(id=new_id(), content_type_id=head.id, code=code, label={}, position=(last or 0) + 1, lock_version=0)
    db.session.add(row)
    return row


def save_choice(actor: Actor, field_id: str, source: Mapping[str, Any], choice_id: str | None = None, seen: int = 0) -> str:
    """Add a choice to a field, or change one: code (new only), label, score, position, retired."""
    require(actor, Permission.DEFINITION_EDIT)
    with unit_of_work() as session:
        field = session.get(FieldRow, field_id)
        if field is None:
            raise Refused(message(N_("Choose a field.")), {"field_id": message(N_("Choose a field."))})
        head = session.get_one(ContentType, field.content_type_id)
        row = held(ChoiceRow, choice_id, seen) if choice_id else _new_choice(field, str(source.get("code") or ""))
        before = None if not choice_id else _choice_state(row)
        row.label, row.score = source["label"], source.get("score")
        row.position, row.retired = source.get("position", row.position), bool(source.get("retired"))
        row.lock_version += 1
        session.flush()
        note_op(actor, head, "choice", row.id, before, _choice_state(row))
        audit.record(actor, "edit" if choice_id else "add", "choice", row.id, code=row.code, field=field.code)
        return row.id


def _new_choice(field: FieldRow, code: str) -> ChoiceRow:
    if not CHOICE.fullmatch(code):
        raise _refuse("code", "code-format")
    if db.session.scalar(sa.select(ChoiceRow.id).where(ChoiceRow.field_id == field.id, ChoiceRow.code == code)):
        raise _refuse("code", "code-duplicate", code=code)
    last = db.session.scalar(sa.select(sa.func.max(ChoiceRow.position)).where(ChoiceRow.field_id == field.id))
    row = ChoiceRow(id=new_id(), field_id=field.id, code=code, label={}, position=(last or 0) + 1, lock_version=0)
    db.session.add(row)
    return row


def retire(actor: Actor, model: type[FieldRow] | type[SectionRow] | type[ChoiceRow], row_id: str) -> None:
    """Retire a row: it leaves new versions, old ones keep it. Nothing is deleted."""
    require(actor, Permission.DEFINITION_EDIT)
    with unit_of_work() as session:
        row: Any = session.get(model, row_id)
        if row is None:
            raise NotFound
        before = {"retired": row.retired}
        row.retired = True
        row.lock_version += 1
        field = session.get_one(FieldRow, row.field_id) if isinstance(row, ChoiceRow) else row
        head = session.get_one(ContentType, field.content_type_id)
        note_op(actor, head, row.__tablename__, row.id, before, {"retired": True})
        audit.record(actor, "retire", row.__tablename__, row.id, code=row.code, type=head.key)


def _refuse(field: str, code: str, /, **params: object) -> Refused:
    why = Message(CATALOGUE[code][1], params)
    return Refused(why, {field: why})


def note_op(actor: Actor, head: ContentType, subject: str, subject_id: str, before: Any, after: Any) -> None:
    """Note one edit of a working copy; part of the caller's transaction."""
    op = DraftOp(
        id=new_id(), content_type_id=head.id, actor_id=actor.id or None, at=clock.now(), subject=subject, subject_id=subject_id
    )
    op.before, op.after = before, after
    db.session.add(op)


def _field_state(row: FieldRow) -> dict[str, Any]:
    names = ("section_id", "code", "type", "label", "weight", "settings", "position", "retired")
    return {name: getattr(row, name) for name in names}


def _section_state(row: SectionRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("code", "label", "weight", "position", "retired")}


def _choice_state(row: ChoiceRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("code", "label", "score", "position", "retired")}
