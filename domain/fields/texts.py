"""Text in one line, text in many, and web addresses."""

import re
from collections.abc import Iterator
from typing import Any

from domain.definitions.schema import Field
from domain.expressions.kinds import Kind
from domain.expressions.regex import matches, pattern_fault
from domain.expressions.values import number_text
from domain.fields.base import Answer, FieldType, Refused, clean, require_text
from domain.fields.numeric import check_whole
from domain.messages import N_, Message, message

MOST = 20_000
"""Characters a text may be allowed."""
ADDRESS = re.compile(r"https?://[^ /?#\[\]]*\.[^ /?#\[\]]*(?:[/?#][^ ]*)?", re.IGNORECASE | re.ASCII)
"""A host with a dot, and no white space: a cleaned text holds no other than the space."""
KINDS = {
    "phone": (re.compile(r"\+?[0-9][0-9 ()./-]{5,24}"), N_("Enter a telephone number, for example 021 555 0100.")),
    "email": (re.compile(r"[^@ ]+@[^@ ]+\.[^@ ]+"), N_("Enter an e-mail address, for example nama@example.go.id.")),
}


class Text(FieldType):
    """One line of text."""

    name = "text"
    title = N_("Short text")
    kind = Kind.STRING
    options = frozenset({"max_length", "pattern", "kind"})
    as_column = True
    as_words = holds_words = True
    longest = 200
    multiline = False

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        yield from check_whole(field, "max_length", most=MOST)
        pattern = field.options.get("pattern")
        if pattern is not None and pattern_fault(str(pattern)):
            yield "pattern", message(N_("use a simpler pattern"))
        if str(field.options.get("kind", "phone")) not in KINDS:
            yield "kind", message(N_("choose phone or email"))

    def parse(self, raw: Any, field: Field) -> Any:
        require_text(raw)
        text = clean(raw, self.multiline)
        limit = int(field.options.get("max_length", self.longest))
        if len(text) > limit:
            raise Refused(message(N_("Shorten this to %(n)s characters. It has %(have)s."), n=limit, have=len(text)))
        if text:
            self._refuse_misfit(text, field)
        return text or None

    def value_of(self, answer: Answer) -> Any:
        value = answer.get("v")  # a number where the question once asked for one
        return value if value is None or isinstance(value, str) else number_text(value)

    def _refuse_misfit(self, text: str, field: Field) -> None:
        pattern, kind = field.options.get("pattern"), field.options.get("kind")
        if pattern is not None and not matches(str(pattern), text):
            raise Refused(message(N_("%(label)s does not have the expected form."), label=field.label))
        if kind is not None and not KINDS[kind][0].fullmatch(text):
            raise Refused(message(KINDS[kind][1]))

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": int(field.options.get("max_length", self.longest))}


class LongText(Text):
    """Several lines of text."""

    name = "long_text"
    title = N_("Long text")
    options = frozenset({"max_length"})
    as_column = False
    longest = 2000
    multiline = True


class Link(FieldType):
    """A web address."""

    name = "link"
    title = N_("Web address")
    kind = Kind.STRING
    as_column = True
    as_words = True
    longest = 500

    def parse(self, raw: Any, field: Field) -> Any:
        return read_link(raw)

    def json_schema(self, _field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "uri", "maxLength": self.longest}


def read_link(raw: Any) -> str | None:
    """A http(s) address, or nothing; any other scheme is refused."""
    text = require_text(raw)
    if not text:
        return None
    if not ADDRESS.fullmatch(text) or len(text) > Link.longest:
        raise Refused(message(N_("Enter a web address that starts with https://, for example https://bpbd.example.go.id.")))
    return text
