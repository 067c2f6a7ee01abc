"""Ranking: places within a league, decided on the two decimals shown, then by the scheme's tie-breaks."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.scoring.scheme import shown_cents

NEVER = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit as it enters the ranking. *score*: 10⁻⁶ points or ``None`` (not assessed). Tie-breaks beside it."""

    unit: str
    name: str
    score: int | None
    answered: int
    accepted: int
    timeliness: int | None
    first_sent: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Place:
    """A unit with its place; ``None`` when it is not assessed."""

    rank: int | None
    standing: Standing


TIE_KEYS: Mapping[str, Callable[[Standing], Any]] = {
    "verified_share": lambda s: -(s.accepted * 10**9 // s.answered) if s.answered else 0,
    "timeliness": lambda s: -(s.timeliness or 0),
    "first_submission": lambda s: s.first_sent or NEVER,
    "name": lambda s: s.name,
}


def rank(standings: Sequence[Standing], tie_breaks: Sequence[str]) -> list[Place]:
    """Everyone in order, best first; those not assessed last, by name. With ``name`` among the ties no rank is shared."""

    def key(s: Standing) -> tuple[Any, ...]:
        return (-shown_cents(s.score or 0), *(TIE_KEYS[t](s) for t in tie_breaks))

    assessed = sorted(((key(s), s) for s in standings if s.score is not None), key=lambda pair: pair[0])
    places: list[Place] = []
    for index, (own, standing) in enumerate(assessed):
        shared = index > 0 and assessed[index - 1][0] == own
        places.append(Place(places[-1].rank if shared else index + 1, standing))
    left = sorted((s for s in standings if s.score is None), key=lambda s: s.name)
    return places + [Place(None, s) for s in left]
