"""The registry: every field type once, under its name. A new type is a new file and one line here."""

from domain.definitions.schema import Field
from domain.fields.base import FieldType
from domain.fields.choices import MultipleChoice, Reference, SingleChoice
from domain.fields.dates import Date, DateRange, DateTime, Duration
from domain.fields.derived import Automatic, Calculated, Note
from domain.fields.files import Files
from domain.fields.geopoint import Geopoint
from domain.fields.number import DecimalNumber, Integer, Money
from domain.fields.percent import Percent
from domain.fields.table import Table
from domain.fields.texts import Link, LongText, Text
from domain.fields.yes_no import YesNo

TYPES: dict[str, FieldType] = {}


def register(kind: FieldType) -> None:
    """Add a type; a second one of the same name is refused at start-up."""
    if kind.name in TYPES:
        raise RuntimeError(f"field type {kind.name!r} is registered twice")
    TYPES[kind.name] = kind


for _kind in (
    YesNo(),
    Integer(),
    DecimalNumber(),
    Percent(),
    Money(),
    Text(),
    LongText(),
    Date(),
    DateTime(),
    DateRange(),
    Duration(),
    SingleChoice(),
    MultipleChoice(),
    Reference(),
    Files(),
    Link(),
    Geopoint(),
    Table(),
    Calculated(),
    Automatic(),
    Note(),
):
    register(_kind)


def of(field: Field) -> FieldType:
    """The type of *field*."""
    return TYPES[field.type]


def type_named(name: str) -> FieldType | None:
    """The type called *name*, or nothing."""
    return TYPES.get(name)
