"""How many inputs a posted form may have: as many as the largest published form, its tables filled to the last row."""

from flask import Request

from domain.definitions.schema import Definition, Field
from domain.fields.table import MAX_ROWS
from forms.kept import Kept
from services import registry

BESIDES = 200
"""Inputs of a page that belong to no question."""
PER_QUESTION = 20
"""Inputs of a question besides its choices and rows: parts, evidence, files to remove."""
_largest: Kept[tuple[str, ...], int] = Kept(4)


class FormRequest(Request):
    """A request whose form may be as large as the forms that are published, and never less than the setting allows."""

    @property
    def max_form_parts(self) -> int | None:  # type: ignore[override]
        """Counted for forms that may hold tables and files; others have no parts."""
        least = super().max_form_parts
        if least is None or self.mimetype != "multipart/form-data":
            return least
        return max(least, largest_form())

    @max_form_parts.setter
    def max_form_parts(self, value: int | None) -> None:
        self._max_form_parts = value


def largest_form() -> int:
    """Inputs of the largest form, over every version somebody may still have open."""
    refs = tuple(version for ref in registry.registry().types.values() for version in ref.versions)
    return _largest.get(
        tuple(ref.id for ref in refs), lambda: max((inputs(registry.definition_of(ref)) for ref in refs), default=0)
    )


def inputs(definition: Definition) -> int:
    """The most inputs a page of this version can have."""
    return BESIDES + sum(_inputs(field) for field in definition.fields)


def _inputs(field: Field) -> int:
    rows = 2 * MAX_ROWS if field.columns else 0  # more than the half is refused at the table, with words
    return PER_QUESTION + len(field.choices) + rows * (len(field.columns) + 2)
