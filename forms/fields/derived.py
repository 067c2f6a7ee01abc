"""Values nobody types, files as answers, and notes."""

from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from domain.definitions.schema import Field
from domain.fields import of
from domain.fields.base import Answer
from forms.fields.base import Adapter, FieldState, input_id
from forms.parts import esc, slot


class Calculated(Adapter):
    """A read-only value."""

    name = "calculated"
    twin = "derived"

    def control(self, field: Field, locale: str) -> str:
        return f'<output class="auto" id="{input_id(field.code)}">{slot("v")}</output>'

    def slots(self, field: Field, answer: Answer, state: FieldState) -> dict[str, str]:
        shown = of(field).display(answer.get("v"), field, state.fmt)
        return {"v": esc(shown or "–")}

    def collect(self, form: MultiDict[str, str], name: str, field: Field) -> Any:
        return None


class Automatic(Calculated):
    """A measure, with a way to where the number comes from."""

    name = "automatic"

    def control(self, field: Field, locale: str) -> str:
        target = esc(field.measure.collection) if field.measure else ""
        said, word = esc(_("Counted by the system.")), esc(_("Open the list this comes from"))
        link = f'<a href="/admin/konten/{target}/">{word}</a>'
        return f'{super().control(field, locale)}<p class="small quiet">{said} {link}</p>'


class Note(Adapter):
    """Words only; the label is the note."""

    name = "note"
    twin = "note"


class Files(Adapter):
    """The evidence block is the input."""

    name = "file"
    twin = "files"
    group = True
    files_only = True

    def focus(self, field: Field) -> str:
        return input_id(field.code, "files")

    def collect(self, form: MultiDict[str, str], name: str, field: Field) -> Any:
        return None
