"""Formats of sealed snapshots: an older one is read by steps into the newest, one format at a time; none is ever rewritten."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

FORMAT = 1
"""The format snapshots are sealed in."""
Step = Callable[[Mapping[str, Any]], Mapping[str, Any]]
STEPS: Mapping[int, Step] = MappingProxyType({})
"""For each older format: how its snapshot is said in the next one. A step never changes its argument."""


class UnknownFormat(ValueError):  # noqa: N818 - what is wrong with the snapshot, not with us
    """A snapshot in a format that this program does not read: of a newer program, or of none."""


def upcast(snapshot: Mapping[str, Any], steps: Mapping[int, Step] = STEPS, newest: int = FORMAT) -> Mapping[str, Any]:
    """The snapshot in the *newest* format; raises :class:`UnknownFormat`."""
    held = snapshot.get("format")
    if not isinstance(held, int) or held > newest or any(number not in steps for number in range(held, newest)):
        raise UnknownFormat(f"snapshot of {snapshot.get('key')!r}: format {held!r} is not known, the newest known is {newest}")
    for number in range(held, newest):
        snapshot = {**steps[number](snapshot), "format": number + 1}
    return snapshot
