"""Messages of the pure core: an English msgid with parameters, put into words by whoever shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Text = Mapping[str, str]
"""A text by locale, e.g. ``{"id": "Kelembagaan", "en": "Institution"}``."""

NOTHING: Mapping[str, object] = MappingProxyType({})


def N_(msgid: str) -> str:  # noqa: N802 - the name gettext extraction knows
    """Mark *msgid* for extraction; translation happens where it is shown."""
    return msgid


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - as above, for a text that counts
    """Mark a text that counts: for one and for more."""
    return one, many


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence to be: *msgid* in English with ``%(name)s`` places, filled from *params*.

    A parameter may be a :data:`Text`, a number or a date; the door that shows the message localises it.
    """

    msgid: str
    params: Mapping[str, object] = field(default_factory=lambda: NOTHING)


def message(msgid: str, **params: object) -> Message:
    """Build a :class:`Message`."""
    return Message(msgid, params)


def pick(text: Text | None, locale: str) -> str:
    """The text in *locale*, else Indonesian, else whatever there is, else the empty string."""
    if not text:
        return ""
    return text.get(locale) or text.get("id") or next(iter(text.values()), "")
