"""A place as latitude and longitude in degrees (WGS 84)."""

from collections.abc import Iterator
from typing import Any

from domain.definitions.schema import Field
from domain.expressions import Value
from domain.expressions.values import number_text
from domain.fields.base import Fault, FieldType, Refused, Surroundings
from domain.fields.display import Formatter
from domain.fields.numeric import read_number
from domain.messages import N_, message


class Geopoint(FieldType):
    """``-6,36 107,17``: latitude then longitude, typed in one box or sent as two parts."""

    name = "geopoint"
    title = N_("Place on the map")
    as_column = True
    xlsform = "geopoint"

    def parse(self, raw: Any, field: Field) -> Any:
        if isinstance(raw, dict):
            lat, lon = raw.get("lat"), raw.get("lon")
        else:
            lat, lon = _split(str(raw or ""))
        if lat in (None, "") and lon in (None, ""):
            return None
        numbers = [read_number(_degrees(part), "-6,3650") for part in (lat, lon)]
        if None in numbers:
            raise Refused(message(N_("Enter latitude and longitude, for example -6,3650 107,1730.")))
        return {"lat": float(numbers[0] or 0), "lon": float(numbers[1] or 0)}

    def validate(self, value: Any, _field: Field, _around: Surroundings) -> Iterator[Fault]:
        if not (-90 <= value["lat"] <= 90 and -180 <= value["lon"] <= 180):
            yield Fault(message(N_("Latitude lies between −90 and 90, longitude between −180 and 180.")))

    def display(self, value: Any, _field: Field, fmt: Formatter) -> str:
        return "" if value is None else f"{fmt.number(value['lat'])}; {fmt.number(value['lon'])}"

    def operand(self, value: Any, field: Field) -> Value:
        """``"-6.365 107.173"``."""
        return str(self.export(value, field)[0]) if value else None

    def export(self, value: Any, _field: Field) -> tuple[object, ...]:
        return (f"{number_text(value['lat'])} {number_text(value['lon'])}" if value else None,)

    def json_schema(self, _field: Field) -> dict[str, Any]:
        parts = {"lat": {"type": "number"}, "lon": {"type": "number"}}
        return {"type": "object", "properties": parts, "required": ["lat", "lon"]}


def _degrees(part: Any) -> Any:
    """Degrees have no thousands: a dot starts decimals here."""
    return part.replace(".", ",") if isinstance(part, str) and "," not in part else part


def _split(text: str) -> tuple[str, str]:
    text = text.strip()
    if not text:
        return "", ""
    parts = text.replace(";", " ").split()
    if len(parts) == 1 and text.count(",") == 1:  # -6.3650,107.1730
        parts = text.split(",")
    parts = [part.strip().rstrip(",") for part in parts]
    if len(parts) != 2:
        raise Refused(message(N_("Enter latitude and longitude, for example -6,3650 107,1730.")))
    return parts[0], parts[1]
