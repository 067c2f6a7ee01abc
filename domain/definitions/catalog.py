"""What a definition may refer to outside itself, frozen for one compilation."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.expressions.kinds import Kind

REGIONS = "regions"


@dataclass(frozen=True, slots=True)
class Catalog:
    """*fields*: for every other content type the kind of each field. *known_codes*: the codes
    that ever belonged to a field, with the id of that field, so that none is used again."""

    fields: Mapping[str, Mapping[str, Kind]] = field(default_factory=dict)
    known_codes: Mapping[str, str] = field(default_factory=dict)

    def kinds(self, key: str) -> Mapping[str, Kind] | None:
        """Kinds of the fields of content type *key*, or nothing when it does not exist."""
        return self.fields.get(key)
