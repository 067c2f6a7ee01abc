"""The rows of a content type and its source: read them into a source mapping, write a source into them."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from domain.definitions.build import stable_id
from domain.definitions.schema import MILLI
from models import ChoiceRow, ContentType, FieldRow, SectionRow, db

HEAD = ("subject", "label", "description", "item_label", "title_field")
FIELD_COLUMNS = frozenset({"id", "code", "type", "label", "weight", "retired", "choices", "columns"})


def source_of(content_type: ContentType) -> dict[str, Any]:
    """The source mapping that the rows stand for, retired rows included."""
    sections = db.session.scalars(_ordered(SectionRow, content_type.id)).all()
    fields = db.session.scalars(_ordered(FieldRow, content_type.id)).all()
    choices = db.session.scalars(
        sa.select(ChoiceRow)
        .join(FieldRow, FieldRow.id == ChoiceRow.field_id)
        .where(FieldRow.content_type_id == content_type.id)
        .order_by(ChoiceRow.position, ChoiceRow.code)
    ).all()
    by_field: dict[str, list[ChoiceRow]] = {}
    for choice in choices:
        by_field.setdefault(choice.field_id, []).append(choice)
    head = {"format": 1, "id": content_type.id, "key": content_type.key, "kind": content_type.kind}
    listed = [_section_source(s, [f for f in fields if f.section_id == s.id], by_field) for s in sections]
    return head | dict(content_type.settings) | {"sections": listed}


def _ordered(model: Any, type_id: str) -> Any:
    return sa.select(model).where(model.content_type_id == type_id).order_by(model.position, model.code)


def _section_source(section: SectionRow, fields: Sequence[FieldRow], choices: Mapping[str, list[ChoiceRow]]) -> dict[str, Any]:
    top = [f for f in fields if f.parent_id is None]
    return {
        "id": section.id,
        "code": section.code,
        "label": section.label,
        "weight": section.weight / MILLI,
        "retired": section.retired,
        "fields": [_field_source(f, fields, choices) for f in top],
    }


def _field_source(field: FieldRow, fields: Sequence[FieldRow], choices: Mapping[str, list[ChoiceRow]]) -> dict[str, Any]:
    own = {"id": field.id, "code": field.code, "type": field.type, "label": field.label, "retired": field.retired}
    listed = [
        {"code": c.code, "label": c.label, "retired": c.retired} | ({"score": _number(c.score)} if c.score is not None else {})
        for c in choices.get(field.id, ())
    ]
    columns = [_field_source(c, fields, choices) for c in fields if c.parent_id == field.id and not c.retired]
    extra = {"weight": field.weight / MILLI} if field.weight else {}
    return own | extra | dict(field.settings) | ({"choices": listed} if listed else {}) | ({"columns": columns} if columns else {})


def _number(text: str) -> float | str:
    """A score as the source writes it; what is no number stays as it was typed, for the check to refuse."""
    try:
        return int(text) if text.isascii() and text.isdigit() else float(text)
    except ValueError:
        return text


def write_source(source: Mapping[str, Any], position: int) -> ContentType:
    """Make the rows equal to *source*. Rows it no longer names are retired, never deleted."""
    key = str(source["key"])
    content_type = db.session.scalar(sa.select(ContentType).where(ContentType.key == key))
    if content_type is None:
        content_type = ContentType(id=source.get("id") or stable_id("type", key), key=key, kind=source["kind"], settings={})
        db.session.add(content_type)
    content_type.position = position
    content_type.settings = {name: source[name] for name in HEAD if source.get(name)}
    db.session.flush()
    known = {s.code: s for s in db.session.scalars(_ordered(SectionRow, content_type.id))}
    for place, section in enumerate(source.get("sections") or ()):
        row = known.pop(section["code"], None) or _new_section(content_type, key, section)
        _fill_section(row, section, place)
        db.session.flush()
        _write_fields(content_type, row, section.get("fields") or (), key, f"{section['code']}/", None)
    for gone in known.values():
        gone.retired = True
    _retire_missing(content_type, source)
    return content_type


def _new_section(content_type: ContentType, key: str, section: Mapping[str, Any]) -> SectionRow:
    row_id = section.get("id") or stable_id("section", key, section["code"])
    row = SectionRow(id=row_id, content_type_id=content_type.id, code=section["code"], label={})
    db.session.add(row)
    return row


def _fill_section(row: SectionRow, section: Mapping[str, Any], place: int) -> None:
    row.label, row.position = section.get("label") or {}, place
    row.weight = round((section.get("weight") or 0) * MILLI)
    row.retired = bool(section.get("retired"))


def _write_fields(
    content_type: ContentType,
    section: SectionRow,
    fields: Sequence[Mapping[str, Any]],
    key: str,
    path: str,
    parent: FieldRow | None,
) -> None:
    query = sa.select(FieldRow).where(FieldRow.content_type_id == content_type.id)
    query = query.where(FieldRow.parent_id == parent.id) if parent else query.where(FieldRow.parent_id.is_(None))
    known = {f.code: f for f in db.session.scalars(query)}
    named = {field["code"] for field in fields}
    for code, gone in known.items():
        gone.retired = gone.retired or (parent is not None and code not in named)
    for place, field in enumerate(fields):
        row = known.get(field["code"])
        if row is None:
            row = FieldRow(
                id=field.get("id") or stable_id("field", key, path, field["code"]),
                content_type_id=content_type.id,
                code=field["code"],
            )
            row.parent_id = parent.id if parent else None
            db.session.add(row)
        row.section_id = section.id
        fill_field(row, field, place)
        db.session.flush()
        _write_choices(row, field.get("choices") or ())
        if field.get("columns") or parent is None:
            _write_fields(content_type, section, field.get("columns") or (), key, f"{path}{field['code']}/", row)


def fill_field(row: FieldRow, field: Mapping[str, Any], place: int) -> None:
    """Put a field's source into its row."""
    row.type, row.label, row.position = field.get("type") or "", field.get("label") or {}, place
    row.weight = round((field.get("weight") or 0) * MILLI)
    row.retired = bool(field.get("retired"))
    row.settings = {k: v for k, v in field.items() if k not in FIELD_COLUMNS and v not in (None, "")}
    row.search = " ".join([row.code, *row.label.values()]).casefold()


