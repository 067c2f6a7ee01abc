"""The order of sections, questions and choices, changed one step at a time."""

from typing import Any

import sqlalchemy as sa

from domain.access import Actor, Permission
from models import ChoiceRow, ContentType, FieldRow, SectionRow, db
from services import audit
from services.definition import note_op
from services.errors import NotFound
from services.scope import plausible, require
from services.unit_of_work import unit_of_work

Model = type[FieldRow] | type[SectionRow] | type[ChoiceRow]


def move(actor: Actor, model: Model, row_id: str, up: bool) -> None:
    """Let a row change places with the live one before it (*up*) or after it; at the end of the row nothing happens."""
    require(actor, Permission.DEFINITION_EDIT)
    with unit_of_work() as session:
        row: Any = session.get(model, row_id) if plausible(row_id) else None
        if row is None:
            raise NotFound
        owner = session.get_one(FieldRow, row.field_id) if isinstance(row, ChoiceRow) else row
        head = session.scalars(sa.select(ContentType).where(ContentType.id == owner.content_type_id).with_for_update()).one()
        moved = _swapped(_siblings(model, row), row, -1 if up else 1)
        for place, sibling in enumerate(moved, 1):
            if sibling.position != place:
                note_op(actor, head, model.__tablename__, sibling.id, {"position": sibling.position}, {"position": place})
                sibling.position = place
                sibling.lock_version += 1
        if moved:
            audit.record(actor, "move", model.__tablename__, row.id, code=row.code, type=head.key)


def _siblings(model: Any, row: Any) -> list[Any]:
    """All that stand beside a row, retired ones too, in order."""
    together = {FieldRow: ("section_id", "parent_id"), SectionRow: ("content_type_id",), ChoiceRow: ("field_id",)}
    same = [getattr(model, name) == getattr(row, name) for name in together[model]]
    query = sa.select(model).where(*same).order_by(model.position, model.code).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def _swapped(rows: list[Any], row: Any, step: int) -> list[Any]:
    """The rows with *row* and its next live neighbour in each other's place; none when there is no such neighbour."""
    here = rows.index(row)
    beyond = range(here + step, len(rows) if step > 0 else -1, step)
    there = next((place for place in beyond if not rows[place].retired), None)
    if there is None:
        return []
    rows[here], rows[there] = rows[there], rows[here]
    return rows
