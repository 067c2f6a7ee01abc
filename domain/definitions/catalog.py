"""What a definition may refer to outside itself, frozen for one compilation."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.expressions.kinds import Kind

REGIONS = "regions"


@dataclass(frozen=True, slots=True)
class Catalog:
    """*fields*: for every other content type the kind of each field. *known_codes*: the codes
    that ever belonged to a field, with the id of that field, so that none is used again.
    *subjects*: what each other phase form is reported about. *personal*: (content type, code) of every personal answer."""

    fields: Mapping[str, Mapping[str, Kind]] = field(default_factory=dict)
    known_codes: Mapping[str, str] = field(default_factory=dict)
    subjects: Mapping[str, str] = field(default_factory=dict)
    personal: frozenset[tuple[str, str]] = frozenset()

    def kinds(self, key: str) -> Mapping[str, Kind] | None:
        """Kinds of the fields of content type *key*, or nothing when it does not exist."""
        return self.fields.get(key)

    def meets(self, key: str, subject: str) -> bool:
        """Whether a report about a *subject* can have one of form *key* beside it: both of a period, or both of an event."""
        return bool(subject) and self.subjects.get(key, "").partition("_")[0] == subject.partition("_")[0]
