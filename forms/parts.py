"""Pre-rendered markup: literal parts and slots, joined per request. Never a template source: a label cannot inject."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

MARK = "\x00"


def slot(name: str) -> str:
    """The place of a slot inside markup under construction. NUL never occurs in stored text."""
    return f"{MARK}{name}{MARK}"


def esc(value: object) -> str:
    """Text made safe for markup, as a plain string."""
    return escape(value if isinstance(value, str) else str(value))


@dataclass(frozen=True, slots=True)
class Parts:
    """Literals with slots between them. *pieces*: literals, and what stands in a slot nobody fills; *places*: where each slot
    stands."""

    pieces: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, markup: str, **usual: str) -> "Parts":
        """Split markup at its slots. *usual*: what stands in a slot unless something else is filled in; else nothing."""
        split = markup.split(MARK)
        places: dict[str, tuple[int, ...]] = {}
        for place in range(1, len(split), 2):
            places[split[place]] = (*places.get(split[place], ()), place)
        return cls(tuple(usual.get(text, "") if place % 2 else text for place, text in enumerate(split)), places)

    def join(self, values: Mapping[str, str]) -> str:
        """The markup with the named slots filled. Costs what is filled, not what could be."""
        pieces, places = list(self.pieces), self.places
        for name, text in values.items():
            for place in places.get(name, ()):
                pieces[place] = text
        return "".join(pieces)


def icon(name: str, small: bool = False) -> str:
    """An icon of the sprite; decoration only, words stand beside it."""
    size = " i-s" if small else ""
    return f'<svg class="i{size}" viewBox="0 0 24 24" aria-hidden="true"><use href="/static/ikon.svg#i-{name}"/></svg>'
