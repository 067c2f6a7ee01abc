"""Reading and bounding numbers as Indonesians write them: ``2.400``, ``2400``, ``2,5``."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeGuard

from domain.definitions.schema import Field
from domain.fields.base import Fault, Refused, require_text
from domain.messages import N_, Message, message

GROUPED = re.compile(r"-?[1-9]\d{0,2}(\.\d{3})+")
FOREIGN = re.compile(r"-?[1-9]\d{0,2}(,\d{3})+")
"""``1,000``: a thousand to some, one to others. Whoever means a whole number writes it another way."""
PLAIN = re.compile(r"-?\d+(\.\d+)?")
MOST = 10.0**15
MAX_DIGITS = 15
"""More significant digits would not survive a double, which both engines use."""


def read_number(raw: Any, example: str) -> Decimal | None:
    """The number in *raw*; dots group thousands, the comma starts decimals, ``2.5`` is read as 2,5."""
    if isinstance(raw, bool):
        raise Refused(_not_a_number(example))
    if isinstance(raw, (int, float)):
        raw = format(Decimal(repr(raw)), "f").replace(".", ",")  # a JSON number: its dot never groups
    text = require_text(raw).replace("\u00a0", "").replace(" ", "").replace("−", "-")
    if not text:
        return None
    whole, comma, fraction = text.partition(",")
    if GROUPED.fullmatch(whole):
        whole = whole.replace(".", "")
    elif comma and "." in whole:
        raise Refused(_not_a_number(example))
    plain = f"{whole}.{fraction}" if comma and fraction else whole
    if not PLAIN.fullmatch(plain) or not plain.isascii():
        raise Refused(_not_a_number(example))
    number = Decimal(plain)
    if len(number.as_tuple().digits) > MAX_DIGITS:
        raise Refused(message(N_("This number is too long. Write at most %(n)s digits."), n=MAX_DIGITS))
    return number


def bare_amount(raw: Any) -> Any:
    """An amount of rupiah without the signs people write around it: ``Rp 1.500,-``."""
    text = raw.strip() if isinstance(raw, str) else raw
    if isinstance(text, str) and text[:2].lower() == "rp":
        text = text[2:].lstrip(". ").strip()
    if isinstance(text, str) and text.endswith((",-", ",–", ",00")):
        text = text.rpartition(",")[0]
    return text


def read_whole(raw: Any, example: str = "12") -> int | None:
    """A whole number from *raw*."""
    number = read_number(raw, example)
    if number is None:
        return None
    if number != number.to_integral_value() or (isinstance(raw, str) and FOREIGN.fullmatch(raw.strip())):
        raise Refused(message(N_("Enter a whole number, for example %(example)s."), example=example))
    return int(number)


def sought_number(raw: str) -> tuple[str, float | None] | None:
    """A typed number as the index holds it; nothing when it cannot be read."""
    try:
        number = read_number(raw, "12")
    except Refused:
        return None
    return None if number is None else (str(tidy_number(number)), float(number))


def tidy_number(number: Decimal) -> int | float:
    """As stored in JSON: a whole number where it is one."""
    return int(number) if number == number.to_integral_value() else float(number)


def _not_a_number(example: str) -> Message:
    return message(N_("Enter a number, for example %(example)s."), example=example)


def bounds(value: float, field: Field) -> Iterator[Fault]:
    """Faults against the options ``min`` and ``max``."""
    low, high = field.options.get("min"), field.options.get("max")
    shown = str if field.options.get("plain") else (lambda number: number)  # a year is never grouped
    if low is not None and value < low:
        yield Fault(message(N_("Enter at least %(n)s."), n=shown(low)))
    if high is not None and value > high:
        yield Fault(message(N_("Enter at most %(n)s."), n=shown(high)))


MOST_PLACES = 12
"""More decimals than a double holds mean nothing."""


def check_whole(field: Field, *names: str, most: int = 10**9) -> Iterator[tuple[str, Message]]:
    """Options that are no whole number from 0 to *most*."""
    for name in names:
        value = field.options.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            yield name, message(N_("write a whole number from 0 to %(n)s"), n=most)


def is_number(value: Any) -> TypeGuard[int | float]:
    """Whether an option is a number one can reckon with."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < MOST


def check_bounds(field: Field) -> Iterator[tuple[str, Message]]:
    """Options ``min`` and ``max`` that are no numbers or the wrong way round."""
    for name in ("min", "max"):
        value = field.options.get(name)
        if value is not None and not is_number(value):
            yield name, message(N_("write a number"))
            return
    low, high = field.options.get("min"), field.options.get("max")
    if low is not None and high is not None and low > high:
        yield "max", message(N_("the largest value is below the smallest"))
