"""Messages into words, in the language of the request."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import force_locale, get_locale, get_translations

from domain.fields.display import Formatter
from domain.messages import Message, Text, pick

NUMBER = re.compile(r"-?\d+(\.\d+)?")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


FORMATTERS = {"id": Formatter("id"), "en": Formatter("en")}
_catalogues: dict[str, Any] = {}


def catalogue(language: str) -> Any:
    """The translations of a language; read once per process."""
    if language not in _catalogues:
        with force_locale(language):
            _catalogues[language] = get_translations()
    return _catalogues[language]


def locale() -> str:
    """``id`` or ``en``; decided once per request."""
    found: str | None = g.get("language")
    if found is None:
        found = g.language = "en" if str(get_locale() or "id")[:2] == "en" else "id"
    return found


def formatter() -> Formatter:
    """Numbers and dates in the language of the request."""
    return FORMATTERS[locale()]


def say(message: Message) -> str:
    """A message in words; its parameters localised."""
    return _translated(message.msgid) % {name: _word(value) for name, value in message.params.items()}


def say_plain(data: Mapping[str, Any]) -> str:
    """A message that was stored as JSON, in words."""
    msgid = data["msgid"]
    return _translated(msgid) % {name: _plain(value) for name, value in data["params"].items()}


def text(value: Text | None) -> str:
    """A text in the language of the request."""
    return pick(value, locale())


def _translated(msgid: str) -> str:
    return str(catalogue(locale()).ugettext(msgid))


def _word(value: object) -> str:
    if isinstance(value, Message):
        return say(value)
    if isinstance(value, Mapping):
        return pick(value, locale())
    if isinstance(value, dt.datetime):
        return formatter().datetime(value)
    if isinstance(value, dt.date):
        return formatter().date(value)
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return formatter().number(value)
    return str(value)


def _plain(value: Any) -> str:
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return formatter().number(Decimal(value), 2)
    if isinstance(value, str) and ISO_DATE.fullmatch(value):
        return formatter().date(dt.date.fromisoformat(value))
    return _word(value)
