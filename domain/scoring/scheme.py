"""The scoring scheme: phase weights, total, compliance, bands, leagues, tie-breaks. Versioned data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.messages import Text
from domain.scoring.rules import MICRO

TIE_BREAKS = ("verified_share", "timeliness", "first_submission", "name")


@dataclass(frozen=True, slots=True)
class Band:
    """A named range of scores, from *floor* (10⁻⁶ points) up. *tone*: 1 (low) to 5 (high)."""

    code: str
    label: Text
    floor: int
    tone: int


@dataclass(frozen=True, slots=True)
class League:
    """Units ranked together: those whose region has one of these levels."""

    key: str
    label: Text
    levels: frozenset[str]


@dataclass(frozen=True)
class Scheme:
    """How phases become a year and a year becomes a place. Weights are whole shares."""

    phases: Mapping[str, int]
    achievement: int
    compliance: int
    completeness: int
    timeliness: int
    late_per_week: int
    bands: tuple[Band, ...]
    leagues: tuple[League, ...]
    awards: tuple[Mapping[str, Any], ...]
    tie_breaks: tuple[str, ...]

    def band(self, micro: int | None) -> Band | None:
        """The band a score falls in, judged on the two decimals shown; nothing for "not assessed"."""
        if micro is None:
            return None
        shown = shown_cents(micro) * 10_000
        return next((band for band in self.bands if shown >= band.floor), None)

    def league(self, level: str) -> League | None:
        """The league of a region's level."""
        return next((league for league in self.leagues if level in league.levels), None)


def shown_cents(micro: int) -> int:
    """The score in hundredths as shown to people, rounded half up. Ranks are decided on this."""
    return (micro + 5_000) // 10_000


def scheme_from(data: Mapping[str, Any]) -> Scheme:
    """Build a scheme from its snapshot or YAML; raises ``KeyError``/``ValueError`` with the offending name."""
    unknown = set(data["tie_breaks"]) - set(TIE_BREAKS)
    if unknown:
        raise ValueError(f"tie_breaks: {sorted(unknown)}")
    bands = tuple(Band(b["code"], b["label"], int(b["from"]) * MICRO, int(b["tone"])) for b in data["bands"])
    if [b.floor for b in bands] != sorted((b.floor for b in bands), reverse=True) or not bands or bands[-1].floor:
        raise ValueError("bands: list them from high to low, ending at 0")
    return Scheme(
        phases={p["form"]: int(p["weight"]) for p in data["phases"]},
        achievement=int(data["total"]["achievement"]),
        compliance=int(data["total"]["compliance"]),
        completeness=int(data["compliance"]["completeness"]),
        timeliness=int(data["compliance"]["timeliness"]),
        late_per_week=int(data["compliance"]["late_per_week"]),
        bands=bands,
        leagues=tuple(League(x["key"], x["label"], frozenset(x["levels"])) for x in data["leagues"]),
        awards=tuple(data.get("awards", ())),
        tie_breaks=tuple(data["tie_breaks"]),
    )
