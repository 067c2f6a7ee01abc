"""The one policy: an actor's grants decide; deny by default. :class:`Reach` is the same answer as a set of places,
from which services build the one SQL predicate."""

from dataclasses import dataclass
from enum import StrEnum

from domain.access.permissions import Permission


class ScopeKind(StrEnum):
    """How far a grant reaches."""

    NATIONAL = "national"
    PROVINCE = "province"
    REGION = "region"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thing belongs: its unit, that unit's region, that region's province (a province's own is itself)."""

    unit: str | None = None
    region: str | None = None
    province: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a scope. *scope*: a province's, region's or unit's id; empty for national. *name*: the scope's, for display."""

    role: str
    permissions: frozenset[Permission]
    kind: ScopeKind
    scope: str = ""
    name: str = ""

    def covers(self, place: Place) -> bool:
        """Whether *place* lies within the scope; a place of no unit is national."""
        if self.kind is ScopeKind.NATIONAL:
            return True
        own = {ScopeKind.PROVINCE: place.province, ScopeKind.REGION: place.region, ScopeKind.UNIT: place.unit}
        return own[self.kind] == self.scope


@dataclass(frozen=True, slots=True)
class Reach:
    """All places an actor may use one permission in."""

    everywhere: bool = False
    provinces: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()

    @property
    def nowhere(self) -> bool:
        """Whether the permission is held in no scope at all."""
        return not (self.everywhere or self.provinces or self.regions or self.units)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a user with grants, or nobody."""

    id: str
    name: str
    grants: tuple[Grant, ...] = ()

    def may(self, permission: Permission, place: Place) -> bool:
        """Whether the actor holds *permission* for something at *place*."""
        return any(permission in g.permissions and g.covers(place) for g in self.grants)

    def may_somewhere(self, permission: Permission) -> bool:
        """Whether the actor holds *permission* in any scope: opens a page, never a row."""
        return any(permission in g.permissions for g in self.grants)

    def reach(self, permission: Permission) -> Reach:
        """Where the actor holds *permission*."""
        held = [g for g in self.grants if permission in g.permissions]

        def scopes(kind: ScopeKind) -> frozenset[str]:
            return frozenset(g.scope for g in held if g.kind is kind)

        national = any(g.kind is ScopeKind.NATIONAL for g in held)
        return Reach(national, scopes(ScopeKind.PROVINCE), scopes(ScopeKind.REGION), scopes(ScopeKind.UNIT))

    def permissions_at(self, place: Place) -> frozenset[Permission]:
        """Every permission held for something at *place*."""
        return frozenset(p for g in self.grants if g.covers(place) for p in g.permissions)

    def belongs_to(self, place: Place) -> bool:
        """Whether a grant names exactly this unit or its region: its own people."""
        own = {(ScopeKind.UNIT, place.unit), (ScopeKind.REGION, place.region)}
        return any((g.kind, g.scope) in own for g in self.grants)


ANONYMOUS = Actor("", "")
