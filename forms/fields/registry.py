"""The registry of adapters; a type without one is refused when the program starts."""

from domain.definitions.schema import Field
from domain.fields import TYPES
from forms.fields.base import Adapter
from forms.fields.composites import DateRange, Duration, Percent
from forms.fields.derived import Automatic, Calculated, Files, Note
from forms.fields.lines import Date, DateTime, DecimalNumber, Geopoint, Link, LongText, Money, Text, WholeNumber
from forms.fields.picks import MultipleChoice, Reference, SingleChoice, YesNo
from forms.fields.tables import Table

ADAPTERS: dict[str, Adapter] = {
    a.name: a
    for a in (
        YesNo(),
        WholeNumber(),
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
    )
}


def adapter_of(field: Field) -> Adapter:
    """The adapter of a field's type."""
    return ADAPTERS[field.type]


def check_complete() -> None:
    """Refuse to start while a field type lacks an adapter, or an adapter its type."""
    missing = TYPES.keys() ^ ADAPTERS.keys()
    if missing:
        raise RuntimeError(f"field types without both projections: {sorted(missing)}")
