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
    return say_in(message, locale())


def say_in(message: Message, language: str) -> str:
    """A message in words of *language*."""
    return _translated(message.msgid, language) % {name: _word(value, language) for name, value in message.params.items()}


def say_plain(data: Mapping[str, Any]) -> str:
    """A message that was stored as JSON, in words."""
    language = locale()
    return _translated(data["msgid"], language) % {name: _plain(value, language) for name, value in data["params"].items()}


def text(value: Text | None) -> str:
    """A text in the language of the request."""
    return pick(value, locale())


def _translated(msgid: str, language: str) -> str:
    return str(catalogue(language).ugettext(msgid))


def _word(value: object, language: str) -> str:
    if isinstance(value, Message):
        return say_in(value, language)
    if isinstance(value, Mapping):
        return pick(value, language)
    if isinstance(value, dt.datetime):
        return FORMATTERS[language].datetime(value)
    if isinstance(value, dt.date):
        return FORMATTERS[language].date(value)
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return FORMATTERS[language].number(value)
    return str(value)


def _plain(value: Any, language: str) -> str:
    if isinstance(value, Mapping) and "msgid" in value:
        return say_plain(value)
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return FORMATTERS[language].number(Decimal(value), 2)
    if isinstance(value, str) and ISO_DATE.fullmatch(value):
        return FORMATTERS[language].date(dt.date.fromisoformat(value))
    return _word(value, language)
