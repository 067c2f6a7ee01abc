"""The weight tree's one sum: a node from its children's stored values, so every number recomputes from those beside it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A child in the tree: its weight (any whole unit), its claimed and its verified points (10⁻⁶);
    both ``None`` when it does not apply or is not due yet."""

    weight: int
    p: int | None
    v: int | None


def weighted(pairs: Iterable[tuple[int, int | None]]) -> int | None:
    """(2Σws + Σw) // (2Σw) over the children that apply; ``None`` when none does or their weights are all 0."""
    known = [(weight, score) for weight, score in pairs if score is not None]
    total = sum(weight for weight, _ in known)
    if total == 0:
        return None
    return (2 * sum(weight * score for weight, score in known) + total) // (2 * total)


def join(parts: Iterable[Part]) -> tuple[int | None, int | None]:
    """Claimed and verified points of a node."""
    listed = tuple(parts)
    return weighted((x.weight, x.p) for x in listed), weighted((x.weight, x.v) for x in listed)


def mean(scores: Iterable[int]) -> int | None:
    """The mean of stored points, rounded the same way; ``None`` of none."""
    return weighted((1, score) for score in scores)
