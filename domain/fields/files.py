"""Files as the answer itself. Evidence beside another answer is a rule on that field, not a type."""

from collections.abc import Iterator
from typing import Any

from domain.definitions.schema import Field
from domain.expressions import Value
from domain.expressions.kinds import Kind
from domain.fields.base import Answer, Fault, FieldType, Surroundings
from domain.fields.display import Formatter
from domain.fields.numeric import check_whole
from domain.messages import N_, message

FILE_KINDS = ("pdf", "image", "sheet", "doc")


class Files(FieldType):
    """One or more files, kept in the answer's ``files`` as sha256."""

    name = "file"
    title = N_("File")
    kind = Kind.LIST
    options = frozenset({"kinds", "max_files"})
    maskable = False
    xlsform = "file"

    def check_options(self, field: Field) -> Iterator[tuple[str, Any]]:
        kinds = field.options.get("kinds", [])
        if not isinstance(kinds, list) or not set(map(str, kinds)) <= set(FILE_KINDS):
            yield "kinds", message(N_("choose from pdf, image, sheet, doc"))
        yield from check_whole(field, "max_files")

    def parse(self, raw: Any, field: Field) -> Any:
        return None  # files travel beside the value

    def value_of(self, answer: Answer) -> Any:
        return answer.get("files") or None

    def validate(self, value: Any, field: Field, _around: Surroundings) -> Iterator[Fault]:
        most = int(field.options.get("max_files", 10))
        if len(value) > most:
            yield Fault(message(N_("Attach at most %(n)s files."), n=most))

    def display(self, value: Any, _field: Field, fmt: Formatter) -> str:
        count = len(value or ())
        return f"{count} {'berkas' if fmt.locale == 'id' else 'files'}" if count else ""

    def operand(self, value: Any, _field: Field) -> Value:
        return tuple(value or ())

    def export(self, value: Any, _field: Field) -> tuple[object, ...]:
        return (" ".join(value) if value else None,)

    def index(self, value: Any, _field: Field) -> tuple[tuple[str, float | None], ...]:
        return ()

    def json_schema(self, _field: Field) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}
