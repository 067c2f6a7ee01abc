"""Numbers, money and dates as people read them: Indonesian first. Two languages need no tables from outside."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from domain.expressions.values import EXACT
from domain.messages import N_

NBSP = "\u00a0"
YES, NO = N_("Yes"), N_("No")
OPEN_END, HOURS = N_("no end date"), N_("hours")
WORDS = {"id": {YES: "Ya", NO: "Tidak", OPEN_END: "tanpa batas akhir", HOURS: "jam"}, "en": {}}
MICRO = 1_000_000
MONTHS = (
    ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
SHORT = {"Agustus": "Agt"}
INDONESIAN = str.maketrans({",": ".", ".": ",", "-": "−"})
ENGLISH = str.maketrans({"-": "−"})


@dataclass(frozen=True, slots=True)
class Formatter:
    """How values read in one *locale* (``id`` or ``en``). *names*: titles of records and regions by id."""

    locale: str = "id"
    names: Mapping[str, str] = field(default_factory=dict, compare=False)

    def number(self, value: float | Decimal, places: int = 6) -> str:
        """``1.234,5``: grouped, without trailing zeros, at most *places* decimals."""
        if isinstance(value, int):
            return self._marks(f"{value:,d}")
        exact = value if isinstance(value, Decimal) else Decimal(repr(value))
        rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT)
        text = f"{rounded:,f}"
        return self._marks(text.rstrip("0").rstrip(".") if "." in text else text)

    def _marks(self, text: str) -> str:
        """Python's ``-1,234.5`` with the marks of the language: the two we speak need no table."""
        if text == "-0":  # a negative number too small to show
            return "0"
        return text.translate(INDONESIAN if self.locale == "id" else ENGLISH)

    def percent(self, value: float | Decimal, places: int = 1) -> str:
        """``81,6 %`` with a space that does not break."""
        return f"{self.number(value, places)}{NBSP}%"

    def money(self, value: int) -> str:
        """``Rp412.500.000``."""
        return ("−" if value < 0 else "") + "Rp" + self.number(abs(value), 0)

    def date(self, value: dt.date, short: bool = False) -> str:
        """``13 Oktober 2026``, or ``13 Okt 2026`` in narrow places."""
        name = MONTHS[self.locale == "id"][value.month - 1]
        return f"{value.day} {SHORT.get(name, name[:3]) if short else name} {value.year}"

    def datetime(self, value: dt.datetime) -> str:
        """``13 Oktober 2026 14.05``."""
        return f"{self.date(value)} {value:{'%H.%M' if self.locale == 'id' else '%H:%M'}}"

    def quarter(self, number: int, year: int, short: bool = False) -> str:
        """``Triwulan III 2026``, as regulations write it; ``TW III 2026`` in narrow places."""
        name = ("TW" if short else "Triwulan") if self.locale == "id" else ("Q" if short else "Quarter")
        return f"{name} {('I', 'II', 'III', 'IV')[number - 1]} {year}"

    def word(self, msgid: str) -> str:
        """One of the few words that belong to values themselves."""
        return WORDS.get(self.locale, {}).get(msgid, msgid)

    def score(self, micro: int, places: int = 2) -> str:
        """A score kept in 10⁻⁶ points, as shown: ``86,33``."""
        unit = MICRO // 10**places
        rounded = (abs(micro) * 2 + unit) // (2 * unit)
        whole, part = divmod(rounded, 10**places)
        sign, rest = "-" if micro < 0 and rounded else "", f".{part:0{places}d}" if places else ""
        return self._marks(f"{sign}{whole:,}{rest}")
