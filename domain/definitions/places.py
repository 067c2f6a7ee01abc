"""Where a problem lies, for people: the section or question by its name instead of a path."""

from dataclasses import dataclass

from domain.definitions.diff import TITLES
from domain.definitions.schema import Definition, Field, Section
from domain.messages import Message

LISTS = ("choices", "columns")


@dataclass(frozen=True, slots=True)
class Spot:
    """What a path names: its section, its question, the setting there in words; nothing where the path names none."""

    section: Section | None = None
    field: Field | None = None
    setting: Message | None = None
    part: str = ""
    """Code of the choice or column inside the setting."""


def locate(definition: Definition, path: str) -> Spot:
    """The spot of ``SECTION/FIELD/setting/…`` or ``SECTION/setting``."""
    head, _slash, rest = path.partition("/")
    section = next((s for s in definition.sections if s.code == head), None)
    code, _slash, tail = rest.partition("/")
    field = next((f for f in section.fields if f.code == code), None) if section else None
    name, _slash, inner = (tail if field else rest if section else path).partition("/")
    part = inner.partition("/")[0] if name in LISTS else ""
    return Spot(section, field, Message(TITLES[name]) if name in TITLES else None, part)
