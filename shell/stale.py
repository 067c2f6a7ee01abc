"""Pages made before a publication: what they hold is still read, and their person is told."""

from flask import flash, request
from flask_babel import gettext as _

from domain.definitions.schema import Definition, Field
from services import registry
from services.registry import TypeRef, VersionRef


def asked_before(ref: TypeRef, version: VersionRef, definition: Definition) -> list[Field]:
    """Questions the posted page was made with that *definition* asks no longer; none when the page is of *version*."""
    number = request.form.get("_version", version.number, int)
    if number == version.number:
        return []
    old = next((registry.definition_of(v) for v in ref.versions if v.number == number), None)
    if old is None:
        return []
    flash(_("BNPB changed this form while you were filling it in. What you typed is kept; look at what is new."), "info")
    return [f for f in old.fields if f.code not in definition.by_code]