def write_parts(content_type: ContentType, section: SectionRow, row: FieldRow, source: Mapping[str, Any]) -> None:
    """Choices and columns of one field, where the source names them."""
    if "choices" in source:
        _write_choices(row, source["choices"] or ())
    if "columns" in source:
        _write_fields(content_type, section, source["columns"] or (), content_type.key, f"{section.code}/{row.code}/", row)


def columns_of(row: FieldRow) -> list[dict[str, Any]]:
    """The live columns of a table as their source."""
    fields = db.session.scalars(_ordered(FieldRow, row.content_type_id)).all()
    choices: dict[str, list[ChoiceRow]] = {}
    for choice in db.session.scalars(
        sa.select(ChoiceRow).where(ChoiceRow.field_id.in_([f.id for f in fields if f.parent_id == row.id]))
    ):
        choices.setdefault(choice.field_id, []).append(choice)
    return [_field_source(c, fields, choices) for c in fields if c.parent_id == row.id and not c.retired]


def _write_choices(row: FieldRow, choices: Sequence[Mapping[str, Any]]) -> None:
    known = {c.code: c for c in db.session.scalars(sa.select(ChoiceRow).where(ChoiceRow.field_id == row.id))}
    for place, choice in enumerate(choices):
        code = str(choice["code"])
        found = known.pop(code, None)
        if found is None:
            found = ChoiceRow(id=stable_id("choice", row.id, code), field_id=row.id, code=code)
            db.session.add(found)
        found.label, found.position, found.retired = choice.get("label") or {}, place, bool(choice.get("retired"))
        found.score = None if choice.get("score") is None else str(choice["score"])
    for gone in known.values():
        gone.retired = True


def _retire_missing(content_type: ContentType, source: Mapping[str, Any]) -> None:
    named = {f["code"] for s in source.get("sections") or () for f in s.get("fields") or ()}
    for row in db.session.scalars(_ordered(FieldRow, content_type.id).where(FieldRow.parent_id.is_(None))):
        if row.code not in named:
            row.retired = True
