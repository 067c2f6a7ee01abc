"""Pre-rendered markup: literal parts and slots, joined per request. Never a template source: a label cannot inject."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import escape

MARK = "\x00"


def slot(name: str) -> str:
    """The place of a slot inside markup under construction. NUL never occurs in stored text."""
    return f"{MARK}{name}{MARK}"


def esc(value: object) -> str:
    """Text made safe for markup, as a plain string."""
    return str(escape(value))


@dataclass(frozen=True, slots=True)
class Parts:
    """Literals with a named slot between each two."""

    literals: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, markup: str) -> "Parts":
        """Split markup at its slots."""
        pieces = markup.split(MARK)
        return cls(tuple(pieces[::2]), tuple(pieces[1::2]))

    def join(self, values: Mapping[str, str]) -> str:
        """The markup with every slot filled; a slot not named stays empty."""
        get = values.get
        out = [self.literals[0]]
        for name, literal in zip(self.names, self.literals[1:], strict=True):
            out += (get(name, ""), literal)
        return "".join(out)


def icon(name: str, small: bool = False) -> str:
    """An icon of the sprite; decoration only, words stand beside it."""
    size = " i-s" if small else ""
    return f'<svg class="i{size}" viewBox="0 0 24 24" aria-hidden="true"><use href="/static/ikon.svg#i-{name}"/></svg>'
